package replay

import (
	"cmp"
	"slices"
)

// node is a name under which machines were born, with all its lives.
type node struct {
	name  string
	lives []*life // by number
}

// newest returns the node's present life, or its last one if it is down.
func (n *node) newest() *life { return n.lives[len(n.lives)-1] }

// life is a node from a start to the stop or crash after it.
type life struct {
	node    *node
	number  uint32
	place   uint16
	machine *Machine // of kind node; nil before it is born
	term    uint64
	leader  string

	log       []slot // live entries by index, those of one index by birth
	commit    uint64 // highest index ever committed
	applied   uint64 // highest index ever applied
	lastApply *Machine
	compacted uint64 // highest index ever compacted
}

// lifeAt returns the life at a place, and starts it if it is new.
func (t *Timeline) lifeAt(no uint16) *life {
	p := &t.places[no]
	if p.here != nil {
		return p.here
	}
	n := t.nodes[p.node]
	if n == nil {
		n = &node{name: p.node}
		t.nodes[p.node] = n
		if p.node != "" {
			i, _ := slices.BinarySearch(t.names, p.node)
			t.names = slices.Insert(t.names, i, p.node)
		}
	}
	p.here = &life{node: n, number: p.life, place: no}
	i, _ := slices.BinarySearchFunc(n.lives, p.life, func(l *life, number uint32) int {
		return cmp.Compare(l.number, number)
	})
	n.lives = slices.Insert(n.lives, i, p.here)
	return p.here
}

// NodeState is what is known of a node from its machines, in its newest life.
type NodeState struct {
	Name     string
	Life     uint32 // 0: nothing is known of the node
	Role     string // state of its node machine; empty before that is born
	Up       bool   // its life goes on
	Leader   string // whom it knows as leader, empty if nobody
	Term     uint64
	Last     uint64 // index and term of the last entry in its log
	LastTerm uint64
	Commit   uint64 // highest index seen committed in this life
	Applied  uint64 // highest index applied to the FSM in this life
	Hash     string // of the FSM's contents after that, empty if nothing was applied
}

// Nodes returns the names of the nodes, sorted. The caller must not change the
// slice.
func (t *Timeline) Nodes() []string { return slices.Clip(t.names) }

// Node returns what is known of a node; of an unknown one only the name.
func (t *Timeline) Node(name string) NodeState {
	n := t.nodes[name]
	if n == nil {
		return NodeState{Name: name}
	}
	l := n.newest()
	s := NodeState{Name: name, Life: l.number, Up: l.up(), Leader: l.leader, Term: l.term,
		Commit: l.commit, Applied: l.applied, Hash: l.hash()}
	if l.machine != nil {
		s.Role = l.machine.StateName()
	}
	if last := l.last(); last != nil {
		s.Last, s.LastTerm = last.index, last.term
	}
	return s
}

// up reports whether the life goes on: its node machine is on its way.
func (l *life) up() bool { return l.machine != nil && l.machine.isOpen() }

// role returns the state of the node machine.
func (l *life) role() string {
	if l.machine == nil {
		return ""
	}
	return l.machine.StateName()
}

// hash returns the hash of the FSM's contents, empty before the first apply.
func (l *life) hash() string {
	if l.lastApply == nil {
		return ""
	}
	return l.lastApply.text("hash")
}

// life returns the newest life of the named node, or nil.
func (t *Timeline) life(name string) *life {
	if n := t.nodes[name]; n != nil {
		return n.newest()
	}
	return nil
}

// leads returns the node that leads as far as the cluster agrees: the only one
// up in role leader, in the highest term seen, and known as leader to a
// majority of all nodes. Without one it returns nil.
func (t *Timeline) leads() *life {
	var leader *life
	var term uint64
	for _, name := range t.names {
		l := t.life(name)
		term = max(term, l.term)
		if l.up() && l.role() == roleLeader {
			if leader != nil {
				return nil
			}
			leader = l
		}
	}
	if leader == nil || leader.term < term || 2*t.know(leader.node.name) <= len(t.names) {
		return nil
	}
	return leader
}

// know counts the nodes up that know the named one as leader.
func (t *Timeline) know(leader string) (n int) {
	for _, name := range t.names {
		if l := t.life(name); l.up() && l.leader == leader {
			n++
		}
	}
	return n
}

// Leader returns the name of the node that leads, empty if there is none: the
// only one up in role leader, in the highest term seen, and known as leader to
// a majority of all nodes.
func (t *Timeline) Leader() string {
	if l := t.leads(); l != nil {
		return l.node.name
	}
	return ""
}

// roleLeader is the state of a node machine that leads.
const roleLeader = "leader"
