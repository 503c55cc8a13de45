package rules

import "raftscope/sm"

// storing is an operation under way that changes a node's log, its snapshot or
// what its state machine holds.
type storing struct {
	n     *node
	life  uint32
	what  family
	id    sm.ID
	index uint64 // of the snapshot
	term  uint64
	hash  string // of what is restored
}

func (s *storing) family() family { return s.what }

func (w *Watcher) bornStoring(e *sm.Event, what family) {
	n := w.nodeOf(e.Node)
	s := &storing{n: n, life: e.Life, what: what, id: e.Machine}
	w.machines[e.Machine] = s
	if e.Life != n.life {
		return
	}
	switch what {
	case famTruncate, famCompact:
		if from, to, ok := parseSpan(e.Key); ok {
			n.log.begins(span{e.Machine, from, to})
		}
	}
	switch what {
	case famSnapshot: // it is in nobody's way
		w.snapshots = true
	case famCompact, famInstall, famRestore:
		w.snapshots = true
		n.storing++
	default:
		n.storing++
	}
}

func (s *storing) entered(w *Watcher, e *sm.Event, to state) {
	if !to.over() {
		return
	}
	s.leave(w)
	if s.n.life != s.life || to != stateDone {
		return
	}
	switch s.what {
	case famTruncate, famCompact:
		s.n.log.done(s.id)
	case famSnapshot:
		s.n.base = max(s.n.base, s.index)
	case famRestore:
		s.n.restored(w, s, e)
	}
}

func (s *storing) ended(w *Watcher, _ *sm.Event) { s.leave(w) }

func (s *storing) leave(w *Watcher) {
	delete(w.machines, s.id)
	if s.n.life == s.life && s.n.storing > 0 && s.what != famSnapshot {
		s.n.storing--
	}
}

func (s *storing) attribute(_ *Watcher, e *sm.Event) {
	switch e.Key {
	case "index":
		s.index = uint64(e.Num)
	case "term":
		s.term = uint64(e.Num)
	case "hash":
		s.hash = e.Text
	}
}

// restored tells that a snapshot is now what the node's state machine holds: at
// a start, or because the leader sent it. The log must go on right behind it.
func (n *node) restored(w *Watcher, s *storing, e *sm.Event) {
	n.fed = true
	if s.index == 0 {
		return
	}
	n.base = s.index
	if s.hash != "" && s.term != 0 {
		w.holds(n, hashed("hash", s.hash), s.term, s.index, e.Seq, s.id)
	}
	if n.loading || !n.whole || n.holed || !n.known {
		return
	}
	x := n.log.first()
	for _, at := range n.log.slots { // what the snapshot covers may still be there
		if at.entry != nil && at.index > s.index {
			x = at.entry
			break
		}
	}
	if x != nil && x.index > s.index+1 {
		n.holed = true
		w.found(DurableLog, "the snapshot that %s restores ends with entry %d, and its log goes on with entry %d only: entries %s are in neither",
			n.name, s.index, x.index, between(s.index+1, x.index-1)).by(x.born, n).by(e.Seq, n).of(s.id, x.id).report()
	}
}
