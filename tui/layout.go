package tui

import "raftscope/tui/grid"

// The smallest screen that is drawn, and where a screen is wide or tall enough
// for more.
const (
	widthMin    = 60
	heightMin   = 16
	widthBeside = 100 // from here on detail is beside the tree, not below
	heightSmall = 24
	heightTall  = 30
	heightHuge  = 45
)

// place names the panes of all screens.
type place int

const (
	placeLogs place = iota
	placeTree
	placeDetail
	placeNext
	placeLogsFull
	placeEvents
	placesEnd
)

// screen is one of the views that number keys choose.
type screen int

const (
	screenMain   screen = 1
	screenLogs   screen = 2
	screenEvents screen = 6
)

// slot is where a pane is: the rule above it and its body.
type slot struct {
	place place
	rule  grid.Rect
	body  grid.Rect
}

// layout is where everything is. It follows from a shape alone.
type layout struct {
	header, overview, write, sentence, strip, keys grid.Rect

	slots []slot
	split int // column of the line between two panes side by side; 0: none
	top   int // and where that line begins and ends
	end   int
}

// shape is what a layout follows from.
type shape struct {
	w, h   int
	screen screen
	nodes  int
	strip  int // lines of the scenario
	zoom   bool
	focus  place // what is zoomed
}

// tooSmall says whether nothing useful fits.
func (s shape) tooSmall() bool { return s.w < widthMin || s.h < heightMin }

// arrange returns the layout of a shape that is not too small.
func arrange(s shape) layout {
	var l layout
	line := func(y, h int) grid.Rect { return grid.Rect{X: 0, Y: y, W: s.w, H: h} }
	l.header, l.overview, l.write = line(0, 1), line(1, 1), line(2, 1)
	bottom := s.h - 1
	l.keys = line(bottom, 1)
	sentence := 1
	if s.h >= heightTall {
		sentence = 2
	}
	bottom -= sentence
	l.sentence = line(bottom, sentence)
	bottom -= s.strip
	l.strip = line(bottom, s.strip)
	middle := grid.Rect{X: 0, Y: 3, W: s.w, H: bottom - 3}
	switch {
	case s.zoom:
		l.add(s.focus, middle)
	case s.screen == screenLogs:
		l.add(placeLogsFull, middle)
	case s.screen == screenEvents:
		l.pair(placeEvents, placeDetail, middle, 38)
	default:
		l.main(s, middle)
	}
	return l
}

// main arranges the main screen: logs, the tree with detail, next.
func (l *layout) main(s shape, r grid.Rect) {
	nodes, next := 3, 2
	switch {
	case s.h >= heightHuge:
		nodes, next = 9, 7
	case s.h >= heightTall:
		nodes, next = min(9, s.h-25), 4 // what is left shows a tree of a write
	case s.h < heightSmall:
		next = 1
	}
	logs := 2 + max(1, min(nodes, s.nodes))
	next++
	const treeMin = 3
	for logs+next+treeMin > r.H && logs > 3 { // a scenario's strip needs room
		if next > 0 {
			next = 0
		} else {
			logs--
		}
	}
	tree := max(0, r.H-logs-next)
	l.add(placeLogs, grid.Rect{X: r.X, Y: r.Y, W: r.W, H: logs})
	l.pair(placeTree, placeDetail, grid.Rect{X: r.X, Y: r.Y + logs, W: r.W, H: tree}, 36)
	if next > 0 {
		l.add(placeNext, grid.Rect{X: r.X, Y: r.Y + logs + tree, W: r.W, H: next})
	}
}

// pair arranges two panes beside each other, or below each other if there is not
// the width, or the first alone if there is neither. share is what the second
// gets of the width, in percent.
func (l *layout) pair(a, b place, r grid.Rect, share int) {
	const besideMin, belowMin = 38, 9
	switch {
	case r.W >= widthBeside:
		w := max(besideMin, min(r.W*share/100, 72))
		l.add(a, grid.Rect{X: r.X, Y: r.Y, W: r.W - w - 1, H: r.H})
		l.add(b, grid.Rect{X: r.X + r.W - w, Y: r.Y, W: w, H: r.H})
		l.split, l.top, l.end = r.X+r.W-w-1, r.Y, r.Y+r.H
	case r.H >= belowMin:
		h := max(4, r.H/3)
		l.add(a, grid.Rect{X: r.X, Y: r.Y, W: r.W, H: r.H - h})
		l.add(b, grid.Rect{X: r.X, Y: r.Y + r.H - h, W: r.W, H: h})
	default:
		l.add(a, r)
	}
}

func (l *layout) add(p place, r grid.Rect) {
	l.slots = append(l.slots, slot{
		place: p,
		rule:  grid.Rect{X: r.X, Y: r.Y, W: r.W, H: 1},
		body:  grid.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: max(0, r.H-1)},
	})
}

// find returns the slot of a pane.
func (l *layout) find(p place) (slot, bool) {
	for _, s := range l.slots {
		if s.place == p {
			return s, true
		}
	}
	return slot{}, false
}

// at returns the slot that a cell belongs to.
func (l *layout) at(x, y int) (slot, bool) {
	for _, s := range l.slots {
		if s.rule.Contains(x, y) || s.body.Contains(x, y) {
			return s, true
		}
	}
	return slot{}, false
}
