package fault_test

import (
	"errors"
	"testing"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/vtime"
)

// By hand, how much of an operation is done is decided now; what still waits in
// the queue has not begun, and a message is not on a disk.
func TestFailHow(t *testing.T) {
	play(t, func(b *fault.Board, start time.Time) {
		o := b.Begin(write, vtime.NewStream(1, "x", 1))
		tell := &told{id: 1}
		o.Tell(tell, nil)
		turn := make(chan struct{})
		got := make(chan ended, 1)
		go func() {
			o.Queue(turn, nil)
			got <- <-carry(o, 10*ms, nil, start)
		}()
		time.Sleep(ms)
		for _, how := range []fault.How{{After: true}, {Wrote: 2}, {After: true, Crash: true}} {
			if err := o.FailHow(errDisk, how); !errors.Is(err, fault.ErrUnfit) {
				t.Errorf("%+v of what waits in the queue: %v", how, err)
			}
		}
		close(turn)
		time.Sleep(ms)
		if err := o.FailHow(errDisk, fault.How{Wrote: 2}); err != nil {
			t.Fatal(err)
		}
		if e := <-got; e.fate != fault.Failed || e.at != 2*ms {
			t.Errorf("it ended with %v", e)
		}
		if o.How().Wrote != 2 || o.Err() != errDisk || tell.said[0] != "fault=failed, with 2 entries written: input/output error" {
			t.Errorf("%+v, %v, told %q", o.How(), o.Err(), tell.said)
		}
		m := b.Begin(message, vtime.NewStream(1, "x", 1))
		if err := m.FailHow(errDisk, fault.How{Crash: true}); !errors.Is(err, fault.ErrUnfit) {
			t.Errorf("a crash at a message: %v", err)
		}
	})
}

// A full disk fails what begins until it is healed, on its node alone.
func TestBadDisk(t *testing.T) {
	play(t, func(b *fault.Board, start time.Time) {
		stream := vtime.NewStream(1, "x", 1)
		fate := func() fault.Fate { return (<-carry(b.Begin(write, stream), ms, nil, start)).fate }
		if !b.SetFull("n2") || b.SetFull("n2") || !b.Full("n2") || b.Full("n1") {
			t.Error("full is not kept")
		}
		if f := fate(); f != fault.Failed {
			t.Errorf("a write to a full disk: %v", f)
		}
		if !b.SetUnreadable("n2", 7) || b.SetUnreadable("n2", 7) || !b.SetUnreadable("n2", 5) || !b.IsUnreadable("n2", 5) || b.IsUnreadable("n1", 5) {
			t.Error("unreadable is not kept")
		}
		if got := b.Unreadable("n2"); len(got) != 2 || got[0] != 5 {
			t.Errorf("unreadable are %v", got)
		}
		if !b.HealDisk("n2") || b.HealDisk("n2") || b.IsUnreadable("n2", 5) {
			t.Error("it is not healed")
		}
		if f := fate(); f != fault.Arrived {
			t.Errorf("a write to a healed disk: %v", f)
		}
	})
}
