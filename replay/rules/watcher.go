package rules

import (
	"slices"
	"strings"

	"raftscope/sm"
)

// Watcher watches a run. Feed it the kinds and then every event, in order. It
// is for one goroutine. What contradicts itself, as damaged recordings may, is
// passed over.
type Watcher struct {
	kinds    map[string]kind
	states   [families]*[sm.StatesMax]state
	machines map[sm.ID]subject // those that rules are about, while they may still matter
	nodes    map[string]*node
	order    []*node // the nodes as they came up
	last     *node   // whose event came last

	seq     uint64 // number of the event that is being taken
	at      sm.Time
	births  []*entry // born durable; their attributes may still come
	cached  []*node  // told what raft takes for its last entry, not judged yet
	loading int      // nodes whose entries are being loaded

	index     map[uint64]*place   // by log index, what all nodes have there
	leaders   map[uint64]*leading // by term
	committed frontier
	acked     frontier
	gaps      bool // events are missing
	snapshots bool // some node may have a snapshot
	installs  bool // installs and restores are machines: what a node's snapshot covers is known

	kept      []Violation
	count     int
	undecided []Undecided
}

// subject is a machine that a rule is about.
type subject interface {
	family() family
	// entered tells that the machine made a move to a state.
	entered(w *Watcher, e *sm.Event, to state)
	// attribute tells of an attribute.
	attribute(w *Watcher, e *sm.Event)
	// ended tells that the machine was closed or abandoned.
	ended(w *Watcher, e *sm.Event)
}

// NewWatcher returns a watcher that has seen nothing.
func NewWatcher() *Watcher {
	return &Watcher{
		kinds: make(map[string]kind), machines: make(map[sm.ID]subject), nodes: make(map[string]*node),
		index: make(map[uint64]*place), leaders: make(map[uint64]*leading),
	}
}

// Violations returns what was found so far, in order: the first KeptMax of
// Count. The caller must not change it.
func (w *Watcher) Violations() []Violation { return w.kept[:len(w.kept):len(w.kept)] }

// Count returns how many violations were found so far.
func (w *Watcher) Count() int { return w.count }

// Undecided returns what could not be judged so far, in the order in which it
// came up first.
func (w *Watcher) Undecided() []Undecided { return slices.Clone(w.undecided) }

// leaveOut counts something that a rule cannot judge.
func (w *Watcher) leaveOut(rule, reason string) {
	for i := range w.undecided {
		if u := &w.undecided[i]; u.Rule == rule && u.Reason == reason {
			u.Times++
			return
		}
	}
	w.undecided = append(w.undecided, Undecided{rule, reason, 1})
}

// Take takes the next event and returns how many violations it brought to
// light.
func (w *Watcher) Take(e *sm.Event) int {
	before := w.count
	if e.Seq != w.seq+1 {
		w.lost(e.Seq)
	}
	later := e.At != w.at
	w.seq, w.at = e.Seq, e.At
	if len(w.births) > 0 || len(w.cached) > 0 || w.loading > 0 {
		w.catchUp(e, later)
	}
	switch e.Type {
	case sm.Born:
		w.born(e)
	case sm.Moved, sm.Failed:
		if s := w.machines[e.Machine]; s != nil {
			s.entered(w, e, w.stateOf(s, e.State))
		}
	case sm.Linked:
		w.linked(e)
	case sm.Attributed:
		if s := w.machines[e.Machine]; s != nil {
			s.attribute(w, e)
		}
	case sm.Closed, sm.Abandoned:
		if s := w.machines[e.Machine]; s != nil {
			s.ended(w, e)
		}
	case sm.Violation:
		w.found(Catalogue, "%s", e.Text).by(e.Seq, w.nodeOf(e.Node)).of(e.Machine).report()
	case sm.Command:
		w.command(e.Text)
	}
	return w.count - before
}

// catchUp judges what could not be judged before the events next to it were
// known: e is the first that may not belong to it.
func (w *Watcher) catchUp(e *sm.Event, later bool) {
	w.births = slices.DeleteFunc(w.births, func(x *entry) bool {
		if !later && (e.Node != x.node.name || e.Machine == x.id) {
			return false
		}
		x.settle(w)
		return true
	})
	if w.loading > 0 && e.Node != "" {
		if n := w.nodes[e.Node]; n != nil && n.loading {
			n.stopLoading(w, e)
		}
	}
	if later {
		w.cached = slices.DeleteFunc(w.cached, func(n *node) bool { return n.judgeCached(w) })
	}
}

// lost tells that events are missing, or that the first one is not the run's
// first: what was known of nodes may not be so any more. What was once seen
// stays true.
func (w *Watcher) lost(next uint64) {
	if next <= w.seq {
		return // numbers that run backwards are a damage of their own
	}
	clear(w.machines)
	w.births, w.cached, w.loading = nil, nil, 0
	w.gaps, w.snapshots = true, true
	for _, n := range w.order {
		n.forget()
	}
	w.leaveOut(DurableLog, "events are lost: what is in the logs is not known until the nodes start again")
}

// command takes a line of the journal. Only what a user does to the files of a
// node behind raft's back matters here: it begins another story, of which what
// was promised before is no promise.
func (w *Watcher) command(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	if verb != "forge" && verb != "disk-queue" {
		return
	}
	clear(w.index)
	clear(w.leaders)
	w.committed, w.acked, w.snapshots = nil, nil, true
	if verb == "disk-queue" { // what it does to the disk is told
		return
	}
	for name := range strings.FieldsSeq(rest) {
		if strings.ContainsRune(name, '=') || name == "empty" {
			break // behind the nodes stands what is written
		}
		if n := w.nodeOf(name); !n.up {
			n.forget()
			n.votes = nil
			w.leaveOut(DurableLog, "the files of a node were written by hand")
		}
	}
}

// nodeOf returns the node of that name.
func (w *Watcher) nodeOf(name string) *node {
	if w.last != nil && w.last.name == name {
		return w.last
	}
	n := w.nodes[name]
	if n == nil {
		n = &node{name: name, whole: !w.gaps}
		w.nodes[name] = n
		w.order = append(w.order, n)
	}
	w.last = n
	return n
}
