package replay

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
)

// grown is a run in which three logs grow, are truncated and compacted, come
// back with another life and have entries that came late.
func grown(t testing.TB, seed uint64, steps int) *Timeline {
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := recordertest.New()
	nodes := []string{"n1", "n2", "n3"}
	lives := map[string]uint32{}
	logs := map[string][]sm.ID{}
	at := map[sm.ID]uint64{}
	start := func(n string) {
		lives[n]++
		s.Born("node", n, lives[n], "", n, "")
	}
	born := func(n string, term, index uint64) {
		id := s.Born("entry", n, lives[n], "", strconv.FormatUint(term, 10)+"/"+strconv.FormatUint(index, 10), "")
		logs[n], at[id] = append(logs[n], id), index
	}
	for _, n := range nodes {
		start(n)
	}
	term, last := uint64(1), uint64(0)
	for range steps {
		n := nodes[rnd.IntN(3)]
		switch log := logs[n]; {
		case rnd.IntN(40) == 0 && len(log) > 0: // another leader
			term++
			last = at[log[len(log)-1]]
		case rnd.IntN(60) == 0 && len(log) > 3:
			keep := len(log) - 1 - rnd.IntN(3)
			for _, id := range log[keep:] {
				s.Move(id, "TRUNCATED")
			}
			logs[n] = log[:keep]
		case rnd.IntN(200) == 0 && len(log) > 10:
			gone := 1 + rnd.IntN(len(log)/2)
			for _, id := range log[:gone] {
				s.Move(id, "COMPACTED")
			}
			logs[n] = slices.Clone(log[gone:])
		case rnd.IntN(20) == 0 && len(log) > 0:
			s.Move(log[rnd.IntN(len(log))], "committed")
		case rnd.IntN(500) == 0:
			logs[n] = nil
			start(n)
		default:
			last++
			for _, n := range nodes {
				if rnd.IntN(600) > 0 {
					born(n, term, last)
				}
			}
		}
	}
	tl := NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(s.Events); err != nil {
		t.Fatal(err)
	}
	return tl
}

// forget lets every comparison begin anew.
func (t *Timeline) forget() {
	for _, l := range t.lives {
		if l != nil {
			l.agreed.Store(nil)
		}
	}
}

// TestAgreed compares logs at events in any order, with what earlier comparisons
// found and without.
func TestAgreed(t *testing.T) {
	type found struct {
		p      Parting
		differ bool
	}
	nodes := []string{"n1", "n2", "n3"}
	known, equal := 0, 0
	for seed := range uint64(30) {
		tl := grown(t, seed, 600)
		rnd := rand.New(rand.NewPCG(seed, 2))
		at := 0
		for range 3000 {
			if at++; rnd.IntN(50) == 0 || at > tl.Events() {
				at = rnd.IntN(tl.Events() + 1)
			}
			v, a, b := tl.At(at), nodes[rnd.IntN(3)], nodes[rnd.IntN(3)]
			x, y := v.life(a), v.life(b)
			if a == b || x.life == nil || y.life == nil {
				continue
			}
			if _, ok := tl.agreement(x, y); ok {
				known++
			}
			var got, want found
			got.p, got.differ = v.Parting(a, b)
			saved := y.agreed.Load()
			y.agreed.Store(nil)
			want.p, want.differ = v.Parting(a, b)
			y.agreed.Store(saved)
			if got != want {
				t.Fatalf("seed %d: %s and %s after %d events: %+v, want %+v", seed, a, b, at, got, want)
			}
			if !got.differ {
				equal++
			}
		}
		tl.forget()
	}
	if t.Logf("%d with what was known, %d equal", known, equal); known < 5000 || equal < 500 {
		t.Errorf("%d comparisons with what was known, %d of equal logs: too few", known, equal)
	}
}

// BenchmarkLogsEqual asks at every event of a run with long logs, as a
// breakpoint does.
func BenchmarkLogsEqual(b *testing.B) {
	s := recordertest.New()
	for _, n := range []string{"n1", "n2", "n3"} {
		s.Born("node", n, 1, "", n, "")
	}
	for i := range 5000 {
		for _, n := range []string{"n1", "n2", "n3"} {
			s.Move(s.Born("entry", n, 1, "", "1/"+strconv.Itoa(i+1), ""), "committed")
		}
	}
	tl := NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		b.Fatal(err)
	}
	if err := tl.Append(s.Events); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for n := range tl.Events() + 1 {
			tl.At(n).LogsEqual()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tl.Events()), "ns/event")
}
