package breaks

import (
	"slices"

	"raftscope/replay"
	"raftscope/sm"
)

// Hit is an event that meets a breakpoint.
type Hit struct {
	N     int    // the breakpoint's number
	Cond  string // its condition
	Event int    // position in the timeline
	Why   string // what the event was, or what has become true
	Also  []int  // numbers of other breakpoints that were hit by this event or, as Check says, by a later one
}

// Check looks at the events of t at positions from..to-1, one by one, and
// returns the first that hits an enabled breakpoint; of several breakpoints the
// one with the lowest number.
//
// All breakpoints see all events: those behind the first hit count as hits and
// use up ignore counts and Once too, for they have happened, and no later call
// is told of them. Events of type command, the journal, are passed over: whoever
// gave a command knows of it.
func (s *Set) Check(t *replay.Timeline, from, to int) (first Hit, ok bool) {
	if s.enabled == 0 {
		return Hit{}, false
	}
	spent := false
	for i := from; i < to; i++ {
		v := t.At(i + 1)
		journal := v.LastType() == sm.Command
		for k := range s.all {
			w := &s.all[k]
			if !w.meets(t, v, journal) || !w.hit() {
				continue
			}
			spent = spent || w.Once
			switch {
			case !ok:
				first, ok = Hit{N: w.N, Cond: w.Cond.String(), Event: i, Why: w.why(t, v)}, true
			case w.N != first.N && !slices.Contains(first.Also, w.N):
				first.Also = append(first.Also, w.N)
			}
		}
	}
	if spent {
		s.all = slices.DeleteFunc(s.all, func(w watch) bool { return w.spent })
		s.count()
	}
	slices.Sort(first.Also)
	return first, ok
}

// meets reports whether the newest event of v meets the breakpoint.
func (w *watch) meets(t *replay.Timeline, v replay.View, journal bool) bool {
	if w.Disabled || w.spent {
		return false
	}
	if w.aboutEvent {
		return !journal && v.Holds(w.Cond)
	}
	if w.at != v.Events()-1 { // the events before were not looked at
		w.held = t.At(v.Events() - 1).Holds(w.Cond)
	}
	before := w.held
	w.held, w.at = v.Holds(w.Cond), v.Events()
	return w.held && !before
}

// hit counts that the breakpoint was met, and reports whether it is hit and not
// ignored.
func (w *watch) hit() bool {
	w.Hits++
	if w.Ignore > 0 {
		w.Ignore--
		return false
	}
	w.spent = w.Once
	return true
}

func (w *watch) why(t *replay.Timeline, v replay.View) string {
	if w.aboutEvent {
		return t.Describe(v.Events()-1, false)
	}
	return v.Saw(w.Cond)
}

// CheckBack looks at the events of t at positions before-1 down to to, and
// returns the first that meets an enabled breakpoint: where a cursor that goes
// backward stops. Nothing is counted, and ignore counts are not looked at.
func (s *Set) CheckBack(t *replay.Timeline, before, to int) (Hit, bool) {
	if s.enabled == 0 {
		return Hit{}, false
	}
	after := make([]bool, len(s.all)) // whether a condition that is not about events held one event later
	for k := range s.all {
		after[k] = !s.all[k].aboutEvent && t.At(before).Holds(s.all[k].Cond)
	}
	for i := before - 1; i >= to; i-- {
		v, earlier := t.At(i+1), t.At(i)
		var hit Hit
		for k := range s.all {
			w, met := &s.all[k], false
			if w.aboutEvent {
				met = v.LastType() != sm.Command && v.Holds(w.Cond)
			} else {
				held := earlier.Holds(w.Cond)
				met, after[k] = after[k] && !held, held
			}
			switch {
			case !met || w.Disabled:
			case hit.N == 0:
				hit = Hit{N: w.N, Cond: w.Cond.String(), Event: i, Why: w.why(t, v)}
			default:
				hit.Also = append(hit.Also, w.N)
			}
		}
		if hit.N != 0 {
			return hit, true
		}
	}
	return Hit{}, false
}
