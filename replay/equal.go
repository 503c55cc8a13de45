package replay

import "fmt"

// difference is where two nodes differ; the zero value says nobody is up.
type difference struct {
	a, b  lifeView
	index uint64
	terms [2]uint64 // at index; 0: no entry
}

// LogsEqual reports whether all members that are up hold the same log: the same
// last entry and, where both hold an entry, the same term. What a node does not
// hold because a snapshot stands for it is not compared. If not, why says where
// two differ. With no node up it is false.
func (v View) LogsEqual() (equal bool, why string) {
	d, equal := v.logsEqual(v.t.firstDifference)
	if equal {
		return true, ""
	}
	return false, d.inLogs()
}

// Parting is where the logs of two nodes part.
type Parting struct {
	Index uint64    // the first at which they differ
	Terms [2]uint64 // of their entries there; zero: no entry
}

// Parting returns where the logs of two nodes part; false if they are equal or
// one of the nodes is unknown.
func (v View) Parting(a, b string) (p Parting, differ bool) {
	x, y := v.life(a), v.life(b)
	if x.life == nil || y.life == nil {
		return Parting{}, false
	}
	d, same := v.t.firstDifference(x, y)
	return Parting{d.index, d.terms}, !same
}

// logsEqual compares the logs of all members that are up with the first one's.
func (v View) logsEqual(same func(a, b lifeView) (difference, bool)) (d difference, equal bool) {
	var first lifeView
	for l := range v.eachMember {
		if !l.up() {
			continue
		}
		if first.life == nil {
			first = l
		} else if d, equal = same(first, l); !equal {
			return d, false
		}
	}
	return difference{}, first.life != nil
}

// sameLog compares ends first: logs that differ mostly differ there.
func (t *Timeline) sameLog(a, b lifeView) (d difference, same bool) {
	if x, y := a.last(), b.last(); x != nil && y != nil && x.key.term != 0 && y.key.term != 0 {
		i, j := x.key.index, y.key.index
		if i == j && x.key.term != y.key.term || i < j && j > a.covered() || j < i && i > b.covered() {
			return difference{a: a, b: b}, false
		}
	}
	return t.firstDifference(a, b)
}

// firstDifference walks two logs at once, from where both begin. It passes over
// what an earlier walk found to be the same: at every index there neither log
// has an entry that the other one has not, so whatever snapshots stand for, they
// do not differ there.
func (t *Timeline) firstDifference(a, b lifeView) (d difference, same bool) {
	d = difference{a: a, b: b}
	known, ok := t.agreement(a, b)
	var from, to uint64 // both hold the same from one index to another; to 0: nowhere yet
	defer func() { keepAgreed(a, b, from, to) }()
	x, y := a.entries(), b.entries()
	x.next()
	y.next()
	for x.m != nil || y.m != nil {
		i, iTerm := x.at()
		j, jTerm := y.at()
		d.index, d.terms = min(i, j), [2]uint64{}
		if i == d.index && x.m != nil {
			d.terms[0] = iTerm
		}
		if j == d.index && y.m != nil {
			d.terms[1] = jTerm
		}
		if d.terms[0] != d.terms[1] && !a.covers(d.index, d.terms[0]) && !b.covers(d.index, d.terms[1]) {
			return d, false
		}
		if x.m == nil || y.m == nil || i != j || iTerm != jTerm { // a snapshot stands for what one has not
			from, to = 0, 0
		} else {
			if to == 0 {
				from = i
			}
			to = i
			if ok && known.from <= i && i < known.to {
				to = known.to
				x.skip(to)
				y.skip(to)
				continue
			}
		}
		if i == d.index {
			x.next()
		}
		if j == d.index {
			y.next()
		}
	}
	return difference{}, true
}

// covers reports whether a snapshot stands for what a log does not hold at
// index.
func (l lifeView) covers(index, term uint64) bool { return term == 0 && index <= l.covered() }

func (d difference) inLogs() string {
	switch {
	case d.a.life == nil:
		return "no node is up"
	case d.terms[0] == 0:
		return fmt.Sprintf("%s has entry %d/%d, %s has none at that index", d.b.node.name, d.terms[1], d.index, d.a.node.name)
	case d.terms[1] == 0:
		return fmt.Sprintf("%s has entry %d/%d, %s has none at that index", d.a.node.name, d.terms[0], d.index, d.b.node.name)
	}
	return fmt.Sprintf("at index %d %s has term %d, %s has term %d",
		d.index, d.a.node.name, d.terms[0], d.b.node.name, d.terms[1])
}

// HashesEqual reports whether the FSMs of all members that are up hold the same:
// the same hash after the last entry applied, or nothing applied on all. If
// not, why says which two differ. With no node up it is false.
func (v View) HashesEqual() (equal bool, why string) {
	d, equal := v.hashesEqual()
	if equal {
		return true, ""
	}
	return false, d.inHashes()
}

func (v View) hashesEqual() (d difference, equal bool) {
	var first lifeView
	for l := range v.eachMember {
		if !l.up() {
			continue
		}
		if first.life == nil {
			first = l
		} else if first.hash() != l.hash() {
			return difference{a: first, b: l}, false
		}
	}
	return difference{}, first.life != nil
}

func (d difference) inHashes() string {
	if d.a.life == nil {
		return "no node is up"
	}
	return d.a.contents() + ", " + d.b.contents()
}

// contents says what the FSM holds.
func (l lifeView) contents() string {
	m := l.lastApply()
	if !m.Known() {
		return l.node.name + " has applied nothing"
	}
	return fmt.Sprintf("%s holds %s after %s", l.node.name, l.hash(), m.subject)
}
