package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// position names an entry: the same term and index is the same entry on every
// node, in every life.
type position struct{ term, index uint64 }

func (p position) String() string { return fmt.Sprintf("%d/%d", p.term, p.index) }

// positionOf reads an entry's subject, TERM/INDEX.
func positionOf(m *Machine) (p position, ok bool) {
	term, index, found := strings.Cut(m.subject, "/")
	if !found {
		return p, false
	}
	var err1, err2 error
	p.term, err1 = strconv.ParseUint(term, 10, 64)
	p.index, err2 = strconv.ParseUint(index, 10, 64)
	return p, err1 == nil && err2 == nil
}

// role is what a state of the kind entry means for the log.
type role uint8

const (
	roleNone role = iota
	roleCreated
	roleDurable
	roleCommitted
	roleApplying
	roleApplied
	roleTruncated
	roleCompacted
	roleReplaced
	roleOverwritten
	roleFailed
)

var roleNames = map[string]role{
	"created": roleCreated, "durable": roleDurable, "committed": roleCommitted,
	"applying": roleApplying, "APPLIED": roleApplied, "TRUNCATED": roleTruncated,
	"COMPACTED": roleCompacted, "REPLACED": roleReplaced, "OVERWRITTEN": roleOverwritten,
	"FAILED": roleFailed,
}

// gone reports whether an entry in the role is no longer in the log.
func (r role) gone() bool { return r >= roleTruncated }

// role returns what the machine's state means, if it is an entry.
func (m *Machine) role() role { return m.group.kind.roles[m.state] }

// slot is a place in a log.
type slot struct {
	position
	m *Machine
}

func (l *life) last() *slot {
	if len(l.log) == 0 {
		return nil
	}
	return &l.log[len(l.log)-1]
}

func byIndex(s slot, index uint64) int {
	switch {
	case s.index < index:
		return -1
	case s.index > index:
		return 1
	}
	return 0
}

// entryBorn puts an entry into the log, behind those of its index.
func (l *life) entryBorn(m *Machine, p position) {
	if !m.role().gone() {
		at := len(l.log)
		if at == 0 && p.index > 0 { // what is not there before the first entry was compacted
			l.compacted = max(l.compacted, p.index-1)
		}
		if last := l.last(); last != nil && last.index > p.index {
			at, _ = slices.BinarySearchFunc(l.log, p.index, byIndex)
			for at < len(l.log) && l.log[at].index == p.index {
				at++
			}
		}
		l.log = slices.Insert(l.log, at, slot{p, m})
	}
	l.entryMoved(m, m.role())
}

// entryMoved keeps up with an entry that entered a state.
func (l *life) entryMoved(m *Machine, to role) {
	p, ok := positionOf(m)
	if !ok {
		return
	}
	switch to {
	case roleApplied:
		if p.index >= l.applied {
			l.applied, l.lastApply = p.index, m
		}
		l.commit = max(l.commit, p.index)
	case roleCommitted, roleApplying:
		l.commit = max(l.commit, p.index)
	case roleCompacted:
		l.compacted = max(l.compacted, p.index)
	}
	if to.gone() {
		l.remove(m, p)
	}
}

// entryAbandoned: the life ended. An entry that was not yet durable is not in
// the log; if it did reach the disk it is born again in the next life.
func (l *life) entryAbandoned(m *Machine) {
	if p, ok := positionOf(m); ok && m.role() == roleCreated {
		l.remove(m, p)
	}
}

func (l *life) remove(m *Machine, p position) {
	at, _ := slices.BinarySearchFunc(l.log, p.index, byIndex)
	if at == 0 && len(l.log) > 0 && l.log[0].m == m { // compaction works from the front
		l.log = l.log[1:]
		return
	}
	for ; at < len(l.log) && l.log[at].index == p.index; at++ {
		if l.log[at].m == m {
			l.log = slices.Delete(l.log, at, at+1)
			return
		}
	}
}

// visible calls yield for the live entries by index, of each index the newest,
// until yield returns false.
func (l *life) visible(yield func(*slot) bool) {
	for i := range l.log {
		if i+1 < len(l.log) && l.log[i+1].index == l.log[i].index {
			continue
		}
		if !yield(&l.log[i]) {
			return
		}
	}
}

// Log returns the live entries in a node's log by index, in its newest life:
// those not truncated, overwritten, compacted, replaced or failed.
func (t *Timeline) Log(node string) []*Machine {
	l := t.life(node)
	if l == nil {
		return nil
	}
	var out []*Machine
	for s := range l.visible {
		out = append(out, s.m)
	}
	return out
}
