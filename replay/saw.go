package replay

import (
	"fmt"
	"strings"

	"raftscope/replay/cond"
)

// sawMax is how many machines an answer of Saw lists.
const sawMax = 5

// Saw says in words what was the case where c asks: "n2 has committed 3". It
// makes sense whether or not c holds.
func (v View) Saw(c cond.Cond) string {
	switch c := c.(type) {
	case cond.Not:
		return v.Saw(c.C)
	case cond.And:
		return v.sawBoth(c)
	case cond.Or:
		return bothSaw(v.Saw(c.A), v.Saw(c.B))
	case cond.Leader:
		return v.sawLeader(c)
	case cond.NodeState:
		return v.sawRole(c.Node)
	case cond.Index:
		return v.sawIndex(c)
	case cond.LogsEqual:
		if equal, why := v.LogsEqual(); !equal {
			return why
		}
		return "the logs are equal"
	case cond.StatesEqual:
		if equal, why := v.HashesEqual(); !equal {
			return why
		}
		return "the states are equal"
	case cond.Answered:
		return v.sawOpen("every request has its answer", clientKinds[:])
	case cond.Idle:
		return v.sawOpen("nothing is under way", append(clientKinds[:], busyKinds[:]...))
	case cond.Violation:
		return v.sawBroken(c.Rule)
	case cond.Violations:
		return v.sawBroken(c.Rule)
	}
	return v.sawMachine(c)
}

// sawBoth names the part that does not hold, or both.
func (v View) sawBoth(c cond.And) string {
	a, b := v.Holds(c.A), v.Holds(c.B)
	switch {
	case a && !b:
		return v.Saw(c.B)
	case b && !a:
		return v.Saw(c.A)
	}
	return bothSaw(v.Saw(c.A), v.Saw(c.B))
}

// bothSaw says a thing once: all that is asked about one event has the same
// answer.
func bothSaw(a, b string) string {
	if a == b || strings.HasSuffix(a, "; "+b) {
		return a
	}
	return a + "; " + b
}

func (v View) sawMachine(c cond.Cond) string {
	switch c := c.(type) {
	case cond.MachineIs:
		return v.saw(c.Machine, func(m MachineView) string { return m.Name() + " is " + m.StateName() })
	case cond.Attr:
		return v.saw(c.Machine, func(m MachineView) string { return m.sawAttr(c.Key) })
	case cond.Count:
		return fmt.Sprintf("there are %d", v.CountOn(c.Kind, c.Node, c.State))
	case cond.Told:
		return v.saw(c.Machine, v.sawTold)
	case cond.Fate:
		return v.saw(c.Machine, func(m MachineView) string {
			if fate := v.outcome(m).Fate; fate != "" {
				return fmt.Sprintf("the entry of %s is %s", m.Name(), fate)
			}
			return m.Name() + " has no entry"
		})
	case cond.Order:
		return v.sawOrder(c)
	case cond.HasAttr:
		return v.sawEventAttr(c.Key)
	}
	if cond.AboutEvent(c) {
		return v.sawEvent()
	}
	return "a condition of an unknown form"
}

func (v View) saw(r cond.Ref, say func(MachineView) string) string {
	if m := v.Find(r); m.Known() {
		return say(m)
	}
	return "there is no " + r.String()
}

func (m MachineView) sawAttr(key string) string {
	a, ok := m.Attr(key)
	if !ok {
		return fmt.Sprintf("%s has no attribute %s", m.Name(), key)
	}
	return fmt.Sprintf("%s has %s %s", m.Name(), key, a)
}

// sawEvent says what the newest event was and, of a move, how long the state
// before it lasted if that was not over at once.
func (v View) sawEvent() string {
	if v.n == 0 {
		return "nothing has happened"
	}
	text := fmt.Sprintf("event %d: %s", v.Seq(), v.t.Describe(int(v.n-1), false))
	w, m := v.t.eventAt(v.n - 1)
	if d, ok := timeInState(w, m, v.n-1); ok && d > 0 {
		text += fmt.Sprintf(", after %s in %s", Duration(d), m.group.kind.StateName(w.from))
	}
	return text
}

func (v View) sawEventAttr(key string) string {
	if v.n == 0 {
		return "nothing has happened"
	}
	if _, m := v.t.eventAt(v.n - 1); m != nil {
		return v.sawEvent() + "; " + v.Of(m).sawAttr(key)
	}
	return v.sawEvent()
}

func (v View) sawTold(m MachineView) string {
	o := v.outcome(m)
	switch {
	case !o.Answered:
		return fmt.Sprintf("the client of %s was told nothing yet", m.Name())
	case o.Told == "":
		return fmt.Sprintf("%s is %s", m.Name(), m.StateName())
	}
	return fmt.Sprintf("the client of %s was told %s", m.Name(), o.Told)
}

func (v View) sawRole(name string) string {
	if l := v.life(name); l.life != nil {
		if m, ok := l.machine(); ok {
			return fmt.Sprintf("%s is %s", name, m.StateName())
		}
	}
	return name + " has not started"
}

func (v View) sawLeader(c cond.Leader) string {
	if c.Node != "" {
		return v.sawRole(c.Node)
	}
	var parts []string
	for l := range v.eachLife {
		name := l.node.name
		s := v.sawRole(name)
		if l.up() {
			s += fmt.Sprintf(" in term %d", l.term())
			if leader := l.leader(); leader != "" && leader != name {
				s += " of " + leader
			}
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "no node has been started"
	}
	return strings.Join(parts, ", ")
}

func (v View) sawIndex(c cond.Index) string {
	var parts []string
	for l := range v.eachLife {
		name := l.node.name
		if name == c.Node || c.Node == cond.AllNodes && l.up() && v.Suffrage(name) != Outside {
			parts = append(parts, fmt.Sprintf("%s has %s %d", name, markWords[c.What], l.mark(c.What)))
		}
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case c.Node == cond.AllNodes:
		return "no node is up"
	}
	return c.Node + " has not started"
}

var markWords = map[cond.Mark]string{
	cond.Commit: "committed", cond.Applied: "applied", cond.Last: "last entry", cond.Term: "term",
	cond.Config: "configuration", cond.Voters: "voters:",
}

func (v View) sawOpen(none string, kinds []string) string {
	var names []string
	for _, kind := range kinds {
		for _, m := range v.openOf(kind) {
			if len(names) == sawMax {
				return strings.Join(append(names, "and more"), ", ")
			}
			names = append(names, m.Name()+" is "+m.StateName())
		}
	}
	if n := stepAt(&v.t.retrying, v.n); n > 0 {
		names = append(names, fmt.Sprintf("%d failed calls are to be made again", n))
	}
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

func (v View) sawOrder(c cond.Order) string {
	var parts []string
	for i := range c.Steps {
		s := &c.Steps[i]
		word := s.Machine.String() + " " + s.State
		if _, at, ok := v.entered(s); ok {
			parts = append(parts, fmt.Sprintf("%s at %s", word, Duration(at)))
		} else if !v.Find(s.Machine).Known() {
			parts = append(parts, "there is no "+s.Machine.String())
		} else {
			parts = append(parts, word+" never")
		}
	}
	return strings.Join(parts, ", ")
}
