package pane

import (
	"slices"

	"raftscope/replay"
	"raftscope/sm"
)

// facts is what a machine did, in the order of its events. A machine may have a
// million of them (attributes of a node, effects of a request), so they are read
// once, and later only what is new. A question about an earlier moment is a
// binary search.
type facts struct {
	m       *replay.Machine
	read    int // of the machine's events
	moves   []factMove
	effects []uint32 // positions of the links' events
	causes  []uint32
	attrs   []factAttr
	room    []uint32 // for the first values of attributes
	end     uint32   // position of the end of its node's life, or of its watching
	ended   bool
}

// factMove is the entry into a state; the first is the birth.
type factMove struct {
	event   uint32
	at, due sm.Time
	state   sm.State
	failed  bool
}

// factAttr is an attribute, with the positions at which it got its values.
type factAttr struct {
	key string
	at  []uint32
}

// Attributes that tell of what a user did to an operation.
const (
	attrHeld   = "held"    // 1 while it is held
	attrHeldBy = "held-by" // by what
	attrDue    = "due"     // when it will go on, if that has changed
	attrFault  = "fault"   // what was done, in words
	attrReason = "reason"  // why something was rejected
	attrTold   = "told"    // what a client was told
)

// update reads what is new up to the view.
func (f *facts) update(v replay.View) {
	m := v.Of(f.m)
	if !m.Known() {
		return
	}
	t, events := v.Timeline(), m.Events()
	if f.read >= len(events) {
		return
	}
	f.reserve(t, events)
	for _, at := range events[f.read:] {
		e := t.Event(int(at))
		switch e.Type {
		case sm.Born, sm.Moved:
			f.moves = append(f.moves, factMove{at, e.At, e.Due, e.State, false})
		case sm.Failed:
			f.moves = append(f.moves, factMove{at, e.At, 0, e.State, true})
		case sm.Linked:
			if e.Machine == f.m.ID() {
				f.causes = append(f.causes, at)
			} else {
				f.effects = append(f.effects, at)
			}
		case sm.Attributed:
			f.attribute(e.Key, at)
		case sm.Closed, sm.Abandoned:
			if !f.ended {
				f.end, f.ended = at, true
			}
		}
	}
	f.read = len(events)
}

// reserve makes room at the first reading, so that a machine that is seen for the
// first time costs a few allocations and not one for each of its events.
func (f *facts) reserve(t *replay.Timeline, events []uint32) {
	if f.read > 0 {
		return
	}
	var moves, links, attrs int
	for _, at := range events {
		switch t.Event(int(at)).Type {
		case sm.Born, sm.Moved, sm.Failed:
			moves++
		case sm.Linked:
			links++
		case sm.Attributed:
			attrs++
		}
	}
	f.moves = make([]factMove, 0, moves)
	attrs = min(attrs, attrsMax)
	room := make([]uint32, links+attrs)
	f.effects, f.room = room[:0:links], room[links:]
	f.attrs = make([]factAttr, 0, attrs)
}

// attrsMax is how many attributes are kept of a machine: a hostile recording may
// name a million.
const attrsMax = 200

func (f *facts) attribute(key string, at uint32) {
	for i := range f.attrs {
		if f.attrs[i].key == key {
			f.attrs[i].at = append(f.attrs[i].at, at)
			return
		}
	}
	if len(f.attrs) < attrsMax || needed(key) {
		var one []uint32
		if len(f.room) > 0 {
			one, f.room = f.room[:0:1], f.room[1:]
		}
		f.attrs = append(f.attrs, factAttr{key, append(one, at)})
	}
}

// needed says whether an attribute is asked for by its name.
func needed(key string) bool {
	switch key {
	case attrHeld, attrHeldBy, attrDue, attrFault, attrReason, attrTold:
		return true
	}
	return false
}

// upTo returns how many of the ascending positions are below n.
func upTo(positions []uint32, n int) int {
	k := len(positions)
	if k > 0 && int(positions[k-1]) >= n {
		k, _ = slices.BinarySearch(positions, uint32(n))
	}
	return k
}

// movesAt returns the moves up to the view; there is at least the birth.
func (f *facts) movesAt(v replay.View) []factMove {
	n := uint32(v.Events())
	k := len(f.moves)
	if k > 0 && f.moves[k-1].event >= n {
		k, _ = slices.BinarySearchFunc(f.moves, n, func(m factMove, n uint32) int { return int(int64(m.event) - int64(n)) })
	}
	return f.moves[:k]
}

// links returns the positions of the links up to the view, to effects or to
// causes.
func (f *facts) links(v replay.View, up bool) []uint32 {
	all := f.effects
	if up {
		all = f.causes
	}
	return all[:upTo(all, v.Events())]
}

// attr returns the position at which an attribute got its value.
func (f *facts) attr(v replay.View, key string) (at uint32, ok bool) {
	for i := range f.attrs {
		if f.attrs[i].key == key {
			return f.attrs[i].last(v)
		}
	}
	return 0, false
}

func (a *factAttr) last(v replay.View) (at uint32, ok bool) {
	k := upTo(a.at, v.Events())
	if k == 0 {
		return 0, false
	}
	return a.at[k-1], true
}

// text returns the value of a text attribute, empty if there is none.
func (f *facts) text(v replay.View, key string) string {
	if at, ok := f.attr(v, key); ok {
		return v.Timeline().Event(int(at)).Text
	}
	return ""
}

// status is where a machine is at a moment.
type status struct {
	state  sm.State
	since  sm.Time // when it came into it
	born   sm.Time
	due    sm.Time // when it will go on, zero if nobody knows
	open   bool    // more is to be expected
	failed bool    // the state means that it did not work
	gone   bool    // its node's life ended before it rested
	held   bool
	moved  bool    // it was ever on its way: took makes sense
	took   sm.Time // until it rested or was given up, or so far
}

// status returns where the machine is. The view must not be before its birth.
func (f *facts) status(v replay.View) (st status) {
	moves := f.movesAt(v)
	if len(moves) == 0 {
		return st
	}
	kind, last := f.m.Kind(), moves[len(moves)-1]
	st.state, st.since, st.born = last.state, last.at, moves[0].at
	final := kind.Is(last.state, sm.Final)
	st.failed = kind.Is(last.state, sm.Failure)
	ended := f.ended && int(f.end) < v.Events()
	st.open, st.gone = !final && !ended, !final && ended
	switch {
	case st.open:
		st.moved, st.took = true, v.Now()-st.born
		st.due = last.due
		f.deeds(v, &st, last)
	case st.gone:
		st.moved, st.took = true, v.Timeline().Event(int(f.end)).At-st.born
	default:
		for i := len(moves) - 1; i > 0 && !st.moved; i-- {
			if kind.Is(moves[i].state, sm.Final) && !kind.Is(moves[i-1].state, sm.Final) {
				st.moved, st.took = true, moves[i].at-st.born
			}
		}
	}
	return st
}

// deeds tells what a user did to a machine on its way.
func (f *facts) deeds(v replay.View, st *status, last factMove) {
	t := v.Timeline()
	if at, ok := f.attr(v, attrDue); ok && at > last.event {
		st.due = sm.Time(t.Event(int(at)).Num)
	}
	if at, ok := f.attr(v, attrHeld); ok && t.Event(int(at)).Num != 0 {
		st.held, st.due = true, 0
	}
}

// factBook keeps the facts of the machines that were asked about.
type factBook struct {
	timeline *replay.Timeline
	by       map[*replay.Machine]*facts
}

// factsMax is how many machines a book holds before it begins anew.
const factsMax = 1 << 14

// of returns the facts of a machine that is born, up to the view at least.
func (b *factBook) of(v replay.View, m *replay.Machine) *facts {
	if b.timeline != v.Timeline() || len(b.by) > factsMax {
		b.timeline, b.by = v.Timeline(), map[*replay.Machine]*facts{}
	}
	f := b.by[m]
	if f == nil {
		f = &facts{m: m}
		b.by[m] = f
	}
	f.update(v)
	return f
}

// linked returns the other machine of a link of m, and what its role is.
func linked(t *replay.Timeline, m *replay.Machine, at uint32) (other *replay.Machine, role string) {
	e := t.Event(int(at))
	id := e.Machine
	if id == m.ID() {
		id = e.Other
	}
	return t.Machine(id), e.Key
}
