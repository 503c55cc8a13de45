package scenario

import (
	"fmt"

	"raftscope/replay"
	"raftscope/sm"
)

// notable returns a line on an event that somebody who reads a transcript
// wants to be told of, empty for all others: lives and roles of nodes,
// refusals, truncations, answers to clients, violations.
func notable(t *replay.Timeline, e *sm.Event) string {
	switch e.Type {
	case sm.Violation:
		return fmt.Sprintf("VIOLATION by %s: %s", t.Machine(e.Machine).Name(), e.Text)
	case sm.Log:
		if e.Key == "PANIC" {
			return "raft died: " + e.Text
		}
		return ""
	case sm.Note:
		return "note: " + e.Text
	case sm.Born, sm.Moved, sm.Failed:
	default:
		return ""
	}
	m := t.Machine(e.Machine)
	if m == nil {
		return ""
	}
	switch kind, state := m.Kind().Name(), m.Kind().StateName(e.State); kind {
	case "node":
		return nodeLine(m, e, state)
	case "truncate":
		if state == "DONE" {
			return fmt.Sprintf("%s removed entries %s: %s", m.Node(), m.Subject(), m.Name())
		}
	case "append-follower":
		if state == "REJECTED" {
			return fmt.Sprintf("%s rejected %s: %s", m.Node(), m.Name(), textOf(m, "reason"))
		}
	case "exec", "read":
		if e.Type == sm.Born {
			return fmt.Sprintf("%s on %s: %s", m.Name(), m.Node(), m.Label())
		}
		return answer(m, state)
	}
	return ""
}

func nodeLine(m *replay.Machine, e *sm.Event, state string) string {
	switch {
	case e.Type == sm.Born && m.Life() == 1:
		return m.Node() + " starts"
	case e.Type == sm.Born:
		return fmt.Sprintf("%s starts again, life %d", m.Node(), m.Life())
	case state == "STOPPED":
		return m.Node() + " stopped"
	case state == "CRASHED":
		if why := textOf(m, "reason"); why != "" {
			return m.Node() + " crashed: " + why
		}
		return m.Node() + " crashed"
	}
	return m.Node() + " is " + state
}

// answer is what a client is told.
func answer(m *replay.Machine, state string) string {
	switch state {
	case "DONE":
		text := fmt.Sprintf("%s %s: told ok", m.Name(), m.Label())
		if path := textOf(m, "path"); path != "" {
			text += fmt.Sprintf(", %s (%s)", textOf(m, "result"), path)
		}
		return text
	case "FAILED":
		return fmt.Sprintf("%s %s: told %q", m.Name(), m.Label(), textOf(m, "told"))
	}
	return ""
}

func textOf(m *replay.Machine, key string) string {
	v, _ := m.Attr(key)
	return v.Text
}
