package rules

import "raftscope/sm"

// stopLoading ends the loading of a node's log at the first event of its life
// that is not about an entry found on disk. A client may call before raft has
// started: its apply waits then.
func (n *node) stopLoading(w *Watcher, e *sm.Event) {
	if e.Life != n.life || e.Machine == n.machine {
		return
	}
	switch e.Type {
	case sm.Log:
	case sm.Born:
		if f := w.kinds[e.Kind].family; f == famEntry || f == famApply {
			return
		}
	default:
		return
	}
	n.doneLoading(w)
}

// doneLoading compares what a node found on its disk with what it had stored.
func (n *node) doneLoading(w *Watcher) {
	if !n.loading {
		return
	}
	for _, x := range append([]*entry(nil), w.births...) {
		if x.node == n && x.loaded {
			x.settleBorn(w)
		}
	}
	n.loading, n.known = false, true
	w.loading--
	before := n.before
	n.before = log{}
	if !n.started {
		return
	}
	var lost []*entry
	for _, at := range before.slots {
		x := at.entry
		if x == nil || before.isUnsure(x.index) {
			continue
		}
		if y := n.log.find(x.index); y == nil || y.term != x.term {
			lost = append(lost, x)
		}
	}
	if len(lost) == 0 {
		return
	}
	first, last := lost[0], lost[len(lost)-1]
	what := "entry " + first.String()
	if len(lost) > 1 {
		what = "entries " + first.String() + " to " + last.String()
	}
	f := w.found(DurableLog, "%s had stored %s, and does not find that on its disk in life %d", n.name, what, n.life)
	f.by(first.born, n).by(last.born, n).by(w.seq, n).of(first.id, last.id)
	if y := n.log.find(first.index); y != nil {
		f.of(y.id)
	}
	f.report()
	for _, x := range lost {
		w.gone(x, w.seq, "does not find it after a restart")
	}
}
