package cond

import "strings"

// String returns the condition as it is written.
func (c Leader) String() string { return join("leader", c.Node) }

// String returns the condition as it is written.
func (c NodeState) String() string { return join("state", c.Node, c.Role) }

// String returns the condition as it is written.
func (c Index) String() string {
	return join(c.What.String(), c.Node, c.Op.String(), decimal(c.N))
}

// String returns the condition as it is written.
func (c MachineIs) String() string { return join(c.Machine.String(), c.State) }

// String returns the condition as it is written.
func (LogsEqual) String() string { return "logs equal" }

// String returns the condition as it is written.
func (StatesEqual) String() string { return "states equal" }

// String returns the condition as it is written.
func (c Attr) String() string {
	return join("attr", c.Machine.String(), c.Key, c.Op.String(), c.Value.String())
}

// String returns the condition as it is written.
func (c Count) String() string {
	return join("count", c.Kind, c.Node, c.State, c.Op.String(), decimal(c.N))
}

// String returns the condition as it is written.
func (c Told) String() string { return join("told", c.Machine.String(), c.What.String()) }

// String returns the condition as it is written.
func (c Fate) String() string { return join("fate", c.Machine.String(), c.Fate) }

// String returns the condition as it is written.
func (Answered) String() string { return "answered" }

// String returns the condition as it is written.
func (Idle) String() string { return "idle" }

// String returns the condition as it is written.
func (c Order) String() string {
	steps := make([]string, len(c.Steps))
	for i, s := range c.Steps {
		steps[i] = join(s.Machine.String(), s.State)
	}
	return "order " + strings.Join(steps, " < ")
}

// String returns the condition as it is written.
func (c Not) String() string { return "not " + bracketed(c.C, bindsNot) }

// String returns the condition as it is written: parts about an event stand
// next to each other.
func (c And) String() string {
	between := " and "
	if a, ok := c.A.(And); atomic(c.B) && (atomic(c.A) || ok && atomic(a.B)) {
		between = " "
	}
	return bracketed(c.A, bindsAnd) + between + bracketed(c.B, bindsAnd+1)
}

// atomic says whether c is an atom about an event, or the contrary of one.
func atomic(c Cond) bool {
	for {
		not, ok := c.(Not)
		if !ok {
			return isAtom(c)
		}
		c = not.C
	}
}

// String returns the condition as it is written.
func (c Or) String() string {
	return bracketed(c.A, bindsOr) + " or " + bracketed(c.B, bindsOr+1)
}

// How tightly a condition holds its parts together, loosest first.
const (
	bindsOr = 1 + iota
	bindsAnd
	bindsNot
	bindsSimple
)

// bracketed prints a part of a condition, in brackets if it binds less tightly
// than its place needs.
func bracketed(c Cond, needed int) string {
	binds := bindsSimple
	switch c.(type) {
	case Or:
		binds = bindsOr
	case And:
		binds = bindsAnd
	case Not:
		binds = bindsNot
	case nil:
		return ""
	}
	if binds < needed {
		return "(" + c.String() + ")"
	}
	return c.String()
}

// join puts single blanks between the words that are not empty.
func join(all ...string) string {
	var b strings.Builder
	for _, w := range all {
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}
