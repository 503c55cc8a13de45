package replay

import (
	"math"

	"raftscope/sm"
)

// take adds one event, or says why it cannot be.
func (t *Timeline) take(e *sm.Event) (refused string) {
	if e.Seq <= t.lastSeq {
		return "its number is not above the one before"
	}
	if e.Type == sm.Born {
		return t.takeBirth(e)
	}
	var m, cause *Machine
	if e.Machine != 0 {
		m = t.Machine(e.Machine)
	}
	if needsMachine(e.Type) {
		if refused = t.check(e, m); refused != "" {
			return refused
		}
		if e.Type == sm.Linked {
			cause = t.Machine(e.Other)
		}
	}
	at, ok := t.keep(e, m)
	if !ok {
		return "too many nodes and lives"
	}
	switch e.Type {
	case sm.Moved, sm.Failed:
		t.own(m, at)
		t.move(m, e.State)
	case sm.Linked:
		t.own(m, at)
		t.own(cause, at)
	case sm.Attributed:
		t.own(m, at)
		t.attribute(m, e)
	case sm.Closed, sm.Abandoned:
		t.own(m, at)
		t.end(m, e.Type)
	case sm.Violation:
		t.violations = append(t.violations, at)
	}
	return ""
}

func needsMachine(typ sm.EventType) bool {
	switch typ {
	case sm.Moved, sm.Failed, sm.Linked, sm.Attributed, sm.Closed, sm.Abandoned:
		return true
	}
	return false
}

// check says why e cannot happen to m.
func (t *Timeline) check(e *sm.Event, m *Machine) (refused string) {
	if m == nil {
		return "unknown machine"
	}
	states := len(m.group.kind.spec.States)
	switch e.Type {
	case sm.Moved, sm.Failed, sm.Closed, sm.Abandoned:
		if int(e.State) >= states || int(e.From) >= states {
			return "state out of range"
		}
	case sm.Linked:
		if e.Other == e.Machine {
			return "link to itself"
		}
		if t.Machine(e.Other) == nil {
			return "unknown cause"
		}
	}
	return ""
}

// keep stores e and returns its position.
func (t *Timeline) keep(e *sm.Event, m *Machine) (at uint32, ok bool) {
	var place uint16
	if m != nil && e.Life == m.life.number && e.Node == m.life.node.name {
		place = m.life.place
	} else if place, ok = t.placeOf(e); !ok {
		return 0, false
	}
	follows := e.Seq == t.lastSeq+1 && t.rows.length > 0
	if fits(e) {
		at = t.rows.add(t.pack(e, place), e.Seq, follows)
	} else {
		at = t.keepWhole(e, place, follows)
	}
	t.lastSeq = e.Seq
	t.now = max(t.now, e.At)
	return at, true
}

// keepWhole stores an event with fields that its type does not use. Its row
// says as much as the questions asked of rows need.
func (t *Timeline) keepWhole(e *sm.Event, place uint16, follows bool) uint32 {
	usual := *e
	usual.Kind = ""
	switch e.Type {
	case sm.Born:
		usual.Kind, usual.Other, usual.Num = e.Kind, 0, 0
	case sm.Moved:
		usual.Other, usual.Num = 0, 0
	case sm.Linked:
		usual.Due, usual.Num = 0, 0
	default:
		usual.Due, usual.Other = 0, 0
	}
	w := t.pack(&usual, place)
	w.bits |= rowWhole
	at := t.rows.add(w, e.Seq, follows)
	if t.rows.whole == nil {
		t.rows.whole = make(map[uint32]sm.Event)
	}
	t.rows.whole[at] = *e
	return at
}

func (t *Timeline) takeBirth(e *sm.Event) (refused string) {
	k := t.kinds[e.Kind]
	switch {
	case k == nil:
		return "unknown kind"
	case int(e.State) >= len(k.spec.States):
		return "state out of range"
	case e.Machine > math.MaxUint32:
		return "machine number out of range"
	case e.Machine <= t.lastID():
		return "machine born out of order"
	}
	at, ok := t.keep(e, nil)
	if !ok {
		return "too many nodes and lives"
	}
	m := t.newMachine()
	*m = Machine{id: e.Machine, group: k.on(e.Node), life: t.lifeAt(t.rows.at(at).place),
		subject: e.Key, label: e.Text, nth: uint32(len(k.all.machines) + 1), state: e.State}
	t.machines = append(t.machines, m)
	t.own(m, at)
	for _, g := range [...]*group{&k.all, m.group} {
		g.machines = append(g.machines, m)
		g.tally[e.State]++
		if !k.Is(e.State, sm.Final) {
			g.open++
		}
	}
	t.enlist(m)
	return ""
}

func (t *Timeline) lastID() sm.ID {
	if len(t.machines) == 0 {
		return 0
	}
	return t.machines[len(t.machines)-1].id
}

// move brings m into the state to.
func (t *Timeline) move(m *Machine, to sm.State) {
	k := m.group.kind
	before := m.isOpen()
	from := m.state
	m.state = to
	after := m.isOpen()
	for _, g := range [...]*group{&k.all, m.group} {
		g.tally[from]--
		g.tally[to]++
		g.open += count(after) - count(before)
	}
	if k.spec.Name == kindEntry {
		m.life.entryMoved(m, k.roles[to])
	}
}

func (t *Timeline) end(m *Machine, typ sm.EventType) {
	before := m.isOpen()
	m.bits |= machineClosed
	if typ == sm.Abandoned {
		m.bits |= machineAbandoned
	}
	if before {
		m.group.kind.all.open--
		m.group.open--
	}
	if typ == sm.Abandoned && m.group.kind.spec.Name == kindEntry {
		m.life.entryAbandoned(m)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
