package replay

import "sort"

// LogSpan is how far a node's log reaches, in its newest life. All are indexes,
// zero where there is none.
type LogSpan struct {
	Life      uint32
	First     uint64 // of the entries in the log
	Last      uint64
	Durable   uint64 // last entry of which the disk has all: those behind are being written
	Compacted uint64 // highest one ever compacted
	Snapshot  uint64 // last one that the newest snapshot covers, and its term
	SnapTerm  uint64
}

// LogSpan returns how far a node's log reached; of an unknown node the zero
// value. It costs the same for short logs and long ones.
func (v View) LogSpan(node string) LogSpan {
	l := v.life(node)
	if l.life == nil {
		return LogSpan{}
	}
	s := LogSpan{Life: l.number, Compacted: l.compacted(), Snapshot: l.snapshot().index, SnapTerm: l.snapshot().term}
	last := l.last()
	if last == nil {
		return s
	}
	s.First, s.Last = stepAt(&l.log.firsts, l.n), last.key.index
	// Entries become durable in the order of their indexes, so what is not yet
	// durable is the end of the log.
	cells := l.entries().cells
	durable := sort.Search(len(cells), func(i int) bool {
		m := cells[i].top(l.n)
		return m != nil && MachineView{m, l.n}.role() == roleCreated
	})
	for ; durable > 0; durable-- { // over what is only born later, where logs have holes
		if m := cells[durable-1].top(l.n); m != nil && (MachineView{m, l.n}).role() != roleCreated {
			s.Durable = m.key.index
			break
		}
	}
	return s
}

// AppendLog is LogBetween for those who have room for the entries already: it
// appends them to dst.
func (v View) AppendLog(dst []*Machine, node string, from, to uint64) []*Machine {
	l := v.life(node)
	if l.life == nil || from > to {
		return dst
	}
	c := l.entries()
	c.cells = c.cells[cellAt(c.cells, from):]
	for c.next() && c.m.key.index <= to {
		dst = append(dst, c.m)
	}
	return dst
}

// Foremost returns the name of the node up that leads in the highest term, whose
// log all others will be made to follow; empty if none leads. Unlike Leader it
// need not be known to a majority.
func (v View) Foremost() string {
	if l := v.leaderLife(); l.life != nil {
		return l.node.name
	}
	return ""
}

// Conflict returns the first index at which a node's log has an entry of another
// term than the foremost leader's, from where on nothing of it can stay; zero if
// there is none. It halves the part that both have: logs that hold the same
// entry somewhere hold the same before it (Log Matching in the Raft paper), so
// in a run that breaks this rule it may be a later one.
func (v View) Conflict(node string) uint64 {
	l, leader := v.life(node), v.leaderLife()
	if l.life == nil || leader.life == nil || l.life == leader.life {
		return 0
	}
	theirs := leader.last()
	if theirs == nil {
		return 0
	}
	cells := l.entries().cells
	from := cellAt(cells, stepAt(&leader.log.firsts, leader.n))
	cells = cells[from:]
	cells = cells[:sort.Search(len(cells), func(i int) bool { return cells[i].index > theirs.key.index })]
	i := sort.Search(len(cells), func(i int) bool {
		mine, other := cells[i].top(l.n), leader.slot(cells[i].index)
		return mine != nil && other != nil && mine.key.term != other.key.term
	})
	if i == len(cells) {
		return 0
	}
	return cells[i].index
}

// Position returns the term and index of an entry; false for machines of other
// kinds.
func (m *Machine) Position() (term, index uint64, ok bool) {
	if m.key == nil || m.kindName() != kindEntry {
		return 0, 0, false
	}
	return m.key.term, m.key.index, true
}
