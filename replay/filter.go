package replay

import (
	"fmt"
	"slices"

	"raftscope/replay/cond"
)

// Filter says which machines and events are wanted: those that meet a
// condition. The zero value wants everything.
type Filter struct {
	Cond cond.Cond // nil: everything
}

// ParseFilter reads a condition like
//
//	node:n2 kind:append (state:DONE or type:fail) slow>5ms text "more text"
//
// in which other words than those of conditions are texts to look for. Nodes
// and kinds known to the timeline are the only ones that may be named; without
// any, every name may. The error is a *words.Error and says in which column the
// offending word is.
func (t *Timeline) ParseFilter(text string) (Filter, error) {
	c, err := cond.ParseFilter(1, text, t.Scope())
	if err != nil {
		return Filter{}, err
	}
	return Filter{c}, nil
}

// Scope returns the names that conditions about this timeline may use.
func (t *Timeline) Scope() cond.Scope {
	s := cond.Scope{Nodes: t.nodeNames()}
	for _, k := range t.kindList.all() {
		kind := cond.Kind{Name: k.spec.Name}
		for _, state := range k.spec.States {
			kind.States = append(kind.States, state.Name)
		}
		s.Kinds = append(s.Kinds, kind)
	}
	return s
}

// nodeNames are those that events were told of, in the order they were met, and
// those that have not started; nil if there are none.
func (t *Timeline) nodeNames() (names []string) {
	for _, p := range t.places.all() {
		if p.node != "" && !slices.Contains(names, p.node) {
			names = append(names, p.node)
		}
	}
	if f := t.founded.Load(); f != nil {
		for _, name := range f.names {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// String returns text that parses to the same filter.
func (f Filter) String() string {
	if f.Cond == nil {
		return ""
	}
	return fmt.Sprint(f.Cond)
}

// Empty reports whether the filter wants everything.
func (f Filter) Empty() bool { return f.Cond == nil }

// Machine reports whether a machine is wanted as it was then. What the
// condition says about an event it says about the machine: its node, its kind,
// its state then; a move it made, an event of the type it had so far; a time on
// its way, to its rest or so far, above slow; its attributes; the texts in its
// name, subject, label, state, reason or attributes. All else is asked of the
// run as it was then.
func (f Filter) Machine(m MachineView) bool {
	if !m.Known() {
		return false
	}
	return f.Cond == nil || View{t: m.t(), n: m.n}.holds(f.Cond, m)
}

// Event reports whether the event at position i of t is wanted, and the run as
// it was just after it.
func (f Filter) Event(t *Timeline, i int) bool {
	return f.Cond == nil || t.At(i+1).Holds(f.Cond)
}
