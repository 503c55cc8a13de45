package survey_test

import (
	"sync"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/survey"
)

// million returns a run of more than a million machines.
var million = sync.OnceValue(func() *replay.Timeline {
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		panic(err)
	}
	c := recordertest.NewCluster()
	for c.Machines() < 1_000_000 {
		for len(c.Events) < 1<<16 {
			c.Write()
		}
		if err := t.Append(c.Take()); err != nil {
			panic(err)
		}
	}
	return t
})

// BenchmarkMillion asks what a frame asks, in the middle of a write.
func BenchmarkMillion(b *testing.B) {
	t := million()
	last := t.LastExec()
	past := t.Nth("exec", last.Nth()/3)
	for _, at := range []struct {
		name string
		v    replay.View
		exec *replay.Machine
	}{{"now", t.At(last.BornEvent() + 45), last}, {"past", t.At(past.BornEvent() + 45), past}} {
		v := at.v
		ask := func(name string, f func()) {
			b.Run(at.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
			})
		}
		ask("Write", func() { survey.Write(v, at.exec) })
		ask("Doing", func() { survey.Doing(v, "n2") })
		ask("Peers", func() { survey.Peers(v, "n1") })
		o, cells := survey.NewOverview(t), []survey.Cell(nil)
		ask("Overview", func() { cells = o.Cells(v, 0, t.Now(), 200, cells) })
		width := 200
		ask("OverviewAnew", func() { width ^= 1; cells = o.Cells(v, 0, t.Now(), width, cells) })
	}
}
