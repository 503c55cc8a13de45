package replay

import (
	"strconv"
	"sync/atomic"

	"raftscope/sm"
)

// Machine is one tracked state machine of the run. What it is never changes;
// the methods about where it is answer at the newest event, those of a
// MachineView at another one.
type Machine struct {
	group   *group
	life    *life
	key     *key // of entries and clients' requests; else nil
	subject string
	label   string
	run     atomic.Uint64 // positions of its own events and of the links from it, see runs
	now     atomic.Uint32 // state and bits at the newest event, stored after run
	room    uint32        // how many positions have room in the run
	id      uint32
	born    uint32 // position of its birth
	nth     uint32
	openAt  [sets]uint32 // places among the open machines and so on; for the writer
}

// key is what a machine is found by, beside its number.
type key struct {
	position                         // of a client's request: its ordinal as index
	older    *Machine                // of the same position
	below    *Machine                // of the same index in the same life, older
	top      atomic.Pointer[Machine] // of the first of an index in a life: the newest one
	gone     atomic.Uint32           // by which event it left its log; never: not yet
}

const never = 1<<32 - 1

// Bits of Machine.now below the state.
const (
	machineClosed    = 1 << iota // no longer watched
	machineAbandoned             // because its node's life ended
	machineDue                   // it is told when it will go on; for the writer
	machineHeld                  // a user holds it; for the writer
	machinePending               // it is among the pending; for the writer
	stateShift       = 8
)

func packNow(s sm.State, bits uint32) uint32 { return uint32(s)<<stateShift | bits }

func unpackState(now uint32) sm.State { return sm.State(now >> stateShift) }

// openIn reports whether more is to be expected of a machine of the kind.
func (k *Kind) openIn(now uint32) bool {
	return now&machineClosed == 0 && !k.Is(unpackState(now), sm.Final)
}

// ID returns the machine's number.
func (m *Machine) ID() sm.ID { return sm.ID(m.id) }

// Kind returns the machine's kind.
func (m *Machine) Kind() *Kind { return m.group.kind }

func (m *Machine) kindName() string { return m.group.kind.spec.Name }

// Name returns kind#id, as users write it.
func (m *Machine) Name() string { return m.kindName() + "#" + strconv.FormatUint(uint64(m.id), 10) }

// appendName appends Name.
func (m *Machine) appendName(b []byte) []byte {
	return strconv.AppendUint(append(append(b, m.kindName()...), '#'), uint64(m.id), 10)
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

// Born returns when the machine came into being.
func (m *Machine) Born() sm.Time { return m.group.kind.t.rows.at(m.born).at }

// BornEvent returns the position of the machine's birth: it exists at positions
// above.
func (m *Machine) BornEvent() int { return int(m.born) }

// Now returns the machine at the newest event.
func (m *Machine) Now() MachineView { return MachineView{m, m.group.kind.t.length.Load()} }

// State returns the state it is in, or was in when its node's life ended.
func (m *Machine) State() sm.State { return m.Now().State() }

// StateName returns the name of State.
func (m *Machine) StateName() string { return m.Now().StateName() }

// Abandoned reports whether the machine's node ended its life before the
// machine came to its end.
func (m *Machine) Abandoned() bool { return m.Now().Abandoned() }

// Open reports whether more is to be expected of the machine: it is neither in
// a final state, nor closed, nor abandoned.
func (m *Machine) Open() bool { return m.Now().Open() }

// Moves returns the machine's moves in order, its birth first.
func (m *Machine) Moves() []Move { return m.Now().Moves() }

// Due returns when the machine will go on, zero if nobody knows.
func (m *Machine) Due() sm.Time { return m.Now().Due() }

// Since returns when the machine entered its state.
func (m *Machine) Since() sm.Time { return m.Now().Since() }

// Entered returns when the machine last entered state s, at its birth or by a
// move.
func (m *Machine) Entered(s sm.State) (at sm.Time, ok bool) { return m.Now().Entered(s) }

// Failure returns the reason and code of the last failure.
func (m *Machine) Failure() (reason string, code int64, ok bool) { return m.Now().Failure() }

// Motion returns whether the machine came to rest, and how long after its
// birth; see MachineView.Motion.
func (m *Machine) Motion() (Motion, sm.Time) { return m.Now().Motion() }

// Attr returns the value of the attribute key.
func (m *Machine) Attr(key string) (v Value, ok bool) { return m.Now().Attr(key) }

// Attrs returns all attributes in the order they first appeared.
func (m *Machine) Attrs() []Attr { return m.Now().Attrs() }

// Causes returns the links to what caused this machine, in order of the
// links' events.
func (m *Machine) Causes() []Link { return m.Now().Causes() }

// Effects returns the links to what this machine caused, in order of the
// links' events.
func (m *Machine) Effects() []Link { return m.Now().Effects() }
