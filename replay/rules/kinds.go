package rules

import "raftscope/sm"

// family is what a kind of machine is to the rules.
type family uint8

const (
	famNone family = iota
	famNode
	famEntry
	famExec
	famApply
	famAppend
	famTruncate
	famCompact
	famInstall
	famRestore
	famSnapshot
	famMeta
	famVote
	families
)

var familyNames = map[string]family{
	"node": famNode, "entry": famEntry, "exec": famExec, "apply": famApply, "append": famAppend, "truncate": famTruncate,
	"compact": famCompact, "install": famInstall, "restore": famRestore, "snapshot": famSnapshot, "meta": famMeta, "vote": famVote,
}

// state is what a state of a machine is to the rules.
type state uint8

const (
	stateOther state = iota
	stateCreated
	stateDurable
	stateCommitted
	stateApplying
	stateApplied
	stateTruncated
	stateCompacted
	stateReplaced
	stateOverwritten
	stateFailed
	stateDone
	stateRejected
	stateLeader
	stateStopped
	stateCrashed
	stateAlone
)

var stateNames = map[string]state{
	"created": stateCreated, "durable": stateDurable, "committed": stateCommitted, "applying": stateApplying, "APPLIED": stateApplied,
	"TRUNCATED": stateTruncated, "COMPACTED": stateCompacted, "REPLACED": stateReplaced, "OVERWRITTEN": stateOverwritten,
	"FAILED": stateFailed, "DONE": stateDone, "REJECTED": stateRejected, "leader": stateLeader, "STOPPED": stateStopped, "CRASHED": stateCrashed, "alone": stateAlone,
}

// over reports whether a piece of work in the state has ended.
func (s state) over() bool { return s == stateDone || s == stateFailed || s == stateRejected }

// kind is a kind of machine as the events brought it.
type kind struct {
	family family
	states *[sm.StatesMax]state
}

// AddKinds makes kinds known; the machines of others are passed over.
func (w *Watcher) AddKinds(specs []sm.KindSpec) {
	for _, spec := range specs {
		f, ok := familyNames[spec.Name]
		if _, known := w.kinds[spec.Name]; !ok || known {
			continue
		}
		k := kind{family: f, states: new([sm.StatesMax]state)}
		for i, s := range spec.States {
			if i < sm.StatesMax {
				k.states[i] = stateNames[s.Name]
			}
		}
		w.kinds[spec.Name] = k
		w.states[f] = k.states
		w.installs = w.installs || f == famInstall
	}
}

// stateOf says what a state of a subject's kind means.
func (w *Watcher) stateOf(s subject, at sm.State) state {
	states := w.states[s.family()]
	if states == nil || at >= sm.StatesMax {
		return stateOther
	}
	return states[at]
}

// born takes the birth of a machine.
func (w *Watcher) born(e *sm.Event) {
	k := w.kinds[e.Kind]
	switch k.family {
	case famNone:
	case famNode:
		w.bornNode(e, k.states[e.State%sm.StatesMax])
	case famEntry:
		w.bornEntry(e, k.states[e.State%sm.StatesMax])
	case famExec:
		w.machines[e.Machine] = &exec{id: e.Machine}
	case famApply:
		w.machines[e.Machine] = &apply{}
	case famAppend, famTruncate, famCompact, famInstall, famRestore, famSnapshot:
		w.bornStoring(e, k.family)
	case famMeta:
		w.bornMeta(e)
	case famVote:
		w.bornVote(e)
	}
}

// linked takes a link that says which entry is a client's write.
func (w *Watcher) linked(e *sm.Event) {
	switch e.Key {
	case "proposes":
		a, _ := w.machines[e.Machine].(*apply)
		x, _ := w.machines[e.Other].(*exec)
		if a != nil && x != nil {
			a.of = x
		}
	case "becomes":
		x, _ := w.machines[e.Machine].(*entry)
		a, _ := w.machines[e.Other].(*apply)
		if x != nil && a != nil && a.of != nil {
			a.of.node, a.of.index, a.of.term = x.node, x.index, x.term
		}
	}
}
