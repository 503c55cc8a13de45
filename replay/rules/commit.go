package rules

import (
	"fmt"

	"raftscope/sm"
)

func lives(a, b uint32) string { return fmt.Sprintf("%d and %d", a, b) }

// commit takes that a node knows an entry to be committed.
func (w *Watcher) commit(x *entry, e *sm.Event) {
	p := w.placeOf(x.index)
	switch {
	case p.committed == 0:
		p.committed, p.committedBy, p.committedSeq = x.term, x, e.Seq
	case p.committed != x.term && !p.torn:
		p.torn = true
		y := p.committedBy
		f := w.found(StateMachineSafety, "entry %s is committed on %s, and at the same index entry %s on %s", y, y.node.name, x, x.node.name)
		f.by(p.committedSeq, y.node).by(e.Seq, x.node).of(y.id, x.id).report()
	}
	if x.state != stateCommitted || x.node.term == 0 {
		return
	}
	m := mark{term: x.node.term, index: x.index, of: x.term, seq: e.Seq, node: x.node, entry: x.id}
	if w.committed.add(m) {
		w.leadersHave(LeaderCompleteness, m)
	}
}

// hashTold compares what a node's state machine holds after an entry with what
// others held after it.
func (w *Watcher) hashTold(x *entry, e *sm.Event) {
	n := x.node
	if x.life != n.life || !n.up || n.parted {
		return
	}
	n.fed = n.fed || x.index == 1
	if !n.fed || n.applying > 1 {
		w.leaveOut(StateMachineSafety, "what a state machine held after an entry is not known")
		return
	}
	w.holds(n, hashed("hash", e.Text), x.term, x.index, e.Seq, x.id)
}

// holds takes the hash of what a node's state machine holds after an entry,
// which it applied or was given by a snapshot.
func (w *Watcher) holds(n *node, hash, term, index, seq uint64, machine sm.ID) {
	p := w.placeOf(index)
	switch {
	case n.parted:
	case p.hash == 0:
		p.hash, p.hashTerm, p.hashNode, p.hashSeq = hash, term, n, seq
	case p.hash != hash && p.hashTerm == term:
		n.parted = true
		who := p.hashNode.name + " and " + n.name
		if p.hashNode == n {
			who = n.name + " now and in an earlier life"
		}
		w.found(StateMachineSafety, "the state machines of %s hold different contents after the same entry %d/%d", who, term, index).
			by(p.hashSeq, p.hashNode).by(seq, n).of(machine).report()
	}
}
