package vtime_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/vtime"
)

// arrival is one delivery that a gate admitted.
type arrival struct {
	name string
	at   time.Duration // since the test began
}

// deliver enters now and tells when it is let in; taking it takes a while.
func deliver(g *vtime.Gate, name string, takes time.Duration, start time.Time, out chan<- arrival) {
	enter(g.Enter(), name, takes, start, out)
}

func enter(ticket *vtime.Ticket, name string, takes time.Duration, start time.Time, out chan<- arrival) {
	go func() {
		if !ticket.Wait() {
			out <- arrival{name, -1}
			return
		}
		out <- arrival{name, time.Since(start)}
		time.Sleep(takes)
		ticket.Done()
	}()
}

func collect(out <-chan arrival, n int) []arrival {
	var all []arrival
	for range n {
		all = append(all, <-out)
	}
	return all
}

// An arrival waits a microsecond at least, for what else arrives at its instant.
func TestGate(t *testing.T) {
	const us, ms = vtime.Step, 7812 * vtime.Slots * time.Nanosecond
	for _, c := range []struct {
		name string
		play func(g *vtime.Gate, start time.Time, out chan<- arrival)
		want []arrival
	}{
		{"open", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			deliver(g, "a", 0, start, out)
		}, []arrival{{"a", us}}},
		{"one a microsecond, in order of arrival", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			for _, name := range []string{"a", "b", "c", "d"} {
				deliver(g, name, 0, start, out)
			}
		}, []arrival{{"a", us}, {"b", 2 * us}, {"c", 3 * us}, {"d", 4 * us}}},
		{"not while one is being handed over", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			deliver(g, "a", 5*ms, start, out)
			deliver(g, "b", 0, start, out)
		}, []arrival{{"a", us}, {"b", 5*ms + 2*us}}},
		{"a late one waits no longer", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			deliver(g, "a", 0, start, out)
			time.Sleep(ms)
			deliver(g, "b", 0, start, out)
		}, []arrival{{"a", us}, {"b", ms + us}}},
		{"shut while busy", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			g.Begin()
			deliver(g, "a", 0, start, out)
			deliver(g, "b", 0, start, out)
			time.Sleep(3 * ms)
			g.End()
		}, []arrival{{"a", 3*ms + us}, {"b", 3*ms + 2*us}}},
		{"shut until the last operation ends", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			g.Begin()
			deliver(g, "a", 0, start, out)
			time.Sleep(ms)
			g.Begin()
			time.Sleep(ms)
			g.End()
			time.Sleep(ms)
			g.End()
		}, []arrival{{"a", 3*ms + us}}},
		{"shut before the next is due", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			deliver(g, "a", 0, start, out)
			deliver(g, "b", 0, start, out)
			time.Sleep(us)
			synctest.Wait() // a is in, and b waits for its microsecond
			g.Begin()
			time.Sleep(ms)
			g.End()
		}, []arrival{{"a", us}, {"b", ms + 2*us}}},
		{"together, by key", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			for _, key := range []int{3, 1, 2, 1} {
				enter(g.EnterAs(key), string(rune('0'+key)), 0, start, out)
			}
			time.Sleep(500)
			enter(g.EnterAs(0), "later", 0, start, out)
		}, []arrival{{"1", us}, {"1", 2 * us}, {"2", 3 * us}, {"3", 4 * us}, {"later", 5 * us}}},
		{"first of all", func(g *vtime.Gate, start time.Time, out chan<- arrival) {
			g.Begin()
			deliver(g, "a", 0, start, out)
			time.Sleep(ms)
			deliver(g, "b", 0, start, out)
			enter(g.EnterFirst(), "first", 0, start, out)
			g.End()
		}, []arrival{{"first", ms + us}, {"a", ms + 2*us}, {"b", ms + 3*us}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := make(chan arrival, len(c.want))
				c.play(vtime.NewGate(make(chan struct{}), 0), time.Now(), out)
				if got := collect(out, len(c.want)); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
				time.Sleep(10 * ms)
			})
		})
	}
}

// Who waits at the gate of a node that dies is told so, and so is who comes
// later or was let in at that moment.
func TestGateDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := make(chan struct{})
		g := vtime.NewGate(dead, 0)
		in := g.Enter()
		time.Sleep(time.Millisecond) // it is let in
		out := make(chan arrival, 3)
		deliver(g, "waiting", 0, time.Now(), out)
		synctest.Wait()
		close(dead)
		synctest.Wait()
		deliver(g, "late", 0, time.Now(), out)
		synctest.Wait()
		if got, want := collect(out, 2), []arrival{{"waiting", -1}, {"late", -1}}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if in.Wait() {
			t.Error("what was let in may go on in a dead node")
		}
		in.Done()
		time.Sleep(time.Millisecond)
	})
}

// A gate that is blocked from outside lets in again only when it is told to
// look, and then at its next instant.
func TestGateBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := vtime.NewGate(make(chan struct{}), 0)
		var open atomic.Bool
		g.Watch(func() bool { return !open.Load() })
		start, out := time.Now(), make(chan arrival, 2)
		deliver(g, "a", 0, start, out)
		deliver(g, "b", 0, start, out)
		time.Sleep(10 * vtime.Step)
		g.Poke()
		time.Sleep(10 * vtime.Step)
		if len(out) > 0 {
			t.Fatalf("a blocked gate let in %v", <-out)
		}
		open.Store(true)
		time.Sleep(10 * vtime.Step)
		if len(out) > 0 {
			t.Fatalf("%v was let in though nobody told the gate to look", <-out)
		}
		g.Poke()
		if got, want := collect(out, 2), []arrival{{"a", 31 * vtime.Step}, {"b", 32 * vtime.Step}}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		g.Poke() // nobody waits
	})
}

// Nothing is let in at the instant of main's own timer, and nothing that main
// would find beside it.
func TestGateBesideTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := vtime.NewGate(make(chan struct{}), 0)
		start, out := time.Now(), make(chan arrival, 6)
		fires := start.Add(2 * vtime.Step)
		g.Beside(func() time.Time { return fires })
		for _, name := range []string{"a", "b", "c"} {
			deliver(g, name, 0, start, out)
		}
		want := []arrival{{"a", vtime.Step}, {"b", 2*vtime.Step + vtime.Slots}, {"c", 3*vtime.Step + vtime.Slots}}
		if got := collect(out, 3); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		time.Sleep(10*vtime.Step - time.Since(start))
		fires = start.Add(12 * vtime.Step)
		g.Begin()
		for _, name := range []string{"d", "e", "f"} {
			enter(g.EnterGroup(0), name, 0, start, out)
		}
		if !g.Gather(3) {
			t.Fatal("the node is not dead")
		}
		want = []arrival{{"d", 10 * vtime.Step}}
		if got := collect(out, 1); !slices.Equal(got, want) || time.Since(start) != 11*vtime.Step {
			t.Errorf("gathered %v until %v, want %v", got, time.Since(start), want)
		}
		g.End()
		collect(out, 2)
	})
}

// Done of a ticket that is not being handed over opens nothing.
func TestGateDoneTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := vtime.NewGate(make(chan struct{}), 0)
		start := time.Now()
		first := g.Enter()
		first.Wait()
		first.Done()
		second, third := g.Enter(), g.Enter()
		second.Wait()
		first.Done()
		done := make(chan time.Duration)
		go func() {
			third.Wait()
			done <- time.Since(start)
		}()
		time.Sleep(time.Millisecond)
		second.Done()
		if at := <-done; at <= time.Millisecond {
			t.Errorf("the third was let in after %v, beside the second", at)
		}
	})
}
