package cond

import (
	"time"

	"raftscope/sm"
)

// The conditions of this file, called atoms, are about one event and the
// machine that it happened to. Of a moment of a run it is the newest event.

// NodeIs holds if the event happened on the node: node:n2.
type NodeIs struct {
	Node string // required
}

// KindIs holds if the event's machine is of the kind: kind:append.
type KindIs struct {
	Kind string // required
}

// StateIs holds if the event's machine enters the state by it, or ends and
// rests in it: state:writing. States compare without regard to case.
type StateIs struct {
	State string // required
}

// MoveIs holds if the event is a move from one state to the other:
// move:pending>writing. Either may be left out.
type MoveIs struct {
	From, To string // one is required
}

// TypeIs holds if the event is of the type: type:fail.
type TypeIs struct {
	Type sm.EventType // required
}

// Slow holds if the event is a move, and its machine was in the state that it
// leaves for longer: slow>5ms.
type Slow struct {
	Than time.Duration // above 0
}

// HasAttr holds if the event's machine has the attribute, perhaps by this
// event, and it compares so: attr:entries > 5.
type HasAttr struct {
	Key   string // required
	Op    Op     // Equal or NotEqual if Value is text
	Value Value
}

// Says holds if the text is in the line that describes the event, in capitals
// or not: text:"no space".
type Says struct {
	Text string // required
}

func (NodeIs) isCond()  {}
func (KindIs) isCond()  {}
func (StateIs) isCond() {}
func (MoveIs) isCond()  {}
func (TypeIs) isCond()  {}
func (Slow) isCond()    {}
func (HasAttr) isCond() {}
func (Says) isCond()    {}

func isAtom(c Cond) bool {
	switch c.(type) {
	case NodeIs, KindIs, StateIs, MoveIs, TypeIs, Slow, HasAttr, Says:
		return true
	}
	return false
}

// AboutEvent reports whether any part of c is about an event: such a condition
// is met by events, any other one holds for a stretch of a run.
func AboutEvent(c Cond) bool {
	switch c := c.(type) {
	case Not:
		return AboutEvent(c.C)
	case And:
		return AboutEvent(c.A) || AboutEvent(c.B)
	case Or:
		return AboutEvent(c.A) || AboutEvent(c.B)
	}
	return isAtom(c)
}
