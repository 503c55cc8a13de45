package breaks_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/breaks"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// timeline plays three appends on n1 and n2, with a command before each. The
// positions of its events:
//
//	 0 node n1 born   1 node n2 born
//	 2 command   3 append#3 n1 born   4 > pending   5 > writing   6 > DONE
//	 7 command   8 append#4 n2 born   9 > pending  10 > writing  11 > FAILED
//	12 command  13 append#5 n1 born  14 > pending  15 > writing  16 > DONE
func timeline(t testing.TB) *replay.Timeline {
	t.Helper()
	h := recordertest.New()
	h.Born("node", "n1", 1, "", "n1", "")
	h.Born("node", "n2", 1, "", "n2", "")
	for i, node := range []string{"n1", "n2", "n1"} {
		h.Add(sm.Event{Type: sm.Command, Text: "advance 1ms"})
		m := h.Born("append", node, 1, "", fmt.Sprintf("%d..%d", i, i), "")
		h.Move(m, "pending", "writing")
		if i == 1 {
			h.Fail(m, "FAILED", 28, "no space left")
		} else {
			h.Move(m, "DONE")
		}
	}
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(h.Events); err != nil {
		t.Fatal(err)
	}
	if d := tl.Damage(); d.Events > 0 || tl.Events() != 17 {
		t.Fatalf("%d events, damage %v", tl.Events(), d.Reasons)
	}
	return tl
}

func parse(t testing.TB, text string) cond.Cond {
	t.Helper()
	c, err := cond.Parse(1, text, cond.Scope{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

func add(t testing.TB, s *breaks.Set, v replay.View, b breaks.Break, text string) int {
	t.Helper()
	b.Cond = parse(t, text)
	n, _, err := s.Add(b, v)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

// hits goes through all events, as a run whose instants have so many of them,
// and returns "N@EVENT" of every stop.
func hits(s *breaks.Set, tl *replay.Timeline, instant int) string {
	var all []string
	for from := 0; from < tl.Events(); from += instant {
		if hit, ok := s.Check(tl, from, min(from+instant, tl.Events())); ok {
			text := fmt.Sprintf("%d@%d", hit.N, hit.Event)
			for _, n := range hit.Also {
				text += fmt.Sprintf("+%d", n)
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

func TestCheck(t *testing.T) {
	tl := timeline(t)
	tests := []struct {
		name    string
		conds   []string
		b       breaks.Break // but for the condition
		instant int
		hits    string
		left    []int // how often the breakpoints that are left were met
	}{
		{"each event", []string{"kind:append state:writing"}, breaks.Break{}, 1, "1@5 1@10 1@15", []int{3}},
		{"the first of an instant", []string{"kind:append state:writing"}, breaks.Break{}, 17, "1@5", []int{3}},
		{"becomes true", []string{"count append >= 2"}, breaks.Break{}, 1, "1@8", []int{1}},
		{"becomes true again", []string{"count append writing = 1"}, breaks.Break{}, 1, "1@5 1@10 1@15", []int{3}},
		{"becomes true within instants", []string{"count append writing = 1"}, breaks.Break{}, 4, "1@5 1@10 1@15", []int{3}},
		{"holds for no instant's end", []string{"append@last pending"}, breaks.Break{}, 17, "1@4", []int{3}},
		{"mixed with an event", []string{"kind:append and count append >= 2"}, breaks.Break{}, 1, "1@8 1@9 1@10 1@11 1@13 1@14 1@15 1@16", []int{8}},
		{"ignored", []string{"kind:append state:writing"}, breaks.Break{Ignore: 2}, 1, "1@15", []int{3}},
		{"ignored in one instant", []string{"kind:append state:writing"}, breaks.Break{Ignore: 2}, 17, "1@15", []int{3}},
		{"once", []string{"kind:append state:writing"}, breaks.Break{Once: true}, 1, "1@5", nil},
		{"once in one instant", []string{"kind:append state:writing"}, breaks.Break{Once: true}, 17, "1@5", nil},
		{"once after ignoring", []string{"kind:append state:writing"}, breaks.Break{Once: true, Ignore: 1}, 1, "1@10", nil},
		{"disabled", []string{"kind:append"}, breaks.Break{Disabled: true}, 1, "", []int{0}},
		{"no commands", []string{"type:command", "not kind:append"}, breaks.Break{}, 1, "2@0 2@1", []int{0, 2}},
		{"two at one event", []string{"type:fail", "kind:append node:n2 state:FAILED"}, breaks.Break{}, 1, "1@11+2", []int{1, 1}},
		{"two in one instant", []string{"type:fail", "kind:append state:writing", "node:n9"}, breaks.Break{}, 17, "2@5+1", []int{1, 3, 0}},
		{"once later in the instant", []string{"type:fail", "kind:append state:writing"}, breaks.Break{Once: true}, 17, "2@5+1", nil},
	}
	for _, test := range tests {
		var s breaks.Set
		for _, text := range test.conds {
			add(t, &s, tl.At(0), test.b, text)
		}
		if got := hits(&s, tl, test.instant); got != test.hits {
			t.Errorf("%s: hits %q, expected %q", test.name, got, test.hits)
		}
		var left []int
		for _, b := range s.List() {
			left = append(left, b.Hits)
		}
		if !reflect.DeepEqual(left, test.left) {
			t.Errorf("%s: left with hits %v, expected %v", test.name, left, test.left)
		}
	}
}

func TestHitSaysWhy(t *testing.T) {
	tl := timeline(t)
	var s breaks.Set
	add(t, &s, tl.At(0), breaks.Break{}, "kind:append node:n2 type:fail")
	hit, ok := s.Check(tl, 0, tl.Events())
	want := breaks.Hit{N: 1, Cond: "kind:append node:n2 type:fail", Event: 11, Why: "n2 append#4 writing > FAILED: no space left"}
	if !ok || !reflect.DeepEqual(hit, want) {
		t.Errorf("%+v, expected %+v", hit, want)
	}
	s = breaks.Set{}
	add(t, &s, tl.At(0), breaks.Break{}, "count append DONE = 2")
	hit, ok = s.Check(tl, 0, tl.Events())
	want = breaks.Hit{N: 1, Cond: "count append DONE = 2", Event: 16, Why: "there are 2"}
	if !ok || !reflect.DeepEqual(hit, want) {
		t.Errorf("%+v, expected %+v", hit, want)
	}
}

// TestHoldsAlready: what holds when a breakpoint is set or switched on, or
// where a cursor has jumped to, stops nothing until it holds anew.
func TestHoldsAlready(t *testing.T) {
	tl := timeline(t)
	const writing = "count append writing = 1"
	var s breaks.Set
	n, holds, err := s.Add(breaks.Break{Cond: parse(t, writing)}, tl.At(6))
	if n != 1 || !holds || err != nil {
		t.Errorf("added as %d, holds %t, %v", n, holds, err)
	}
	if _, holds, _ = s.Add(breaks.Break{Cond: parse(t, "kind:append")}, tl.At(6)); holds {
		t.Error("what is about an event does not hold")
	}
	if err := s.Delete(2); err != nil {
		t.Fatal(err)
	}
	if hit, ok := s.Check(tl, 6, 10); ok {
		t.Errorf("hit %+v while it held", hit)
	}
	if hit, ok := s.Check(tl, 10, 12); !ok || hit.Event != 10 {
		t.Errorf("%+v, %t, expected event 10", hit, ok)
	}
	if hit, ok := s.Check(tl, 6, 7); ok {
		t.Errorf("hit %+v after a jump to where it held", hit)
	}
	if hit, ok := s.Check(tl, 15, 16); !ok || hit.Event != 15 {
		t.Errorf("%+v, %t, expected event 15 after a jump", hit, ok)
	}
	if err := errors.Join(s.Disable(1), s.Enable(1)); err != nil {
		t.Fatal(err)
	}
	if hit, ok := s.Check(tl, 11, 12); ok {
		t.Errorf("hit %+v where it became false", hit)
	}
}

func TestNumbers(t *testing.T) {
	tl := timeline(t)
	var s breaks.Set
	if s.Active() || s.List() != nil {
		t.Error("an empty set is active")
	}
	for want := 1; want <= 3; want++ {
		if n := add(t, &s, tl.View(), breaks.Break{N: 77}, "idle"); n != want {
			t.Errorf("number %d, expected %d", n, want)
		}
	}
	for i, err := range []error{s.Enable(4), s.Disable(0), s.Delete(-1)} {
		if want := []string{"4", "0", "-1"}[i]; !errors.Is(err, breaks.ErrNone) || err.Error() != "there is no breakpoint "+want {
			t.Errorf("got %v", err)
		}
	}
	if err := errors.Join(s.Delete(3), s.Disable(1), s.Disable(1), s.Disable(2)); err != nil || s.Active() {
		t.Errorf("active with none enabled, %v", err)
	}
	if err := s.Enable(2); err != nil || !s.Active() {
		t.Errorf("not active, %v", err)
	}
	if n := add(t, &s, tl.View(), breaks.Break{}, "idle"); n != 4 {
		t.Errorf("number %d was used again", n)
	}
	s.Clear()
	if n := add(t, &s, tl.View(), breaks.Break{}, "idle"); n != 5 || len(s.List()) != 1 {
		t.Errorf("number %d, %v", n, s.List())
	}
	for len(s.List()) < breaks.Max {
		add(t, &s, tl.View(), breaks.Break{}, "idle")
	}
	if _, _, err := s.Add(breaks.Break{Cond: cond.Idle{}}, tl.View()); !errors.Is(err, breaks.ErrFull) {
		t.Errorf("one too many: %v", err)
	}
	s.Clear()
	if _, _, err := s.Add(breaks.Break{Cond: cond.Says{Text: strings.Repeat("x", breaks.CondBytesMax)}}, tl.View()); !errors.Is(err, breaks.ErrLong) {
		t.Errorf("one too long: %v", err)
	}
}

func TestCheckBack(t *testing.T) {
	tl := timeline(t)
	var s breaks.Set
	if _, ok := s.CheckBack(tl, 17, 0); ok {
		t.Error("an empty set is met")
	}
	add(t, &s, tl.At(0), breaks.Break{Ignore: 9}, "kind:append state:writing")
	add(t, &s, tl.At(0), breaks.Break{Once: true}, "count append >= 2")
	add(t, &s, tl.At(0), breaks.Break{}, "count append writing = 1")
	add(t, &s, tl.At(0), breaks.Break{Disabled: true}, "kind:append")
	add(t, &s, tl.At(0), breaks.Break{}, "type:command")
	var got []string
	for before := tl.Events(); ; {
		hit, ok := s.CheckBack(tl, before, 0)
		if !ok {
			break
		}
		got = append(got, fmt.Sprint(hit.N, "@", hit.Event, hit.Also))
		before = hit.Event
	}
	if want := "[1@15 [3] 1@10 [3] 2@8 [] 1@5 [3]]"; fmt.Sprint(got) != want {
		t.Errorf("backward %v, expected %s", got, want)
	}
	if _, ok := s.CheckBack(tl, 15, 11); ok {
		t.Error("it went further back than asked")
	}
	for _, b := range s.List() {
		if b.Hits != 0 {
			t.Errorf("breakpoint %d counted %d hits", b.N, b.Hits)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		b.Fatal(err)
	}
	const n = 1 << 16
	if err := tl.Append(recordertest.Workload(n)[:n]); err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name  string
		conds []string
	}{
		{"none", nil},
		{"one-about-events", []string{"kind:append node:n2 state:FAILED"}},
		{"three", []string{"kind:append node:n2 state:FAILED", "commit n2 >= 1000000", "count append n3 writing > 100"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var s breaks.Set
			for _, text := range bench.conds {
				add(b, &s, tl.At(0), breaks.Break{}, text)
			}
			b.ReportAllocs()
			events := 0
			for b.Loop() {
				for from := 0; from < n; from += 8 { // instants
					if hit, ok := s.Check(tl, from, from+8); ok {
						b.Fatalf("hit %+v", hit)
					}
				}
				events += n
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		})
	}
}
