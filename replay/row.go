package replay

import (
	"math"
	"slices"

	"raftscope/sm"
)

// row is an event as it is kept: 48 bytes instead of 128. Which of Due, Other
// and Num the field aux holds follows from the type; the strings of a birth
// are those of its machine. What does not fit this form is kept whole, apart.
type row struct {
	at      sm.Time
	wall    int64
	aux     int64
	machine uint32
	key     uint32 // number of a string: Key, or the kind's name of a birth
	text    uint32 // number of a string
	place   uint16
	typ     sm.EventType
	from    sm.State
	state   sm.State
	bits    uint8
}

const (
	rowIsText = 1 << iota
	rowWhole  // kept in rows.whole
)

const (
	chunkBits = 12
	chunkRows = 1 << chunkBits
)

// rows keeps events in chunks, so that growing never copies what is there.
type rows struct {
	chunks list[[]row]
	whole  list[wholeEvent]
	jumps  list[jump]
	backs  list[step[sm.Time]] // rows earlier than one before them, with the latest time by then
	loud   list[uint32]        // the chunks with a visible event
	length int                 // for the writer
}

// wholeEvent is an event that a row cannot hold.
type wholeEvent struct {
	row   uint32
	event sm.Event
}

// jump says that from the row on numbers count from seq.
type jump struct {
	row uint32
	seq uint64
}

func (r *rows) at(i uint32) *row { return &(*r.chunks.back.Load())[i>>chunkBits][i&(chunkRows-1)] }

// add appends w for the event with the number seq and returns its position.
func (r *rows) add(w *row, seq uint64, follows bool) uint32 {
	i := uint32(r.length)
	if i&(chunkRows-1) == 0 {
		r.chunks.append(make([]row, chunkRows))
	}
	*r.at(i) = *w
	if !follows {
		r.jumps.append(jump{i, seq})
	}
	if isVisible(w.typ) {
		if last, ok := r.loud.last(); !ok || last != i>>chunkBits {
			r.loud.append(i >> chunkBits)
		}
	}
	r.length++
	return i
}

// seq returns the number of the event at position i.
func (r *rows) seq(i uint32) uint64 {
	jumps := r.jumps.all()
	lo, hi := 0, len(jumps)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; jumps[mid].row <= i {
			lo = mid
		} else {
			hi = mid
		}
	}
	return jumps[lo].seq + uint64(i-jumps[lo].row)
}

// latest returns the latest time up to the row i. Only in a damaged history
// is that not the row's own.
func (r *rows) latest(i uint32) sm.Time {
	if backs := r.backs.all(); len(backs) > 0 {
		k, ok := slices.BinarySearchFunc(backs, i, func(s step[sm.Time], i uint32) int { return compare(s.event, i) })
		if ok {
			return backs[k].value
		}
	}
	return r.at(i).at
}

// fits reports whether a row can hold e.
func fits(e *sm.Event) bool {
	if e.Machine > math.MaxUint32 || e.Kind != "" && e.Type != sm.Born {
		return false
	}
	switch e.Type {
	case sm.Born, sm.Moved:
		return e.Other == 0 && e.Num == 0
	case sm.Linked:
		return e.Due == 0 && e.Num == 0
	}
	return e.Due == 0 && e.Other == 0
}

// pack makes a row of e, which fits.
func (t *Timeline) pack(e *sm.Event, place uint16) row {
	w := row{at: e.At, wall: e.Wall, machine: uint32(e.Machine), place: place,
		typ: e.Type, from: e.From, state: e.State}
	if e.IsText {
		w.bits = rowIsText
	}
	switch e.Type {
	case sm.Born:
		w.aux, w.key = int64(e.Due), t.strings.intern(e.Kind)
		return w
	case sm.Moved:
		w.aux = int64(e.Due)
	case sm.Linked:
		w.aux = int64(e.Other)
	default:
		w.aux = e.Num
	}
	w.key = t.strings.intern(e.Key)
	switch e.Type {
	case sm.Note, sm.Command, sm.Log: // hardly ever the same twice
		w.text = t.strings.add(e.Text)
	default:
		w.text = t.strings.intern(e.Text)
	}
	return w
}

// Event returns the event at position i, from 0 to Events()-1. It panics
// outside of that: a mistake of the caller.
func (t *Timeline) Event(i int) sm.Event {
	w := t.rows.at(uint32(i))
	if w.bits&rowWhole != 0 {
		whole := t.rows.whole.all()
		k, _ := slices.BinarySearchFunc(whole, uint32(i), func(e wholeEvent, i uint32) int { return compare(e.row, i) })
		return whole[k].event
	}
	place := &t.places.all()[w.place]
	e := sm.Event{Seq: t.rows.seq(uint32(i)), At: w.at, Wall: w.wall, Node: place.node, Life: place.life,
		Type: w.typ, From: w.from, State: w.state, IsText: w.bits&rowIsText != 0, Machine: sm.ID(w.machine)}
	switch w.typ {
	case sm.Born:
		m := t.machine(e.Machine)
		e.Due, e.Kind, e.Key, e.Text = sm.Time(w.aux), t.strings.get(w.key), m.subject, m.label
		return e
	case sm.Moved:
		e.Due = sm.Time(w.aux)
	case sm.Linked:
		e.Other = sm.ID(w.aux)
	default:
		e.Num = w.aux
	}
	e.Key, e.Text = t.strings.get(w.key), t.strings.get(w.text)
	return e
}

// stringTable numbers strings. Number 0 is the empty string.
type stringTable struct {
	list    list[string]
	numbers map[string]uint32 // for the writer
}

// internMax is the longest string worth looking for: longer ones are payloads.
const internMax = 64

func (s *stringTable) get(n uint32) string {
	if n == 0 {
		return ""
	}
	return (*s.list.back.Load())[n-1]
}

func (s *stringTable) add(v string) uint32 {
	if v == "" {
		return 0
	}
	s.list.append(v)
	return s.list.length.Load()
}

func (s *stringTable) intern(v string) uint32 {
	if v == "" {
		return 0
	}
	if len(v) > internMax {
		return s.add(v)
	}
	n, ok := s.numbers[v]
	if !ok {
		n = s.add(v)
		s.numbers[v] = n
	}
	return n
}

// entersState reports whether the event brought its machine into row.state.
func (w *row) entersState() bool {
	return w.typ == sm.Born || w.typ == sm.Moved || w.typ == sm.Failed
}

// leavesState reports whether the event took its machine from row.from to
// row.state.
func (w *row) leavesState() bool { return w.typ == sm.Moved || w.typ == sm.Failed }
