package sm_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"raftscope/sm"
)

func TestLife(t *testing.T) {
	tr, k, clock := newTracker(true)
	b := tr.Buffer("n1", 1)
	clock.at = 5
	cause := b.Born(job, start, 1, "1", "cause")
	m := b.BornDue(job, start, 1, "2", "set x 1", 9)
	m.LinkFrom(cause, "proposes")
	m.LinkFrom(nil, "nothing")
	m.Attr("bytes", 12)
	m.AttrText("type", "command")
	if m.ID() != 0 {
		t.Error("there is an id before the flush")
	}
	flush(t, tr)
	clock.at = 9
	m.MoveDue(busy, 20)
	m.Move(busy)
	m.Done(nil, done, failed)
	cause.Done(errors.New("no room"), done, failed)
	b.Note("look")
	b.Command("step")
	b.Log(1, "WARN", "raft says")
	m.Close()
	flush(t, tr)
	wantLines(t, k.events,
		"5 n1/1 born #1<0 0>0 job|1|cause|0",
		"5 n1/1 born #2<0 0>0 job|2|set x 1|0",
		"5 n1/1 link #2<1 0>0 |proposes||0",
		"5 n1/1 attr #2<0 0>0 |bytes||12",
		"5 n1/1 attr #2<0 0>0 |type|command|0",
		"9 n1/1 note #0<0 0>0 ||look|0",
		"9 n1/1 command #0<0 0>0 ||step|0",
		"9 n1/1 move #2<0 0>1 |||0",
		"9 n1/1 move #2<0 1>1 |||0",
		"9 n1/1 move #2<0 1>2 |||0",
		"9 n1/1 fail #1<0 0>3 ||no room|1",
		"9 n1/1 log #0<0 0>0 |WARN|raft says|0",
		"9 n1/1 close #2<0 0>2 |||0",
	)
	for i, e := range k.events {
		if e.Seq != uint64(i+1) {
			t.Errorf("event %d has the number %d", i+1, e.Seq)
		}
	}
	if k.events[1].Due != 9 || k.events[7].Due != 20 || k.events[0].Wall != 1 {
		t.Errorf("due %d and %d, wall %d", k.events[1].Due, k.events[7].Due, k.events[0].Wall)
	}
	if !k.events[4].IsText || k.events[3].IsText {
		t.Error("attributes mix up numbers and text")
	}
	if m.ID() != 2 || m.Kind() != job || m.State() != done {
		t.Errorf("id %d, state %d", m.ID(), m.State())
	}
	if got := tr.Totals(); got != (sm.Totals{Events: 13, Machines: 2}) {
		t.Errorf("totals %+v", got)
	}
}

// Every violation: its text, and the events it leaves behind when not strict.
var violations = []struct {
	name string
	do   func(b *sm.Buffer)
	text string // of the violation
	left string // types of all events
}{
	{"move not allowed", func(b *sm.Buffer) {
		m := b.Born(job, start, 0, "", "")
		m.Move(busy)
		m.Move(start)
	}, "moved busy > start, which is not allowed", "born move violation move"},
	{"move to no state", func(b *sm.Buffer) {
		b.Born(job, start, 0, "", "").Move(99)
	}, "moved start > state-99, which is not allowed", "born violation"},
	{"fail to no failure", func(b *sm.Buffer) {
		b.Born(job, start, 0, "", "").Fail(done, 5, "broken")
	}, "failed start > DONE, which is no failure state", "born violation fail"},
	{"born in the middle", func(b *sm.Buffer) {
		b.Born(job, busy, 0, "", "").Move(done)
	}, "born in busy, which is not an initial state", "born violation move"},
	{"born in no state", func(b *sm.Buffer) {
		b.Born(job, 99, 0, "", "").Move(done)
	}, "born in state-99, which is not an initial state", "born violation move"},
	{"close too early", func(b *sm.Buffer) {
		b.Born(job, start, 0, "", "").Close()
	}, "closed in start, which is not a final state", "born violation close"},
	{"close twice", func(b *sm.Buffer) {
		m := b.Born(pingPong, ping, 0, "", "")
		m.Close()
		m.Close()
	}, "closed after it was closed", "born close violation close"},
	{"move after close", func(b *sm.Buffer) {
		m := b.Born(pingPong, ping, 0, "", "")
		m.Close()
		m.Move(1)
	}, "moved ping > pong after it was closed", "born close violation move"},
	{"attribute after abandon", func(b *sm.Buffer) {
		m := b.Born(job, start, 0, "", "")
		m.Abandon()
		m.Attr("bytes", 1)
	}, "given the attribute bytes after it was abandoned", "born abandon violation attr"},
	{"link after abandon", func(b *sm.Buffer) {
		m := b.Born(job, start, 0, "", "")
		m.Abandon()
		m.LinkFrom(m, "causes")
	}, "linked after it was abandoned", "born abandon violation link"},
	{"abandon after close", func(b *sm.Buffer) {
		m := b.Born(pingPong, ping, 0, "", "")
		m.Close()
		m.Abandon()
	}, "abandoned after it was closed", "born close violation abandon"},
	{"cause of another tracker", func(b *sm.Buffer) {
		other, _, _ := newTracker(true)
		b.Born(job, start, 0, "", "").LinkFrom(other.Buffer("n1", 1).Born(job, start, 0, "", ""), "causes")
	}, "linked to a machine of another tracker", "born violation"},
	{"invariant broken before", func(b *sm.Buffer) {
		m := b.Born(job, start, 0, "", "")
		m.Invariant(not(start))
		m.Move(done)
	}, "broke its invariant before the move to DONE: state 0", "born violation move"},
	{"invariant broken after", func(b *sm.Buffer) {
		m := b.Born(job, start, 0, "", "")
		m.Invariant(not(busy))
		m.Move(busy)
	}, "broke its invariant after the move to busy: state 1", "born move violation"},
}

// not is an invariant: the machine is not in state s.
func not(s sm.State) func(sm.State) error {
	return func(now sm.State) error {
		if now == s {
			return fmt.Errorf("state %d", s)
		}
		return nil
	}
}

func TestViolationsLenient(t *testing.T) {
	for _, v := range violations {
		t.Run(v.name, func(t *testing.T) {
			tr, k, _ := newTracker(false)
			v.do(tr.Buffer("n1", 1))
			flush(t, tr)
			var types, texts []string
			for _, e := range k.events {
				types = append(types, e.Type.String())
				if e.Type == sm.Violation {
					texts = append(texts, e.Text)
					if e.Machine != 1 {
						t.Errorf("the violation is of machine %d", e.Machine)
					}
				}
			}
			if got := strings.Join(types, " "); got != v.left {
				t.Errorf("got  %s\nwant %s", got, v.left)
			}
			if len(texts) != 1 || texts[0] != v.text {
				t.Errorf("got %q\nwant %q", texts, v.text)
			}
			if got := tr.Totals().Violations; got != 1 {
				t.Errorf("%d violations counted", got)
			}
		})
	}
}

func TestViolationsStrict(t *testing.T) {
	for _, v := range violations {
		t.Run(v.name, func(t *testing.T) {
			tr, _, _ := newTracker(true)
			b := tr.Buffer("n1", 1)
			func() {
				defer func() {
					got, _ := recover().(string)
					if !strings.HasPrefix(got, "sm: ") || !strings.Contains(got, " of n1 "+v.text) {
						t.Errorf("panic with %q\nwant %q in it", got, v.text)
					}
				}()
				v.do(b)
			}()
			b.Note("the buffer is not locked")
			flush(t, tr)
		})
	}
}

// A machine that is moved after its end does not come back to life: it is not
// abandoned again.
func TestEndIsTheEnd(t *testing.T) {
	tr, k, _ := newTracker(false)
	b := tr.Buffer("n1", 1)
	m := b.Born(pingPong, ping, 0, "", "")
	m.Close()
	m.SetLane(3)
	m.Move(1)
	b.AbandonAll()
	flush(t, tr)
	if got := k.events[len(k.events)-1]; got.Type != sm.Moved || len(k.events) != 4 {
		t.Errorf("%d events, the last is %s", len(k.events), line(got))
	}
}

func TestInvariantMayLookAround(t *testing.T) {
	tr, k, _ := newTracker(true)
	b := tr.Buffer("n1", 1)
	m, other := b.Born(job, start, 0, "", ""), b.Born(job, start, 0, "", "")
	calls := 0
	m.Invariant(func(sm.State) error {
		calls++
		if m.State() == busy && other.State() != busy {
			return errors.New("the other one is not busy")
		}
		return nil
	})
	other.Move(busy)
	m.Move(busy)
	if calls != 2 {
		t.Errorf("asked %d times, want before and after", calls)
	}
	m.Invariant(nil)
	m.Move(done)
	flush(t, tr)
	if calls != 2 || len(k.events) != 5 {
		t.Errorf("asked %d times, %d events", calls, len(k.events))
	}
}

func TestNilRecordsNothing(t *testing.T) {
	var tr *sm.Tracker
	b := tr.Buffer("n1", 1)
	m := b.Born(job, start, 1, "1", "label")
	m2 := b.BornDue(job, start, 1, "1", "label", 5)
	if b != nil || m != nil || m2 != nil {
		t.Fatal("nil makes something")
	}
	b.Note("a")
	b.Command("a")
	b.Log(1, "INFO", "a")
	b.AbandonAll()
	b.End()
	m.Move(busy)
	m.MoveDue(busy, 1)
	m.Fail(failed, 1, "a")
	m.Done(nil, done, failed)
	m.Done(errors.New("a"), done, failed)
	m.LinkFrom(m2, "a")
	m.Attr("a", 1)
	m.AttrText("a", "b")
	m.SetLane(3)
	m.Invariant(not(start))
	m.Close()
	m.Abandon()
	if m.State() != 0 || m.Kind() != nil || m.ID() != 0 || b.Node() != "" || b.Life() != 0 {
		t.Error("nil is something")
	}
	if n, err := tr.Flush(); n != 0 || err != nil || tr.Digest() != 0 || tr.Totals() != (sm.Totals{}) {
		t.Error("nil counts something")
	}
}

func TestLinkFromNilIsNothing(t *testing.T) {
	tr, k, _ := newTracker(true)
	tr.Buffer("n1", 1).Born(job, start, 0, "", "").LinkFrom(nil, "a")
	flush(t, tr)
	if len(k.events) != 1 {
		t.Errorf("%d events", len(k.events))
	}
}

func TestMoveAllocatesNothing(t *testing.T) {
	tr := sm.NewTracker(sm.Options{Clock: &stepClock{step: 1}, Sink: discard, Strict: true})
	a, b := tr.Buffer("n1", 1).Born(pingPong, ping, 1, "", ""), tr.Buffer("n2", 1).Born(pingPong, ping, 1, "", "")
	round := func() {
		for range movesPerFlush {
			a.Move(1 - a.State())
			b.Move(1 - b.State())
			b.LinkFrom(a, "causes")
			b.Attr("bytes", 1)
		}
		flush(t, tr)
	}
	round()
	round()
	if n := testing.AllocsPerRun(100, round); n != 0 {
		t.Errorf("%v allocations for %d moves and a flush", n, 2*movesPerFlush)
	}
}
