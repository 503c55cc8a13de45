package rules

import (
	"fmt"
	"strconv"
	"strings"

	"raftscope/sm"
)

// entry is an entry of a node's log, or one on its way there.
type entry struct {
	node        *node
	index, term uint64
	content     uint64 // a hash of what the events tell of its contents
	born        uint64 // number of the event
	id          sm.ID
	life        uint32
	state       state
	loaded      bool
	settled     bool // it was compared with what the other nodes have
	config      bool // it holds a configuration
	cut         bool // a recording left out a part of its contents
	applying    bool
}

func (x *entry) family() family { return famEntry }

func (x *entry) String() string { return fmt.Sprintf("%d/%d", x.term, x.index) }

// bornEntry takes an entry that is about to be stored, or was found on disk.
func (w *Watcher) bornEntry(e *sm.Event, at state) {
	term, index, ok := parsePosition(e.Key)
	n := w.nodeOf(e.Node)
	if !ok || e.Life != n.life || !n.up {
		return
	}
	x := &entry{node: n, index: index, term: term, born: e.Seq, id: e.Machine, life: e.Life, state: at}
	x.content = hashed("label", e.Text)
	x.cut = strings.HasSuffix(e.Text, " bytes]")
	w.machines[e.Machine] = x
	if at == stateDurable {
		if n.loading {
			x.loaded = true
		}
		w.births = append(w.births, x)
	}
}

// parsePosition reads the subject of an entry, TERM/INDEX.
func parsePosition(subject string) (term, index uint64, ok bool) {
	a, b, ok := strings.Cut(subject, "/")
	if !ok {
		return 0, 0, false
	}
	term, err1 := strconv.ParseUint(a, 10, 64)
	index, err2 := strconv.ParseUint(b, 10, 64)
	return term, index, err1 == nil && err2 == nil && index > 0 && term > 0
}

// hashed mixes two texts into 64 bits (FNV-1a).
func hashed(key, value string) uint64 {
	h := uint64(14695981039346656037)
	for _, s := range [...]string{key, "=", value} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}

func (x *entry) attribute(w *Watcher, e *sm.Event) {
	switch e.Key {
	case "type":
		x.content += hashed(e.Key, e.Text)
		x.config = e.Text == "configuration"
	case "bytes":
		x.content += hashed(e.Key, strconv.FormatInt(e.Num, 10))
	case "hash":
		if x.settled {
			w.hashTold(x, e)
		}
	}
}

func (x *entry) entered(w *Watcher, e *sm.Event, to state) {
	n := x.node
	if x.life != n.life || !n.up {
		return
	}
	x.settleBorn(w)
	was := x.state
	x.state = to
	switch to {
	case stateDurable:
		x.settle(w)
	case stateCommitted:
		w.commit(x, e)
	case stateApplying:
		w.commit(x, e)
		n.applying++
		x.applying = true
	case stateApplied:
		w.commit(x, e)
		x.endApply()
	case stateTruncated, stateOverwritten:
		x.removed(w, e)
	case stateCompacted, stateReplaced:
		w.snapshots = true
		if n.log.remove(x) {
			n.base = max(n.base, x.index)
		}
		delete(w.machines, x.id)
	case stateFailed:
		delete(w.machines, x.id)
		if was != stateCreated {
			n.log.remove(x)
		}
	}
}

func (x *entry) endApply() {
	if x.applying {
		x.applying = false
		x.node.applying--
	}
}

// settleBorn settles an entry that was born durable and moves already.
func (x *entry) settleBorn(w *Watcher) {
	if x.settled || x.state != stateDurable {
		return
	}
	for i, y := range w.births {
		if y == x {
			w.births = append(w.births[:i], w.births[i+1:]...)
			break
		}
	}
	x.settle(w)
}

func (x *entry) ended(w *Watcher, e *sm.Event) {
	x.endApply()
	if x.state == stateCreated { // whether it reached the disk, the next life tells
		delete(w.machines, x.id)
	}
}

// settle puts an entry that is on the disk into its node's log, and compares it
// with what other nodes have.
func (x *entry) settle(w *Watcher) {
	if x.settled {
		return
	}
	x.settled = true
	n := x.node
	if n.loading && !x.loaded { // raft works already
		n.doneLoading(w)
	}
	last := n.log.last()
	old, seq := n.log.find(x.index), w.seq
	if old != nil {
		delete(w.machines, old.id) // it was to say so itself
	} else if n.replaced != nil && n.replaced.index == x.index {
		old, seq = n.replaced, n.replacedBy
	}
	n.replaced = nil
	if !n.log.put(x) {
		n.known = false
		return
	}
	if old != nil && !n.alone {
		x.replaces(w, old, seq)
	}
	n.most = max(n.most, x.index)
	if n.alone {
		return
	}
	w.hole(x, last)
	w.matches(x)
	if next := n.log.find(x.index + 1); next != nil {
		w.follows(next, x)
	}
}

// hole tells if entries are missing between the last one of a log and a new
// one.
func (w *Watcher) hole(x, last *entry) {
	n := x.node
	from := uint64(1)
	if last != nil {
		from = last.index + 1
	}
	from = max(from, n.base+1)
	switch {
	case x.index <= from, n.holed, last != nil && x.index < last.index:
		return
	case last == nil && (x.loaded || !w.installs): // it begins behind a snapshot
		w.snapshots = true
		return
	case !n.whole, w.snapshots && !w.installs: // an installed snapshot may cover them
		w.leaveOut(DurableLog, "it is not known whether a snapshot covers a hole in a log")
		return
	case w.snapshots && x.loaded: // its snapshot is restored after that, and compared then
		return
	}
	n.holed = true
	f := w.found(DurableLog, "the log of %s has a hole: entry %d is stored, and entries %s are not, nor in a snapshot", n.name, x.index, between(from, x.index-1))
	if last != nil {
		f.by(last.born, n).of(last.id)
	}
	f.by(x.born, n).of(x.id).report()
}

// between names a range of indexes.
func between(from, to uint64) string {
	if from == to {
		return strconv.FormatUint(from, 10)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// removed takes an entry that is truncated or overwritten.
func (x *entry) removed(w *Watcher, e *sm.Event) {
	n := x.node
	delete(w.machines, x.id)
	if !n.log.remove(x) {
		return
	}
	if x.state == stateOverwritten { // what takes its place is on its way
		n.replaced, n.replacedBy = x, e.Seq
		return
	}
	if n.leads != nil {
		w.found(LeaderAppendOnly, "%s leads term %d and removed entry %s from its own log", n.name, n.leads.term, x).
			by(n.leads.seq, n).by(e.Seq, n).of(x.id, n.leads.machine).report()
	}
	if !n.alone {
		w.gone(x, e.Seq, "truncated it")
	}
}

// replaces tells that x was stored where old was. Of the same term it is the
// same entry once more.
func (x *entry) replaces(w *Watcher, old *entry, seq uint64) {
	n := x.node
	if old.term == x.term {
		return
	}
	if n.leads != nil {
		w.found(LeaderAppendOnly, "%s leads term %d and stored entry %s over entry %s of its own log", n.name, n.leads.term, x, old).
			by(n.leads.seq, n).by(seq, n).of(old.id, x.id, n.leads.machine).report()
	}
	w.gone(old, seq, "stored another over it")
}
