package grammar

import (
	"strconv"
	"strings"
	"time"

	"raftscope/replay/cond"
)

// FaultVerb is what a Fault does to an operation.
type FaultVerb string

// The verbs.
const (
	Hold      FaultVerb = "hold"      // it stays where it is until it is released
	Fail      FaultVerb = "fail"      // it ends with an error
	Drop      FaultVerb = "drop"      // messages: it is lost
	Delay     FaultVerb = "delay"     // it takes longer
	Duplicate FaultVerb = "duplicate" // requests: it arrives twice
	Reorder   FaultVerb = "reorder"   // requests: one that left later overtakes it
	CrashAt   FaultVerb = "crash"     // operations of a disk: their node crashes
)

// Words for operations of more than one kind.
const (
	AnyMessage = "message" // any request between two nodes
	AnyDisk    = "disk"    // any operation of a disk
	FSM        = "fsm"     // the apply of an entry to a state machine
)

// Ops says which operations a rule is about.
type Ops struct {
	Kind     string // a kind of message or disk operation, AnyMessage, AnyDisk or FSM
	From, To string // messages: nodes, or cond.AllNodes
	Node     string // else: a node, or cond.AllNodes
	Answers  bool   // messages: the answers to such requests instead of the requests
}

// Fault does something to the one operation that Machine tells of, now, or by
// a rule to operations that begin from now on.
type Fault struct {
	Pos
	Verb    FaultVerb
	Machine cond.Ref // its Form is zero for a rule
	Ops     Ops      // of a rule

	By     Range   // Delay: how much longer; Duplicate: how long after the first, may be zero
	With   string  // Fail: the name of the error, one of Errors
	After  bool    // Fail, CrashAt, of disks: when the operation is done; else before
	Wrote  int     // Fail, of writes of entries: how many of them are written all the same; zero: none, or all if After
	Skip   uint64  // a rule: so many are let pass first
	Count  uint64  // a rule: it fires so often at most; zero: without limit
	Chance float64 // a rule: with which it fires; 1 unless said otherwise
}

// Release lets what is held go on: one operation, or all if All.
type Release struct {
	Pos
	Machine cond.Ref
	All     bool
}

// Clear removes a rule by its number, or all rules if All. What they hold goes
// on.
type Clear struct {
	Pos
	Rule int
	All  bool
}

// Freeze holds everything of a node: its messages both ways, its disk and its
// state machine. Raft's own timers run on.
type Freeze struct {
	Pos
	Node string
}

// Thaw ends a Freeze.
type Thaw struct {
	Pos
	Node string
}

// Truncate brings about a truncation by means of other commands: it makes a
// plan of them, tells it and carries it out.
type Truncate struct {
	Pos
	Node string // empty: the one with the shortest plan
	From uint64 // the first index to go; zero: the first possible
	Plan bool   // only tell the plan
}

// Limits of faults.
const (
	CountMax     = 1_000_000
	faultTimeMax = time.Hour
	wroteMax     = 10_000 // entries that a failing write writes
)

// String returns the command as it is written.
func (c Fault) String() string {
	all := []string{string(c.Verb)}
	if c.Machine.Form != 0 {
		all = append(all, c.Machine.String())
	} else {
		all = append(all, c.Ops.String())
	}
	if c.Verb == Delay || c.Verb == Duplicate && c.By != (Range{}) {
		all = append(all, byPrefix+c.By.String())
	}
	if c.Verb == Fail {
		all = append(all, withPrefix+c.With)
	}
	switch {
	case c.After:
		all = append(all, afterWord)
	case c.Verb == CrashAt:
		all = append(all, beforeWord)
	case c.Wrote > 0:
		all = append(all, wrotePrefix+strconv.Itoa(c.Wrote))
	}
	if c.Skip > 0 {
		all = append(all, skipPrefix+strconv.FormatUint(c.Skip, 10))
	}
	if c.Count > 0 {
		all = append(all, countPrefix+strconv.FormatUint(c.Count, 10))
	}
	if c.Machine.Form == 0 && c.Chance != 1 {
		all = append(all, chancePrefix+strconv.FormatFloat(c.Chance, 'f', -1, 64))
	}
	return strings.Join(all, " ")
}

// String returns the operations as they are written.
func (o Ops) String() string {
	if o.From == "" {
		return o.Kind + " " + o.Node
	}
	s := o.Kind + " " + o.From + ">" + o.To
	if o.Answers {
		s += " " + answersWord
	}
	return s
}

// String returns the command as it is written.
func (c Release) String() string {
	if c.All {
		return "release " + cond.AllNodes
	}
	return "release " + c.Machine.String()
}

// String returns the command as it is written.
func (c Clear) String() string {
	if c.All {
		return "clear " + cond.AllNodes
	}
	return "clear " + strconv.Itoa(c.Rule)
}

// String returns the command as it is written.
func (c Truncate) String() string {
	all := []string{"truncate"}
	all = appendIf(all, c.Node != "", c.Node)
	all = appendIf(all, c.From != 0, fromPrefix+strconv.FormatUint(c.From, 10))
	return strings.Join(appendIf(all, c.Plan, planWord), " ")
}

// String returns the command as it is written.
func (c Freeze) String() string { return "freeze " + c.Node }

// String returns the command as it is written.
func (c Thaw) String() string { return "thaw " + c.Node }

// MessageKinds are the kinds of messages that a rule may be about.
func MessageKinds() []string {
	return []string{"append-rpc", "heartbeat", "vote-rpc", "prevote-rpc", "install-rpc", "timeout-now"}
}

// DiskKinds are the kinds of disk operations that a rule may be about.
func DiskKinds() []string {
	return []string{"append", "truncate", "compact", "meta", "snapshot", "restore"}
}

// MetaKeys are the writes of the kind meta one by one, as raft calls their keys
// (raft.go): the node's term, and the two of which a vote is made.
func MetaKeys() []string { return []string{"current-term", "last-vote-term", "last-vote-cand"} }

// Errors are the names of the errors that Fail may end an operation with, and
// what they say.
func Errors() []struct{ Name, Text string } {
	return []struct{ Name, Text string }{
		{"EIO", "input/output error"},
		{"ENOSPC", "no space left on device"},
		{"EROFS", "read-only file system"},
		{"ECONNRESET", "connection reset by peer"},
		{"ETIMEDOUT", "connection timed out"},
	}
}
