package find

import (
	"time"

	"raftscope/replay"
)

// State says how a slice of a search ended.
type State uint8

const (
	// More: the time is up; the search goes on from where it stands.
	More State = iota
	// Found: there is one.
	Found
	// None: there is none.
	None
)

// clockEvery is after how many events the clock is looked at: that costs about
// as much as a simple condition does.
const clockEvery = 8

// Next looks for the nearest event that f wants behind position from or, if dir
// is negative, before it, for about as long as the budget. It looks at a few
// events at least, so that a search always gets on. It returns the position if
// it found one; with More, the position from which to go on with the next call;
// with None, from.
func Next(t *replay.Timeline, f replay.Filter, from, dir int, budget time.Duration) (i int, state State) {
	return Scan(t.Events(), func(i int) bool { return f.Event(t, i) }, from, dir, budget)
}

// Scan is Next for any question about the events of a run, of which there are so
// many.
func Scan(events int, meets func(i int) bool, from, dir int, budget time.Duration) (i int, state State) {
	dir = sign(dir)
	from = max(-1, min(from, events))
	end := time.Now().Add(budget)
	for i = from + dir; i >= 0 && i < events; i += dir {
		if meets(i) {
			return i, Found
		}
		if (i-from)%clockEvery == 0 && time.Now().After(end) {
			return i, More
		}
	}
	return from, None
}

func sign(dir int) int {
	if dir < 0 {
		return -1
	}
	return 1
}

// Search is a search for one event that goes on over many slices.
type Search struct {
	Timeline *replay.Timeline // required
	Filter   replay.Filter
	From     int // the position from which it began, itself not looked at
	Dir      int // negative: towards the beginning
	At       int // the last position looked at
	State    State
}

// NewSearch begins a search, without looking yet.
func NewSearch(t *replay.Timeline, f replay.Filter, from, dir int) *Search {
	return &Search{Timeline: t, Filter: f, From: from, Dir: sign(dir), At: from}
}

// Go searches on for about as long as the budget. After Found or None it does
// nothing any more: events that come later are for another search.
func (s *Search) Go(budget time.Duration) State {
	if s.State == More {
		i, state := Next(s.Timeline, s.Filter, s.At, s.Dir, budget)
		s.State = state
		if state != None {
			s.At = i
		}
	}
	return s.State
}

// Progress returns how many of how many events were looked at.
func (s *Search) Progress() (looked, all int) {
	if s.Dir < 0 {
		return s.From - s.At, s.From
	}
	return s.At - s.From, max(s.At, s.Timeline.Events()-1) - s.From
}
