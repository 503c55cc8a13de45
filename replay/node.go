package replay

import (
	"cmp"
	"slices"
	"sync/atomic"

	"raftscope/sm"
)

// node is a name under which machines were born.
type node struct {
	name  string
	born  uint32            // position of the first birth
	lives list[step[*life]] // which was the newest, by number, from when on
}

// life is a node from a start to the stop or crash after it. What it came to
// be, and when, is in steps.
type life struct {
	node     *node
	number   uint32
	place    uint16
	machines list[step[*Machine]] // of kind node
	terms    list[step[uint64]]
	leaders  list[step[string]]
	freezes  list[step[freeze]]
	beliefs  list[step[position]] // what raft takes for its last entry; index 0: what is stored
	commits  list[step[uint64]]   // highest index ever committed
	applies  list[step[*Machine]] // the entry of the highest index ever applied, or the restore that came after it
	compacts list[step[uint64]]   // highest index ever compacted
	members  membership

	snapshots list[step[position]] // the last entry that the newest snapshot covers
	log       log
	peerings  list[*peering]
	agreed    atomic.Pointer[agreed] // what of the log is known to be in another one
}

// roster is all nodes by name. It is never changed, but replaced.
type roster struct {
	nodes []*node
	names []string // of those that have one
}

// NodesMax is the largest number of nodes a timeline holds.
const NodesMax = 4096

func (r *roster) find(name string) *node {
	i, ok := slices.BinarySearchFunc(r.nodes, name, func(n *node, name string) int { return cmp.Compare(n.name, name) })
	if !ok {
		return nil
	}
	return r.nodes[i]
}

// with returns the roster with one node more.
func (r *roster) with(n *node) *roster {
	i, _ := slices.BinarySearchFunc(r.nodes, n.name, func(n *node, name string) int { return cmp.Compare(n.name, name) })
	more := &roster{nodes: slices.Insert(slices.Clone(r.nodes), i, n)}
	for _, n := range more.nodes {
		if n.name != "" {
			more.names = append(more.names, n.name)
		}
	}
	return more
}

// lifeAt returns the life at a place, and starts it with the event if it is
// new.
func (t *Timeline) lifeAt(no uint16, event uint32) *life {
	if l := t.lives[no]; l != nil {
		return l
	}
	p := t.places.all()[no]
	r := t.roster.Load()
	n := r.find(p.node)
	if n == nil {
		n = &node{name: p.node, born: event}
		defer func() { t.roster.Store(r.with(n)) }()
	}
	l := &life{node: n, number: p.life, place: no}
	t.lives[no] = l
	if newest, ok := n.lives.last(); !ok || newest.value.number < l.number {
		set(&n.lives, event, l)
	}
	return l
}

// hasRoom reports whether a machine may be born on the named node.
func (t *Timeline) hasRoom(node string) bool {
	r := t.roster.Load()
	return len(r.nodes) < NodesMax || r.find(node) != nil
}

// attribute keeps at hand what is asked of nodes all the time.
func (t *Timeline) attribute(m *Machine, e *sm.Event, event uint32) {
	t.stir(m, e, event)
	if m.kindName() != kindNode {
		t.willRetry(m, e.Key, event)
		return
	}
	if newest, _ := m.life.machines.last(); newest.value != m {
		return
	}
	switch e.Key {
	case "term":
		set(&m.life.terms, event, uint64(max(e.Num, 0)))
	case "leader":
		set(&m.life.leaders, event, e.Text)
	case attrSnapshot:
		m.life.snapped(e.Text, event)
	case "raft-last-index":
		set(&m.life.beliefs, event, position{index: uint64(max(e.Num, 0))})
	case "raft-last-term":
		if b, ok := m.life.beliefs.last(); ok {
			set(&m.life.beliefs, event, position{uint64(max(e.Num, 0)), b.value.index})
		}
	case attrFrozen:
		set(&m.life.freezes, event, freeze{e.Num != 0, e.At})
	default:
		m.life.configured(e.Key, e.Text, event)
	}
}

// lifeView is a life as it was at some event. The zero value is none.
type lifeView struct {
	*life
	n uint32
}

// NodeState is what is known of a node from its machines, in its newest life.
type NodeState struct {
	Name     string
	Life     uint32 // 0: nothing is known of the node
	Role     string // state of its node machine; empty before that is born
	Up       bool   // its life goes on
	Leader   string // whom it knows as leader, empty if nobody
	Term     uint64
	Last     uint64 // index and term of the last entry in its log, or of its snapshot if that goes further
	LastTerm uint64
	Commit   uint64 // highest index seen committed in this life
	Applied  uint64 // highest index applied to the FSM in this life
	Snapshot uint64 // index and term of the last entry that its snapshot covers, zero if it has none
	SnapTerm uint64
	Frozen   bool   // a user holds all of its messages, its disk and its FSM
	Hash     string // of the FSM's contents after that, empty if nothing was applied

	// What raft keeps in memory of the end of its log, if that is not what the
	// store has (Last and LastTerm); zero if it is.
	RaftLast     uint64
	RaftLastTerm uint64
}

// Node returns what was known of a node; of an unknown one only the name.
func (v View) Node(name string) NodeState {
	l := v.life(name)
	if l.life == nil {
		return NodeState{Name: name}
	}
	s := NodeState{Name: name, Life: l.number, Up: l.up(), Role: l.role(), Leader: l.leader(), Term: l.term(),
		Commit: l.commit(), Applied: l.applied(), Hash: l.hash(), Frozen: l.up() && stepAt(&l.freezes, v.n).on}
	last, snapshot := l.end(), l.snapshot()
	s.Last, s.LastTerm, s.Snapshot, s.SnapTerm = last.index, last.term, snapshot.index, snapshot.term
	if b := stepAt(&l.beliefs, v.n); b.index != 0 {
		s.RaftLast, s.RaftLastTerm = b.index, b.term
	}
	return s
}

// life returns the newest life of the named node, if any.
func (v View) life(name string) lifeView {
	if n := v.t.roster.Load().find(name); n != nil && n.born < v.n {
		return lifeView{stepAt(&n.lives, v.n), v.n}
	}
	return lifeView{}
}

// eachLife calls yield for the newest life of every node with a name, by name,
// until it returns false.
func (v View) eachLife(yield func(lifeView) bool) {
	for _, n := range v.t.roster.Load().nodes {
		if n.name != "" && n.born < v.n && !yield(lifeView{stepAt(&n.lives, v.n), v.n}) {
			return
		}
	}
}

// machine returns the life's node machine, if it is born.
func (l lifeView) machine() (m MachineView, ok bool) {
	m = MachineView{stepAt(&l.machines, l.n), l.n}
	return m, m.Known()
}

// up reports whether the life goes on: its node machine is on its way.
func (l lifeView) up() bool {
	m, ok := l.machine()
	return ok && m.Open()
}

// role returns the state of the node machine.
func (l lifeView) role() string {
	if m, ok := l.machine(); ok {
		return m.StateName()
	}
	return ""
}

func (l lifeView) leads() bool { return l.up() && l.role() == roleLeader }

func (l lifeView) term() uint64 { return stepAt(&l.terms, l.n) }

func (l lifeView) leader() string { return stepAt(&l.leaders, l.n) }

func (l lifeView) commit() uint64 { return stepAt(&l.commits, l.n) }

func (l lifeView) compacted() uint64 { return stepAt(&l.compacts, l.n) }

// lastApply returns the entry that the FSM's contents come from, or the restore,
// if any.
func (l lifeView) lastApply() MachineView { return MachineView{stepAt(&l.applies, l.n), l.n} }

func (l lifeView) applied() uint64 {
	if m := l.lastApply(); m.Known() {
		return m.key.index
	}
	return 0
}

// hash returns the hash of the FSM's contents, empty before the first apply.
func (l lifeView) hash() string {
	if m := l.lastApply(); m.Known() {
		return m.text("hash")
	}
	return ""
}

// roleLeader is the state of a node machine that leads.
const roleLeader = "leader"
