package rules

import (
	"slices"

	"raftscope/sm"
)

// leading is one leadership.
type leading struct {
	n       *node
	life    uint32
	term    uint64
	seq     uint64 // number of the event by which it began
	machine sm.ID
	lacks   [2]bool // that its log lacks something committed, or acknowledged, was reported
}

// elected takes that a node leads.
func (w *Watcher) elected(n *node, e *sm.Event) {
	if n.term == 0 {
		w.leaveOut(ElectionSafety, "the term of a leader is not known")
		return
	}
	l := &leading{n: n, life: n.life, term: n.term, seq: e.Seq, machine: e.Machine}
	n.leads = l
	if other := w.leaders[n.term]; other == nil {
		w.leaders[n.term] = l
	} else if other.n != n {
		w.found(ElectionSafety, "%s and %s were both elected leader of term %d", other.n.name, n.name, n.term).
			by(other.seq, other.n).by(e.Seq, n).of(other.machine, e.Machine).report()
	}
	if m, ok := w.committed.below(n.term); ok {
		w.leaderHas(LeaderCompleteness, l, m)
	}
	if m, ok := w.acked.below(n.term); ok {
		w.leaderHas(AcknowledgedWrite, l, m)
	}
}

// leadersHave judges all who lead terms later than that of the mark.
func (w *Watcher) leadersHave(rule string, m mark) {
	for _, n := range w.order {
		if n.leads != nil && n.leads.term > m.term {
			w.leaderHas(rule, n.leads, m)
		}
	}
}

// leaderHas judges whether a leader's log holds an entry.
func (w *Watcher) leaderHas(rule string, l *leading, m mark) {
	which := 0
	if rule == AcknowledgedWrite {
		which = 1
	}
	n := l.n
	switch n.has(w, m.index, m.of) {
	case unknown:
		w.leaveOut(rule, "whether a leader has an entry is not known: its log or its snapshot is not")
	case no:
		if l.lacks[which] {
			return
		}
		l.lacks[which] = true
		f := w.found(rule, "%s leads term %d, but its log lacks entry %d/%d, which was committed in term %d or before", n.name, l.term, m.of, m.index, m.term)
		if rule == AcknowledgedWrite {
			f = w.found(rule, "%s leads term %d, but its log lacks entry %d/%d, for which a client had been told ok", n.name, l.term, m.of, m.index)
		}
		if l.seq < m.seq {
			f.by(l.seq, n)
		}
		f.by(m.seq, m.node).by(l.seq, n).of(m.entry, m.exec, l.machine)
		slices.Sort(f.v.Events)
		f.report()
	}
}

// answer is whether something is so.
type answer uint8

const (
	unknown answer = iota
	no
	yes
)

// has says whether the node's disk holds an entry, or its snapshot covers it.
func (n *node) has(w *Watcher, index, term uint64) answer {
	log := &n.log
	if n.loading {
		if log = &n.before; !n.started {
			return unknown
		}
	} else if !n.known {
		return unknown
	}
	x := log.find(index)
	first := log.first()
	switch {
	case x != nil && x.term == term:
		return yes
	case x != nil && log.isUnsure(index):
		return unknown
	case x != nil:
		return no
	case index <= n.base:
		return yes
	case first != nil && index < first.index:
		return yes // a log begins behind a snapshot
	case w.snapshots && (!w.installs || !n.whole):
		return unknown
	}
	return no
}

// mark says that an entry is settled for all leaders of later terms.
type mark struct {
	term  uint64 // it was so in this term or before
	index uint64
	of    uint64 // term of the entry
	seq   uint64
	node  *node
	entry sm.ID
	exec  sm.ID
}

// frontier is, for each term, the highest mark. By log matching who has that
// one has all before it.
type frontier []mark

// frontierMax is how many terms a frontier remembers. Whoever leads comes after
// all but the last.
const frontierMax = 64

// add raises the frontier, and reports whether it did.
func (f *frontier) add(m mark) bool {
	all := *f
	i := len(all)
	for i > 0 && all[i-1].term > m.term {
		i--
	}
	switch {
	case i > 0 && all[i-1].index >= m.index:
		return false
	case i > 0 && all[i-1].term == m.term:
		all[i-1] = m
		return true
	}
	all = slices.Insert(all, i, m)
	if len(all) > frontierMax {
		all = slices.Delete(all, 0, 1)
	}
	*f = all
	return true
}

// below returns the highest mark of the terms below one.
func (f frontier) below(term uint64) (m mark, ok bool) {
	for _, at := range f {
		if at.term < term && at.index > m.index {
			m, ok = at, true
		}
	}
	return m, ok
}
