package replay

import "raftscope/sm"

// attrSnapshot is the attribute of a node's machine that says which snapshot its
// raft goes by, as TERM/INDEX of the last entry that it covers.
const attrSnapshot = "snapshot"

// restoreDone is the state of a restore that went well.
const restoreDone = "DONE"

// snapped keeps up with the snapshot that a node's raft goes by.
func (l *life) snapped(value string, event uint32) {
	if p, ok := parsePosition(value); ok {
		set(&l.snapshots, event, p)
	}
}

// restoreMoved keeps up with the snapshots that are put into a state machine: it
// then holds what the entry at their end left it with, and so do all before.
func (l *life) restoreMoved(m *Machine, to sm.State, event uint32) {
	if m.key == nil || m.group.kind.StateName(to) != restoreDone {
		return
	}
	set(&l.applies, event, m)
	l.commit(event, m.key.index)
	l.compact(event, m.key.index)
}

// snapshot is what the newest snapshot that the node's raft goes by covers; zero
// if there is none.
func (l lifeView) snapshot() position { return stepAt(&l.snapshots, l.n) }

// covered is the highest index that a log may lack because a snapshot stands for
// it.
func (l lifeView) covered() uint64 { return max(l.compacted(), l.snapshot().index) }

// end is the last entry as raft counts it: that of the log, or the one that the
// snapshot ends with if the log ends before it (state.go of raft, getLastEntry).
func (l lifeView) end() position {
	end := l.snapshot()
	if last := l.last(); last != nil && last.key.index >= end.index {
		end = last.key.position
	}
	return end
}
