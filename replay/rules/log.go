package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"raftscope/sm"
)

// log is what a node's disk holds, as far as the events tell. Entries stand in
// the order of their indexes; one that was removed leaves an empty slot until
// everything before or behind it is gone too, since truncations and compactions
// tell of one entry after the other.
type log struct {
	slots  []slot
	live   int    // slots with an entry
	late   int    // entries that came with an index below a higher one
	unsure []span // removals that are under way, or that failed
}

type slot struct {
	index uint64
	entry *entry
}

// span is a range of indexes that an operation is to remove.
type span struct {
	id       sm.ID
	from, to uint64
}

// Bounds on what contradicts itself, as only damaged recordings do: moving
// slots costs time, and so does looking through spans.
const (
	lateMax  = 256
	spansMax = 64
)

func (l *log) at(index uint64) (int, bool) {
	if n := len(l.slots); n == 0 || l.slots[n-1].index < index {
		return n, false
	}
	return slices.BinarySearchFunc(l.slots, index, func(s slot, index uint64) int { return cmp.Compare(s.index, index) })
}

// find returns the entry at an index, or nil.
func (l *log) find(index uint64) *entry {
	if i, ok := l.at(index); ok {
		return l.slots[i].entry
	}
	return nil
}

// put puts an entry in its place. It reports false if there is no room for it.
func (l *log) put(x *entry) bool {
	i, ok := l.at(x.index)
	switch {
	case ok && l.slots[i].entry == nil:
		l.slots[i].entry = x
		l.live++
	case ok:
		l.slots[i].entry = x
	case i < len(l.slots) && l.late >= lateMax:
		return false
	default:
		if i < len(l.slots) {
			l.late++
		}
		l.slots = slices.Insert(l.slots, i, slot{x.index, x})
		l.live++
	}
	return true
}

// remove takes an entry out of the log, if it is in it.
func (l *log) remove(x *entry) bool {
	i, ok := l.at(x.index)
	if !ok || l.slots[i].entry != x {
		return false
	}
	l.slots[i].entry = nil
	l.live--
	for n := len(l.slots); n > 0 && l.slots[n-1].entry == nil; n-- {
		l.slots = l.slots[:n-1]
	}
	for len(l.slots) > 0 && l.slots[0].entry == nil {
		l.slots = l.slots[1:]
	}
	return true
}

// first and last return the ends of the log, nil if it is empty: no empty slot
// stands at an end.
func (l *log) first() *entry {
	if len(l.slots) == 0 {
		return nil
	}
	return l.slots[0].entry
}

func (l *log) last() *entry {
	if len(l.slots) == 0 {
		return nil
	}
	return l.slots[len(l.slots)-1].entry
}

// begins notes that an operation goes to remove a range.
func (l *log) begins(s span) {
	if len(l.unsure) >= spansMax { // as good as all of it
		l.unsure[0] = span{0, 0, ^uint64(0)}
		return
	}
	l.unsure = append(l.unsure, s)
}

// done notes that the operation has removed what it was to remove.
func (l *log) done(id sm.ID) {
	l.unsure = slices.DeleteFunc(l.unsure, func(s span) bool { return s.id == id })
}

// isUnsure reports whether an operation that did not end well was to remove the
// index.
func (l *log) isUnsure(index uint64) bool {
	return slices.ContainsFunc(l.unsure, func(s span) bool { return s.from <= index && index <= s.to })
}

// parseSpan reads the subject of an operation on indexes, FROM..TO.
func parseSpan(subject string) (from, to uint64, ok bool) {
	a, b, ok := strings.Cut(subject, "..")
	if !ok {
		return 0, 0, false
	}
	from, err1 := strconv.ParseUint(a, 10, 64)
	to, err2 := strconv.ParseUint(b, 10, 64)
	return from, to, err1 == nil && err2 == nil
}
