package replay

import (
	"fmt"
	"io"
	"strings"
)

// LogViews are the four views that there are of one node's log.
type LogViews struct {
	Node NodeState
	// RaftLast and RaftLastTerm are what raft itself, in memory, takes for the
	// end of the log; zero for a node that is down or has no entries.
	RaftLast, RaftLastTerm uint64
	// Store is what the node's store holds.
	Store LogSpan
	// Leader is the foremost leader, and Derived what it knows of this node by
	// the messages between the two. Empty if nobody leads, or this node does.
	Leader  string
	Derived Progress
	// Differences say where the views cannot all be right, a sentence each.
	Differences []Difference
}

// Difference is where two of the views of a log do not fit together.
type Difference struct {
	Which WhichView // the one to be marked
	Text  string    // a sentence
}

// WhichView is one of the four views.
type WhichView uint8

// The views.
const (
	RaftView    WhichView = iota // what raft believes
	StoreView                    // what the store holds
	FSMView                      // what the FSM applied
	DerivedView                  // what the leader knows of it
)

// Differs reports whether a view of the log is marked.
func (l *LogViews) Differs(which WhichView) bool {
	for _, d := range l.Differences {
		if d.Which == which {
			return true
		}
	}
	return false
}

// LogViews returns the four views of each node's log, by name.
func (v View) LogViews() []LogViews {
	all := make([]LogViews, 0, len(v.Nodes()))
	leader := v.Foremost()
	for _, name := range v.Nodes() {
		l := LogViews{Node: v.Node(name), Store: v.LogSpan(name)}
		if n := &l.Node; n.RaftLast != 0 {
			l.RaftLast, l.RaftLastTerm = n.RaftLast, n.RaftLastTerm
		} else if n.Up {
			l.RaftLast, l.RaftLastTerm = n.Last, n.LastTerm
		}
		if leader != "" && name != leader {
			l.Leader, l.Derived = leader, v.Progress(leader, name)
		}
		all = append(all, l)
	}
	for i := range all {
		v.compare(&all[i], all[:i])
	}
	return all
}

// compare finds where the views of a log do not fit together, or its FSM not with
// those of the nodes before it.
func (v View) compare(l *LogViews, before []LogViews) {
	n := &l.Node
	differ := func(which WhichView, format string, args ...any) {
		l.Differences = append(l.Differences, Difference{which, fmt.Sprintf(format, args...)})
	}
	store := fmt.Sprintf("ends with entry %d of term %d", n.Last, n.LastTerm)
	if n.Last == 0 {
		store = "is empty"
	}
	if n.RaftLast != 0 {
		differ(RaftView, "%s's raft takes entry %d of term %d for the last of its log, but its store %s", n.Name, n.RaftLast, n.RaftLastTerm, store)
	}
	if n.Applied > max(n.Last, l.Store.Compacted) {
		differ(FSMView, "%s's FSM has applied entry %d, but its store %s", n.Name, n.Applied, store)
	}
	for i := range before {
		if other := &before[i].Node; n.Applied != 0 && n.Applied == other.Applied && n.Hash != "" && other.Hash != "" && n.Hash != other.Hash {
			differ(FSMView, "%s's FSM and %s's differ after entry %d", n.Name, other.Name, n.Applied)
		}
	}
	v.compareMatch(l, store, differ)
}

// compareMatch holds what the leader takes for stored against the node's store.
func (v View) compareMatch(l *LogViews, store string, differ func(WhichView, string, ...any)) {
	match, name := l.Derived.Match, l.Node.Name
	if match == 0 || match <= l.Store.Compacted {
		return
	}
	if match > l.Node.Last {
		differ(DerivedView, "%s takes entry %d for stored on %s, but %s's store %s", l.Leader, match, name, name, store)
		return
	}
	theirs, own := v.life(l.Leader).slot(match), v.life(name).slot(match)
	if theirs != nil && own != nil && theirs.key.term != own.key.term {
		differ(DerivedView, "%s takes entry %d of term %d for stored on %s, which has one of term %d there", l.Leader, match, theirs.key.term, name, own.key.term)
	}
}

// differs marks a view in the table.
const differs = " !"

// ViewsText prints the four views of each node's log, a line a node, marks those
// that differ, and says below what is wrong with them. It returns w's error.
func (v View) ViewsText(w io.Writer) error {
	var t table
	leader := v.Foremost()
	knows := "the leader knows (derived)"
	if leader != "" {
		knows = leader + " knows (derived)"
	}
	t.add("node", "raft believes", "the store holds", "the FSM applied", knows)
	var wrong []string
	for _, l := range v.LogViews() {
		cells := []string{l.Node.Name, l.raftCell(), l.storeCell(), l.fsmCell(), l.derivedCell(leader)}
		for which := RaftView; which <= DerivedView; which++ {
			if l.Differs(which) {
				cells[1+which] += differs
			}
		}
		t.add(cells...)
		for _, d := range l.Differences {
			wrong = append(wrong, d.Text)
		}
	}
	if len(wrong) == 0 {
		wrong = []string{"the four views agree"}
	}
	for _, text := range wrong {
		t.text(text)
	}
	return t.write(w, false)
}

func (l *LogViews) raftCell() string {
	switch {
	case !l.Node.Up:
		return "-"
	case l.RaftLast == 0:
		return "no entries"
	}
	return "last " + position{l.RaftLastTerm, l.RaftLast}.String()
}

func (l *LogViews) storeCell() string {
	var parts []string
	if l.Store.Compacted > 0 {
		parts = append(parts, fmt.Sprintf("snapshot to %d", l.Store.Compacted))
	}
	switch {
	case l.Store.Last == 0:
		parts = append(parts, "no entries")
	default:
		parts = append(parts, fmt.Sprintf("%d..%d, last %s", l.Store.First, l.Store.Last, position{l.Node.LastTerm, l.Node.Last}))
	}
	if l.Store.Last > l.Store.Durable {
		parts = append(parts, fmt.Sprintf("from %d on being written", max(l.Store.Durable+1, l.Store.First)))
	}
	return strings.Join(parts, ", ")
}

func (l *LogViews) fsmCell() string {
	switch {
	case l.Node.Applied == 0:
		return "nothing"
	case l.Node.Hash == "":
		return fmt.Sprint(l.Node.Applied)
	}
	return fmt.Sprintf("%d, %s", l.Node.Applied, l.Node.Hash)
}

func (l *LogViews) derivedCell(leader string) string {
	switch {
	case leader == "":
		return "-"
	case l.Leader == "":
		return "it is the leader"
	case l.Derived.Match == 0:
		return fmt.Sprintf("next %d, match not known", l.Derived.Next)
	}
	return fmt.Sprintf("next %d, match %d", l.Derived.Next, l.Derived.Match)
}
