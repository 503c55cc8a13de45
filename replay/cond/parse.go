package cond

import (
	"strconv"

	"raftscope/replay/cond/words"
)

// PartsMax is how many simple conditions, brackets and "not" a condition may
// have: it bounds the depth to which conditions nest.
const PartsMax = 250

// Error is what every function of this package returns for text that is wrong.
type Error = words.Error

// Parse reads a condition that is the whole text of a line; line is the number
// that errors name. The error is an *Error.
func Parse(line int, text string, s Scope) (Cond, error) {
	c, err := whole(line, text)
	if err != nil {
		return nil, err
	}
	return Read(c, s)
}

// ParseRef reads a reference to a machine that is the whole text of a line.
// The error is an *Error.
func ParseRef(line int, text string, s Scope) (Ref, error) {
	c, err := whole(line, text)
	if err != nil {
		return Ref{}, err
	}
	r, err := ReadRef(c, s)
	if err != nil {
		return Ref{}, err
	}
	return r, c.End("nothing more")
}

// whole takes apart a line that holds no separator.
func whole(line int, text string) (*words.Cursor, error) {
	scanner, err := words.NewScanner(line, text)
	if err != nil {
		return nil, err
	}
	c, err := words.ReadCommand(scanner.TakeLabel(TextLabel))
	if err != nil {
		return nil, err
	}
	if column := scanner.Column(); scanner.Separator() {
		return nil, &Error{Line: line, Column: column, Word: ";", Expected: "the end of the line"}
	}
	return c, nil
}

// ParseFilter is Parse for a filter of machines and events, in which any other
// word is a text that is looked for: "kind:truncate deleting" is
// "kind:truncate text:deleting". A word that begins a condition is a text only
// in quotes. An empty filter is nil. The error is an *Error.
func ParseFilter(line int, text string, s Scope) (Cond, error) {
	c, err := whole(line, text)
	if err != nil || c.Done() {
		return nil, err
	}
	return read(c, s, true)
}

// Read takes a condition that is all that is left of the words, whose scanner
// was to take TextLabel. The error is an *Error.
func Read(c *words.Cursor, s Scope) (Cond, error) { return read(c, s, false) }

func read(c *words.Cursor, s Scope, filter bool) (Cond, error) {
	p := &parser{Cursor: c.Split("(", ")", "<", "<=", ">", ">=", "=", "!", "!="), scope: s, filter: filter}
	cond, err := p.or()
	if err != nil {
		return nil, err
	}
	if err := p.End("and, or, or the end of the condition"); err != nil {
		return nil, err
	}
	return cond, (&checker{p: p}).conjunction(cond, "")
}

type parser struct {
	*words.Cursor
	scope     Scope
	filter    bool
	parts     int
	atoms     []words.Word // where the atoms about an event stand, in order
	afterAtom bool         // what was read last was about an event
}

func (p *parser) or() (Cond, error) {
	left, err := p.and()
	for err == nil && p.Accept("or") {
		var right Cond
		right, err = p.and()
		left = Or{A: left, B: right}
	}
	return left, err
}

func (p *parser) and() (Cond, error) {
	left, err := p.not()
	for err == nil && (p.Accept("and") || p.joins()) {
		var right Cond
		right, err = p.not()
		left = And{A: left, B: right}
	}
	return left, err
}

// joins says whether what comes next is joined to what stands before it
// without an "and", as atoms about an event are.
func (p *parser) joins() bool {
	switch w := p.Peek(); {
	case p.Done(), w.Is("or"), w.Is(")"):
		return false
	case w.Is("not"), w.Is("("):
		return p.filter || p.afterAtom
	}
	return p.filter || p.atAtom()
}

func (p *parser) not() (Cond, error) {
	first := p.Peek()
	if p.parts++; p.parts > PartsMax {
		return nil, p.tooManyParts(first)
	}
	if p.Accept("not") {
		c, err := p.not()
		return Not{C: c}, err
	}
	if p.Accept("(") {
		c, err := p.or()
		if err == nil && !p.Accept(")") {
			err = p.Fail(p.Peek(), "and, or, or a closing bracket")
		}
		p.afterAtom = AboutEvent(c)
		return c, err
	}
	return p.simple()
}

func (p *parser) tooManyParts(at words.Word) error {
	problem := "the condition has more than " + strconv.Itoa(PartsMax) + " parts"
	return &Error{Line: p.Line(), Column: at.Column, Problem: problem}
}

// keywords lists the words that begin a simple condition, in the order in
// which errors and the documentation name them.
func keywords() []string {
	return []string{
		"leader", "state", "commit", "applied", "last", "term", "config", "voters", "entry", "logs", "states", "attr",
		"count", "told", "fate", "answered", "idle", "order", "violation", "violations", "not", "(",
	}
}

func (p *parser) simple() (Cond, error) {
	p.afterAtom = p.atAtom()
	if p.afterAtom {
		return p.atom()
	}
	w := p.Peek()
	if p.filter && !p.Done() {
		if c, ok, err := p.filterWord(); ok {
			return c, err
		}
	} else if p.mistakenAtom(w) {
		return nil, p.Unknown(w, "a condition about an event: "+atomsExpected, nearAtoms(w))
	}
	if IsRef(w) {
		m, state, err := p.machineState()
		return MachineIs{Machine: m, State: state}, err
	}
	word, err := p.Choose(keywords())
	if err != nil {
		return nil, p.Unknown(w, "a condition: "+words.OneOf(keywords())+"; a machine like exec#1 and its state; or about an event "+atomsExpected, keywords())
	}
	return p.afterKeyword(w, word)
}

// afterKeyword reads what follows the word that begins a condition.
func (p *parser) afterKeyword(w words.Word, word string) (Cond, error) {
	switch word {
	case "leader":
		return p.leader()
	case "state":
		return p.nodeState()
	case "commit", "applied", "last", "term", "config", "voters":
		return p.index(word)
	case "logs":
		return LogsEqual{}, p.equal()
	case "states":
		return StatesEqual{}, p.equal()
	case "attr":
		return p.attr()
	case "count":
		return p.count()
	case "told":
		return p.told()
	case "fate":
		return p.fate()
	case "answered":
		return Answered{}, nil
	case "idle":
		return Idle{}, nil
	case "order":
		return p.order()
	case "violation":
		return p.violation()
	case "violations":
		return p.violations()
	}
	return nil, p.Fail(w, "a condition")
}
