package replay

import (
	"strconv"

	"raftscope/sm"
)

// Machine is one tracked state machine of the run. Its methods answer at the
// newest event.
type Machine struct {
	id      sm.ID
	group   *group
	life    *life
	subject string
	label   string
	events  []uint32 // positions of its own events and of the links from it
	nth     uint32
	state   sm.State
	bits    uint8
}

const (
	machineClosed    = 1 << iota // no longer watched
	machineAbandoned             // because its node's life ended
)

// ID returns the machine's number.
func (m *Machine) ID() sm.ID { return m.id }

// Kind returns the machine's kind.
func (m *Machine) Kind() *Kind { return m.group.kind }

// Name returns kind#id, as users write it.
func (m *Machine) Name() string {
	return m.group.kind.spec.Name + "#" + strconv.FormatUint(uint64(m.id), 10)
}

// Node returns the name of the machine's node, empty for the world.
func (m *Machine) Node() string { return m.life.node.name }

// Life returns which life of the node the machine belongs to.
func (m *Machine) Life() uint32 { return m.life.number }

// Subject returns what the machine is about, short and for machines: "2/5".
func (m *Machine) Subject() string { return m.subject }

// Label returns what the machine is about, for people: "set x 1".
func (m *Machine) Label() string { return m.label }

// Nth returns the machine's place among those of its kind by birth, from 1.
func (m *Machine) Nth() int { return int(m.nth) }

// State returns the state it is in, or was in when its node's life ended.
func (m *Machine) State() sm.State { return m.state }

// StateName returns the name of State.
func (m *Machine) StateName() string { return m.group.kind.StateName(m.state) }

// Abandoned reports whether the machine's node ended its life before the
// machine came to its end.
func (m *Machine) Abandoned() bool { return m.bits&machineAbandoned != 0 }

// Open reports whether more is to be expected of the machine: it is neither in
// a final state, nor closed, nor abandoned.
func (m *Machine) Open() bool { return m.isOpen() }

func (m *Machine) isOpen() bool { return m.bits&machineClosed == 0 && !m.final(m.state) }

func (m *Machine) final(s sm.State) bool { return m.group.kind.Is(s, sm.Final) }

func (m *Machine) row(i int) *row { return m.group.t.rows.at(m.events[i]) }

// Born returns when the machine came into being.
func (m *Machine) Born() sm.Time { return m.row(0).at }

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
func (m *Machine) Moves() []Move {
	var out []Move
	for i := range m.events {
		w := m.row(i)
		mv := Move{Event: int(m.events[i]), At: w.at, Wall: w.wall, From: w.from, State: w.state}
		switch w.typ {
		case sm.Born:
			mv.From, mv.Due = w.state, sm.Time(w.aux)
		case sm.Moved:
			mv.Due = sm.Time(w.aux)
		case sm.Failed:
			mv.Failed, mv.Code, mv.Reason = true, w.aux, m.group.t.strings.get(w.text)
		default:
			continue
		}
		out = append(out, mv)
	}
	return out
}

// Due returns when the machine will go on, zero if nobody knows.
func (m *Machine) Due() sm.Time {
	if i := m.lastMove(); m.isOpen() && m.row(i).typ != sm.Failed {
		return sm.Time(m.row(i).aux)
	}
	return 0
}

// lastMove returns which of the machine's events brought it where it is.
func (m *Machine) lastMove() int {
	for i := len(m.events) - 1; i > 0; i-- {
		if typ := m.row(i).typ; typ == sm.Moved || typ == sm.Failed {
			return i
		}
	}
	return 0
}

// Since returns when the machine entered its state.
func (m *Machine) Since() sm.Time { return m.row(m.lastMove()).at }

// Entered returns when the machine last entered state s, at its birth or by a
// move.
func (m *Machine) Entered(s sm.State) (at sm.Time, ok bool) {
	_, at, ok = m.entry(s)
	return at, ok
}

// entry returns the position and time of the event by which the machine last
// entered state s.
func (m *Machine) entry(s sm.State) (event int, at sm.Time, ok bool) {
	for i := len(m.events) - 1; i >= 0; i-- {
		w := m.row(i)
		if w.state == s && w.entersState() {
			return int(m.events[i]), w.at, true
		}
	}
	return 0, 0, false
}

// Failure returns the reason and code of the last failure.
func (m *Machine) Failure() (reason string, code int64, ok bool) {
	for i := len(m.events) - 1; i >= 0; i-- {
		if w := m.row(i); w.typ == sm.Failed {
			return m.group.t.strings.get(w.text), w.aux, true
		}
	}
	return "", 0, false
}

// Motion says how long a machine was, or is, on its way.
type Motion uint8

const (
	// NeverMoved: it was born in a final state and is there still, or went
	// only from final state to final state.
	NeverMoved Motion = iota
	// Running: it is on its way.
	Running
	// Rested: it came to rest in a final state.
	Rested
	// GivenUp: its node's life ended, or it was closed, before it rested.
	GivenUp
)

// Motion returns whether the machine came to rest and how long after its
// birth: the last time it came from a state that is not final into one that
// is. What happens to it in rest (an applied entry is compacted) does not
// count. While it runs, the time is the one up to now.
func (m *Machine) Motion() (Motion, sm.Time) {
	born := m.Born()
	rested, ended := sm.Time(-1), sm.Time(-1)
	for i := range m.events {
		switch w := m.row(i); w.typ {
		case sm.Moved, sm.Failed:
			if m.final(w.state) && !m.final(w.from) {
				rested = w.at
			}
		case sm.Closed, sm.Abandoned:
			ended = w.at
		}
	}
	switch {
	case m.final(m.state) && rested >= 0:
		return Rested, rested - born
	case m.final(m.state):
		return NeverMoved, 0
	case m.bits&machineClosed != 0:
		return GivenUp, ended - born
	}
	return Running, m.group.t.now - born
}
