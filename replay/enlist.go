package replay

import "strconv"

const slabMachines = 256

// newMachine returns room for a machine that never moves in memory.
func (t *Timeline) newMachine() *Machine {
	if len(t.slab) == 0 {
		t.slab = make([]Machine, slabMachines)
	}
	m := &t.slab[0]
	t.slab = t.slab[1:]
	return m
}

func (t *Timeline) newKey(p position) *key {
	if len(t.keys) == 0 {
		t.keys = make([]key, slabMachines)
	}
	k := &t.keys[0]
	t.keys = t.keys[1:]
	k.position = p
	return k
}

// enlist puts a machine just born where questions look for it.
func (t *Timeline) enlist(m *Machine, event uint32) {
	switch m.kindName() {
	case kindExec:
		t.enlistClient(m, event, &t.lastExecs)
	case kindRead:
		t.enlistClient(m, event, &t.lastReads)
	case kindNode:
		set(&m.life.machines, event, m)
	case kindAppendRPC, kindInstallRPC:
		t.enlistCall(m)
	case kindRestore:
		if p, ok := parsePosition(m.subject); ok {
			m.key = t.newKey(p)
		}
	case kindEntry:
		if p, ok := parsePosition(m.subject); ok {
			m.key = t.newKey(p)
			m.life.entryBorn(m, event)
			t.entries.add(m)
		}
	}
}

func (t *Timeline) enlistClient(m *Machine, event uint32, lasts *list[step[*Machine]]) {
	n, err := strconv.ParseUint(m.subject, 10, 64)
	if err != nil {
		return
	}
	m.key = t.newKey(position{index: n})
	t.clients.add(m)
	if last, ok := lasts.last(); !ok || n >= last.value.key.index {
		set(lasts, event, m)
	}
}
