package cond

// Cond is a condition. It is one of the struct types of this package, always
// as a value, never as a pointer.
type Cond interface {
	// String returns text that parses to the same value.
	String() string
	isCond()
}

// AllNodes in place of a node's name means every node.
const AllNodes = "all"

// Roles are the states of a node, in the spelling that NodeState holds.
func Roles() []string {
	return []string{"follower", "candidate", "leader", "STOPPED", "CRASHED", "alone"}
}

// Leader holds if Node leads. Without a Node it holds if exactly one node that
// is up leads in the highest term seen and a majority of all nodes knows it as
// their leader: a run that stops here can write at once.
type Leader struct {
	Node string // empty: whichever
}

// NodeState holds if the node is in the role.
type NodeState struct {
	Node string // required
	Role string // required, one of Roles
}

// Mark is one of the numbers that a node has about its log.
type Mark uint8

// The marks.
const (
	Commit  Mark = 1 + iota // highest index known to be committed
	Applied                 // highest index the state machine has applied
	Last                    // highest index in the log
	Term                    // the node's current term
	Config                  // index of the newest configuration in the node's log, by which it goes
	Voters                  // how many nodes vote by that configuration
)

var markNames = [...]string{Commit: "commit", Applied: "applied", Last: "last", Term: "term", Config: "config", Voters: "voters"}

// String returns the mark's keyword.
func (m Mark) String() string {
	if int(m) < len(markNames) {
		return markNames[m]
	}
	return ""
}

// Index holds if a node's mark compares so with N: "commit n2 >= 5". For
// AllNodes it must hold on every node that is up.
type Index struct {
	What Mark
	Node string // required; may be AllNodes
	Op   Op
	N    uint64
}

// MachineIs holds if the machine is in the state now. If there is no such
// machine, it does not hold. States compare without regard to case.
type MachineIs struct {
	Machine Ref
	State   string // required
}

// LogsEqual holds if all nodes that are up have the same log.
type LogsEqual struct{}

// StatesEqual holds if the state machines of all nodes that are up hold the
// same contents, by their hashes.
type StatesEqual struct{}

// Attr holds if the machine has the attribute and it compares so.
type Attr struct {
	Machine Ref
	Key     string // required
	Op      Op     // Equal or NotEqual if Value is text
	Value   Value
}

// Count holds if the number of machines of a kind compares so: those born on
// Node, and those that are in State now, if these are given.
type Count struct {
	Kind  string // required
	Node  string // empty: any
	State string // empty: any
	Op    Op
	N     uint64
}

// Answer is what the client of a write or a read was told.
type Answer uint8

// The answers.
const (
	ToldOK      Answer = 1 + iota // it was done
	ToldError                     // an error, whatever became of the entry
	ToldNothing                   // no answer yet
)

var answerNames = [...]string{ToldOK: "ok", ToldError: "error", ToldNothing: "nothing"}

// String returns the answer's keyword.
func (a Answer) String() string {
	if int(a) < len(answerNames) {
		return answerNames[a]
	}
	return ""
}

// Told holds if the client was told so: the first fact about a write.
type Told struct {
	Machine Ref
	What    Answer
}

// Fates lists what can have become of the entry of a write.
func Fates() []string {
	return []string{"applied", "committed", "truncated", "overwritten", "replaced", "undecided", "never-stored"}
}

// Fate holds if this became of the write's entry: the second fact about a
// write.
type Fate struct {
	Machine Ref
	Fate    string // required, one of Fates
}

// Answered holds if every write and read so far has its answer.
type Answered struct{}

// Idle holds if Answered does, and no disk operation and no append-rpc is
// under way.
type Idle struct{}

// Order holds if every step's machine entered the step's state, each at a
// later time than the step before. Of several entries into a state the last
// one counts.
type Order struct {
	Steps []Step // at least two
}

// Step is one machine entering one state.
type Step struct {
	Machine Ref
	State   string // required
}

// Not holds if C does not.
type Not struct{ C Cond }

// And holds if both conditions hold.
type And struct{ A, B Cond }

// Or holds if at least one of the conditions holds.
type Or struct{ A, B Cond }

func (Leader) isCond()      {}
func (NodeState) isCond()   {}
func (Index) isCond()       {}
func (MachineIs) isCond()   {}
func (LogsEqual) isCond()   {}
func (StatesEqual) isCond() {}
func (Attr) isCond()        {}
func (Count) isCond()       {}
func (Told) isCond()        {}
func (Fate) isCond()        {}
func (Answered) isCond()    {}
func (Idle) isCond()        {}
func (Order) isCond()       {}
func (Not) isCond()         {}
func (And) isCond()         {}
func (Or) isCond()          {}
