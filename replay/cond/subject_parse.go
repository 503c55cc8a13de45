package cond

import (
	"strings"
	"time"
	"unicode/utf8"

	"raftscope/replay/cond/words"
	"raftscope/sm"
)

// TextLabel is what a quoted text of a condition may touch: text:"a b".
// Scanners of lines with conditions are to take it.
const TextLabel = "text:"

const (
	slowWord      = "slow"
	atomsExpected = "node:NAME, kind:KIND, state:STATE, move:FROM>TO, type:TYPE, attr:KEY = VALUE, slow>DURATION or text:TEXT"
)

// atomKeys are what stands before the colon of an atom.
func atomKeys() []string { return []string{"node", "kind", "state", "move", "type", "attr", "text"} }

// atAtom says whether an atom begins here.
func (p *parser) atAtom() bool {
	w := p.Peek()
	if w.Quoted {
		return w.Label != ""
	}
	if w.Is(slowWord) {
		return p.PeekSecond().Is(">")
	}
	key, _, ok := strings.Cut(w.Text, ":")
	return ok && contains(atomKeys(), key)
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// mistakenAtom says whether a word is probably meant as an atom: it has the
// colon but neither what else a reference to a machine has.
func (p *parser) mistakenAtom(w words.Word) bool {
	key, value, ok := strings.Cut(w.Text, ":")
	return ok && !w.Quoted && !strings.ContainsAny(w.Text, "#@") && !strings.Contains(value, "/") &&
		!(p.scope.Nodes != nil && p.scope.hasNode(words.Word{Text: key}))
}

func nearAtoms(w words.Word) (near []string) {
	_, value, _ := strings.Cut(w.Text, ":")
	for _, key := range atomKeys() {
		near = append(near, key+":"+value)
	}
	return near
}

// atom reads one atom; there is one. The names of states are checked when all
// is read, since the kind may stand behind them.
func (p *parser) atom() (Cond, error) {
	w := p.Take()
	p.atoms = append(p.atoms, w)
	if w.Quoted {
		return p.says(w, w.Text)
	}
	key, value, ok := strings.Cut(w.Text, ":")
	if !ok {
		return p.slow()
	}
	at := part(w, min(len(key)+1, len(w.Text)), value)
	switch key {
	case "node":
		return NodeIs{Node: value}, p.scope.checkNodeName(p.Cursor, at)
	case "kind":
		return KindIs{Kind: value}, p.scope.checkKind(p.Cursor, at)
	case "state":
		return StateIs{State: value}, p.stateName(at)
	case "move":
		return p.move(at)
	case "type":
		return p.eventType(at)
	case "attr":
		if !isName(value) {
			return nil, p.Fail(at, "the name of an attribute, like attr:new-entries")
		}
		op, v, err := p.valueComparison()
		return HasAttr{Key: value, Op: op, Value: v}, err
	}
	return p.says(at, p.bareText(w, value))
}

// bareText returns a text with what touches its word: what was taken for an
// operator is a part of it, as in n3>n1.
func (p *parser) bareText(w words.Word, text string) string {
	for !p.Done() && p.Peek().Column == behind(w) && !p.Peek().Is(")") && !p.Peek().Quoted {
		w = p.Take()
		text += w.Text
	}
	return text
}

func (p *parser) says(at words.Word, text string) (Cond, error) {
	if text == "" {
		at.Quoted = false // else the error would say that "" was got
		return nil, p.Fail(at, `a text, like text:lost or text:"leadership lost"`)
	}
	return Says{Text: text}, nil
}

// slow reads >DURATION.
func (p *parser) slow() (Cond, error) {
	p.Take()
	w := p.Peek()
	d, err := time.ParseDuration(w.Text)
	if err != nil || d <= 0 || w.Quoted {
		return nil, p.Fail(w, "a duration above 0, like 5ms")
	}
	p.Take()
	return Slow{Than: d}, nil
}

func (p *parser) stateName(w words.Word) error {
	if !isName(w.Text) {
		return p.Fail(w, "a state")
	}
	return nil
}

// move reads >TO behind move:FROM. No blanks are allowed, or one could not say
// whether what follows is a state or the next word.
func (p *parser) move(from words.Word) (Cond, error) {
	const expected = "FROM>TO without blanks, like pending>writing"
	c := MoveIs{From: from.Text}
	if c.From != "" && !isName(c.From) {
		return nil, p.Fail(from, expected)
	}
	gt := p.Peek()
	if !gt.Is(">") || gt.Column != behind(from) {
		return nil, p.Fail(from, expected)
	}
	p.Take()
	if to := p.Peek(); !p.Done() && to.Column == behind(gt) && !to.Is(")") {
		if !isName(to.Text) || to.Quoted {
			return nil, p.Fail(to, "a state")
		}
		c.To = p.Take().Text
	}
	if c == (MoveIs{}) {
		return nil, p.Fail(gt, expected)
	}
	return c, nil
}

// behind returns the column just behind an unquoted word.
func behind(w words.Word) int { return w.Column + utf8.RuneCountInString(w.Text) }

// eventType reads a type by its own name, or by the one in JSON.
func (p *parser) eventType(w words.Word) (Cond, error) {
	var names []string
	for typ := sm.Born; typ <= sm.Violation; typ++ {
		if typ.String() == w.Text || typ.Word() == w.Text {
			return TypeIs{Type: typ}, nil
		}
		names = append(names, typ.String())
	}
	return nil, p.Unknown(w, "a type of event: "+words.OneOf(names), names)
}

// filterWord reads a word of a filter that is a text to look for. ok is false
// if it begins a condition.
func (p *parser) filterWord() (c Cond, ok bool, err error) {
	w := p.Peek()
	if !w.Quoted {
		if contains(keywords(), w.Text) && !w.Is(entryKind) || w.Is(")") {
			return nil, false, nil
		}
		if IsRef(w) {
			before, atoms := *p.Cursor, p.atoms
			if m, state, err := p.machineState(); err == nil {
				return MachineIs{Machine: m, State: state}, true, nil
			}
			*p.Cursor, p.atoms = before, atoms
			if p.mistakenAtom(w) {
				return nil, true, p.Unknown(w, atomsExpected+", a condition, or text in double quotes", nearAtoms(w))
			}
		}
	}
	p.Take()
	p.atoms, p.afterAtom = append(p.atoms, w), true
	text := w.Text
	if !w.Quoted {
		text = p.bareText(w, text)
	}
	c, err = p.says(w, text)
	return c, true, err
}
