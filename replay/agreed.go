package replay

import (
	"cmp"
	"slices"

	"raftscope/sm"
)

// agreed is a stretch of two logs that was compared once: after n events, at
// every index in it, both held an entry of the same term, or both none. It is
// never changed. Whoever compares the logs at another event has to look only at
// what the events between the two touched, for an entry comes into a log with
// its birth and leaves it with a move of its own.
type agreed struct {
	with     *life
	n        uint32
	from, to uint64 // indexes, both included
}

// agreedWorth is by how much a stretch has to be longer, or events later, than
// the one that is kept to be kept instead: keeping one allocates.
const agreedWorth = 64

// agreement returns what is known to be the same in two logs, false if nothing
// is.
func (t *Timeline) agreement(a, b lifeView) (known agreed, ok bool) {
	p := b.agreed.Load()
	if p == nil || p.with != a.life {
		return agreed{}, false
	}
	known = *p
	from, to := min(known.n, a.n), max(known.n, a.n)
	if uint64(to-from) > known.to-known.from { // walking over the logs is no more work
		return agreed{}, false
	}
	for i := from; i < to; i++ {
		index, touched := t.touches(i, a.life, b.life)
		switch {
		case !touched || index < known.from || index > known.to:
		case known.from == known.to:
			return agreed{}, false
		case index-known.from < known.to-index:
			known.from = index + 1
		default:
			known.to = index - 1
		}
	}
	return known, true
}

// touches returns at which index the event at a position changed one of the
// logs of two lives, false if it changed none.
func (t *Timeline) touches(event uint32, a, b *life) (index uint64, ok bool) {
	r := t.rows.at(event)
	if r.typ != sm.Born && r.typ != sm.Moved && r.typ != sm.Failed {
		return 0, false
	}
	m := t.machine(sm.ID(r.machine))
	if m == nil || m.key == nil || m.kindName() != kindEntry || m.life != a && m.life != b {
		return 0, false
	}
	return m.key.index, r.typ == sm.Born || m.key.gone.Load() == event
}

// keepAgreed remembers that two logs are the same from one index to another.
func keepAgreed(a, b lifeView, from, to uint64) {
	if to-from < agreedWorth {
		return
	}
	p := b.agreed.Load()
	if p != nil && p.with == a.life && p.from == from && max(p.n, a.n)-min(p.n, a.n) < agreedWorth &&
		max(p.to, to)-min(p.to, to) < agreedWorth {
		return
	}
	b.agreed.Store(&agreed{a.life, a.n, from, to})
}

// skip goes to the first entry behind an index.
func (c *cursor) skip(index uint64) {
	i, found := slices.BinarySearchFunc(c.cells, index, func(c cell, index uint64) int { return cmp.Compare(c.index, index) })
	if found {
		i++
	}
	c.cells = c.cells[i:]
	c.next()
}
