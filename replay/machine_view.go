package replay

import "raftscope/sm"

// MachineView is a machine as it was at some event. The zero value is no
// machine: one that was not yet born, or never. Only Known may be asked of it.
type MachineView struct {
	*Machine
	n uint32 // events that have happened
}

// Known reports whether there is a machine.
func (m MachineView) Known() bool { return m.Machine != nil }

func (m MachineView) t() *Timeline { return m.group.kind.t }

// events returns the positions of the machine's events so far. There is at
// least its birth.
func (m MachineView) events() []uint32 {
	events := m.positions()
	return events[:before(events, m.n)]
}

// Events returns the positions of the machine's events so far, its birth first,
// with the links to what it caused. Later events only add to them, so whoever
// asks again need read no more than what is new. The caller must not change the
// slice.
func (m MachineView) Events() []uint32 {
	events := m.events()
	return events[:len(events):len(events)]
}

func (m MachineView) row(event uint32) *row { return m.t().rows.at(event) }

// packed returns state and bits as in Machine.now. That of the newest event is
// loaded before the positions, which the writer stores first: if none of these
// is too new, neither is the state.
func (m MachineView) packed() uint32 {
	now := m.now.Load()
	events := m.positions()
	if events[len(events)-1] < m.n {
		return now
	}
	events = events[:before(events, m.n)]
	past := packNow(m.row(events[m.lastMove(events)]).state, 0)
	if now&machineClosed != 0 { // what is open later was open before
		past |= m.endedBits(events)
	}
	return past
}

func (m MachineView) endedBits(events []uint32) (bits uint32) {
	for _, event := range events {
		switch m.row(event).typ {
		case sm.Abandoned:
			bits |= machineClosed | machineAbandoned
		case sm.Closed:
			bits |= machineClosed
		}
	}
	return bits
}

// State returns the state it was in.
func (m MachineView) State() sm.State { return unpackState(m.packed()) }

// StateName returns the name of State.
func (m MachineView) StateName() string { return m.group.kind.StateName(m.State()) }

// Abandoned reports whether the machine's node had ended its life before the
// machine came to its end.
func (m MachineView) Abandoned() bool { return m.packed()&machineAbandoned != 0 }

// Open reports whether more was to be expected of the machine: it was neither
// in a final state, nor closed, nor abandoned.
func (m MachineView) Open() bool { return m.group.kind.openIn(m.packed()) }

// role returns what the machine's state means, if it is an entry.
func (m MachineView) role() role { return m.group.kind.roles[m.State()] }

// Move is the entry into a state. The first one of a machine is its birth.
type Move struct {
	Event  int // position in the timeline
	At     sm.Time
	Wall   int64   // real time, ns
	Due    sm.Time // when it will go on, zero if nobody knew
	From   sm.State
	State  sm.State
	Failed bool
	Code   int64  // if it failed
	Reason string // if it failed
}

// Moves returns the machine's moves in order, its birth first.
func (m MachineView) Moves() []Move {
	var out []Move
	for _, event := range m.events() {
		w := m.row(event)
		mv := Move{Event: int(event), At: w.at, Wall: w.wall, From: w.from, State: w.state}
		switch w.typ {
		case sm.Born:
			mv.From, mv.Due = w.state, sm.Time(w.aux)
		case sm.Moved:
			mv.Due = sm.Time(w.aux)
		case sm.Failed:
			mv.Failed, mv.Code, mv.Reason = true, w.aux, m.t().strings.get(w.text)
		default:
			continue
		}
		out = append(out, mv)
	}
	return out
}

// Due returns when the machine was to go on, zero if nobody knew.
func (m MachineView) Due() sm.Time {
	events := m.events()
	if w := m.row(events[m.lastMove(events)]); m.Open() && w.typ != sm.Failed {
		return sm.Time(w.aux)
	}
	return 0
}

// lastMove returns which of the events brought the machine where it is.
func (m MachineView) lastMove(events []uint32) int {
	for i := len(events) - 1; i > 0; i-- {
		if typ := m.row(events[i]).typ; typ == sm.Moved || typ == sm.Failed {
			return i
		}
	}
	return 0
}

// Since returns when the machine had entered its state.
func (m MachineView) Since() sm.Time {
	events := m.events()
	return m.row(events[m.lastMove(events)]).at
}

// Entered returns when the machine last entered state s, at its birth or by a
// move.
func (m MachineView) Entered(s sm.State) (at sm.Time, ok bool) {
	_, at, ok = m.entry(s)
	return at, ok
}

// entry returns the position and time of the event by which the machine last
// entered state s.
func (m MachineView) entry(s sm.State) (event int, at sm.Time, ok bool) {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		if w := m.row(events[i]); w.state == s && w.entersState() {
			return int(events[i]), w.at, true
		}
	}
	return 0, 0, false
}

// Failure returns the reason and code of the last failure.
func (m MachineView) Failure() (reason string, code int64, ok bool) {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		if w := m.row(events[i]); w.typ == sm.Failed {
			return m.t().strings.get(w.text), w.aux, true
		}
	}
	return "", 0, false
}
