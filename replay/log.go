package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// position names an entry: the same term and index is the same entry on every
// node, in every life.
type position struct{ term, index uint64 }

func (p position) String() string { return fmt.Sprintf("%d/%d", p.term, p.index) }

// parsePosition reads an entry's subject, TERM/INDEX.
func parsePosition(subject string) (p position, ok bool) {
	term, index, found := strings.Cut(subject, "/")
	if !found {
		return p, false
	}
	var err1, err2 error
	p.term, err1 = strconv.ParseUint(term, 10, 64)
	p.index, err2 = strconv.ParseUint(index, 10, 64)
	return p, err1 == nil && err2 == nil
}

// role is what a state of the kind entry means for the log.
type role uint8

const (
	roleNone role = iota
	roleCreated
	roleDurable
	roleCommitted
	roleApplying
	roleApplied
	roleTruncated
	roleCompacted
	roleReplaced
	roleOverwritten
	roleFailed
)

var roleNames = map[string]role{
	"created": roleCreated, "durable": roleDurable, "committed": roleCommitted,
	"applying": roleApplying, "APPLIED": roleApplied, "TRUNCATED": roleTruncated,
	"COMPACTED": roleCompacted, "REPLACED": roleReplaced, "OVERWRITTEN": roleOverwritten,
	"FAILED": roleFailed,
}

// gone reports whether an entry in the role is no longer in the log.
func (r role) gone() bool { return r >= roleTruncated }

// log is what a life's log held at any event. Each index that ever had an
// entry has a cell; from its first entry hang all of them, and each entry knows
// from which event to which it was in the log. The first and the last index
// are in steps, so that compacted beginnings and truncated ends cost nothing.
type log struct {
	cells  atomic.Pointer[list[cell]] // by index; nil: none
	firsts list[step[uint64]]
	lasts  list[step[*Machine]] // nil: the log was empty

	now  []slot // the entries in it at the newest event; for the writer
	late int    // indexes that came after higher ones; for the writer
}

type cell struct {
	index uint64
	first *Machine
}

// slot is an entry in a log: by index, those of one index by birth.
type slot struct {
	index uint64
	m     *Machine
}

// lateIndexesMax is how many indexes may get their first entry after higher
// ones did. A log has them only if births were lost; entries of more are left
// out of it, because making room for them copies all cells.
const lateIndexesMax = 256

// entryBorn puts an entry into the log.
func (l *life) entryBorn(m *Machine, event uint32) {
	r := m.group.kind.roles[unpackState(m.now.Load())]
	m.key.gone.Store(event)
	if !r.gone() && l.log.place(m) {
		m.key.gone.Store(never)
		if len(l.log.now) == 0 && m.key.index > 0 { // what is not there before the first entry was compacted
			l.compact(event, m.key.index-1)
		}
		l.log.insert(m, event)
	}
	l.entryMoved(m, r, event)
}

// entryMoved keeps up with an entry that entered a state.
func (l *life) entryMoved(m *Machine, to role, event uint32) {
	index := m.key.index
	switch to {
	case roleApplied:
		if applied, ok := l.applies.last(); !ok || index >= applied.value.key.index {
			set(&l.applies, event, m)
		}
		l.commit(event, index)
	case roleCommitted, roleApplying:
		l.commit(event, index)
	case roleCompacted:
		l.compact(event, index)
	}
	if to.gone() {
		l.log.remove(m, event)
	}
}

func (l *life) commit(event uint32, index uint64) { raise(&l.commits, event, index) }

func (l *life) compact(event uint32, index uint64) { raise(&l.compacts, event, index) }

func raise(steps *list[step[uint64]], event uint32, to uint64) {
	if s, _ := steps.last(); s.value < to {
		set(steps, event, to)
	}
}

// place gives m its place in the cell of its index, or reports that there is
// no room for such a cell.
func (g *log) place(m *Machine) bool {
	old := g.cells.Load()
	if old == nil {
		old = new(list[cell])
		g.cells.Store(old)
	}
	cells := old.all()
	i, n := len(cells), len(cells)
	if n > 0 && cells[n-1].index >= m.key.index {
		i = cellAt(cells, m.key.index)
	}
	switch {
	case i < n && cells[i].index == m.key.index:
		top := &cells[i].first.key.top
		m.key.below = top.Load()
		top.Store(m)
		return true
	case i < n && g.late >= lateIndexesMax:
		return false
	}
	m.key.top.Store(m)
	if i == n {
		old.append(cell{m.key.index, m})
		return true
	}
	g.late++
	g.cells.Store(old.inserted(i, cell{m.key.index, m}))
	return true
}

// cellAt returns where the cell of an index is, or would be.
func cellAt(cells []cell, index uint64) int {
	i, _ := slices.BinarySearchFunc(cells, index, func(c cell, index uint64) int { return cmp.Compare(c.index, index) })
	return i
}

func bySlot(s slot, index uint64) int { return cmp.Compare(s.index, index) }

func (g *log) insert(m *Machine, event uint32) {
	at := len(g.now)
	if at > 0 && g.now[at-1].index > m.key.index {
		at, _ = slices.BinarySearchFunc(g.now, m.key.index, bySlot)
		for at < len(g.now) && g.now[at].index == m.key.index {
			at++
		}
	}
	g.now = slices.Insert(g.now, at, slot{m.key.index, m})
	g.ends(event)
}

func (g *log) remove(m *Machine, event uint32) {
	if m.key.gone.Load() != never {
		return
	}
	m.key.gone.Store(event)
	at, _ := slices.BinarySearchFunc(g.now, m.key.index, bySlot)
	for g.now[at].m != m {
		at++
	}
	if at == 0 { // compaction works from the front
		g.now = g.now[1:]
	} else {
		g.now = slices.Delete(g.now, at, at+1)
	}
	g.ends(event)
}

// ends notes where the log begins and ends now.
func (g *log) ends(event uint32) {
	var first uint64
	var last *Machine
	if n := len(g.now); n > 0 {
		first, last = g.now[0].index, g.now[n-1].m
	}
	if s, ok := g.firsts.last(); !ok || s.value != first {
		set(&g.firsts, event, first)
	}
	if s, ok := g.lasts.last(); !ok || s.value != last {
		set(&g.lasts, event, last)
	}
}
