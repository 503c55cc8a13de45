package vtime_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"raftscope/engine/vtime"
)

func draw(s *vtime.Stream, r vtime.Range, n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = s.Draw(r)
	}
	return all
}

var wide = vtime.Range{Lo: time.Millisecond, Hi: 3 * time.Millisecond}

func TestStreamIsItsOwn(t *testing.T) {
	want := draw(vtime.NewStream(7, "disk n1"), wide, 100)
	for _, c := range []struct {
		seed uint64
		name string
		same bool
	}{{7, "disk n1", true}, {8, "disk n1", false}, {7, "disk n2", false}, {7, "net n1>n2", false}, {7, "", false}} {
		got := draw(vtime.NewStream(c.seed, c.name), wide, 100)
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
	got := fmt.Sprint(draw(vtime.NewStream(7, "disk n1"), wide, 3))
	if want := "[2.427721ms 1.18836ms 1.270584ms]"; got != want {
		t.Errorf("seed 7 draws %s, want %s", got, want)
	}
}

func TestDrawWithinRange(t *testing.T) {
	for _, r := range []vtime.Range{{Lo: 0, Hi: 3}, {Lo: 5, Hi: 6}, {Lo: 4, Hi: 4}, {Lo: 0, Hi: 0}, wide} {
		s := vtime.NewStream(1, "x")
		lo, hi := r.Hi, r.Lo
		for _, d := range draw(s, r, 2000) {
			lo, hi = min(lo, d), max(hi, d)
		}
		if lo < r.Lo || hi > r.Hi {
			t.Errorf("%v: draws from %v to %v", r, lo, hi)
		}
		if r.Hi-r.Lo < 10 && (lo != r.Lo || hi != r.Hi) {
			t.Errorf("%v: in 2000 draws only %v to %v; both ends belong to it", r, lo, hi)
		}
		if r == wide && hi-lo < (r.Hi-r.Lo)*9/10 {
			t.Errorf("%v: draws only from %v to %v", r, lo, hi)
		}
	}
	if d := vtime.NewStream(1, "x").Draw(vtime.Range{Lo: 5, Hi: 1}); d != 5 {
		t.Errorf("a range that ends before it begins gives %v, want its beginning", d)
	}
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
