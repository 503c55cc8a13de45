package sm

import "strconv"

// Time is virtual time in nanoseconds since the start of the run. In an
// application outside the simulated world it is time on the tracker's clock.
type Time int64

// ID numbers machines in order of birth, from 1, over all kinds. Zero means
// no machine, or a machine whose birth has not been flushed yet.
type ID uint64

// State is the position of a state in its kind's list of states.
type State uint8

// EventType says what an Event reports.
type EventType uint8

// The types of events. The numbers are part of the recording format: they are
// never reused or renumbered.
const (
	// Born: a machine came into being; Kind, State, Key (its subject, short
	// and for machines), Text (its label, for people).
	Born EventType = 1 + iota
	// Moved: the machine went from From to State.
	Moved
	// Failed: the machine went from From to the failure state State, for the
	// reason Text and with the code Num.
	Failed
	// Linked: Other is a cause of Machine, in the role Key.
	Linked
	// Attributed: Machine's attribute Key is now Num or, if IsText, Text.
	Attributed
	// Closed: the machine ended in a final state.
	Closed
	// Abandoned: the machine's node ended its life before the machine ended.
	// Neither a failure nor a violation.
	Abandoned
	// Note: Text is a remark, by the user or by the program.
	Note
	// Command: Text is a line of the grammar that took effect: the journal.
	Command
	// Log: Text is a line of raft's own log on Node, Key its level.
	Log
	// Violation: Machine broke a rule of its kind; Text says which. It comes
	// just before the event that broke the rule; for a birth, and for a move
	// that left an invariant broken, just after.
	Violation
)

var eventTypeNames = [...]string{
	Born: "born", Moved: "move", Failed: "fail", Linked: "link",
	Attributed: "attr", Closed: "close", Abandoned: "abandon", Note: "note",
	Command: "command", Log: "log", Violation: "violation",
}

// String returns the type's name, or type-N for one of a later version.
func (t EventType) String() string {
	if int(t) < len(eventTypeNames) && eventTypeNames[t] != "" {
		return eventTypeNames[t]
	}
	return "type-" + strconv.Itoa(int(t))
}

var eventTypeWords = [...]string{
	Born: "born", Moved: "moved", Failed: "failed", Linked: "linked",
	Attributed: "attributed", Closed: "closed", Abandoned: "abandoned", Note: "note",
	Command: "command", Log: "log", Violation: "violation",
}

// Word returns the type as JSON calls it: what happened, in the past. For a
// type of a later version it is the same as String.
func (t EventType) Word() string {
	if int(t) < len(eventTypeWords) && eventTypeWords[t] != "" {
		return eventTypeWords[t]
	}
	return t.String()
}

// Event is one thing that happened. It is the unit of the recording, of the
// pipe between debuggee and session, and of every view.
type Event struct {
	Seq  uint64 // position in the run, from 1, without gaps
	At   Time   // when, in virtual time
	Wall int64  // when, in real monotonic nanoseconds since the run's start; never part of a digest
	Due  Time   // Born, Moved: when the machine will go on, zero if nobody knows

	Node string // where; empty for events of the world as a whole
	Life uint32 // which life of the node, from 1; zero for the world

	Type    EventType
	From    State // Moved, Failed: the state left
	State   State // Born, Moved, Failed, Closed, Abandoned: the state entered or rested in; else zero
	IsText  bool  // Attributed: the value is Text, not Num
	Machine ID    // the machine concerned; zero for Note, Command and Log
	Other   ID    // Linked: the cause

	Kind string // Born: name of the kind
	Key  string // Born: subject; Linked: role; Attributed: name; Log: level
	Text string // Born: label; Failed: reason; Attributed: value; else the remark, line or rule
	Num  int64  // Failed: code; Attributed: value
}
