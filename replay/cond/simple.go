package cond

import (
	"math"
	"strconv"

	"raftscope/replay/cond/words"
)

// leader reads [NODE] after "leader". What cannot continue a condition must be
// meant as a node.
func (p *parser) leader() (Cond, error) {
	w := p.Peek()
	if p.Done() || w.Is("and") || w.Is("or") || w.Is(")") || p.atAtom() {
		return Leader{}, nil
	}
	node, err := p.scope.ReadNode(p.Cursor, "and, or, the end of the condition, or ")
	return Leader{Node: node}, err
}

// nodeState reads NODE ROLE after "state".
func (p *parser) nodeState() (Cond, error) {
	node, err := p.scope.ReadNode(p.Cursor, "")
	if err != nil {
		return nil, err
	}
	role, err := p.Choose(Roles())
	return NodeState{Node: node, Role: role}, err
}

// index reads NODE|all OP NUMBER after the name of a mark.
func (p *parser) index(word string) (Cond, error) {
	c := Index{}
	for m, name := range markNames {
		if name == word {
			c.What = Mark(m)
		}
	}
	var err error
	if p.Accept(AllNodes) {
		c.Node = AllNodes
	} else if c.Node, err = p.scope.ReadNode(p.Cursor, "all or "); err != nil {
		return nil, err
	}
	c.Op, c.N, err = p.comparison()
	return c, err
}

// comparison reads OP NUMBER.
func (p *parser) comparison() (Op, uint64, error) {
	op, err := p.op()
	if err != nil {
		return 0, 0, err
	}
	n, err := p.Uint("a number", 0, math.MaxUint64)
	return op, n, err
}

func (p *parser) op() (Op, error) {
	word, err := p.Choose(opNames[Equal:])
	if err != nil {
		return 0, p.Fail(p.Peek(), words.OneOf(opNames[Equal:]))
	}
	for o, name := range opNames {
		if name == word {
			return Op(o), nil
		}
	}
	return 0, p.Fail(p.Peek(), words.OneOf(opNames[Equal:]))
}

// machineState reads MACHINE STATE.
func (p *parser) machineState() (Ref, string, error) {
	m, err := ReadRef(p.Cursor, p.scope)
	if err != nil {
		return Ref{}, "", err
	}
	w := p.Peek()
	if err := p.scope.checkState(p.Cursor, w, m.Kind, ""); err != nil {
		return Ref{}, "", err
	}
	p.Take()
	return m, w.Text, nil
}

// equal reads "equal".
func (p *parser) equal() error {
	_, err := p.Choose([]string{"equal"})
	return err
}

// attr reads MACHINE KEY OP VALUE after "attr".
func (p *parser) attr() (Cond, error) {
	m, err := ReadRef(p.Cursor, p.scope)
	if err != nil {
		return nil, err
	}
	key := p.Peek()
	if key.Quoted || !isName(key.Text) {
		return nil, p.Fail(key, "the name of an attribute, like new-entries")
	}
	p.Take()
	op, v, err := p.valueComparison()
	return Attr{Machine: m, Key: key.Text, Op: op, Value: v}, err
}

// valueComparison reads OP VALUE.
func (p *parser) valueComparison() (Op, Value, error) {
	opWord := p.Peek()
	op, err := p.op()
	if err != nil {
		return 0, Value{}, err
	}
	v, err := p.value()
	if err == nil && !v.IsNum && op != Equal && op != NotEqual {
		err = p.Fail(opWord, "= or != before a text")
	}
	return op, v, err
}

// value reads a number, a bare word or quoted text.
func (p *parser) value() (Value, error) {
	w := p.Peek()
	switch {
	case p.Done(), w.Label != "":
		return Value{}, p.Fail(w, "a number or a text")
	case w.Quoted:
		p.Take()
		return Text(w.Text), nil
	case isNumber(w.Text):
		n, err := strconv.ParseInt(w.Text, 10, 64)
		if err != nil {
			return Value{}, p.Fail(w, "a number from -9223372036854775808 to 9223372036854775807")
		}
		p.Take()
		return Number(n), nil
	case isOperator(w.Text):
		return Value{}, p.Fail(w, "a number or a text")
	}
	p.Take()
	return Text(w.Text), nil
}

func isOperator(s string) bool {
	switch s {
	case "(", ")", "!", "=", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// count reads KIND [NODE] [STATE] OP NUMBER after "count".
func (p *parser) count() (Cond, error) {
	kind := p.Peek()
	if err := p.scope.checkKind(p.Cursor, kind); err != nil {
		return nil, err
	}
	p.Take()
	c := Count{Kind: kind.Text}
	or := "=, !=, <, <=, >, >=, a node or "
	w := p.Peek()
	if looksLikeNode(w.Text) || p.scope.Nodes != nil && p.scope.hasNode(w) {
		node, err := p.scope.ReadNode(p.Cursor, "")
		if err != nil {
			return nil, err
		}
		c.Node, or = node, "=, !=, <, <=, >, >= or "
		w = p.Peek()
	}
	if !isOperator(w.Text) {
		if err := p.scope.checkState(p.Cursor, w, c.Kind, or); err != nil {
			return nil, err
		}
		p.Take()
		c.State = w.Text
	}
	var err error
	c.Op, c.N, err = p.comparison()
	return c, err
}

// told reads MACHINE ANSWER after "told".
func (p *parser) told() (Cond, error) {
	m, err := ReadRef(p.Cursor, p.scope)
	if err != nil {
		return nil, err
	}
	word, err := p.Choose(answerNames[ToldOK:])
	if err != nil {
		return nil, err
	}
	c := Told{Machine: m}
	for a, name := range answerNames {
		if name == word {
			c.What = Answer(a)
		}
	}
	return c, nil
}

// fate reads MACHINE FATE after "fate".
func (p *parser) fate() (Cond, error) {
	m, err := ReadRef(p.Cursor, p.scope)
	if err != nil {
		return nil, err
	}
	fate, err := p.Choose(Fates())
	return Fate{Machine: m, Fate: fate}, err
}

// order reads MACHINE STATE < MACHINE STATE [< ...] after "order".
func (p *parser) order() (Cond, error) {
	var c Order
	for {
		m, state, err := p.machineState()
		if err != nil {
			return nil, err
		}
		c.Steps = append(c.Steps, Step{Machine: m, State: state})
		if p.parts++; p.parts > PartsMax {
			return nil, p.tooManyParts(p.Peek())
		}
		if p.Accept("<") {
			continue
		}
		if len(c.Steps) < 2 {
			return nil, p.Fail(p.Peek(), "< and what is to come later")
		}
		return c, nil
	}
}
