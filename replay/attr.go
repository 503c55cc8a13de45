package replay

import (
	"strconv"
	"strings"

	"raftscope/sm"
)

// Value is the value of an attribute: a number, or a text.
type Value struct {
	Text   string
	Num    int64
	IsText bool
}

// String returns the text, or the number in decimal.
func (v Value) String() string {
	if v.IsText {
		return v.Text
	}
	return strconv.FormatInt(v.Num, 10)
}

// Attr is an attribute as it is now.
type Attr struct {
	Key string
	Value
	At    sm.Time // when it got this value
	Event int     // position in the timeline
}

// IsReal reports whether key names a real duration: such attributes differ
// from run to run and are shown only when asked for.
func IsReal(key string) bool { return key == "real" || strings.HasPrefix(key, "real-") }

// Attr returns the value of the attribute key.
func (m *Machine) Attr(key string) (v Value, ok bool) {
	for i := len(m.events) - 1; i >= 0; i-- {
		w := m.row(i)
		if w.typ == sm.Attributed && m.group.t.strings.get(w.key) == key {
			return m.value(w), true
		}
	}
	return Value{}, false
}

// text returns the value of a text attribute, "" if it is not there.
func (m *Machine) text(key string) string {
	v, _ := m.Attr(key)
	return v.Text
}

func (m *Machine) value(w *row) Value {
	return Value{Text: m.group.t.strings.get(w.text), Num: w.aux, IsText: w.bits&rowIsText != 0}
}

// Attrs returns all attributes in the order they first appeared.
func (m *Machine) Attrs() []Attr {
	var out []Attr
	for i, at := range m.events {
		w := m.row(i)
		if w.typ != sm.Attributed {
			continue
		}
		a := Attr{Key: m.group.t.strings.get(w.key), Value: m.value(w), At: w.at, Event: int(at)}
		known := false
		for j := range out {
			if known = out[j].Key == a.Key; known {
				out[j] = a
				break
			}
		}
		if !known {
			out = append(out, a)
		}
	}
	return out
}

// Link is a relation to another machine.
type Link struct {
	Machine *Machine // the other one
	Role    string
	At      sm.Time
	Event   int // position in the timeline
}

// Causes returns the links to what caused this machine, in order of the
// links' events.
func (m *Machine) Causes() []Link { return m.links(false) }

// Effects returns the links to what this machine caused, in order of the
// links' events.
func (m *Machine) Effects() []Link { return m.links(true) }

func (m *Machine) links(effects bool) []Link {
	var out []Link
	t := m.group.t
	for i, at := range m.events {
		w := m.row(i)
		if w.typ != sm.Linked || (w.machine != uint32(m.id)) != effects {
			continue
		}
		other := sm.ID(w.aux)
		if effects {
			other = sm.ID(w.machine)
		}
		out = append(out, Link{Machine: t.Machine(other), Role: t.strings.get(w.key), At: w.at, Event: int(at)})
	}
	return out
}

// effect returns the newest effect of the named kind, or nil.
func (m *Machine) effect(kind string) *Machine {
	for i := len(m.events) - 1; i >= 0; i-- {
		w := m.row(i)
		if w.typ != sm.Linked || w.machine == uint32(m.id) {
			continue
		}
		if e := m.group.t.Machine(sm.ID(w.machine)); e.group.kind.spec.Name == kind {
			return e
		}
	}
	return nil
}
