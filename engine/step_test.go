package engine

import (
	"testing"
	"time"

	"raftscope/sm"
)

// visibleSince returns the instants, at or after event from, at which
// something other than a line of raft's log or of the journal happened.
func (w *testWorld) visibleSince(from int) []sm.Time {
	var at []sm.Time
	for i := from; i < w.timeline.Events(); i++ {
		e := w.timeline.Event(i)
		if e.Type != sm.Log && e.Type != sm.Command && (len(at) == 0 || at[len(at)-1] != e.At) {
			at = append(at, e.At)
		}
	}
	return at
}

// A step stops exactly at the next visible instant, with all of it told and
// nothing after it.
func TestStep(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader")
		for i := range 60 {
			if i%15 == 0 {
				w.do("write leader set x 1")
			}
			from, before := w.timeline.Events(), w.Now()
			w.do("step")
			at := w.visibleSince(from)
			if len(at) != 1 || at[0] != w.Now() || at[0] <= before {
				t.Fatalf("step %d from %v: it is %v and these instants were visible: %v", i, before, w.Now(), at)
			}
			if w.timeline.Now() != w.Now() {
				t.Fatalf("the timeline is at %v, the world at %v", w.timeline.Now(), w.Now())
			}
		}
		from := w.timeline.Events()
		w.do("write leader set y 1")
		born := len(w.visibleSince(from))
		w.do("step 7")
		at := w.visibleSince(from)
		if len(at) != born+7 || at[len(at)-1] != w.Now() {
			t.Errorf("step 7 went over %d instants and stands at %v: %v", len(at)-born, w.Now(), at)
		}
	})
}

func TestStepMeetsNothing(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "run until idle", "advance 1s")
		before := w.Now()
		w.fails(ErrTimeout, "step", "nothing visible happened for 2s")
		if got := time.Duration(w.Now() - before); got != 2*time.Second {
			t.Errorf("a step that met nothing took %v, want 2s", got)
		}
		before = w.Now()
		w.fails(ErrTimeout, "step 5", "nothing visible")
		if got := time.Duration(w.Now() - before); got != 2*time.Second {
			t.Errorf("five steps that met nothing took %v, want 2s", got)
		}
	})
}

func TestStepMachine(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1")
		m := w.call(1)
		for moves := len(m.Moves()); m.Open(); moves = len(m.Moves()) {
			w.do("step exec@1")
			if len(m.Moves()) == moves {
				t.Fatalf("%s is still %s after a step", m.Name(), m.StateName())
			}
			if m.Since() != w.Now() {
				t.Fatalf("%s moved at %v, the step stopped at %v", m.Name(), m.Since(), w.Now())
			}
		}
		w.expect("exec@1 DONE")
		w.fails(ErrRefused, "step exec@1", "moves no more")
	})
}

// What waits for something that does not come says what it waited for.
func TestStepMachineTimeout(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "run until idle")
		before := w.Now()
		w.fails(ErrTimeout, "step node@n1", "waited for node#", "to move, it is leader")
		w.fails(ErrTimeout, "finish node@n1", "waited for node#", "to rest, it is leader")
		if got := time.Duration(w.Now() - before); got != 2*answerMax {
			t.Errorf("both took %v, want %v", got, 2*answerMax)
		}
	})
}

func TestFinish(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1", "finish exec@last")
		m := w.call(1)
		if m.Open() || m.Since() != w.Now() {
			t.Errorf("%s is %s since %v, the run stopped at %v", m.Name(), m.StateName(), m.Since(), w.Now())
		}
		before := w.Now()
		w.do("finish exec@last")
		if w.Now() != before {
			t.Errorf("finishing a machine at rest took %v", time.Duration(w.Now()-before))
		}
		// An operation cut off by a crash rests too: it is abandoned.
		w.do("write leader set x 2", "run until count append "+w.leads()+" writing = 1")
		w.do("crash "+w.leads(), "finish append@last")
	})
}

func TestAdvance(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		for _, d := range []time.Duration{time.Microsecond, 777 * time.Microsecond, 3 * time.Second, time.Minute} {
			before := w.Now()
			w.do("advance " + d.String())
			if got := time.Duration(w.Now() - before); got != d {
				t.Errorf("advance %v took %v", d, got)
			}
		}
		w.expect("leader")
	})
}

func TestRunUntil(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader")
		before := w.Now()
		w.do("run until leader") // it holds already
		if w.Now() != before {
			t.Errorf("a condition that held took %v", time.Duration(w.Now()-before))
		}
		w.fails(ErrTimeout, "run until commit n2 >= 900 timeout=1500ms", `waited for "commit n2 >= 900"`, "within 1.5s", "saw n2 has committed")
		if got := time.Duration(w.Now() - before); got != 1500*time.Millisecond {
			t.Errorf("a timeout of 1.5s took %v", got)
		}
		w.do("write leader set x 1", "run until exec@1 proposed")
		if m := w.call(1); m.Since() != w.Now() {
			t.Errorf("%s was proposed at %v, the run stopped at %v", m.Name(), m.Since(), w.Now())
		}
	})
}
