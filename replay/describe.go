package replay

import (
	"strconv"

	"raftscope/sm"
)

// Describe returns the event at position i as one line, without its time:
// where, which machine, and what happened to it. Real durations are left out
// unless asked for.
func (t *Timeline) Describe(i int, real bool) string {
	return string(t.appendDescription(nil, i, real))
}

// appendDescription appends what Describe returns. It allocates nothing if b
// has the room: conditions look for texts at every event of a run.
func (t *Timeline) appendDescription(b []byte, i int, real bool) []byte {
	e := t.Event(i)
	switch e.Type {
	case sm.Note, sm.Command:
		b = append(append(b, e.Type.String()...), ": "...)
		return append(b, e.Text...)
	case sm.Log:
		b = append(append(b, e.Node...), " log "...)
		b = append(append(b, e.Key...), ": "...)
		return append(b, e.Text...)
	}
	m := t.machine(e.Machine)
	if m == nil {
		b = append(append(b, e.Type.String()...), " of machine "...)
		return strconv.AppendUint(b, uint64(e.Machine), 10)
	}
	if e.Node != "" {
		b = append(append(b, e.Node...), ' ')
	}
	return t.appendWhat(append(m.appendName(b), ' '), m, &e, real)
}

// appendWhat says what happened to a machine.
func (t *Timeline) appendWhat(b []byte, m *Machine, e *sm.Event, real bool) []byte {
	kind := m.Kind()
	switch e.Type {
	case sm.Born:
		b = append(append(b, "born "...), kind.StateName(e.State)...)
		start := len(b)
		b = append(b, ": "...)
		if b = appendAbout(b, m); len(b) == start+len(": ") {
			b = b[:start]
		}
		return appendDue(b, e)
	case sm.Moved:
		return appendDue(appendMove(b, kind, e), e)
	case sm.Failed:
		return appendClip(append(appendMove(b, kind, e), ": "...), e.Text, reasonMax)
	case sm.Linked:
		b = append(b, "caused by "...)
		if c := t.machine(e.Other); c != nil {
			b = c.appendName(b)
		} else {
			b = strconv.AppendUint(append(b, "machine "...), uint64(e.Other), 10)
		}
		return append(append(append(b, " ("...), e.Key...), ')')
	case sm.Attributed:
		return appendValue(append(append(b, e.Key...), '='), e, real)
	case sm.Violation:
		return append(append(b, "VIOLATION: "...), e.Text...)
	}
	return append(b, e.Type.String()...)
}

func appendMove(b []byte, kind *Kind, e *sm.Event) []byte {
	b = append(append(b, kind.StateName(e.From)...), " > "...)
	return append(b, kind.StateName(e.State)...)
}

func appendDue(b []byte, e *sm.Event) []byte {
	if e.Due <= e.At {
		return b
	}
	return appendDuration(append(b, ", due +"...), e.Due-e.At)
}

func appendValue(b []byte, e *sm.Event, real bool) []byte {
	switch {
	case IsReal(e.Key) && !real:
		return append(b, "..."...)
	case e.IsText:
		return appendClip(b, e.Text, reasonMax)
	}
	return strconv.AppendInt(b, e.Num, 10)
}

// What returns what happened at position i in at most so many characters, the
// last one an ellipsis if it was longer: Describe without node and machine, for
// lists that have columns for these. Real durations are left out unless asked
// for.
func (t *Timeline) What(i int, real bool, most int) string {
	e := t.Event(i)
	most = max(0, most-1)
	e.Text, e.Key = Clip(e.Text, most), Clip(e.Key, most) // a value may have a million
	b := make([]byte, 0, 128)
	switch m := t.machine(e.Machine); {
	case e.Type == sm.Note || e.Type == sm.Command:
		b = append(append(append(b, e.Type.String()...), ": "...), e.Text...)
	case e.Type == sm.Log:
		b = append(append(append(b, e.Key...), ": "...), e.Text...)
	case m == nil:
		b = append(b, e.Type.String()...)
	default:
		b = t.appendWhat(b, m, &e, real)
	}
	return Clip(string(b), most)
}
