package cond

import (
	"math"

	"raftscope/replay/cond/words"
	"raftscope/replay/rules"
)

// Violation holds if a rule was found broken so far: "violation one-vote".
type Violation struct {
	Rule string // empty: whichever
}

// Violations holds if the number of violations found so far compares so:
// "violations = 0", "violations log-matching < 2".
type Violations struct {
	Rule string // empty: of all rules
	Op   Op
	N    uint64
}

func (Violation) isCond()  {}
func (Violations) isCond() {}

// String returns the condition as it is written.
func (c Violation) String() string { return join("violation", c.Rule) }

// String returns the condition as it is written.
func (c Violations) String() string {
	return join("violations", c.Rule, c.Op.String(), decimal(c.N))
}

// violation reads [RULE] after "violation". What cannot continue a condition
// must be meant as a rule.
func (p *parser) violation() (Cond, error) {
	w := p.Peek()
	if p.Done() || w.Is("and") || w.Is("or") || w.Is(")") || p.atAtom() {
		return Violation{}, nil
	}
	rule, err := p.rule("and, or, the end of the condition, or ")
	return Violation{Rule: rule}, err
}

// violations reads [RULE] OP NUMBER after "violations". A bare number means
// exactly so many.
func (p *parser) violations() (Cond, error) {
	var c Violations
	w := p.Peek()
	if !isOperator(w.Text) && !isNumber(w.Text) {
		rule, err := p.rule("=, !=, <, <=, >, >=, a number or ")
		if err != nil {
			return nil, err
		}
		c.Rule = rule
	}
	var err error
	if w := p.Peek(); !w.Quoted && isNumber(w.Text) {
		c.Op = Equal
		c.N, err = p.Uint("a number", 0, math.MaxUint64)
		return c, err
	}
	c.Op, c.N, err = p.comparison()
	return c, err
}

// rule reads the name of a rule; or is what else might stand there.
func (p *parser) rule(or string) (string, error) {
	w := p.Peek()
	if w.Quoted || !rules.Known(w.Text) {
		return "", p.Unknown(w, or+"a rule: "+words.OneOf(rules.Names()), rules.Names())
	}
	p.Take()
	return w.Text, nil
}

// Expects returns the rules that whoever expects c, which holds, expects to be
// broken, "" standing for any; nothing if c does not say that some rule is. Of two
// conditions of which one is enough only those count that hold.
func Expects(c Cond, holds func(Cond) bool) []string {
	switch c := c.(type) {
	case And:
		return append(Expects(c.A, holds), Expects(c.B, holds)...)
	case Or:
		var all []string
		for _, one := range []Cond{c.A, c.B} {
			if holds(one) {
				all = append(all, Expects(one, holds)...)
			}
		}
		return all
	case Violation:
		return []string{c.Rule}
	case Violations:
		if !Compare(0, c.Op, c.N) {
			return []string{c.Rule}
		}
	}
	return nil
}
