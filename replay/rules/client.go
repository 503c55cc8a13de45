package rules

import (
	"slices"
	"strings"

	"raftscope/sm"
)

// exec is a client's write under way.
type exec struct {
	id          sm.ID
	node        *node // where its entry was appended, nil: nowhere yet
	index, term uint64
}

// apply is a request to raft under way.
type apply struct{ of *exec }

func (x *exec) family() family  { return famExec }
func (a *apply) family() family { return famApply }

func (x *exec) attribute(*Watcher, *sm.Event)  {}
func (a *apply) attribute(*Watcher, *sm.Event) {}

func (x *exec) ended(w *Watcher, e *sm.Event)  { delete(w.machines, e.Machine) }
func (a *apply) ended(w *Watcher, e *sm.Event) { delete(w.machines, e.Machine) }

func (a *apply) entered(w *Watcher, e *sm.Event, to state) {
	if to.over() {
		delete(w.machines, e.Machine)
	}
}

func (x *exec) entered(w *Watcher, e *sm.Event, to state) {
	if !to.over() {
		return
	}
	delete(w.machines, e.Machine)
	if to != stateDone || x.node == nil {
		return
	}
	p := w.placeOf(x.index)
	if p.ackedTerm != 0 {
		return
	}
	p.ackedTerm, p.ackedSeq, p.ackedBy = x.term, e.Seq, x
	if x.node.term == 0 || !x.node.up {
		return
	}
	m := mark{term: x.node.term, index: x.index, of: x.term, seq: e.Seq, node: x.node, exec: x.id}
	if w.acked.add(m) {
		w.leadersHave(AcknowledgedWrite, m)
	}
}

// gone takes that an entry is on its node's disk no more, and looks whether a
// client was told that it would be.
func (w *Watcher) gone(x *entry, seq uint64, how string) {
	p := w.index[x.index]
	if p == nil || p.ackedTerm != x.term || p.isGone {
		return
	}
	var holders []string
	others := 0
	for _, n := range w.order {
		if n.name == "" || n.life == 0 {
			continue
		}
		others++
		if n != x.node && n.has(w, x.index, x.term) != no {
			holders = append(holders, n.name)
		}
	}
	if 2*len(holders) > others {
		return
	}
	p.isGone = true
	left := "nobody else has it"
	if len(holders) > 0 {
		slices.Sort(holders)
		left = "only " + strings.Join(holders, ", ") + " may still have it"
	}
	w.found(AcknowledgedWrite, "a client had been told ok for entry %s, but %s %s, and %s of %d nodes", x, x.node.name, how, left, others).
		by(p.ackedSeq, nil).by(seq, x.node).of(p.ackedBy.id, x.id).report()
}
