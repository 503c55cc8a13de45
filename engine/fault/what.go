package fault

// Class is a sort of operation.
type Class uint8

// The classes.
const (
	Message Class = 1 + iota // a request or an answer on its way between two nodes
	Disk                     // an operation of a node's disk
	FSM                      // the apply of an entry to a node's state machine
)

// What is an operation, as far as rules tell operations apart.
type What struct {
	Class  Class
	Kind   string // of a message or a disk operation, as in the catalogue
	Part   string // of a disk operation: a name for less than its kind, if there is one
	Node   string // where it happens; of a message, who sent the request
	Peer   string // of a message, who receives the request
	Reads  bool   // of a disk operation: it needs no room there
	Answer bool   // of a message: the way back, from Peer to Node

	// Untold is a message that no machine tells of: rules do not hold it, since
	// nobody could see that.
	Untold bool
}

// lane names the stream of draws that a rule keeps for such operations: what
// happens on one link or node happens one after the other.
func (w What) lane() string {
	if w.Answer {
		return w.Peer + "<" + w.Node
	}
	return w.Node + ">" + w.Peer
}

// touches says whether a node has a part in the operation.
func (w What) touches(node string) bool { return w.Node == node || w.Peer == node }

// Pattern says which operations a rule is for. Empty fields match everything.
type Pattern struct {
	Class   Class // required
	Kind    string
	Node    string
	Peer    string
	Answers bool // messages: the answers instead of the requests
}

func (p Pattern) matches(w What) bool {
	return p.Class == w.Class && p.Answers == w.Answer &&
		(p.Kind == "" || p.Kind == w.Kind || p.Kind == w.Part) && (p.Node == "" || p.Node == w.Node) && (p.Peer == "" || p.Peer == w.Peer)
}
