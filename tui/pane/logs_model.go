package pane

import (
	"cmp"
	"slices"

	"raftscope/replay"
	"raftscope/sm"
)

// logNode is a node as the panes about logs show it.
type logNode struct {
	name  string // as the events have it
	shown string // as the screen has it
	span  replay.LogSpan
	was   uint64 // last index before this instant, if entries behind the last went in it

	// Of the nodes in the window alone:
	state    replay.NodeState
	config   replay.Configuration // in its own eyes
	conflict uint64               // from here on its entries contradict the leader's; 0: nowhere
	doing    logDoing
	entries  []*replay.Machine // in the window, by index
	old      []*replay.Machine // just before this instant
}

// logModel is what the panes about logs know of a scene. It keeps its room from
// frame to frame, so that drawing allocates next to nothing.
type logModel struct {
	nodes    []logNode
	before   replay.View // just before this instant
	home     int         // row of a cursor that was never moved to a node
	foremost string      // the leader against whose log conflicts are told
	lo, hi   uint64      // see read; 0: none
	termW    int         // columns of the widest term
	marked   logMarked
	members  logMembers
}

// read finds how far the logs reach; it looks at no entry. The indexes from lo to
// hi are those that any log has, or had until this instant, and one before them
// that stands for all that is compacted.
func (l *logModel) read(s *Scene) {
	v := s.View
	names := v.Roster()
	l.members.read(v)
	if more := len(names) - cap(l.nodes); more > 0 {
		l.nodes = append(l.nodes[:cap(l.nodes)], make([]logNode, more)...)
	}
	l.nodes = l.nodes[:len(names)]
	l.before = v
	if v.Events() > 0 {
		l.before = v.Timeline().AtTime(v.Now() - 1)
	}
	l.foremost, l.home = v.Foremost(), 0
	l.lo, l.hi = 0, 0
	for i, name := range names {
		n := &l.nodes[i]
		*n = logNode{name: name, shown: logClean(s.Alias.Of(name), nameMax), span: v.LogSpan(name), entries: n.entries[:0], old: n.old[:0]}
		if old := l.before.LogSpan(name); old.Life == n.span.Life && old.Last > max(n.span.Last, n.span.Compacted) {
			n.was = old.Last
			l.lo = logLower(l.lo, old.First)
		}
		l.lo = logLower(l.lo, n.span.First)
		l.hi = max(l.hi, n.span.Last, n.span.Compacted, n.was)
	}
	switch {
	case l.lo == 0: // whatever there was is compacted
		l.lo = l.hi
	case l.lo > 1:
		l.lo--
	}
}

// logLower returns the lower of two indexes, of which 0 is none.
func logLower(a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// load reads what the rows from one node to before another show of the indexes
// from one to another.
func (l *logModel) load(s *Scene, first, end int, from, to uint64) {
	var term uint64 = 1
	for i := first; i < end; i++ {
		n := &l.nodes[i]
		n.state = s.View.Node(n.name)
		n.conflict = s.View.Conflict(n.name)
		n.config.Newest, n.config.Committed = s.View.Members(n.name)
		n.ask(s.View)
		term = max(term, n.state.Term, n.state.LastTerm)
		n.entries = s.View.AppendLog(n.entries[:0], n.name, from, to)
		n.old = l.before.AppendLog(n.old[:0], n.name, from, to)
	}
	l.termW = logDigits(term)
	l.marked = logMarkedBy(s.View, s.Machine())
}

// at returns the loaded entry of a node at an index, and the one that was
// truncated there in this instant; zero views if there are none.
func (n *logNode) at(v replay.View, index uint64) (now, gone replay.MachineView) {
	now, gone = v.Of(logFind(n.entries, index)), v.Of(logFind(n.old, index))
	if gone.Known() && gone.StateName() != "TRUNCATED" {
		gone = replay.MachineView{}
	}
	return now, gone
}

// logFind returns the entry at an index, or nil.
func logFind(entries []*replay.Machine, index uint64) *replay.Machine {
	i, ok := slices.BinarySearchFunc(entries, index, func(m *replay.Machine, index uint64) int {
		_, at, _ := m.Position()
		return cmp.Compare(at, index)
	})
	if !ok {
		return nil
	}
	return entries[i]
}

// row returns where a node stands among the nodes, home if it is not there.
func (l *logModel) row(node string) int {
	for i := range l.nodes {
		if l.nodes[i].name == node {
			return i
		}
	}
	return min(l.home, max(0, len(l.nodes)-1))
}

// logMarked is where in the logs the selected machine is: on one node, or, for
// requests, on all.
type logMarked struct {
	node     string // empty: all
	from, to uint64 // 0: nowhere
	term     uint64 // 0: any
	id       sm.ID
}

// has says whether an entry of that term and index on a node is meant.
func (k logMarked) has(node string, term, index uint64) bool {
	return k.from > 0 && index >= k.from && index <= k.to && (k.node == "" || k.node == node) && (k.term == 0 || k.term == term)
}

// logMarkedBy returns where in the logs a machine is, as far as its kind tells.
func logMarkedBy(v replay.View, m replay.MachineView) logMarked {
	if !m.Known() {
		return logMarked{}
	}
	if term, index, ok := m.Position(); ok {
		return logMarked{node: m.Node(), from: index, to: index, term: term, id: m.ID()}
	}
	switch m.Kind().Name() {
	case "exec":
		return logMarkedEntry(v.Outcome(m.Machine).Entry, m.ID())
	case "apply":
		for _, link := range m.Effects() {
			if link.Machine != nil && link.Machine.Kind().Name() == "entry" {
				return logMarkedEntry(link.Machine, m.ID())
			}
		}
	case "append", "truncate", "compact":
		if from, to, ok := logRange(m.Subject()); ok {
			return logMarked{node: m.Node(), from: from, to: to, id: m.ID()}
		}
	case "append-rpc", "append-follower":
		return logMarkedRPC(m)
	}
	return logMarked{}
}

func logMarkedEntry(entry *replay.Machine, id sm.ID) logMarked {
	if entry == nil {
		return logMarked{}
	}
	term, index, _ := entry.Position()
	return logMarked{from: index, to: index, term: term, id: id}
}

// logMarkedRPC returns which entries a message carries; they are marked on the
// node it goes to.
func logMarkedRPC(m replay.MachineView) logMarked {
	prev, ok1 := m.Attr("prev-index")
	n, ok2 := m.Attr("entries")
	_, to, ok3 := logRoute(m.Subject())
	if !ok1 || !ok2 || !ok3 || prev.Num < 0 || n.Num <= 0 || prev.Num > 1<<62 || n.Num > 1<<32 {
		return logMarked{}
	}
	return logMarked{node: to, from: uint64(prev.Num) + 1, to: uint64(prev.Num) + uint64(n.Num), id: m.ID()}
}
