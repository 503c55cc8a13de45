package cond

import (
	"slices"
	"strings"

	"raftscope/replay/cond/words"
)

// checker looks over a condition that was read for what can never hold: a state
// that the kind beside it does not have, or two kinds of one machine.
type checker struct {
	p    *parser
	next int // which of the parser's atoms comes next
}

// condition checks c, of whose events the machine is of the kind; empty if
// any.
func (k *checker) condition(c Cond, kind string) error {
	switch c := c.(type) {
	case Not:
		return k.conjunction(c.C, kind)
	case And:
		return k.conjunction(c, kind)
	case Or:
		if err := k.conjunction(c.A, kind); err != nil {
			return err
		}
		return k.conjunction(c.B, kind)
	}
	if !isAtom(c) {
		return nil
	}
	at := k.p.atoms[k.next]
	k.next++
	switch c := c.(type) {
	case StateIs:
		return k.p.scope.checkAnyState(k.p.Cursor, part(at, len("state:"), c.State), kind)
	case MoveIs:
		from := part(at, len("move:"), c.From)
		if c.From != "" {
			if err := k.p.scope.checkAnyState(k.p.Cursor, from, kind); err != nil {
				return err
			}
		}
		if c.To != "" {
			return k.p.scope.checkAnyState(k.p.Cursor, words.Word{Text: c.To, Column: behind(from) + 1}, kind)
		}
	}
	return nil
}

// conjunction checks c and whatever else must hold with it.
func (k *checker) conjunction(c Cond, kind string) error {
	var all []Cond
	for and, ok := c.(And); ok; and, ok = c.(And) {
		all = append(all, and.B)
		c = and.A
	}
	all = append(all, c)
	slices.Reverse(all)
	kind, err := k.only(all, kind)
	if err != nil {
		return err
	}
	for _, part := range all {
		if err := k.condition(part, kind); err != nil {
			return err
		}
	}
	return nil
}

// only refuses two different nodes, kinds, states or types among conditions
// that are to hold at once, and returns the one kind, or else the one around
// them.
func (k *checker) only(all []Cond, kind string) (string, error) {
	next := k.next
	var first [4]string
	for _, c := range all {
		which, value := -1, ""
		switch c := c.(type) {
		case NodeIs:
			which, value = 0, c.Node
		case KindIs:
			which, value = 1, c.Kind
		case StateIs:
			which, value = 2, strings.ToLower(c.State)
		case TypeIs:
			which, value = 3, c.Type.String()
		}
		if which >= 0 && first[which] != "" && first[which] != value {
			name := [...]string{"node:", "kind:", "state:", "type:"}[which]
			return "", k.p.Fail(k.p.atoms[next], name+first[which]+" only, since both can never hold; join them with or")
		}
		if which >= 0 {
			first[which] = value
		}
		next += countAtoms(c)
	}
	if first[1] != "" {
		kind = first[1]
	}
	return kind, nil
}

func countAtoms(c Cond) int {
	switch c := c.(type) {
	case Not:
		return countAtoms(c.C)
	case And:
		return countAtoms(c.A) + countAtoms(c.B)
	case Or:
		return countAtoms(c.A) + countAtoms(c.B)
	}
	if isAtom(c) {
		return 1
	}
	return 0
}

// checkAnyState checks the name of a state of a kind, or of any kind if that
// is empty.
func (s Scope) checkAnyState(c *words.Cursor, w words.Word, kind string) error {
	if kind != "" || s.Kinds == nil {
		return s.checkState(c, w, kind, "")
	}
	var all []string
	for _, k := range s.Kinds {
		if k.States == nil || slices.ContainsFunc(k.States, func(name string) bool { return strings.EqualFold(name, w.Text) }) {
			return nil
		}
		all = append(all, k.States...)
	}
	return c.Unknown(w, "a state that some kind of machine has", all)
}

// checkNodeName checks the name of a node, which an event may have from a
// cluster that names its nodes in ways that commands cannot.
func (s Scope) checkNodeName(c *words.Cursor, w words.Word) error {
	switch {
	case w.Text == "":
		return c.Fail(w, "the name of a node, like n1")
	case s.Nodes == nil || s.hasNode(w):
		return nil
	}
	return c.Unknown(w, "a node: "+words.OneOf(s.Nodes), s.Nodes)
}
