package engine

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/sm"
)

// stopped insists on why the last command stopped, and that the world stands
// at that instant.
func (w *testWorld) stopped(n int, why string) {
	w.t.Helper()
	s := w.watch.stop
	if s == nil {
		w.t.Fatalf("not stopped, expected breakpoint %d at %q", n, why)
	}
	if s.Break != n || !strings.Contains(s.Why, why) {
		w.t.Fatalf("stopped by %+v, expected breakpoint %d at %q", *s, n, why)
	}
	if e := w.timeline.Event(w.timeline.AtSeq(s.Seq).Events() - 1); e.Seq != s.Seq || e.At != w.Now() {
		w.t.Errorf("stopped by event %d of %v at %v", s.Seq, e.At, w.Now())
	}
}

// Everything that lets time go on stops at the end of the instant in which a
// breakpoint was met, and only there.
func TestBreakpointsStop(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle", "break kind:append state:writing")
		for _, line := range []string{
			"run", "run until answered", "advance 5s", "step 1000", "finish exec@last", "write leader set x 1 wait", "run timeout=3s",
		} {
			w.do("write leader set x 1", line)
			w.stopped(1, "pending > writing")
			w.do("disable 1", "run until idle", "enable 1")
		}
		w.do("delete 1", "write leader set x 1 wait")
		if w.watch.stop != nil {
			t.Errorf("stopped by %+v, which was deleted", *w.watch.stop)
		}
	})
}

// A step to a machine ends where a breakpoint is met before it moves.
func TestBreakpointBeforeTheMachineMoves(t *testing.T) {
	inWorld(t, "cluster nodes=3 exec=10ms", func(w *testWorld) {
		w.do("run until leader", "run until idle", "break type:log or kind:append-rpc", "write leader set x 1")
		before := w.Now()
		w.do("write leader set y 1", "step exec@1")
		if w.watch.stop == nil || w.Now() == before || len(w.call(1).Moves()) != 1 {
			t.Errorf("stop %+v at %v, exec is %s", w.watch.stop, w.Now(), w.call(1).StateName())
		}
	})
}

// What is met while time stands is told of, and is no stop for the next run.
func TestBreakpointMetByACommand(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle", "break kind:exec type:born")
		before := w.Now()
		w.do("write leader set x 1")
		w.stopped(1, "born start")
		w.do("write leader set x 2 wait")
		w.stopped(1, "born start")
		if w.Now() != before {
			t.Errorf("a wait that met a breakpoint at once took %v", time.Duration(w.Now()-before))
		}
		w.do("run until answered")
		if w.watch.stop == nil || w.watch.stop.Break != 0 || w.Now() == before {
			t.Errorf("stopped by %+v at %v", w.watch.stop, w.Now())
		}
		w.do("break type:command or type:note")
		w.do("advance 1ms")
		if s := w.watch.stop; s != nil && s.Break == 2 {
			t.Errorf("a command met a breakpoint: %+v", *s)
		}
		w.do("note here")
		w.stopped(2, "note: here")
	})
}

func TestBreakpointBecomesTrue(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "advance 1s")
		w.do("break commit "+w.leads()+" >= 1", "break count exec >= 2 once", "advance 1s")
		if w.watch.stop != nil {
			t.Errorf("what held already stopped time: %+v", *w.watch.stop)
		}
		w.do("write leader set x 1", "write leader set x 2")
		w.stopped(2, "there are 2")
		w.do("run until answered")
		want := []BreakState{{N: 1, Cond: "commit " + w.leads() + " >= 1"}}
		if got := w.breakStates(); !reflect.DeepEqual(got, want) {
			t.Errorf("breakpoints %+v, expected %+v", got, want)
		}
		w.fails(ErrTimeout, "run timeout=2s", "within 2s", "no breakpoint was met")
	})
}

func TestBreakpointsRefused(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.fails(ErrRefused, "run", "no breakpoint is enabled")
		w.do("break leader", "disable 1")
		w.fails(ErrRefused, "run", "no breakpoint is enabled")
		w.fails(ErrRefused, "delete 7", "there is no breakpoint 7")
		w.fails(ErrRefused, "enable 2", "there is no breakpoint 2")
		w.fails(ErrRefused, "disable 2", "there is no breakpoint 2")
		w.fails(ErrRefused, "break text:"+strings.Repeat("x", 5000), "more than 4096 bytes")
		w.do("delete all")
		w.fails(ErrRefused, "delete 1", "there is no breakpoint 1")
		for range 100 {
			w.do("break idle")
		}
		w.fails(ErrRefused, "break idle", "too many breakpoints: there are 100")
	})
}

// A state that is entered and left within one instant is met too, by its first
// event.
func TestRunUntilWithinAnInstant(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle", "write leader set x 1", "run until exec@1 executed")
		w.stopped(0, "is executed")
		w.expect("exec@1 proposed")
		if at, ok := w.call(1).Entered(w.call(1).State()); !ok || at != w.Now() {
			t.Errorf("proposed at %v, stopped at %v", at, w.Now())
		}
		for range 3 { // the event that met it does not meet it again
			before := w.watch.stop.Seq
			w.do("run until kind:append state:writing")
			w.stopped(0, "pending > writing")
			if w.watch.stop.Seq <= before {
				t.Fatalf("stopped at event %d after event %d", w.watch.stop.Seq, before)
			}
		}
		w.do("run until leader")
		if w.watch.stop != nil {
			t.Errorf("what held already was stopped at: %+v", *w.watch.stop)
		}
	})
}

// A breakpoint and the end of a run in one instant are both told of.
func TestBreakpointAndRunUntil(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle", "break kind:exec state:proposed", "break kind:apply type:born", "write leader set x 1", "run until exec@1 executed")
		w.stopped(0, "is executed")
		if want := []int{1, 2}; !reflect.DeepEqual(w.watch.stop.Also, want) {
			t.Errorf("also %v, expected %v", w.watch.stop.Also, want)
		}
		w.do("write leader set x 2", "run until count apply = 2")
		w.stopped(1, "executed > proposed")
	})
}

// What a restart waits for must not be left half done.
func TestBreakpointDoesNotStopARestart(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "break type:log or type:move", "stop n1", "restart n1", "delete all", "run until leader", "advance 2s")
		w.expect("state n1 follower or state n1 leader")
	})
}

// The parent learns of stops and breakpoints, and the digest knows of the
// commands only.
func TestSessionBreakpoints(t *testing.T) {
	s := start(t, "cluster nodes=3 seed=5", SessionOptions{})
	do(t, s, "run until leader", "write leader set x 1", `break kind:append state:writing ignore=1`, `break text:"is \x1b[1m bold" once`, "run")
	stop := s.Stop()
	if stop == nil || stop.Break != 1 || stop.Cond != "kind:append state:writing" || !strings.Contains(stop.Why, "pending > writing") {
		t.Fatalf("stopped by %+v", stop)
	}
	if e := s.Timeline().Event(s.Timeline().AtSeq(stop.Seq).Events() - 1); e.Type != sm.Moved || e.Machine == 0 || e.At != s.Status().At {
		t.Errorf("event %d is %+v", stop.Seq, e)
	}
	want := []BreakState{{N: 1, Cond: "kind:append state:writing", Hits: 2}, {N: 2, Cond: `text:"is \x1b[1m bold"`, Once: true}}
	if got := s.Breaks(); !reflect.DeepEqual(got, want) {
		t.Errorf("breakpoints %+v, expected %+v", got, want)
	}
	fails(t, s, "delete 3")
	if s.Stop() != nil || len(s.Breaks()) != 2 {
		t.Errorf("after an error: stop %+v, %d breakpoints", s.Stop(), len(s.Breaks()))
	}
	do(t, s, "delete all", "run until leader")
	if s.Breaks() != nil {
		t.Errorf("breakpoints %+v, expected none", s.Breaks())
	}
}
