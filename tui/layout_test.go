package tui

import (
	"fmt"
	"testing"

	"raftscope/tui/grid"
)

// At every size, in every view, what the layout places covers the screen, line by
// line, and nothing lies over anything else.
func TestLayoutCoversTheScreen(t *testing.T) {
	for w := widthMin; w <= 220; w += 11 {
		for h := heightMin; h <= 80; h++ {
			for _, view := range []screen{screenMain, screenLogs, screenEvents} {
				for _, zoom := range []bool{false, true} {
					for _, strip := range []int{0, 1, stripMax + 2} {
						if h < heightSmall && strip > 1 {
							continue // see stripHeight
						}
						for _, nodes := range []int{1, 5, 9} {
							checkLayout(t, shape{w: w, h: h, screen: view, nodes: nodes, strip: strip, zoom: zoom, focus: placeTree})
						}
					}
				}
			}
		}
	}
}

func checkLayout(t *testing.T, s shape) {
	t.Helper()
	l := arrange(s)
	at := fmt.Sprintf("%+v", s)
	covered := make([]int, s.w*s.h)
	cover := func(name string, r grid.Rect) {
		if r.X < 0 || r.Y < 0 || r.W < 0 || r.H < 0 || r.X+r.W > s.w || r.Y+r.H > s.h {
			t.Fatalf("%s: %s is outside: %+v", at, name, r)
		}
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				covered[y*s.w+x]++
			}
		}
	}
	cover("header", l.header)
	cover("overview", l.overview)
	cover("write", l.write)
	cover("sentence", l.sentence)
	cover("strip", l.strip)
	cover("keys", l.keys)
	for _, slot := range l.slots {
		cover("rule", slot.rule)
		cover("body", slot.body)
		if slot.body.H < 1 {
			t.Fatalf("%s: pane %d has no line", at, slot.place)
		}
	}
	if l.split > 0 {
		cover("split", grid.Rect{X: l.split, Y: l.top, W: 1, H: l.end - l.top})
	}
	for i, n := range covered {
		if n != 1 {
			t.Fatalf("%s: the cell %d,%d is covered %d times", at, i%s.w, i/s.w, n)
		}
	}
}

func TestLayoutOfKnownSizes(t *testing.T) {
	for _, c := range []struct {
		w, h   int
		want   []place
		logs   int
		next   int
		tree   int
		beside bool
	}{
		{60, 16, []place{placeLogs, placeTree, placeNext}, 4, 1, 3, false},
		{80, 24, []place{placeLogs, placeTree, placeDetail, placeNext}, 4, 2, 6, false},
		{120, 36, []place{placeLogs, placeTree, placeDetail, placeNext}, 4, 4, 19, true},
		{200, 60, []place{placeLogs, placeTree, placeDetail, placeNext}, 4, 7, 40, true},
	} {
		l := arrange(shape{w: c.w, h: c.h, screen: screenMain, nodes: 3})
		var got []place
		for _, s := range l.slots {
			got = append(got, s.place)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%dx%d has panes %v, expected %v", c.w, c.h, got, c.want)
		}
		logs, _ := l.find(placeLogs)
		next, _ := l.find(placeNext)
		tree, _ := l.find(placeTree)
		if logs.body.H != c.logs || next.body.H != c.next || tree.body.H != c.tree || (l.split > 0) != c.beside {
			t.Errorf("%dx%d: logs %d, next %d, tree %d, beside %v, expected %+v", c.w, c.h, logs.body.H, next.body.H, tree.body.H, l.split > 0, c)
		}
	}
}
