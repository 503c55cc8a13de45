package replay_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

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

// crowded returns the run of a leader that is cut off from its followers under
// load: thousands of requests are under way, and before that many messages were
// held and let go, one by one.
var crowded = sync.OnceValue(func() *replay.Timeline {
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		panic(err)
	}
	c := recordertest.NewCluster()
	for range 100_000 {
		id := c.Born("append-rpc", "n1", 1, "", "n1>n2", "1 entry")
		c.Attr(id, "held", 1)
		c.AttrText(id, "held-by", "rule 1")
		c.Wait(time.Microsecond)
		c.Attr(id, "held", 0)
		c.Move(id, "delivered", "answered", "DONE")
	}
	for i := range 5000 {
		label := "set x " + strconv.Itoa(i)
		exec := c.Born("exec", "n1", 1, "", strconv.Itoa(i+1), label)
		c.Move(exec, "executed", "proposed")
		apply := c.Born("apply", "n1", 1, "", "", label)
		c.Link(exec, apply, "proposes")
		entry := c.Born("entry", "n1", 1, "", "2/"+strconv.Itoa(i+1), label)
		c.Link(apply, entry, "becomes")
		c.AttrText(entry, "type", "command")
		c.Move(entry, "durable")
		c.Move(apply, "appending", "replicating")
	}
	for i := range 30 {
		id := c.Born("append-rpc", "n1", 1, "", "n1>n2", "1 entry")
		if i%3 == 0 {
			c.Attr(id, "held", 1)
		}
	}
	if err := t.Append(c.Events); err != nil {
		panic(err)
	}
	return t
})

// BenchmarkCrowded asks what is under way and held where much is or was.
func BenchmarkCrowded(b *testing.B) {
	v := crowded().View()
	for _, at := range []struct {
		name string
		v    replay.View
	}{{"now", v}, {"past", v.Timeline().At(v.Events() - 500)}} {
		b.Run(at.name+"/Pending", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				at.v.Pending()
			}
		})
		b.Run(at.name+"/Held", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				at.v.Held()
			}
		})
	}
}
