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
		m = t.machine(e.Machine)
	}
	if needsMachine(e.Type) {
		if refused = t.check(e, m); refused != "" {
			return refused
		}
		if e.Type == sm.Linked {
			cause = t.machine(e.Other)
		}
	}
	at, ok := t.keep(e, m)
	if !ok {
		return "too many nodes and lives"
	}
	switch e.Type {
	case sm.Moved, sm.Failed:
		t.own(m, at)
		t.move(m, e.State, at)
		t.stir(m, e, at)
	case sm.Linked:
		t.own(m, at)
		t.own(cause, at)
		t.retried(cause, e.Key, at)
	case sm.Attributed:
		t.own(m, at)
		t.attribute(m, e, at)
	case sm.Closed, sm.Abandoned:
		t.own(m, at)
		t.end(m, e.Type, at)
		t.stir(m, e, at)
	case sm.Violation:
		t.violations.append(at)
	case sm.Command:
		t.noteCommand(e, at)
	}
	t.note(e, m, at)
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
	switch {
	case m == nil:
		return "unknown machine"
	case m.run.Load()&runLengthMax == runLengthMax:
		return "machine with too many events"
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
		cause := t.machine(e.Other)
		if cause == nil {
			return "unknown cause"
		}
		if cause.run.Load()&runLengthMax == runLengthMax {
			return "cause with too many events"
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
		w := t.pack(e, place)
		at = t.rows.add(&w, e.Seq, follows)
	} else {
		at = t.keepWhole(e, place, follows)
	}
	t.lastSeq = e.Seq
	if e.At < t.now {
		set(&t.rows.backs, at, t.now)
	}
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
	at := t.rows.add(&w, e.Seq, follows)
	t.rows.whole.append(wholeEvent{at, *e})
	return at
}

func (t *Timeline) takeBirth(e *sm.Event) (refused string) {
	k := t.kind(e.Kind)
	switch {
	case k == nil:
		return "unknown kind"
	case int(e.State) >= len(k.spec.States):
		return "state out of range"
	case e.Machine > math.MaxUint32:
		return "machine number out of range"
	case e.Machine <= t.lastID():
		return "machine born out of order"
	case !t.hasRoom(e.Node):
		return "too many nodes"
	}
	at, ok := t.keep(e, nil)
	if !ok {
		return "too many nodes and lives"
	}
	m := t.newMachine()
	*m = Machine{id: uint32(e.Machine), born: at, group: k.on(e.Node), life: t.lifeAt(t.rows.at(at).place, at),
		subject: e.Key, label: e.Text, nth: uint32(len(k.machines.all()) + 1)}
	m.now.Store(packNow(e.State, 0))
	t.own(m, at)
	m.group.change(at, noState, e.State)
	if !k.Is(e.State, sm.Final) {
		k.openings.turn(at, m, true)
	}
	t.enlist(m, at)
	t.stir(m, e, at)
	t.machines.append(m)
	k.machines.append(m)
	m.group.machines.append(m)
	t.note(e, m, at)
	return ""
}

func (t *Timeline) lastID() sm.ID {
	if m, ok := t.machines.last(); ok {
		return m.ID()
	}
	return 0
}

// move brings m into the state to.
func (t *Timeline) move(m *Machine, to sm.State, at uint32) {
	k, now := m.group.kind, m.now.Load()
	next := packNow(to, now&(1<<stateShift-1))
	m.now.Store(next)
	m.group.change(at, unpackState(now), to)
	if open := k.openIn(next); open != k.openIn(now) {
		k.openings.turn(at, m, open)
	}
	switch {
	case k.spec.Name == kindEntry && m.key != nil:
		m.life.entryMoved(m, k.roles[to], at)
	case k.spec.Name == kindRestore:
		m.life.restoreMoved(m, to, at)
	case k.spec.Name == kindAppendRPC, k.spec.Name == kindHeartbeat, k.spec.Name == kindInstallRPC:
		t.answered(m, k.StateName(to), at)
	}
}

func (t *Timeline) end(m *Machine, typ sm.EventType, at uint32) {
	k, now := m.group.kind, m.now.Load()
	next := now | machineClosed
	if typ == sm.Abandoned {
		next |= machineAbandoned
	}
	m.now.Store(next)
	if k.openIn(now) {
		k.openings.turn(at, m, false)
	}
	// An entry that was not yet durable is not in the log any more; if it did
	// reach the disk it is born again in the next life.
	if typ == sm.Abandoned && k.spec.Name == kindEntry && m.key != nil && k.roles[unpackState(now)] == roleCreated {
		m.life.log.remove(m, at)
	}
}
