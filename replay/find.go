package replay

import (
	"slices"
	"strconv"

	"raftscope/sm"
)

const (
	slabMachines = 256
	listNumbers  = 16 << 10
)

// newMachine returns room for a machine that never moves in memory.
func (t *Timeline) newMachine() *Machine {
	if len(t.slab) == 0 {
		t.slab = make([]Machine, slabMachines)
	}
	m := &t.slab[0]
	t.slab = t.slab[1:]
	return m
}

// own notes that the event at position at concerns m. Lists of events lie
// close together, with room for as many as machines of the kind tend to have.
func (t *Timeline) own(m *Machine, at uint32) {
	if len(m.events) == cap(m.events) {
		k := m.group.kind
		room := k.hint
		if m.events != nil {
			room = 2 * cap(m.events)
			k.hint = min(k.hint+1, 24)
		}
		if room > len(t.lists) {
			t.lists = make([]uint32, max(listNumbers, room))
		}
		list := t.lists[:0:room]
		t.lists = t.lists[room:]
		m.events = append(list, m.events...)
	}
	m.events = append(m.events, at)
}

// enlist puts a machine just born where questions look for it.
func (t *Timeline) enlist(m *Machine) {
	switch m.group.kind.spec.Name {
	case kindExec, kindRead:
		if n, err := strconv.ParseUint(m.subject, 10, 64); err == nil {
			t.clients.add(n, m)
		}
	case kindNode:
		m.life.machine = m
	case kindEntry:
		if p, ok := positionOf(m); ok {
			t.entries[p] = append(t.entries[p], m)
			m.life.entryBorn(m, p)
		}
	}
}

// attribute keeps at hand what is asked of nodes all the time.
func (t *Timeline) attribute(m *Machine, e *sm.Event) {
	if m != m.life.machine {
		return
	}
	switch e.Key {
	case "term":
		m.life.term = uint64(max(e.Num, 0))
	case "leader":
		m.life.leader = e.Text
	}
}

// Machine returns the machine with that number, or nil.
func (t *Timeline) Machine(id sm.ID) *Machine {
	if i := int(id) - 1; i >= 0 && i < len(t.machines) && t.machines[i].id == id {
		return t.machines[i]
	}
	// Births that were lost leave gaps.
	i, ok := slices.BinarySearchFunc(t.machines, id, func(m *Machine, id sm.ID) int {
		switch {
		case m.id < id:
			return -1
		case m.id > id:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return t.machines[i]
}

// Newest returns the youngest machine of a kind on a node, or on any node if
// node is empty; nil if there is none.
func (t *Timeline) Newest(kind, node string) *Machine {
	g := t.groupOf(kind, node)
	if g == nil || len(g.machines) == 0 {
		return nil
	}
	return g.machines[len(g.machines)-1]
}

// Nth returns the nth machine of a kind by birth, from 1, or nil.
func (t *Timeline) Nth(kind string, n int) *Machine { return t.NthOn(kind, "", n) }

// NthOn is Nth among the machines on one node, or on any if node is empty.
func (t *Timeline) NthOn(kind, node string, n int) *Machine {
	g := t.groupOf(kind, node)
	if g == nil || n < 1 || n > len(g.machines) {
		return nil
	}
	return g.machines[n-1]
}

// ByKind returns all machines of a kind in order of birth. The caller must not
// change the slice.
func (t *Timeline) ByKind(kind string) []*Machine {
	if g := t.groupOf(kind, ""); g != nil {
		return slices.Clip(g.machines)
	}
	return nil
}

// Count returns how many machines of a kind are in the named state, or were
// when their node's life ended; of any state if it is empty.
func (t *Timeline) Count(kind, state string) int { return t.CountOn(kind, "", state) }

// CountOn is Count on one node, or on any if node is empty.
func (t *Timeline) CountOn(kind, node, state string) int {
	g := t.groupOf(kind, node)
	if g == nil {
		return 0
	}
	if state == "" {
		return len(g.machines)
	}
	s, ok := g.kind.State(state)
	if !ok {
		return 0
	}
	return g.tally[s]
}

func (t *Timeline) groupOf(kind, node string) *group {
	k := t.kinds[kind]
	switch {
	case k == nil:
		return nil
	case node == "":
		return &k.all
	}
	return k.nodes[node]
}

// clients are the execs and reads by their ordinal, which counts both.
type clients struct {
	byOrdinal map[uint64]*Machine
	exec      client // the last of each kind
	read      client
}

type client struct {
	ordinal uint64
	machine *Machine
}

func (c *clients) add(n uint64, m *Machine) {
	c.byOrdinal[n] = m
	last := &c.exec
	if m.group.kind.spec.Name == kindRead {
		last = &c.read
	}
	if n >= last.ordinal {
		*last = client{n, m}
	}
}

// Exec returns the exec or read with that ordinal, from 1, or nil.
func (t *Timeline) Exec(ordinal int) *Machine {
	if ordinal < 0 {
		return nil
	}
	return t.clients.byOrdinal[uint64(ordinal)]
}

// LastExec returns the exec or read with the highest ordinal, or nil.
func (t *Timeline) LastExec() *Machine {
	if t.clients.read.ordinal > t.clients.exec.ordinal {
		return t.clients.read.machine
	}
	return t.clients.exec.machine
}

// Entry returns the newest entry with that term and index on a node, or on any
// node if node is empty; nil if there is none.
func (t *Timeline) Entry(node string, term, index uint64) *Machine {
	copies := t.entries[position{term, index}]
	for i := len(copies) - 1; i >= 0; i-- {
		if node == "" || copies[i].life.node.name == node {
			return copies[i]
		}
	}
	return nil
}
