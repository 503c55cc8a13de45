package rules

// place is what all nodes ever had at one index of their logs.
type place struct {
	first variant
	more  []variant // further terms

	committed    uint64 // term of the entry that is committed there, 0: none
	committedBy  *entry
	committedSeq uint64
	torn         bool // that two are committed was reported

	hash     uint64 // of a state machine that has applied the entry
	hashTerm uint64
	hashNode *node
	hashSeq  uint64

	ackedTerm uint64 // a client was told ok for this entry
	ackedSeq  uint64
	ackedBy   *exec
	isGone    bool // that it is lost was reported
}

// variant is the entry of one term.
type variant struct {
	term    uint64
	content uint64
	prev    uint64 // term of the entry before it, 0: not known
	by      *entry // who was seen to have it first
	prevBy  *entry // whose entry before it is known
	differs bool   // that it is not equal everywhere was reported
}

// placeOf returns the place of an index.
func (w *Watcher) placeOf(index uint64) *place {
	p := w.index[index]
	if p == nil {
		p = &place{}
		w.index[index] = p
	}
	return p
}

// variant returns the entry of a term, and whether it was there.
func (p *place) variant(term uint64) (v *variant, known bool) {
	if p.first.term == 0 || p.first.term == term {
		known = p.first.term == term
		p.first.term = term
		return &p.first, known
	}
	for i := range p.more {
		if p.more[i].term == term {
			return &p.more[i], true
		}
	}
	p.more = append(p.more, variant{term: term})
	return &p.more[len(p.more)-1], false
}

// matches compares an entry that is now in a log with those of its index and
// term in others.
func (w *Watcher) matches(x *entry) {
	v, known := w.placeOf(x.index).variant(x.term)
	if !known {
		v.content, v.by = x.content, x
	} else if v.content != x.content && !v.differs && v.by != nil {
		v.differs = true
		rule, what := LogMatching, "contents"
		if x.config || v.by.config {
			rule, what = OneConfiguration, "configurations"
		}
		where := v.by.node.name + " and on " + x.node.name
		if v.by.node == x.node {
			where = x.node.name + " in its lives " + lives(v.by.life, x.life)
		}
		w.found(rule, "entry %s is not the same on %s: the %s differ", x, where, what).
			by(v.by.born, v.by.node).by(x.born, x.node).of(v.by.id, x.id).report()
	}
	if known && x.cut && v.content == x.content {
		w.leaveOut(LogMatching, "the recording leaves out the contents of entries")
	}
	if x.index > 1 {
		if before := x.node.log.find(x.index - 1); before != nil {
			w.follows(x, before)
		}
	}
}

// follows compares what is before an entry with what is before it in other
// logs.
func (w *Watcher) follows(x, before *entry) {
	v, _ := w.placeOf(x.index).variant(x.term)
	switch {
	case v.prev == 0:
		v.prev, v.prevBy = before.term, x
	case v.prev != before.term && !v.differs:
		v.differs = true
		w.found(LogMatching, "%s and %s both have entry %s, but before it one has entry %d/%d and the other %s",
			v.prevBy.node.name, x.node.name, x, v.prev, x.index-1, before).
			by(v.prevBy.born, v.prevBy.node).by(before.born, x.node).by(x.born, x.node).of(v.prevBy.id, before.id, x.id).report()
	}
}
