package replay

import (
	"fmt"
	"strings"

	"raftscope/replay/cond"
)

// sawMax is how many machines an answer of Saw lists.
const sawMax = 5

// Saw says in words what is the case where c asks: "n2 has committed 3". It
// makes sense whether or not c holds.
func (t *Timeline) Saw(c cond.Cond) string {
	switch c := c.(type) {
	case cond.Not:
		return t.Saw(c.C)
	case cond.And:
		return t.sawBoth(c)
	case cond.Or:
		return t.Saw(c.A) + "; " + t.Saw(c.B)
	case cond.Leader:
		return t.sawLeader(c)
	case cond.NodeState:
		return t.sawRole(c.Node)
	case cond.Index:
		return t.sawIndex(c)
	case cond.LogsEqual:
		if equal, why := t.LogsEqual(); !equal {
			return why
		}
		return "the logs are equal"
	case cond.StatesEqual:
		if equal, why := t.HashesEqual(); !equal {
			return why
		}
		return "the states are equal"
	case cond.Answered:
		return t.sawOpen("every request has its answer", clientKinds[:])
	case cond.Idle:
		return t.sawOpen("nothing is under way", append(clientKinds[:], busyKinds[:]...))
	}
	return t.sawMachine(c)
}

// sawBoth names the part that does not hold, or both.
func (t *Timeline) sawBoth(c cond.And) string {
	a, b := t.Holds(c.A), t.Holds(c.B)
	switch {
	case a && !b:
		return t.Saw(c.B)
	case b && !a:
		return t.Saw(c.A)
	}
	return t.Saw(c.A) + "; " + t.Saw(c.B)
}

func (t *Timeline) sawMachine(c cond.Cond) string {
	switch c := c.(type) {
	case cond.MachineIs:
		return t.saw(c.Machine, func(m *Machine) string { return m.Name() + " is " + m.StateName() })
	case cond.Attr:
		return t.saw(c.Machine, func(m *Machine) string {
			v, ok := m.Attr(c.Key)
			if !ok {
				return fmt.Sprintf("%s has no attribute %s", m.Name(), c.Key)
			}
			return fmt.Sprintf("%s has %s %s", m.Name(), c.Key, v)
		})
	case cond.Count:
		return fmt.Sprintf("there are %d", t.CountOn(c.Kind, c.Node, c.State))
	case cond.Told:
		return t.saw(c.Machine, t.sawTold)
	case cond.Fate:
		return t.saw(c.Machine, func(m *Machine) string {
			if fate := t.Outcome(m).Fate; fate != "" {
				return fmt.Sprintf("the entry of %s is %s", m.Name(), fate)
			}
			return m.Name() + " has no entry"
		})
	case cond.Order:
		return t.sawOrder(c)
	}
	return "a condition of an unknown form"
}

func (t *Timeline) saw(r cond.Ref, say func(*Machine) string) string {
	if m := t.Find(r); m != nil {
		return say(m)
	}
	return "there is no " + r.String()
}

func (t *Timeline) sawTold(m *Machine) string {
	o := t.Outcome(m)
	switch {
	case !o.Answered:
		return fmt.Sprintf("the client of %s was told nothing yet", m.Name())
	case o.Told == "":
		return fmt.Sprintf("%s is %s", m.Name(), m.StateName())
	}
	return fmt.Sprintf("the client of %s was told %s", m.Name(), o.Told)
}

func (t *Timeline) sawRole(name string) string {
	l := t.life(name)
	if l == nil || l.machine == nil {
		return name + " has not started"
	}
	return fmt.Sprintf("%s is %s", name, l.role())
}

func (t *Timeline) sawLeader(c cond.Leader) string {
	if c.Node != "" {
		return t.sawRole(c.Node)
	}
	var parts []string
	for _, name := range t.names {
		l := t.life(name)
		s := t.sawRole(name)
		if l.up() {
			s += fmt.Sprintf(" in term %d", l.term)
			if l.leader != "" && l.leader != name {
				s += " of " + l.leader
			}
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "there is no node"
	}
	return strings.Join(parts, ", ")
}

func (t *Timeline) sawIndex(c cond.Index) string {
	var parts []string
	for _, name := range t.names {
		l := t.life(name)
		if name == c.Node || c.Node == cond.AllNodes && l.up() {
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
}

func (t *Timeline) sawOpen(none string, kinds []string) string {
	var names []string
	for _, kind := range kinds {
		for _, m := range t.ByKind(kind) {
			if !m.isOpen() {
				continue
			}
			if len(names) == sawMax {
				return strings.Join(append(names, "and more"), ", ")
			}
			names = append(names, m.Name()+" is "+m.StateName())
		}
	}
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

func (t *Timeline) sawOrder(c cond.Order) string {
	var parts []string
	for i := range c.Steps {
		s := &c.Steps[i]
		word := s.Machine.String() + " " + s.State
		if _, at, ok := t.entered(s); ok {
			parts = append(parts, fmt.Sprintf("%s at %s", word, Duration(at)))
		} else if t.Find(s.Machine) == nil {
			parts = append(parts, "there is no "+s.Machine.String())
		} else {
			parts = append(parts, word+" never")
		}
	}
	return strings.Join(parts, ", ")
}
