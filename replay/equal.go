package replay

import "fmt"

// difference is where two nodes differ; the zero value says nobody is up.
type difference struct {
	a, b  *life
	index uint64
	terms [2]uint64 // at index; 0: no entry
}

// LogsEqual reports whether all nodes that are up hold the same log: the same
// last entry and, where both hold an entry, the same term. What a node has
// compacted is not compared. If not, why says where two differ. With no node
// up it is false.
func (t *Timeline) LogsEqual() (equal bool, why string) {
	d, equal := t.logsEqual()
	if equal {
		return true, ""
	}
	return false, d.inLogs()
}

func (t *Timeline) logsEqual() (d difference, equal bool) {
	var first *life
	for _, name := range t.names {
		l := t.life(name)
		if !l.up() {
			continue
		}
		if first == nil {
			first = l
		} else if d, equal = sameLog(first, l); !equal {
			return d, false
		}
	}
	return difference{}, first != nil
}

// sameLog walks two logs at once, from where both begin.
func sameLog(a, b *life) (d difference, same bool) {
	d = difference{a: a, b: b}
	i, j := 0, 0
	for i < len(a.log) || j < len(b.log) {
		switch {
		case hidden(a.log, i):
			i++
			continue
		case hidden(b.log, j):
			j++
			continue
		}
		d.index, d.terms = next(a.log, i, b.log, j)
		if d.terms[0] != d.terms[1] && !covered(a, i, d.index, d.terms[0]) && !covered(b, j, d.index, d.terms[1]) {
			return d, false
		}
		if i < len(a.log) && a.log[i].index == d.index {
			i++
		}
		if j < len(b.log) && b.log[j].index == d.index {
			j++
		}
	}
	return difference{}, true
}

// covered reports whether a snapshot stands for what a log does not hold at
// index: it begins behind it, or goes on behind it, which a log without a
// snapshot never does.
func covered(l *life, at int, index, term uint64) bool {
	return term == 0 && (index <= l.compacted || at < len(l.log))
}

// hidden reports whether a newer entry of the same index follows.
func hidden(log []slot, i int) bool { return i+1 < len(log) && log[i+1].index == log[i].index }

// next returns the lowest index at or behind both places, and the terms there.
func next(a []slot, i int, b []slot, j int) (index uint64, terms [2]uint64) {
	index = 1<<64 - 1
	if i < len(a) {
		index = a[i].index
	}
	if j < len(b) {
		index = min(index, b[j].index)
	}
	if i < len(a) && a[i].index == index {
		terms[0] = a[i].term
	}
	if j < len(b) && b[j].index == index {
		terms[1] = b[j].term
	}
	return index, terms
}

func (d difference) inLogs() string {
	switch {
	case d.a == nil:
		return "no node is up"
	case d.terms[0] == 0:
		return fmt.Sprintf("%s has entry %d/%d, %s has none at that index", d.b.node.name, d.terms[1], d.index, d.a.node.name)
	case d.terms[1] == 0:
		return fmt.Sprintf("%s has entry %d/%d, %s has none at that index", d.a.node.name, d.terms[0], d.index, d.b.node.name)
	}
	return fmt.Sprintf("at index %d %s has term %d, %s has term %d",
		d.index, d.a.node.name, d.terms[0], d.b.node.name, d.terms[1])
}

// HashesEqual reports whether the FSMs of all nodes that are up hold the same:
// the same hash after the last entry applied, or nothing applied on all. If
// not, why says which two differ. With no node up it is false.
func (t *Timeline) HashesEqual() (equal bool, why string) {
	d, equal := t.hashesEqual()
	if equal {
		return true, ""
	}
	return false, d.inHashes()
}

func (t *Timeline) hashesEqual() (d difference, equal bool) {
	var first *life
	for _, name := range t.names {
		l := t.life(name)
		if !l.up() {
			continue
		}
		if first == nil {
			first = l
		} else if first.hash() != l.hash() {
			return difference{a: first, b: l}, false
		}
	}
	return difference{}, first != nil
}

func (d difference) inHashes() string {
	if d.a == nil {
		return "no node is up"
	}
	return d.a.contents() + ", " + d.b.contents()
}

// contents says what the FSM holds.
func (l *life) contents() string {
	if l.lastApply == nil {
		return l.node.name + " has applied nothing"
	}
	return fmt.Sprintf("%s holds %s after %s", l.node.name, l.hash(), l.lastApply.subject)
}
