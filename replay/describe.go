package replay

import (
	"fmt"
	"strconv"

	"raftscope/sm"
)

// Describe returns the event at position i as one line, without its time:
// where, which machine, and what happened to it. Real durations are left out
// unless asked for.
func (t *Timeline) Describe(i int, real bool) string {
	e := t.Event(i)
	switch e.Type {
	case sm.Note, sm.Command:
		return e.Type.String() + ": " + e.Text
	case sm.Log:
		return fmt.Sprintf("%s log %s: %s", e.Node, e.Key, e.Text)
	}
	m := t.machine(e.Machine)
	if m == nil {
		return e.Type.String() + " of machine " + strconv.FormatUint(uint64(e.Machine), 10)
	}
	line := m.Name()
	if e.Node != "" {
		line = e.Node + " " + line
	}
	return line + " " + t.what(m, &e, real)
}

// what says what happened to a machine.
func (t *Timeline) what(m *Machine, e *sm.Event, real bool) string {
	kind := m.Kind()
	switch e.Type {
	case sm.Born:
		line := "born " + kind.StateName(e.State)
		if text := about(m); text != "" {
			line += ": " + text
		}
		return line + t.due(e)
	case sm.Moved:
		return kind.StateName(e.From) + " > " + kind.StateName(e.State) + t.due(e)
	case sm.Failed:
		return fmt.Sprintf("%s > %s: %s", kind.StateName(e.From), kind.StateName(e.State), clip(e.Text, reasonMax))
	case sm.Linked:
		cause := "machine " + strconv.FormatUint(uint64(e.Other), 10)
		if c := t.machine(e.Other); c != nil {
			cause = c.Name()
		}
		return fmt.Sprintf("caused by %s (%s)", cause, e.Key)
	case sm.Attributed:
		return e.Key + "=" + attrValue(e, real)
	case sm.Violation:
		return "VIOLATION: " + e.Text
	}
	return e.Type.String()
}

func (t *Timeline) due(e *sm.Event) string {
	if e.Due <= e.At {
		return ""
	}
	return ", due " + Plus(e.Due-e.At)
}

func attrValue(e *sm.Event, real bool) string {
	switch {
	case IsReal(e.Key) && !real:
		return "..."
	case e.IsText:
		return clip(e.Text, reasonMax)
	}
	return strconv.FormatInt(e.Num, 10)
}
