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
	h := hashed("hash", e.Text)
	p := w.placeOf(x.index)
	switch {
	case p.hash == 0:
		p.hash, p.hashTerm, p.hashNode, p.hashSeq = h, x.term, n, e.Seq
	case p.hash != h && p.hashTerm == x.term:
		n.parted = true
		who := p.hashNode.name + " and " + n.name
		if p.hashNode == n {
			who = n.name + " now and in an earlier life"
		}
		w.found(StateMachineSafety, "the state machines of %s applied the same entry %s and hold different contents after it", who, x).
			by(p.hashSeq, p.hashNode).by(e.Seq, n).of(x.id).report()
	}
}
