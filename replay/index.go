package replay

import (
	"hash/maphash"
	"sync/atomic"
)

// index finds the machines of a position: entries by term and index, clients'
// requests by ordinal. One goroutine adds while others look: a table is open
// addressed, never shrinks and holds the newest machine of each position, from
// which the older ones hang.
type index struct {
	slots atomic.Pointer[[]atomic.Pointer[Machine]]
	seed  maphash.Seed // random: positions come from files, and must not be made to collide
	used  int
}

const indexSlotsMin = 64

func (x *index) find(p position) *Machine {
	if slots := x.slots.Load(); slots != nil {
		return x.slot(*slots, p).Load()
	}
	return nil
}

// slot returns the slot of p, or the free one where it belongs.
func (x *index) slot(slots []atomic.Pointer[Machine], p position) *atomic.Pointer[Machine] {
	mask := uint64(len(slots) - 1)
	for i := maphash.Comparable(x.seed, p); ; i++ {
		s := &slots[i&mask]
		if m := s.Load(); m == nil || m.key.position == p {
			return s
		}
	}
}

// add makes m the newest machine of its position.
func (x *index) add(m *Machine) {
	slots := x.slots.Load()
	if slots == nil || 3*x.used >= 2*len(*slots) {
		slots = x.grow(slots)
	}
	s := x.slot(*slots, m.key.position)
	if older := s.Load(); older != nil {
		m.key.older = older
	} else {
		x.used++
	}
	s.Store(m)
}

// grow moves to a larger table. Who still looks into the old one finds in it
// all that was there when they began.
func (x *index) grow(old *[]atomic.Pointer[Machine]) *[]atomic.Pointer[Machine] {
	size := indexSlotsMin
	if old != nil {
		size = 2 * len(*old)
	}
	slots := make([]atomic.Pointer[Machine], size)
	if old != nil {
		for i := range *old {
			if m := (*old)[i].Load(); m != nil {
				x.slot(slots, m.key.position).Store(m)
			}
		}
	}
	x.slots.Store(&slots)
	return &slots
}
