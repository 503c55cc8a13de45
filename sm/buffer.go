package sm

import (
	"cmp"
	"slices"
	"sync"
)

// Lane is the class of goroutines that owns a machine at present: a node's main
// loop, its FSM goroutine, the client k, the sender to peer p. What one lane
// records is in causal order. What two lanes record at one instant counts as
// concurrent, unless a machine they share or a link says otherwise; the lower
// lane then comes first.
//
// Lanes must be drawn so that one lane is never recorded into by two goroutines
// at the same instant: their order would depend on the scheduler.
type Lane uint16

// laneEnd is the lane of what ends a life: after the node's other lanes.
const laneEnd Lane = 1<<16 - 1

// record is an event before it is numbered: it refers to machines, not to ids.
type record struct {
	at    Time
	wall  int64
	due   Time
	m     *Machine // nil for Note, Command and Log
	cause *Machine // Linked: the cause; else what must come first, if anything
	key   string
	text  string
	num   int64
	nth   uint32 // how many records its machine had before
	after uint32 // how many records of cause come first
	lane  Lane
	typ   EventType
	from  State
	state State

	isText bool
}

// Buffer takes what happens in one life of one node. Its methods may be called
// from any goroutine. A nil Buffer records nothing.
type Buffer struct {
	tracker *Tracker
	node    string
	life    uint32

	mu     sync.Mutex
	recs   []record   // since the last flush, in the order of recording
	spare  []record   // the slice that the last flush emptied
	last   Time       // at of the newest record: time never runs backwards
	births uint64     // machines born here
	open   []*Machine // what AbandonAll would abandon, in no order
	ended  bool
}

// Node returns the node's name, "" for the world and for a nil buffer.
func (b *Buffer) Node() string {
	if b == nil {
		return ""
	}
	return b.node
}

// Life returns which life of the node it is, from 1; 0 for the world and for a
// nil buffer.
func (b *Buffer) Life() uint32 {
	if b == nil {
		return 0
	}
	return b.life
}

// Born makes a machine of kind k in state s, owned by lane. The subject is its
// short name for machines ("2/5"), the label the one for people ("set x 1").
// It returns nil if recording is off or the buffer has ended. A state that the
// kind does not call initial is a violation; one that it does not have becomes
// the kind's first initial state.
func (b *Buffer) Born(k *Kind, s State, lane Lane, subject, label string) *Machine {
	return b.BornDue(k, s, lane, subject, label, 0)
}

// BornDue is Born for a machine that will go on at the virtual time due, zero
// if nobody knows.
func (b *Buffer) BornDue(k *Kind, s State, lane Lane, subject, label string, due Time) *Machine {
	if b == nil {
		return nil
	}
	return b.born(nil, k, s, lane, subject, label, due)
}

// BornOf is Born for a machine that cause brought about, in the role given:
// the birth comes after the cause's even if both are of one instant and of
// different lanes, and so gets the higher ID. A nil cause makes it Born.
func (b *Buffer) BornOf(cause *Machine, role string, k *Kind, s State, lane Lane, subject, label string) *Machine {
	if b == nil {
		return nil
	}
	m := b.born(cause, k, s, lane, subject, label, 0)
	m.LinkFrom(cause, role)
	return m
}

func (b *Buffer) born(cause *Machine, k *Kind, s State, lane Lane, subject, label string, due Time) *Machine {
	why := ""
	if !k.Is(s, Initial) {
		why = "born in " + k.StateName(s) + ", which is not an initial state"
		if int(s) >= k.Len() {
			s = k.Initial()[0]
		}
		b.tracker.insist(why, k, b.node)
	}
	m := &Machine{buf: b, kind: k, bornLane: lane, lane: lane, state: s, openAt: -1}
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.add(Born, m)
	if r == nil {
		return nil
	}
	r.state, r.key, r.text, r.due = s, subject, label, due
	if cause != nil {
		r.cause, r.after = cause, 1
		b.last = max(b.last, cause.bornAt) // an effect is never before its cause
	}
	m.bornAt, m.birth = b.last, b.births
	b.births++
	if !k.Is(s, Final) {
		b.opened(m)
	}
	if why != "" {
		b.violated(m, why)
	}
	return m
}

// Note records a remark.
func (b *Buffer) Note(text string) { b.say(Note, 0, "", text) }

// Command records a line of the grammar that took effect.
func (b *Buffer) Command(text string) { b.say(Command, 0, "", text) }

// Log records a line of raft's own log, written by a goroutine of lane.
func (b *Buffer) Log(lane Lane, level, text string) { b.say(Log, lane, level, text) }

func (b *Buffer) say(typ EventType, lane Lane, key, text string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.add(typ, nil); r != nil {
		r.lane, r.key, r.text = lane, key, text
	}
}

// AbandonAll ends a life: every machine of the buffer that is neither closed nor
// resting in a final state is abandoned, in order of birth. What their owners
// still do to them is a violation.
func (b *Buffer) AbandonAll() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// The place in a lane is canonical, the place in the buffer is not: births
	// are compared across lanes by time and lane only.
	slices.SortFunc(b.open, func(x, y *Machine) int {
		return cmp.Or(cmp.Compare(x.bornAt, y.bornAt), cmp.Compare(x.bornLane, y.bornLane), cmp.Compare(x.birth, y.birth))
	})
	for _, m := range b.open {
		m.openAt = -1
		m.lane = laneEnd
		m.end(Abandoned)
	}
	clear(b.open)
	b.open = b.open[:0]
}

// End says that nothing more comes: the next flush is the buffer's last, and
// then the tracker lets go of it. What is recorded later is dropped and counted
// (Totals.Late), for goroutines of a dead life may be slow to notice. Open
// machines stay open: call AbandonAll first.
func (b *Buffer) End() {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.tracker.dirty.Store(true)
}

func (b *Buffer) hasEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// add returns the next record, with time, machine and lane filled in, or nil if
// the buffer has ended. The caller holds b.mu.
func (b *Buffer) add(typ EventType, m *Machine) *record {
	if b.ended {
		b.tracker.late.Add(1)
		return nil
	}
	n := len(b.recs)
	if n == 0 {
		b.tracker.dirty.Store(true)
	}
	if n < cap(b.recs) {
		b.recs = b.recs[:n+1] // zero: the flush clears what it took
	} else {
		b.recs = append(b.recs, record{})
	}
	r := &b.recs[n]
	at, wall := b.tracker.clock.Now()
	b.last = max(b.last, at)
	r.at, r.wall, r.typ = b.last, wall, typ
	if m != nil {
		r.m, r.lane, r.nth = m, m.lane, m.made
		m.made++
		if m.first != nil && typ != Linked {
			r.cause, r.after, m.first = m.first, m.upTo, nil
		}
	}
	return r
}

// violated records that m broke a rule. The caller holds b.mu.
func (b *Buffer) violated(m *Machine, why string) {
	if r := b.add(Violation, m); r != nil {
		r.text = why
	}
}

// opened and closed keep b.open. The caller holds b.mu.
func (b *Buffer) opened(m *Machine) {
	m.openAt = int32(len(b.open))
	b.open = append(b.open, m)
}

func (b *Buffer) closed(m *Machine) {
	if m.openAt < 0 {
		return
	}
	end := len(b.open) - 1
	moved := b.open[end]
	b.open[m.openAt] = moved
	moved.openAt = m.openAt
	b.open[end] = nil
	b.open = b.open[:end]
	m.openAt = -1
}
