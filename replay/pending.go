package replay

import (
	"cmp"
	"slices"
	"strings"

	"raftscope/sm"
)

// Pending is an operation under way: a message, an operation of a disk, or
// whatever else has a time at which it will go on.
type Pending struct {
	Machine *Machine
	Node    string
	What    string  // its state, as "writing"
	Due     sm.Time // when it will go on; zero if nobody knows
	Since   sm.Time // when it came into that state
	Held    bool    // a user holds it there
}

// Known reports whether it is known when the operation will go on.
func (p Pending) Known() bool { return p.Due != 0 }

// Pending returns what was under way, in the order it is due; messages of which
// nobody knows when they will arrive come last, in order of birth. A time is
// that of the move into the state, or the attribute due if that is newer.
func (v View) Pending() []Pending {
	var out []Pending
	for _, id := range v.t.pendings.set(v.n) {
		if p, ok := v.PendingOf(v.t.machine(sm.ID(id))); ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Pending) int {
		switch {
		case a.Known() && !b.Known():
			return -1
		case b.Known() && !a.Known():
			return 1
		}
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Machine.id, b.Machine.id))
	})
	return out
}

// PendingOf returns a machine's operation under way; ok is false if it has none:
// it is at rest, or goes on when something else does.
func (v View) PendingOf(m *Machine) (p Pending, ok bool) {
	if w := v.Of(m); w.Known() && w.Open() {
		return w.pending()
	}
	return Pending{}, false
}

// stir keeps at hand what may be under way and what is held: of the thousands of
// machines that are open under load few are.
func (t *Timeline) stir(m *Machine, e *sm.Event, at uint32) {
	now := m.now.Load()
	next := now
	switch e.Type {
	case sm.Born, sm.Moved:
		next = withBit(next, machineDue, e.Due != 0)
	case sm.Failed:
		next &^= machineDue
	case sm.Abandoned:
		next &^= machineHeld
	case sm.Attributed:
		switch {
		case e.IsText:
		case e.Key == "due":
			next = withBit(next, machineDue, e.Num != 0)
		case e.Key == attrHeld:
			next = withBit(next, machineHeld, e.Num != 0)
			if e.Num != 0 {
				next &^= machineDue
			}
		}
	}
	k := m.group.kind
	next = withBit(next, machinePending, k.openIn(next) && (k.message || next&(machineDue|machineHeld) != 0))
	if next == now {
		return
	}
	m.now.Store(next)
	if (now^next)&machineHeld != 0 {
		t.helds.turn(at, m, next&machineHeld != 0)
	}
	if (now^next)&machinePending != 0 {
		t.pendings.turn(at, m, next&machinePending != 0)
	}
}

func withBit(bits, bit uint32, on bool) uint32 {
	if on {
		return bits | bit
	}
	return bits &^ bit
}

// pending returns the operation under way of an open machine.
func (m MachineView) pending() (p Pending, ok bool) {
	due, held := m.dueOrArrives(), m.IsHeld()
	if !held && due == 0 && !m.group.kind.message {
		return Pending{}, false
	}
	return Pending{m.Machine, m.Node(), m.StateName(), due, m.Since(), held}, true
}

// isMessage reports whether machines of the kind are messages between nodes,
// as their sender sees them.
func isMessage(kind string) bool {
	return strings.HasSuffix(kind, "-rpc") || kind == "heartbeat" || kind == "timeout-now"
}

// dueOrArrives returns when an open machine will go on, zero if nobody knows.
func (m MachineView) dueOrArrives() sm.Time {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		switch w := m.row(events[i]); w.typ {
		case sm.Attributed:
			switch key := m.t().strings.get(w.key); {
			case key == attrFault && over(m.t().strings.get(w.text)):
				return 0 // it will not arrive, though nobody has noticed yet
			case w.bits&rowIsText != 0:
			case key == "due":
				return sm.Time(w.aux)
			case key == attrHeld && w.aux != 0:
				return 0
			}
		case sm.Born, sm.Moved:
			return sm.Time(w.aux)
		case sm.Failed:
			return 0
		}
	}
	return 0
}

// openOf returns the machines of a kind that were open, in order of birth.
func (v View) openOf(kind string) (out []MachineView) {
	if k := v.t.kind(kind); k != nil {
		for _, id := range k.openings.set(v.n) {
			out = append(out, v.Machine(sm.ID(id)))
		}
	}
	return out
}
