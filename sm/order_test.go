package sm_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"raftscope/sm"
)

// What a run records does not depend on how its goroutines were scheduled.
func TestOrderIsCanonical(t *testing.T) {
	for seed := range uint64(4) {
		h := generate(seed, 80)
		rnd := rand.New(rand.NewPCG(seed, 2))
		want, digest := h.shuffled(t, rnd)
		if len(want) < 60 {
			t.Fatalf("only %d events", len(want))
		}
		checkCauses(t, want)
		for run := range 200 {
			record := h.shuffled
			if run%2 == 1 {
				record = h.concurrent
			}
			got, d := record(t, rnd)
			if len(got) != len(want) {
				t.Fatalf("seed %d, run %d: %d events, want %d", seed, run, len(got), len(want))
			}
			for i := range want {
				if line(got[i]) != line(want[i]) {
					t.Fatalf("seed %d, run %d, event %d:\n got %s\nwant %s", seed, run, i+1, line(got[i]), line(want[i]))
				}
			}
			if d != digest {
				t.Fatalf("seed %d, run %d: digest %s, want %s", seed, run, d, digest)
			}
		}
	}
}

// checkCauses checks what any order must keep: births count up and come first,
// and each move of a machine begins where the one before ended.
func checkCauses(t *testing.T, events []sm.Event) {
	t.Helper()
	var born sm.ID
	states := map[sm.ID]sm.State{}
	for _, e := range events {
		if e.Machine == 0 && e.Type != sm.Log {
			t.Errorf("event %d, %s, concerns no machine", e.Seq, e.Type)
		}
		if e.Type == sm.Moved && e.From != states[e.Machine] {
			t.Errorf("event %d moves machine %d from %d, but it is in %d", e.Seq, e.Machine, e.From, states[e.Machine])
		}
		if e.Type != sm.Linked && e.Type != sm.Attributed {
			states[e.Machine] = e.State
		}
		if e.Type == sm.Born {
			born++
			if e.Machine != born {
				t.Errorf("event %d: born as %d, want %d", e.Seq, e.Machine, born)
			}
		}
		if e.Machine > born || e.Other > born || e.Type == sm.Linked && e.Other == 0 {
			t.Errorf("event %d concerns %d and %d before their births", e.Seq, e.Machine, e.Other)
		}
	}
}

// An effect on a node that sorts first waits for its cause on one that sorts
// last, and the rest of its lane waits with it; other lanes do not.
func TestCauseComesFirst(t *testing.T) {
	tr, k, _ := newTracker(true)
	n1, n2 := tr.Buffer("n1", 1), tr.Buffer("n2", 1)
	cause := n2.Born(job, start, 1, "", "cause")
	effect := n1.Born(job, start, 1, "", "effect")
	effect.LinkFrom(cause, "sent by")
	n1.Log(1, "", "same lane")
	n1.Log(2, "", "other lane")
	flush(t, tr)
	wantLines(t, k.events,
		"0 n1/1 born #1<0 0>0 job||effect|0",
		"0 n1/1 log #0<0 0>0 ||other lane|0",
		"0 n2/1 born #2<0 0>0 job||cause|0",
		"0 n1/1 link #1<2 0>0 |sent by||0",
		"0 n1/1 log #0<0 0>0 ||same lane|0",
	)
}

// Time comes before names, and the world before the nodes.
func TestOrderByTimeThenNode(t *testing.T) {
	tr, k, clock := newTracker(true)
	say := func(at sm.Time, node string, life uint32, lane sm.Lane) {
		clock.at = at
		tr.Buffer(node, life).Log(lane, "", "")
	}
	say(1, "n2", 1, 0)
	say(2, "n10", 1, 0)
	say(2, "n2", 2, 0)
	say(2, "n2", 1, 5)
	say(2, "n1", 1, 1)
	say(2, "n1", 1, 0)
	say(2, "", 0, 9)
	say(3, "n1", 1, 0)
	flush(t, tr)
	var got []string
	for _, e := range k.events {
		got = append(got, fmt.Sprintf("%d:%s/%d", e.At, e.Node, e.Life))
	}
	want := "[1:n2/1 2:/0 2:n1/1 2:n1/1 2:n10/1 2:n2/1 2:n2/2 3:n1/1]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}

// A clock that runs backwards does not bring effects before causes, nor time in
// the events backwards.
func TestClockBackwards(t *testing.T) {
	tr, k, clock := newTracker(true)
	clock.at = 50
	cause := tr.Buffer("n2", 1).Born(job, start, 0, "", "")
	clock.at = 10
	effect := tr.Buffer("n1", 1).Born(job, start, 0, "", "")
	effect.LinkFrom(cause, "causes")
	effect.Move(busy)
	flush(t, tr)
	clock.at = 5
	tr.Buffer("n3", 1).Note("late")
	flush(t, tr)
	last := sm.Time(0)
	for _, e := range k.events {
		if e.At < last {
			t.Errorf("event %d is at %d, after %d", e.Seq, e.At, last)
		}
		last = e.At
	}
	if k.events[2].Type != sm.Linked && k.events[3].Type != sm.Linked {
		t.Errorf("the link is not where it belongs: %v", k.events)
	}
}

// What comes After another machine waits for that machine's last record, in a
// later lane too.
func TestAfter(t *testing.T) {
	tr, k, _ := newTracker(true)
	b := tr.Buffer("n1", 1)
	answer := b.Born(job, start, 1, "", "answer")
	work := b.Born(job, start, 9, "", "work")
	work.Attr("a", 1)
	work.Attr("b", 2)
	answer.After(work)
	answer.Attr("told", 1)
	answer.Attr("more", 1)
	flush(t, tr)
	var got []string
	for _, e := range k.events {
		got = append(got, e.Key+e.Text)
	}
	if want := "answer work a b told more"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
