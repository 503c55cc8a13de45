package find

import (
	"slices"
	"time"

	"raftscope/replay"
)

// Index knows which events of a run a filter wants. It learns that piece by
// piece: first where it is asked, then everywhere, in the slices of Work. Events
// that are appended meanwhile are learned like the others. One goroutine uses it.
type Index struct {
	t      *replay.Timeline
	f      replay.Filter
	pieces []piece
	looked int // events looked at
	found  int // of them wanted
	near   int // the piece that was asked for last: Work begins there
}

// A piece is a stretch of pieceEvents events of which some first ones were looked
// at. It is as small as it is so that a slice can end in time, and so large that
// the pieces of a long run are few.
type piece struct {
	looked uint16
	wanted []uint16 // offsets
}

const pieceEvents = 1024

// NewIndex returns an index that knows nothing yet.
func NewIndex(t *replay.Timeline, f replay.Filter) *Index { return &Index{t: t, f: f} }

// Is reports whether it is the index of that timeline and filter.
func (x *Index) Is(t *replay.Timeline, f replay.Filter) bool {
	return x != nil && x.t == t && x.f.String() == f.String()
}

// Filter returns what it was made for.
func (x *Index) Filter() replay.Filter { return x.f }

// Count returns how many of the events looked at are wanted, and how many were
// looked at, of all there are.
func (x *Index) Count() (wanted, looked, all int) { return x.found, x.looked, x.t.Events() }

// Done reports whether all events were looked at.
func (x *Index) Done() bool { return x.looked == x.t.Events() }

// Next returns the position of the nearest wanted event behind position i or, if
// dir is negative, before it. It returns More if the time is up before that is
// known; asked again, it knows more.
func (x *Index) Next(i, dir int, until time.Time) (pos int, state State) {
	x.grow()
	i = max(-1, min(i, x.t.Events()))
	if dir < 0 {
		return x.before(i, until)
	}
	return x.behind(i+1, until)
}

// behind is Next for position i and those behind it.
func (x *Index) behind(i int, until time.Time) (int, State) {
	for p := i / pieceEvents; p < len(x.pieces); p++ {
		whole := x.look(p, until)
		off := max(0, i-p*pieceEvents)
		wanted := x.pieces[p].wanted
		if k, _ := slices.BinarySearch(wanted, uint16(off)); k < len(wanted) {
			return p*pieceEvents + int(wanted[k]), Found
		}
		if !whole {
			return 0, More
		}
	}
	return 0, None
}

// before is Next for those before position i.
func (x *Index) before(i int, until time.Time) (int, State) {
	for p := (i - 1) / pieceEvents; p >= 0 && i > 0; p-- {
		if !x.look(p, until) {
			return 0, More // a later one of the piece may be nearer
		}
		off := min(pieceEvents, i-p*pieceEvents)
		wanted := x.pieces[p].wanted
		if k, _ := slices.BinarySearch(wanted, uint16(off)); k > 0 {
			return p*pieceEvents + int(wanted[k-1]), Found
		}
	}
	return 0, None
}

// Work goes on looking, for about as long as the budget: from where it was asked
// last to the end of the run, then backwards from there. It reports whether there
// is more to do.
func (x *Index) Work(budget time.Duration) (more bool) {
	x.grow()
	until := time.Now().Add(budget)
	near := max(0, min(x.near, len(x.pieces)-1))
	for p := near; p < len(x.pieces); p++ {
		if !x.lookAt(p, until) {
			return true
		}
	}
	for p := near - 1; p >= 0 && !x.Done(); p-- {
		if !x.lookAt(p, until) {
			return true
		}
	}
	return !x.Done()
}

// grow makes pieces for the events there are.
func (x *Index) grow() {
	for len(x.pieces)*pieceEvents < x.t.Events() {
		x.pieces = append(x.pieces, piece{})
	}
}

// size returns how many events there are in a piece.
func (x *Index) size(p int) int { return min(pieceEvents, x.t.Events()-p*pieceEvents) }

// look is lookAt for a piece that somebody asked for.
func (x *Index) look(p int, until time.Time) (whole bool) {
	x.near = p
	return x.lookAt(p, until)
}

// lookAt looks at the rest of a piece, and reports whether it came to its end in
// time.
func (x *Index) lookAt(p int, until time.Time) (whole bool) {
	c, size := &x.pieces[p], x.size(p)
	first := int(c.looked)
	for i := first; i < size; i++ {
		if i > first && i%clockEvery == 0 && time.Now().After(until) { // a few at least, or it might never get on
			return false
		}
		if x.f.Event(x.t, p*pieceEvents+i) {
			c.wanted = append(c.wanted, uint16(i))
			x.found++
		}
		c.looked++
		x.looked++
	}
	return true
}
