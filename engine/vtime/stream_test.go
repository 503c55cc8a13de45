package vtime_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/vtime"
)

// draw makes n waits one after the other and returns how long they took.
func draw(s *vtime.Stream, r vtime.Range, n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = s.Draw(r)
		time.Sleep(all[i])
	}
	return all
}

// drawn is what a stream draws in a world of its own.
func drawn(t *testing.T, seed uint64, name string, slot int, r vtime.Range, n int) (all []time.Duration) {
	synctest.Test(t, func(*testing.T) { all = draw(vtime.NewStream(seed, name, slot), r, n) })
	return all
}

var wide = vtime.Range{Lo: time.Millisecond, Hi: 3 * time.Millisecond}

func TestStreamIsItsOwn(t *testing.T) {
	want := drawn(t, 7, "disk n1", 5, wide, 100)
	for _, c := range []struct {
		seed uint64
		name string
		same bool
	}{{7, "disk n1", true}, {8, "disk n1", false}, {7, "disk n2", false}, {7, "net n1>n2", false}, {7, "", false}} {
		got := drawn(t, c.seed, c.name, 5, wide, 100)
		if slices.Equal(got, want) != c.same {
			t.Errorf("stream %q of seed %d draws the same: %v, want %v", c.name, c.seed, !c.same, c.same)
		}
		common := 0
		for i := range got {
			if got[i] == want[i] {
				common++
			}
		}
		if !c.same && common > 3 {
			t.Errorf("stream %q of seed %d has %d draws in common", c.name, c.seed, common)
		}
	}
}

// The draws are part of what a seed means: recordings and goldens name seeds.
func TestStreamIsFixed(t *testing.T) {
	got := fmt.Sprint(drawn(t, 7, "disk n1", 5, wide, 3))
	if want := "[2.427781ms 1.18848ms 1.270656ms]"; got != want {
		t.Errorf("seed 7 draws %s, want %s", got, want)
	}
}

func TestDrawWithinRange(t *testing.T) {
	for _, r := range []vtime.Range{{Lo: 0, Hi: 3}, {Lo: 5, Hi: 5}, {Lo: 0, Hi: 0}, {Lo: 900, Hi: 1}, wide} {
		all := drawn(t, 1, "x", 5, r, 2000)
		lo, hi := slices.Min(all), slices.Max(all)
		if lo < r.Lo || hi >= max(r.Hi, r.Lo)+2*vtime.Slots {
			t.Errorf("%v: draws from %v to %v", r, lo, hi)
		}
		if r == wide && hi-lo < (r.Hi-r.Lo)*9/10 {
			t.Errorf("%v: draws only from %v to %v", r, lo, hi)
		}
	}
}

// Waits of one stream end in its slot, and no two of them at one instant,
// however many begin at one; so waits of two streams do not either.
func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[int64]int{}
		for _, slot := range []int{0, 1, vtime.Slots - 1} {
			s := vtime.NewStream(3, "same name", slot)
			for round := range 3 {
				for range 300 {
					end := time.Now().UnixNano() + int64(s.Draw(vtime.Range{Lo: 10, Hi: 5000}))
					if end%vtime.Slots != int64(slot) {
						t.Fatalf("a wait in slot %d ends at %d", slot, end)
					}
					if other, twice := seen[end]; twice {
						t.Fatalf("two waits, of the slots %d and %d, end at %d", slot, other, end)
					}
					seen[end] = slot
				}
				time.Sleep(time.Duration(7 + round))
			}
			time.Sleep(time.Millisecond)
		}
	})
}

func TestRangeString(t *testing.T) {
	for _, c := range []struct {
		r    vtime.Range
		want string
	}{{wide, "1ms..3ms"}, {vtime.Range{Lo: time.Second, Hi: time.Second}, "1s"}, {vtime.Range{}, "0s"}} {
		if got := c.r.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A branch draws numbers of its own in the slot of its stream.
func TestBranch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := vtime.NewStream(3, "clients", 17)
		a, b, again := s.Branch("client 1"), s.Branch("client 2"), vtime.NewStream(3, "x", 4).Branch("client 1")
		seen, common := map[int64]bool{}, 0
		for range 500 {
			var n [3]int
			for i, stream := range []*vtime.Stream{a, b, again} {
				n[i] = stream.IntN(1000)
				end := time.Now().UnixNano() + int64(stream.Exponential(5*time.Microsecond))
				if stream == again {
					continue
				}
				if end%vtime.Slots != 17 || seen[end] || end <= time.Now().UnixNano() {
					t.Fatalf("a wait ends at %d, %d in its slot, taken %v", end, end%vtime.Slots, seen[end])
				}
				seen[end] = true
			}
			if n[0] != n[2] {
				t.Fatal("a branch of the same name and seed draws something else")
			}
			if n[0] == n[1] {
				common++
			}
		}
		if common > 10 {
			t.Errorf("two branches have %d of 500 draws in common", common)
		}
	})
}

func TestExponential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := vtime.NewStream(1, "x", 5)
		const n, mean = 20_000, 5 * time.Millisecond
		var sum time.Duration
		short := 0
		for range n {
			d := s.Exponential(mean)
			time.Sleep(d)
			sum += d
			if d < mean {
				short++
			}
			if d <= 0 || d > 50*mean+vtime.Slots {
				t.Fatalf("waits %v", d)
			}
		}
		if got := sum / n; got < mean*97/100 || got > mean*103/100 {
			t.Errorf("waits %v on average, want %v", got, mean)
		}
		if share := float64(short) / n; share < 0.61 || share > 0.65 { // 1 - 1/e
			t.Errorf("%.3f of the waits are shorter than their mean, want 0.632", share)
		}
	})
}

// A crowd of waits that begin at one instant costs no more each than few do.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := vtime.NewStream(1, "x", 5)
		ends := map[time.Duration]bool{}
		for range 100_000 {
			ends[s.Draw(vtime.Range{Lo: 1000, Hi: 2000})] = true
		}
		if len(ends) != 100_000 {
			t.Errorf("only %d of 100000 waits end at moments of their own", len(ends))
		}
	})
}
