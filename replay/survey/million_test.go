package survey_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
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

// crowded returns the run of a leader that is cut off under load: thousands of
// writes wait for acks that do not come, and one that reads first for all of
// them.
func crowded(tb testing.TB) *replay.Timeline {
	c := recordertest.NewCluster()
	c.Add(sm.Event{Type: sm.Command, Text: "cut n1 | n2 n3"})
	for i := range 5000 {
		label := "set x " + strconv.Itoa(i)
		exec := c.Born("exec", "n1", 1, "", strconv.Itoa(i+1), label)
		c.Move(exec, "executed", "proposed")
		apply := c.Born("apply", "n1", 1, "", "", label)
		c.Link(exec, apply, "proposes")
		entry := c.Born("entry", "n1", 1, "", "2/"+strconv.Itoa(i+1), label)
		c.Link(apply, entry, "becomes")
		c.Move(entry, "durable")
		if i == 4999 { // the last of all is sent again and again
			for k := range 1000 {
				rpc := c.Born("append-rpc", "n1", 1, "", []string{"n1>n2", "n1>n3"}[k%2], "1 entry")
				c.Attr(rpc, "term", 2)
				c.Attr(rpc, "entries", 1)
				c.Attr(rpc, "prev-index", int64(i))
				c.Link(entry, rpc, "sent by")
				c.Fail(rpc, "FAILED", 0, "timeout")
			}
		}
		c.Move(apply, "appending", "replicating")
	}
	queued := c.Born("exec", "n1", 1, "", "5001", "incr x")
	c.Move(queued, "await-fsm")
	return timeline(tb, c.Events)
}

func BenchmarkCrowded(b *testing.B) {
	t := crowded(b)
	v := t.View()
	ask := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
	ask("WriteReplicating", func() { survey.Write(v, t.Exec(5000)) })
	ask("WriteAwaitsFSM", func() { survey.Write(v, t.Exec(5001)) })
	ask("Doing", func() { survey.Doing(v, "n1") })
	ask("Peers", func() { survey.Peers(v, "n1") })
}

// TestFrugal: a frame has 300 allocations for all it draws, so what it asks must
// do with few.
func TestFrugal(t *testing.T) {
	tl := crowded(t)
	v := tl.View()
	o, cells := survey.NewOverview(tl), make([]survey.Cell, 0, 200)
	width := 200
	for _, test := range []struct {
		name string
		most float64
		f    func()
	}{
		{"Write", 25, func() { survey.Write(v, tl.Exec(5000)) }},
		{"Write that waits for others", 25, func() { survey.Write(v, tl.Exec(5001)) }},
		{"Doing", 2, func() { survey.Doing(v, "n1") }},
		{"Peers", 4, func() { survey.Peers(v, "n1") }},
		{"Overview", 1, func() { width ^= 1; cells = o.Cells(v, 0, tl.Now(), width, cells) }},
	} {
		if got := testing.AllocsPerRun(20, test.f); got > test.most {
			t.Errorf("%s allocates %v times, want %v at most", test.name, got, test.most)
		}
	}
	if got, want := survey.Write(v, tl.Exec(5001)).Text(), "WAITS FOR writes of its key: exec#"; !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
	if got, want := survey.Doing(v, "n1").Text, "cut off, waiting for acks"; got != want {
		t.Errorf("n1 does %q, want %q", got, want)
	}
}
