package sm

import "sync/atomic"

// Machine is one instance of a kind. Its methods may be called from any
// goroutine, but history is only as orderly as its owners are: one lane at a
// time. A nil Machine records nothing.
//
// Once a machine was closed or abandoned, everything done to it is a violation.
type Machine struct {
	buf      *Buffer
	kind     *Kind
	holds    func(State) error // invariant, nil if none
	bornAt   Time
	birth    uint64 // how many machines its buffer had before
	bornLane Lane

	// Guarded by the buffer's lock.
	lane   Lane
	state  State
	ended  EventType // Closed or Abandoned, zero before
	openAt int32     // place in the buffer's list of open machines, -1 if not there
	made   uint32    // records made so far
	first  *Machine  // what the next record comes after, nil if nothing
	upTo   uint32    // how many records of first

	// Written by Flush alone.
	id  atomic.Uint64
	out uint32 // records flushed so far
}

// Kind returns the machine's kind, nil for a nil machine.
func (m *Machine) Kind() *Kind {
	if m == nil {
		return nil
	}
	return m.kind
}

// ID returns the machine's number, 0 until its birth has been flushed.
func (m *Machine) ID() ID {
	if m == nil {
		return 0
	}
	return ID(m.id.Load())
}

// State returns the state the machine is in, 0 for a nil machine.
func (m *Machine) State() State {
	if m == nil {
		return 0
	}
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	return m.state
}

// SetLane hands the machine over to another lane: what is recorded from now on
// is in that lane's order, after everything recorded of the machine before.
func (m *Machine) SetLane(lane Lane) {
	if m == nil {
		return
	}
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	if m.ended == 0 {
		m.lane = lane
	}
}

// After says that what is recorded of the machine next comes after everything
// recorded of other so far, even if both are of one instant and of different
// lanes. It is for effects that no link tells: an answer comes after what it
// answers for. It does nothing if other is nil.
func (m *Machine) After(other *Machine) {
	if m == nil || other == nil || other.buf.tracker != m.buf.tracker {
		return
	}
	other.buf.mu.Lock()
	made, last := other.made, other.buf.last
	other.buf.mu.Unlock()
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	if made > 0 {
		m.first, m.upTo = other, made
		m.buf.last = max(m.buf.last, last) // an effect is never before its cause
	}
}

// Invariant installs what must hold of the machine's state, checked before and
// after each move; an error is a violation. The function is called without any
// lock, by the goroutine that moves the machine. nil removes it. Install it
// before the machine is handed to another goroutine.
func (m *Machine) Invariant(holds func(State) error) {
	if m != nil {
		m.holds = holds
	}
}

// Move moves the machine to a state. A move that the kind does not list is a
// violation.
func (m *Machine) Move(to State) {
	if m != nil {
		m.step(Moved, to, 0, 0, "")
	}
}

// MoveDue is Move for a machine that will go on at the virtual time due.
func (m *Machine) MoveDue(to State, due Time) {
	if m != nil {
		m.step(Moved, to, due, 0, "")
	}
}

// Fail moves the machine to a state that means failure, and says why.
func (m *Machine) Fail(to State, code int64, reason string) {
	if m != nil {
		m.step(Failed, to, 0, code, reason)
	}
}

// CodeError is the code of a failure that Done records.
const CodeError = 1

// Done ends a piece of work: it moves to good if err is nil, and otherwise fails
// to bad with the code CodeError and err's text as the reason.
func (m *Machine) Done(err error, good, bad State) {
	switch {
	case m == nil:
	case err == nil:
		m.step(Moved, good, 0, 0, "")
	default:
		m.step(Failed, bad, 0, CodeError, err.Error())
	}
}

// LinkFrom records that cause brought the machine about, or had a part in it, in
// the role given. It does nothing if cause is nil.
func (m *Machine) LinkFrom(cause *Machine, role string) {
	if m != nil && cause != nil {
		m.link(cause, role)
	}
}

// Attr sets a numeric attribute.
func (m *Machine) Attr(key string, v int64) {
	if m != nil {
		m.attr(key, v, "", false)
	}
}

// AttrText sets a text attribute.
func (m *Machine) AttrText(key, v string) {
	if m != nil {
		m.attr(key, 0, v, true)
	}
}

// Close ends the machine for good. It insists on a final state: elsewhere it is
// a violation.
func (m *Machine) Close() {
	if m == nil {
		return
	}
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	why := m.overdue("closed")
	if why == "" && !m.kind.Is(m.state, Final) {
		why = "closed in " + m.kind.StateName(m.state) + ", which is not a final state"
	}
	m.breach(why)
	m.end(Closed)
}

// Abandon ends the machine in whatever state it is in, because its owner is
// gone: neither a failure nor a violation.
func (m *Machine) Abandon() {
	if m == nil {
		return
	}
	m.buf.mu.Lock()
	defer m.buf.mu.Unlock()
	m.breach(m.overdue("abandoned"))
	m.end(Abandoned)
}

func (m *Machine) step(typ EventType, to State, due Time, code int64, reason string) {
	if m.holds == nil {
		m.record(typ, to, due, code, reason)
		return
	}
	m.check("before the move to ", to)
	m.record(typ, to, due, code, reason)
	m.check("after the move to ", to)
}

func (m *Machine) record(typ EventType, to State, due Time, code int64, reason string) {
	b := m.buf
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.ended != 0 || !m.kind.Allowed(m.state, to) || typ == Failed && !m.kind.Is(to, Failure) {
		m.breach(m.misstep(typ, to))
		if int(to) >= m.kind.Len() {
			return
		}
	}
	if r := b.add(typ, m); r != nil {
		r.from, r.state, r.due, r.num, r.text = m.state, to, due, code, reason
		m.enter(to)
	}
}

// enter makes to the machine's state. The caller holds the buffer's lock.
func (m *Machine) enter(to State) {
	m.state = to
	if final := m.kind.flags[to]&Final != 0; final != (m.openAt < 0) && m.ended == 0 {
		if final {
			m.buf.closed(m)
		} else {
			m.buf.opened(m)
		}
	}
}

// end records the machine's end. The caller holds the buffer's lock.
func (m *Machine) end(typ EventType) {
	if r := m.buf.add(typ, m); r != nil {
		r.state = m.state
		m.buf.closed(m)
		m.ended = typ
	}
}

func (m *Machine) link(cause *Machine, role string) {
	b := m.buf
	b.mu.Lock()
	defer b.mu.Unlock()
	m.breach(m.overdue("linked"))
	if cause.buf.tracker != b.tracker {
		m.breach("linked to a machine of another tracker")
		return
	}
	b.last = max(b.last, cause.bornAt) // an effect is never before its cause
	if r := b.add(Linked, m); r != nil {
		r.cause, r.after, r.key = cause, 1, role
	}
}

func (m *Machine) attr(key string, num int64, text string, isText bool) {
	b := m.buf
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.ended != 0 {
		m.breach(m.overdue("given the attribute " + key))
	}
	if r := b.add(Attributed, m); r != nil {
		r.key, r.num, r.text, r.isText = key, num, text, isText
	}
}
