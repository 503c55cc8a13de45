package find_test

import (
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/tui/find"
)

func timeline(tb testing.TB, n int) *replay.Timeline {
	tb.Helper()
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	if err := t.Append(recordertest.Workload(n)[:n]); err != nil {
		tb.Fatal(err)
	}
	return t
}

func filter(tb testing.TB, t *replay.Timeline, text string) replay.Filter {
	tb.Helper()
	f, err := t.ParseFilter(text)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// wanted is what a filter wants, looked at one by one.
func wanted(t *replay.Timeline, f replay.Filter) (all []int) {
	for i := range t.Events() {
		if f.Event(t, i) {
			all = append(all, i)
		}
	}
	return all
}

// nearest is the nearest of them behind i, or before it; -1 if there is none.
func nearest(all []int, i, dir int) int {
	best := -1
	for _, w := range all {
		if dir > 0 && w > i {
			return w
		}
		if dir < 0 && w < i {
			best = w
		}
	}
	return best
}

var filters = []string{"", "node:n2", "kind:append state:DONE", "key1", "type:note", "kind:exec", "commit n2 >= 9", "commit n2 < 9"}

// Every event that a filter wants is found, in both directions, from anywhere,
// in slices however short.
func TestNext(t *testing.T) {
	tl := timeline(t, 3000)
	for _, text := range filters {
		f := filter(t, tl, text)
		all := wanted(tl, f)
		x := find.NewIndex(tl, f)
		for from := -2; from < tl.Events()+2; from += 37 {
			for _, dir := range []int{1, -1} {
				want := nearest(all, from, dir)
				got, slices := from, 0
				state := find.More
				for ; state == find.More; slices++ {
					if slices > tl.Events() {
						t.Fatalf("%q from %d by %d: it does not get on", text, from, dir)
					}
					got, state = find.Next(tl, f, got, dir, 0)
				}
				if (state == find.Found) != (want >= 0) || state == find.Found && got != want {
					t.Fatalf("%q from %d by %d: %d, %d, want %d", text, from, dir, got, state, want)
				}
				for state = find.More; state == find.More; {
					got, state = x.Next(from, dir, time.Now())
				}
				if (state == find.Found) != (want >= 0) || state == find.Found && got != want {
					t.Fatalf("the index of %q from %d by %d: %d, %d, want %d", text, from, dir, got, state, want)
				}
			}
		}
	}
}

// An index comes to know everything, also what is appended later and wherever it
// was asked first.
func TestIndex(t *testing.T) {
	events := recordertest.Workload(6000)
	for _, text := range filters {
		for _, near := range []int{0, 2500, 4999} {
			tl := replay.NewTimeline()
			if err := tl.AddKinds(recordertest.Kinds()); err != nil {
				t.Fatal(err)
			}
			tl.Append(events[:5000])
			f := filter(t, tl, text)
			x := find.NewIndex(tl, f)
			x.Next(near, -1, time.Now())
			for slices := 0; x.Work(0); slices++ {
				if slices > 5000 {
					t.Fatal("it does not get on")
				}
			}
			tl.Append(events[5000:6000])
			if x.Done() {
				t.Error("it is done before it looked at the new events")
			}
			for x.Work(time.Millisecond) {
			}
			all := wanted(tl, f)
			if n, looked, of := x.Count(); n != len(all) || looked != 6000 || of != 6000 || !x.Done() {
				t.Errorf("%q: %d of %d events, %d looked at; want %d", text, n, of, looked, len(all))
			}
		}
	}
}

// A slice ends in time: it looks at no more events than a few when the budget is
// used up.
func TestBudget(t *testing.T) {
	tl := timeline(t, 5000)
	f := filter(t, tl, "type:violation")
	if i, state := find.Next(tl, f, -1, 1, 0); state != find.More || i > 16 {
		t.Errorf("a slice without time went up to %d, %d", i, state)
	}
	x := find.NewIndex(tl, f)
	x.Work(0)
	if _, looked, _ := x.Count(); looked == 0 || looked > 32 {
		t.Errorf("a slice of an index without time looked at %d events", looked)
	}
}

func TestSearch(t *testing.T) {
	tl := timeline(t, 2000)
	f := filter(t, tl, "kind:exec type:born")
	all := wanted(tl, filter(t, tl, "kind:exec type:born"))
	s := find.NewSearch(tl, f, 0, 1)
	before := 0
	for s.Go(0) == find.More {
		looked, of := s.Progress()
		if looked < before || of != tl.Events()-1 {
			t.Fatalf("looked at %d of %d after %d", looked, of, before)
		}
		before = looked
	}
	if s.State != find.Found || s.At != nearest(all, 0, 1) || s.Go(time.Second) != find.Found {
		t.Errorf("found %d, %d; want %d", s.At, s.State, nearest(all, 0, 1))
	}
	s = find.NewSearch(tl, filter(t, tl, "type:violation"), 1000, -1)
	for s.Go(0) == find.More {
	}
	if s.State != find.None {
		t.Errorf("found %d, %d", s.At, s.State)
	}
}

func BenchmarkIndex(b *testing.B) {
	tl := timeline(b, 1<<20)
	for _, text := range []string{"kind:append node:n2", "key17", "commit n2 >= 1000000", "logs equal"} {
		b.Run(text, func(b *testing.B) {
			f := filter(b, tl, text)
			longest := time.Duration(0)
			for b.Loop() {
				for x, more := find.NewIndex(tl, f), true; more; {
					start := time.Now()
					more = x.Work(8 * time.Millisecond)
					longest = max(longest, time.Since(start))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1<<20), "ns/event")
			b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-slice")
		})
	}
}
