package replay

import (
	"strings"

	"raftscope/replay/cond"
	"raftscope/sm"
)

// lineRoom is the longest line that is searched for a text without an
// allocation.
const lineRoom = 1024

// eventAt returns the event at a position, and its machine or nil.
func (t *Timeline) eventAt(at uint32) (*row, *Machine) {
	w := t.rows.at(at)
	if w.machine == 0 {
		return w, nil
	}
	return w, t.machine(sm.ID(w.machine))
}

// eventFits reports whether an atom of a condition is true of the event at a
// position.
func (t *Timeline) eventFits(at uint32, c cond.Cond) bool {
	w, m := t.eventAt(at)
	switch c := c.(type) {
	case cond.NodeIs:
		return t.places.all()[w.place].node == c.Node
	case cond.KindIs:
		return m != nil && m.kindName() == c.Kind
	case cond.StateIs:
		return entersNamed(w, m, c.State)
	case cond.MoveIs:
		return m != nil && m.group.kind.movesSo(w, c)
	case cond.TypeIs:
		return w.typ == c.Type
	case cond.Slow:
		d, ok := timeInState(w, m, at)
		return ok && d > sm.Time(c.Than)
	case cond.HasAttr:
		return m != nil && MachineView{m, at + 1}.attrCompares(c.Key, c.Op, c.Value)
	case cond.Says:
		var room [lineRoom]byte
		return containsFold(t.appendDescription(room[:0], int(at), false), c.Text)
	}
	return false
}

// fits reports whether an atom of a condition is true of a machine.
func (m MachineView) fits(c cond.Cond) bool {
	switch c := c.(type) {
	case cond.NodeIs:
		return m.Node() == c.Node
	case cond.KindIs:
		return m.kindName() == c.Kind
	case cond.StateIs:
		return strings.EqualFold(m.StateName(), c.State)
	case cond.MoveIs:
		return m.some(func(w *row) bool { return m.group.kind.movesSo(w, c) })
	case cond.TypeIs:
		return m.some(func(w *row) bool { return w.typ == c.Type })
	case cond.Slow:
		_, took := m.Motion()
		return took > sm.Time(c.Than)
	case cond.HasAttr:
		return m.attrCompares(c.Key, c.Op, c.Value)
	case cond.Says:
		return containsFold([]byte(m.shown()), c.Text)
	}
	return false
}

// some reports whether one of the machine's own events fits.
func (m MachineView) some(fits func(*row) bool) bool {
	for _, event := range m.events() {
		if w := m.row(event); w.machine == m.id && fits(w) {
			return true
		}
	}
	return false
}

// shown returns all texts of a machine.
func (m MachineView) shown() string {
	parts := []string{m.Name(), m.subject, m.label, m.StateName()}
	if reason, _, ok := m.Failure(); ok {
		parts = append(parts, reason)
	}
	for _, a := range m.Attrs() {
		if !IsReal(a.Key) {
			parts = append(parts, a.Key+"="+a.String())
		}
	}
	return strings.Join(parts, "\n")
}

// entersNamed reports whether the event enters, or rests in, the named state.
func entersNamed(w *row, m *Machine, state string) bool {
	ends := w.typ == sm.Closed || w.typ == sm.Abandoned
	return m != nil && (ends || w.entersState()) && strings.EqualFold(m.group.kind.StateName(w.state), state)
}

// movesSo reports whether the event is such a move of a machine of the kind.
func (k *Kind) movesSo(w *row, c cond.MoveIs) bool {
	return w.leavesState() && (c.From == "" || strings.EqualFold(k.StateName(w.from), c.From)) &&
		(c.To == "" || strings.EqualFold(k.StateName(w.state), c.To))
}

// timeInState returns how long the machine was in the state that the event at a
// position leaves. ok is false if it leaves none.
func timeInState(w *row, m *Machine, at uint32) (d sm.Time, ok bool) {
	if m == nil || !w.leavesState() {
		return 0, false
	}
	return w.at - MachineView{m, at}.Since(), true
}
