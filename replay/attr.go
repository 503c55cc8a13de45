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

// Attr is an attribute as it was at some event.
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
func (m MachineView) Attr(key string) (v Value, ok bool) {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		if w := m.row(events[i]); w.typ == sm.Attributed && m.t().strings.get(w.key) == key {
			return m.value(w), true
		}
	}
	return Value{}, false
}

// text returns the value of a text attribute, "" if it is not there.
func (m MachineView) text(key string) string {
	v, _ := m.Attr(key)
	return v.Text
}

func (m MachineView) value(w *row) Value {
	return Value{Text: m.t().strings.get(w.text), Num: w.aux, IsText: w.bits&rowIsText != 0}
}

// Attrs returns all attributes in the order they first appeared.
func (m MachineView) Attrs() []Attr {
	var out []Attr
	for _, event := range m.events() {
		w := m.row(event)
		if w.typ != sm.Attributed {
			continue
		}
		a := Attr{Key: m.t().strings.get(w.key), Value: m.value(w), At: w.at, Event: int(event)}
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
func (m MachineView) Causes() []Link { return m.links(false) }

// Effects returns the links to what this machine caused, in order of the
// links' events.
func (m MachineView) Effects() []Link { return m.links(true) }

func (m MachineView) links(effects bool) []Link {
	var out []Link
	for _, event := range m.events() {
		w := m.row(event)
		if w.typ != sm.Linked || (w.machine != m.id) != effects {
			continue
		}
		other := sm.ID(w.aux)
		if effects {
			other = sm.ID(w.machine)
		}
		out = append(out, Link{Machine: m.t().machine(other), Role: m.t().strings.get(w.key), At: w.at, Event: int(event)})
	}
	return out
}

// EffectsBack yields the links of Effects, the newest first. It allocates
// nothing, and who breaks off pays for no more than was looked at.
func (m MachineView) EffectsBack(yield func(Link) bool) { m.linksBack(true, yield) }

// CausesBack yields the links of Causes, the newest first.
func (m MachineView) CausesBack(yield func(Link) bool) { m.linksBack(false, yield) }

func (m MachineView) linksBack(effects bool, yield func(Link) bool) {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		w := m.row(events[i])
		if w.typ != sm.Linked || (w.machine != m.id) != effects {
			continue
		}
		other := sm.ID(w.aux)
		if effects {
			other = sm.ID(w.machine)
		}
		if !yield(Link{Machine: m.t().machine(other), Role: m.t().strings.get(w.key), At: w.at, Event: int(events[i])}) {
			return
		}
	}
}

// effect returns the newest effect of the named kind in a role other than the
// one excepted, in any if that is empty; the zero view if there is none.
func (m MachineView) effect(kind, except string) MachineView {
	events := m.events()
	for i := len(events) - 1; i >= 0; i-- {
		w := m.row(events[i])
		if w.typ != sm.Linked || w.machine == m.id {
			continue
		}
		if except != "" && m.t().strings.get(w.key) == except {
			continue
		}
		if e := m.t().machine(sm.ID(w.machine)); e.kindName() == kind {
			return MachineView{e, m.n}
		}
	}
	return MachineView{}
}
