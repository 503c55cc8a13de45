package grammar

import (
	"time"

	"raftscope/replay/cond"
)

// Command is a command. It is one of the struct types of this package, always
// as a value, never as a pointer.
type Command interface {
	// String returns text that parses to the same value, but for its place.
	String() string
	// Position returns where the command was written.
	Position() Pos
	isCommand()
}

// Pos is where a command was written: the place of its first word.
type Pos struct {
	Line   int // from 1; zero for a command that was not parsed
	Column int // from 1, in runes
}

// Position returns the place itself: commands embed it.
func (p Pos) Position() Pos { return p }

func (p Pos) isCommand() {}

// LeaderNode in place of a node's name means whichever node leads when the
// command takes effect.
const LeaderNode = "leader"

// Limits of commands.
const (
	KeyBytesMax    = 1 << 10
	ValueBytesMax  = 1 << 20 // which a value comes to by append; what is written fits into a line
	TimesMax       = 10_000
	StepsMax       = 1_000_000
	DepthMax       = 1_000
	DurationMin    = time.Microsecond
	DurationMax    = 24 * time.Hour
	DefaultTimeout = 30 * time.Second
	BreakMax       = 1_000_000 // the highest number of a breakpoint
	IgnoreMax      = 1_000_000
)

// RunUntil lets time go on until the condition holds.
type RunUntil struct {
	Pos
	Cond    cond.Cond
	Timeout time.Duration // of virtual time; it is an error if Cond does not hold by then
}

// Run lets time go on until a breakpoint is met.
type Run struct {
	Pos
	Timeout time.Duration // of virtual time; it is an error if none is met by then
}

// Break sets a breakpoint.
type Break struct {
	Pos
	Cond   cond.Cond
	Once   bool // it is deleted when it stops time
	Ignore int  // it stops time only when it was met so many times before
}

// Enable switches a breakpoint on again.
type Enable struct {
	Pos
	N int // the breakpoint's number, from 1
}

// Disable switches a breakpoint off. It keeps its number.
type Disable struct {
	Pos
	N int // the breakpoint's number, from 1
}

// Delete removes a breakpoint. Its number is not used again.
type Delete struct {
	Pos
	N int // the breakpoint's number, from 1; zero for all
}

// Op is what a write does.
type Op string

// The writes, with their arguments.
const (
	Set    Op = "set"    // VALUE
	Del    Op = "del"    //
	Incr   Op = "incr"   // [N]: a number in decimal digits, perhaps with a minus; 1 if absent
	CAS    Op = "cas"    // OLD NEW
	Append Op = "append" // TEXT
)

// Write has a client send a write, or as many clients as Times says one each at
// once. It leaves time where it is, unless Wait.
type Write struct {
	Pos
	Node  string // LeaderNode or a node
	Op    Op
	Key   string
	Args  []string // as Op says
	Times int      // from 2 to TimesMax; zero for one
	Retry bool     // a client that is told a temporary error tries again
	Wait  bool     // run until the clients have their answers
}

// Get is the one read there is.
const Get = "get"

// Read has a client read a key. It leaves time where it is, unless Wait.
type Read struct {
	Pos
	Node  string // LeaderNode or a node
	Op    string // Get
	Key   string
	Stale bool // read what the node has, without asking whether it leads
	Retry bool // a client that is told a temporary error tries again
	Wait  bool // run until the client has its answer
}

// Step goes on by N visible instants or, if N is zero, until the machine moves.
type Step struct {
	Pos
	N       int
	Machine cond.Ref
}

// Finish goes on until the machine rests.
type Finish struct {
	Pos
	Machine cond.Ref
}

// Advance goes on for a stretch of virtual time.
type Advance struct {
	Pos
	Duration time.Duration
}

// Cut stops messages from Left to Right and, unless OneWay, from Right to Left.
type Cut struct {
	Pos
	Left, Right []string
	OneWay      bool
}

// Heal undoes cuts: those between Left and Right, or all if both are empty.
type Heal struct {
	Pos
	Left, Right []string
	OneWay      bool // only the direction from Left to Right
}

// Stop shuts a node down in good order.
type Stop struct {
	Pos
	Node string
}

// Crash ends a node's life at once: what it had not written is lost.
type Crash struct {
	Pos
	Node string
}

// Restart starts a stopped or crashed node on its own files.
type Restart struct {
	Pos
	Node string
}

// Expect fails the run, at its end, if the condition does not hold now.
type Expect struct {
	Pos
	Cond cond.Cond
}

// What says what a Print prints.
type What string

// What there is to print.
const (
	PrintTree     What = "tree"     // a machine and what it caused
	PrintLogs     What = "logs"     // the logs of all nodes
	PrintNodes    What = "nodes"    // role, term and indexes of all nodes
	PrintDigest   What = "digest"   // the digest of the events so far
	PrintEvents   What = "events"   // all events
	PrintOutcomes What = "outcomes" // the two facts of every write
	PrintHistory  What = "history"  // what all clients asked and were told, and whether it is linearizable
	PrintLog      What = "log"      // the lines of raft's own log
	PrintHeld     What = "held"     // what is held, and what waits for it
	PrintRules    What = "rules"    // the rules of faults, and how often they fired
	PrintBreaks   What = "breaks"   // all breakpoints
)

// Print prints what it says about this moment.
type Print struct {
	Pos
	What    What
	Machine cond.Ref // PrintTree: the root
	Options PrintOptions
}

// PrintOptions say how to print.
type PrintOptions struct {
	Moves bool     // every move of every machine
	Views bool     // PrintLogs: the four views of each log
	Depth int      // levels below the root; zero for all
	Kinds []string // only machines of these kinds and what leads to them; empty for all
	JSON  bool
	Real  bool // real durations too, which differ from run to run
}

// WithDefaults returns o with d in place of what o does not say.
func (o PrintOptions) WithDefaults(d PrintOptions) PrintOptions {
	o.Moves = o.Moves || d.Moves
	o.JSON = o.JSON || d.JSON
	o.Real = o.Real || d.Real
	if o.Depth == 0 {
		o.Depth = d.Depth
	}
	if len(o.Kinds) == 0 {
		o.Kinds = d.Kinds
	}
	return o
}

// Note puts a remark into the run's events.
type Note struct {
	Pos
	Text string // required; one line, no blanks around it
}
