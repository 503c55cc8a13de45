package replay

import (
	"math"
	"slices"

	"raftscope/sm"
)

// This file has the questions of who moves a cursor. A cursor is a number of
// events seen, as View.Events returns it and Timeline.At takes it. An instant is
// all events of one virtual time; a cursor may stand within one.

// isVisible reports whether who steps sees an event of the type: the lines of
// raft's log and of the journal change nothing on a screen.
func isVisible(typ sm.EventType) bool { return typ != sm.Log && typ != sm.Command }

// EndOfInstant returns the cursor behind the instant of the event at position
// i. A position outside of the timeline counts as the nearest one.
func (t *Timeline) EndOfInstant(i int) int {
	n := t.Events()
	if n == 0 {
		return 0
	}
	return t.AtTime(t.rows.latest(uint32(max(0, min(i, n-1))))).Events()
}

// startOfInstant returns the position of the first event of the instant of the
// event at position i.
func (t *Timeline) startOfInstant(i int) int {
	at := t.rows.latest(uint32(i))
	if at == math.MinInt64 {
		return 0
	}
	return t.AtTime(at - 1).Events()
}

// NextVisible returns the cursor behind the next instant at which something
// visible happens: anything but lines of raft's log and of the journal. If the
// cursor stands within such an instant and has not seen all that is visible of
// it, that is the end of this one. If dir is negative it returns the cursor
// behind the visible instant before the last one seen, of which it may have
// seen a part only. ok is false if there is no such instant.
func (t *Timeline) NextVisible(cursor, dir int) (next int, ok bool) {
	n := t.Events()
	cursor = max(0, min(cursor, n))
	if dir >= 0 {
		i := t.rows.visibleFrom(cursor, n)
		if i < 0 {
			return 0, false
		}
		return t.EndOfInstant(i), true
	}
	seen := t.rows.visibleBefore(cursor)
	if seen < 0 {
		return 0, false
	}
	i := t.rows.visibleBefore(t.startOfInstant(seen))
	if i < 0 {
		return 0, false
	}
	return t.EndOfInstant(i), true
}

// visibleFrom returns the first visible row at or behind i and before n, or -1.
// It looks at the rows of two chunks at most, however many lie between.
func (r *rows) visibleFrom(i, n int) int {
	for i < n {
		end := min(n, (i|(chunkRows-1))+1)
		for ; i < end; i++ {
			if isVisible(r.at(uint32(i)).typ) {
				return i
			}
		}
		if i == n {
			return -1
		}
		loud := r.loud.all()
		k, _ := slices.BinarySearch(loud, uint32(i>>chunkBits))
		if k == len(loud) {
			return -1
		}
		i = int(loud[k]) << chunkBits
	}
	return -1
}

// visibleBefore returns the last visible row before i, or -1.
func (r *rows) visibleBefore(i int) int {
	for i > 0 {
		start := (i - 1) &^ (chunkRows - 1)
		for ; i > start; i-- {
			if isVisible(r.at(uint32(i - 1)).typ) {
				return i - 1
			}
		}
		loud := r.loud.all()
		k, _ := slices.BinarySearch(loud, uint32(i>>chunkBits))
		if k == 0 {
			return -1
		}
		i = (int(loud[k-1]) + 1) << chunkBits
	}
	return -1
}

// NextMove returns the cursor behind the next instant at which m moves, its
// birth being a move; so does its end, if it was given up where it was. If dir
// is negative it returns the nearest such cursor before this one. ok is false
// if there is none.
func (t *Timeline) NextMove(m *Machine, cursor, dir int) (next int, ok bool) {
	events := t.of(m)
	if dir >= 0 {
		for _, event := range events[before(events, uint32(max(0, cursor))):] {
			if t.stirs(m, event) {
				return t.EndOfInstant(int(event)), true
			}
		}
		return 0, false
	}
	for i := before(events, uint32(max(0, cursor))) - 1; i >= 0; i-- {
		if !t.stirs(m, events[i]) {
			continue
		}
		if end := t.EndOfInstant(int(events[i])); end < cursor {
			return end, true
		}
		i = before(events, uint32(t.startOfInstant(int(events[i])))) // on with the instant before
	}
	return 0, false
}

// RestOf returns the cursor behind the instant at which m comes to rest: for
// the last time from a state that is not final into one that is, or at the end
// of its node's life. A machine born at rest rests from its birth. ok is false
// while it is on its way.
func (t *Timeline) RestOf(m *Machine) (cursor int, ok bool) {
	events := t.of(m)
	if len(events) == 0 || m.Open() {
		return 0, false
	}
	for i := len(events) - 1; i > 0; i-- {
		w := t.rows.at(events[i])
		if w.machine != m.id {
			continue
		}
		switch w.typ {
		case sm.Moved, sm.Failed:
			if m.final(w.state) && !m.final(w.from) {
				return t.EndOfInstant(int(events[i])), true
			}
		case sm.Closed, sm.Abandoned:
			if !m.final(w.state) {
				return t.EndOfInstant(int(events[i])), true
			}
		}
	}
	return t.EndOfInstant(int(m.born)), true
}

// NextWrite returns the next client's request, an exec or read, by birth: the
// first that is born behind the cursor or, if dir is negative, the last one
// whose BornEvent()+1 is before it; nil if there is none. That is the cursor to
// go on from, for many may be born at one instant.
func (t *Timeline) NextWrite(cursor, dir int) (next *Machine) {
	n := uint32(t.Events())
	for _, kind := range clientKinds {
		k := t.kind(kind)
		if k == nil {
			continue
		}
		all := born(k.machines.all(), n)
		if dir >= 0 {
			i := len(born(all, uint32(max(0, min(cursor, int(n))))))
			if i < len(all) && (next == nil || all[i].born < next.born) {
				next = all[i]
			}
			continue
		}
		i := len(born(all, uint32(max(0, min(cursor-1, int(n)))))) - 1
		if i >= 0 && (next == nil || all[i].born > next.born) {
			next = all[i]
		}
	}
	return next
}

// of returns the positions of m's events that may be asked about.
func (t *Timeline) of(m *Machine) []uint32 {
	if m == nil || int(m.born) >= t.Events() {
		return nil
	}
	return m.Now().events()
}

// stirs reports whether the event is a move of m, or its end in a state in
// which it does not rest.
func (t *Timeline) stirs(m *Machine, event uint32) bool {
	w := t.rows.at(event)
	switch {
	case w.machine != m.id:
		return false
	case w.typ == sm.Closed, w.typ == sm.Abandoned:
		return !m.final(w.state)
	}
	return w.entersState()
}

func (m *Machine) final(s sm.State) bool { return m.group.kind.Is(s, sm.Final) }
