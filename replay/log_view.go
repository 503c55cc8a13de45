package replay

// Log returns the live entries in a node's log by index, in its newest life:
// those not truncated, overwritten, compacted, replaced or failed.
func (v View) Log(node string) []*Machine {
	l := v.life(node)
	if l.life == nil {
		return nil
	}
	var out []*Machine
	for c := l.entries(); c.next(); {
		out = append(out, c.m)
	}
	return out
}

// LogBetween is Log for the indexes from one to another, both included: what a
// window shows of a long log.
func (v View) LogBetween(node string, from, to uint64) []*Machine {
	return v.AppendLog(nil, node, from, to)
}

// in reports whether an entry was in its log after n events.
func (m *Machine) in(n uint32) bool { return m.born < n && m.key.gone.Load() >= n }

// top returns the newest entry of the cell that was in the log after n events,
// or nil.
func (c *cell) top(n uint32) *Machine {
	m := c.first.key.top.Load()
	for m != nil && !m.in(n) {
		m = m.key.below
	}
	return m
}

// last returns the last entry in the log, or nil.
func (l lifeView) last() *Machine { return stepAt(&l.log.lasts, l.n) }

// slot returns the entry in the log at an index, or nil.
func (l lifeView) slot(index uint64) *Machine {
	cells := l.log.cells.Load()
	if cells == nil {
		return nil
	}
	all := cells.all()
	i := cellAt(all, index)
	if i == len(all) || all[i].index != index {
		return nil
	}
	return all[i].top(l.n)
}

// cursor walks over the entries in a log, by index, of each index the newest.
type cursor struct {
	cells []cell
	n     uint32
	m     *Machine // the present entry; nil before the first and behind the last
}

// entries returns a cursor before the first entry.
func (l lifeView) entries() cursor {
	last := l.last()
	if last == nil {
		return cursor{}
	}
	cells := l.log.cells.Load().all()
	from := cellAt(cells, stepAt(&l.log.firsts, l.n))
	to := cellAt(cells, last.key.index) + 1
	return cursor{cells: cells[from:to], n: l.n}
}

// next goes to the next entry, or reports that there is none.
func (c *cursor) next() bool {
	for len(c.cells) > 0 {
		c.m = c.cells[0].top(c.n)
		c.cells = c.cells[1:]
		if c.m != nil {
			return true
		}
	}
	c.m = nil
	return false
}

// at returns the present entry's index and term; behind the last one an index
// above all.
func (c *cursor) at() (index, term uint64) {
	if c.m == nil {
		return 1<<64 - 1, 0
	}
	return c.m.key.index, c.m.key.term
}
