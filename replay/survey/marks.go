package survey

import (
	"raftscope/replay"
	"raftscope/sm"
)

// Mark is a set of classes of notable events: what a screen has one sign for.
type Mark uint16

// The classes. What replay.Timeline.Notable knows is in one of them.
const (
	MarkLeader     Mark = 1 << iota // a node leads
	MarkDeposed                     // a node leads no more
	MarkStart                       // a node starts
	MarkStop                        // a node stops in good order
	MarkCrash                       // a node crashes
	MarkTruncation                  // a node removed entries that conflict
	MarkRejection                   // a node rejected an AppendEntries
	MarkError                       // a client is told an error
	MarkFault                       // a user's fault meets an operation, or a node is frozen or thawed
	MarkViolation                   // a rule is broken
	MarkDeath                       // raft died, and its process with it
)

const classes = 11

// Class returns the class of the notable event at position i, 0 if it is not
// one of those.
func Class(t *replay.Timeline, i int) Mark {
	e := t.Event(i)
	if len(t.BrokenAt(i)) > 0 {
		return MarkViolation
	}
	switch e.Type {
	case sm.Log:
		return MarkDeath
	case sm.Attributed:
		return MarkFault
	}
	m := t.Machine(e.Machine)
	if m == nil || e.Type != sm.Born && e.Type != sm.Moved && e.Type != sm.Failed {
		return 0
	}
	k := m.Kind()
	switch k.Name() {
	case "node":
		return nodeClass(k, &e)
	case "truncate":
		return MarkTruncation
	case "append-follower":
		return MarkRejection
	case "exec", "read":
		return MarkError
	}
	return 0
}

func nodeClass(k *replay.Kind, e *sm.Event) Mark {
	switch state := k.StateName(e.State); {
	case e.Type == sm.Born:
		return MarkStart
	case state == "leader":
		return MarkLeader
	case k.Is(e.State, sm.Final|sm.Failure):
		return MarkCrash
	case k.Is(e.State, sm.Final):
		return MarkStop
	}
	return MarkDeposed
}
