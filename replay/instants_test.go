package replay_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// restless returns a run of random events in which much is invisible: lines of
// raft's log and of the journal, now and then for more than two chunks.
func restless(t *testing.T, seed uint64) *replay.Timeline {
	rnd := rand.New(rand.NewPCG(seed, 5))
	s := recordertest.New()
	var born []sm.ID
	states := []string{"pending", "writing", "DONE", "FAILED"}
	wait := func() { s.Wait(time.Duration(rnd.IntN(3)/2) * time.Microsecond) }
	for len(s.Events) < 30_000 {
		wait()
		switch k := rnd.IntN(40); {
		case k == 0 && rnd.IntN(40) == 0:
			for range rnd.IntN(rnd.IntN(12_000) + 1) {
				wait()
				s.Add(sm.Event{Type: sm.Log, Node: "n1", Life: 1, Key: "INFO", Text: "nothing"})
			}
		case k < 10:
			s.Add(sm.Event{Type: sm.Command, Text: "advance 1us"})
		case k < 15:
			born = append(born, s.Born("append", "n1", 1, "", "1..1", ""))
		case k < 18:
			s.Born([]string{"exec", "read"}[k%2], "n1", 1, "", "1", "")
		case len(born) == 0:
		case k < 24:
			s.Attr(born[rnd.IntN(len(born))], "bytes", 3)
		case k < 26:
			k := rnd.IntN(len(born))
			s.End(born[k], sm.Abandoned)
			born = slices.Delete(born, k, k+1)
		default:
			s.Move(born[max(0, len(born)-1-rnd.IntN(8))], states[rnd.IntN(len(states))])
		}
	}
	return build(t, [][]sm.Event{s.Events})
}

// slow answers the same questions by looking at every event.
type slow struct {
	t    *replay.Timeline
	ends []int // of each event, the end of its instant
}

func newSlow(t *replay.Timeline) slow {
	n := t.Events()
	s := slow{t, make([]int, n)}
	for i := n - 1; i >= 0; i-- {
		if s.ends[i] = i + 1; i+1 < n && t.Event(i+1).At == t.Event(i).At {
			s.ends[i] = s.ends[i+1]
		}
	}
	return s
}

func (s slow) visible(i int) bool {
	typ := s.t.Event(i).Type
	return typ != sm.Log && typ != sm.Command
}

func (s slow) nextVisible(cursor, dir int) int {
	if dir > 0 {
		for ; cursor < len(s.ends); cursor++ {
			if s.visible(cursor) {
				return s.ends[cursor]
			}
		}
		return -1
	}
	seen := -1
	for i := cursor - 1; i >= 0; i-- {
		switch {
		case !s.visible(i):
		case seen < 0:
			seen = i
		case s.ends[i] != s.ends[seen]:
			return s.ends[i]
		}
	}
	return -1
}

func (s slow) nextMove(m *replay.Machine, cursor, dir int) int {
	next := -1
	for _, mv := range s.stirs(m) {
		switch end := s.ends[mv]; {
		case dir > 0 && mv >= cursor:
			return end
		case dir < 0 && end < cursor:
			next = end
		}
	}
	return next
}

func (s slow) stirs(m *replay.Machine) (at []int) {
	for _, mv := range m.Moves() {
		at = append(at, mv.Event)
	}
	for i := m.BornEvent(); i < len(s.ends); i++ {
		e := s.t.Event(i)
		if e.Machine == m.ID() && e.Type == sm.Abandoned && !m.Kind().Is(e.State, sm.Final) {
			at = append(at, i)
		}
	}
	return at
}

func orNone(next int, ok bool) int {
	if !ok {
		return -1
	}
	return next
}

func TestNextVisible(t *testing.T) {
	for seed := range uint64(3) {
		tl := restless(t, seed)
		s, rnd := newSlow(tl), rand.New(rand.NewPCG(seed, 6))
		for range 1500 {
			cursor := rnd.IntN(tl.Events() + 1)
			for _, dir := range []int{1, -1} {
				if got, want := orNone(tl.NextVisible(cursor, dir)), s.nextVisible(cursor, dir); got != want {
					t.Fatalf("seed %d: from %d in direction %d: %d, want %d", seed, cursor, dir, got, want)
				}
			}
		}
	}
}

// Who steps forward from the beginning, and back from the end, meets the same
// instants.
func TestNextVisibleThereAndBack(t *testing.T) {
	tl := restless(t, 7)
	var there []int
	for c, ok := tl.NextVisible(0, 1); ok; c, ok = tl.NextVisible(c, 1) {
		there = append(there, c)
	}
	if len(there) < 1000 {
		t.Fatalf("only %d visible instants", len(there))
	}
	for i, c := len(there)-1, there[len(there)-1]; ; i-- {
		if c != there[i] {
			t.Fatalf("instant %d ends at %d, on the way back at %d", i, there[i], c)
		}
		var ok bool
		if c, ok = tl.NextVisible(c, -1); !ok {
			if i != 0 {
				t.Errorf("on the way back %d instants are missing", i)
			}
			return
		}
	}
}

func TestNextMove(t *testing.T) {
	tl := restless(t, 1)
	s, rnd := newSlow(tl), rand.New(rand.NewPCG(2, 6))
	all := tl.ByKind("append")
	for range 300 {
		m := all[rnd.IntN(len(all))]
		moves := m.Moves()
		for range 4 {
			cursor := moves[rnd.IntN(len(moves))].Event + rnd.IntN(5) - 2
			for _, dir := range []int{1, -1} {
				if got, want := orNone(tl.NextMove(m, cursor, dir)), s.nextMove(m, cursor, dir); got != want {
					t.Fatalf("%s from %d in direction %d: %d, want %d", m.Name(), cursor, dir, got, want)
				}
			}
		}
	}
}

// A machine's rest is the first instant from which on it is not open any more.
func TestRestOf(t *testing.T) {
	tl := restless(t, 3)
	s := newSlow(tl)
	rested := 0
	for _, m := range tl.ByKind("append") {
		cursor, ok := tl.RestOf(m)
		if ok == m.Open() {
			t.Fatalf("%s is %s and rests: %v", m.Name(), m.StateName(), ok)
		}
		if !ok {
			continue
		}
		rested++
		want := -1
		for _, at := range s.stirs(m) {
			before, after := tl.At(at).Of(m), tl.At(at+1).Of(m)
			if wasOpen := before.Known() && before.Open(); want < 0 || wasOpen && !after.Open() {
				want = s.ends[at]
			}
		}
		if cursor != want {
			t.Fatalf("%s rests behind %d, want %d", m.Name(), cursor, want)
		}
	}
	if rested < 100 {
		t.Errorf("only %d machines rest", rested)
	}
}

func TestNextWrite(t *testing.T) {
	tl := restless(t, 4)
	var want []*replay.Machine
	for _, m := range tl.View().Machines() {
		if k := m.Kind().Name(); k == "exec" || k == "read" {
			want = append(want, m)
		}
	}
	if len(want) < 100 {
		t.Fatalf("only %d writes", len(want))
	}
	cursor := 0
	for i, m := range want {
		if next := tl.NextWrite(cursor, 1); next != m {
			t.Fatalf("write %d is %v, want %s", i, next, m.Name())
		}
		cursor = m.BornEvent() + 1
	}
	if next := tl.NextWrite(cursor, 1); next != nil {
		t.Errorf("behind the last write is %s", next.Name())
	}
	cursor = tl.Events()
	for i := len(want) - 1; i >= 0; i-- {
		if next := tl.NextWrite(cursor, -1); next != want[i] {
			t.Fatalf("on the way back write %d is %v, want %s", i, next, want[i].Name())
		}
		cursor = want[i].BornEvent() + 1
	}
	if next := tl.NextWrite(cursor, -1); next != nil {
		t.Errorf("before the first write is %s", next.Name())
	}
}

func TestInstantsOfNothing(t *testing.T) {
	tl := replay.NewTimeline()
	for _, dir := range []int{1, -1} {
		for _, cursor := range []int{-5, 0, 1 << 40} {
			if next, ok := tl.NextVisible(cursor, dir); ok {
				t.Errorf("there is an instant at %d", next)
			}
			if m := tl.NextWrite(cursor, dir); m != nil {
				t.Errorf("there is %s", m.Name())
			}
			if next, ok := tl.NextMove(nil, cursor, dir); ok {
				t.Errorf("nothing moves at %d", next)
			}
		}
	}
	if _, ok := tl.RestOf(nil); ok || tl.EndOfInstant(3) != 0 {
		t.Error("an empty timeline has an instant")
	}
}

func BenchmarkNextVisible(b *testing.B) {
	s := recordertest.New()
	s.Born("node", "n1", 1, "", "n1", "")
	for range 1 << 20 {
		s.Wait(time.Microsecond)
		s.Add(sm.Event{Type: sm.Log, Node: "n1", Life: 1, Key: "INFO", Text: "nothing"})
	}
	s.Born("node", "n1", 2, "", "n1", "")
	tl := build(b, [][]sm.Event{s.Events})
	b.ReportAllocs()
	for b.Loop() {
		tl.NextVisible(1, 1)
		tl.NextVisible(tl.Events(), -1)
	}
}
