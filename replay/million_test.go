package replay_test

import (
	"sync"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
)

// million returns a run of more than a million machines, which is what a frame
// of the screen must stay quick on. It is built once for all benchmarks.
var million = sync.OnceValue(func() *replay.Timeline {
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		panic(err)
	}
	c := recordertest.NewCluster()
	for c.Machines() < 1_000_000 {
		c.Write()
		if len(c.Events) > 1<<16 {
			flush(t, c)
		}
	}
	flush(t, c)
	return t
})

func flush(t *replay.Timeline, c *recordertest.Cluster) {
	if err := t.Append(c.Take()); err != nil {
		panic(err)
	}
}

// BenchmarkMillion asks what a frame asks, at the newest event and at one far
// in the past.
func BenchmarkMillion(b *testing.B) {
	t := million()
	for _, at := range []struct {
		name string
		v    replay.View
	}{{"now", t.View()}, {"past", t.At(t.Events() / 3)}} {
		v := at.v
		last := v.Node("n1").Last
		exec := v.LastExec().Machine
		ask := func(name string, f func()) {
			b.Run(at.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
			})
		}
		ask("LogBetween", func() { v.LogBetween("n2", last-60, last) })
		ask("Node", func() { v.Node("n2") })
		ask("Leader", func() { v.Leader() })
		ask("Pending", func() { v.Pending() })
		ask("Held", func() { v.Held() })
		ask("Outcome", func() { v.Outcome(exec) })
		ask("Phases", func() { v.Phases(exec) })
		ask("NextVisible", func() { t.NextVisible(v.Events(), -1) })
		ask("NextNotable", func() { t.NextNotable(v.Events(), -1) })
		ask("AtTime", func() { t.AtTime(v.Now() / 2) })
	}
}
