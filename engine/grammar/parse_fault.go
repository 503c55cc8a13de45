package grammar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// The words of faults.
const (
	arrow        = ">"
	answersWord  = "answers"
	byPrefix     = "by="
	withPrefix   = "with="
	skipPrefix   = "skip="
	countPrefix  = "count="
	chancePrefix = "p="
	fromPrefix   = "from="
	planWord     = "plan"
	wrotePrefix  = "wrote="
	afterWord    = "after"
	beforeWord   = "before"
)

// faultOf returns the parser of a verb: MACHINE or OPS and then options.
func faultOf(verb FaultVerb) func(*script, *words.Cursor, Pos) (Command, error) {
	return func(s *script, c *words.Cursor, at Pos) (Command, error) {
		f := Fault{Pos: at, Verb: verb}
		var err error
		if cond.IsRef(c.Peek()) {
			f.Machine, err = cond.ReadRef(c, s.scope)
		} else {
			f.Chance = 1
			c = c.Split(arrow)
			f.Ops, err = s.ops(c, verb)
		}
		if err != nil {
			return nil, err
		}
		given := map[string]bool{}
		for !c.Done() {
			if err := f.option(c, given); err != nil {
				return nil, err
			}
		}
		return f.complete(c, given)
	}
}

// complete fills in what was left out, and refuses what must not be.
func (f Fault) complete(c *words.Cursor, given map[string]bool) (Command, error) {
	if f.Verb == Delay && !given[byPrefix] {
		return nil, c.Fail(c.Peek(), "by=DURATION or by=LO..HI, how much longer it takes")
	}
	if f.Verb == CrashAt && !given[beforeWord] && !given[afterWord] {
		return nil, c.Fail(c.Peek(), "before or after: whether the operation is done when the node crashes")
	}
	if f.Verb == Fail && f.With == "" {
		f.With = "EIO"
		if f.Ops.From != "" || isMessageKind(f.Machine.Kind) {
			f.With = "ECONNRESET"
		}
	}
	return f, nil
}

func isMessageKind(kind string) bool { return slices.Contains(MessageKinds(), kind) }

// ops reads KIND FROM>TO [answers], or KIND NODE.
func (s *script) ops(c *words.Cursor, verb FaultVerb) (Ops, error) {
	known := append([]string{AnyMessage}, MessageKinds()...)
	if verb != Drop && verb != Duplicate && verb != Reorder {
		if verb == CrashAt {
			known = nil
		}
		known = append(append(append(known, AnyDisk), DiskKinds()...), MetaKeys()...)
		if verb != Fail && verb != CrashAt {
			known = append(known, FSM)
		}
	}
	w := c.Peek()
	kind, err := c.Choose(known)
	if err != nil {
		return Ops{}, c.Unknown(w, "a machine like append#57, or what the rule is for: "+words.OneOf(known), known)
	}
	o := Ops{Kind: kind}
	if kind != AnyMessage && !isMessageKind(kind) {
		o.Node, err = s.nodeOrAll(c)
		return o, err
	}
	if o.From, err = s.nodeOrAll(c); err != nil {
		return Ops{}, err
	}
	if !c.Accept(arrow) {
		return Ops{}, c.Fail(c.Peek(), "> and who receives the requests: a node or all")
	}
	to := c.Peek()
	if o.To, err = s.nodeOrAll(c); err != nil {
		return Ops{}, err
	}
	if o.From == o.To && o.From != cond.AllNodes {
		return Ops{}, c.Fail(to, "another node than the one that sends")
	}
	if verb != Duplicate && verb != Reorder {
		o.Answers = c.Accept(answersWord)
	}
	return o, nil
}

func (s *script) nodeOrAll(c *words.Cursor) (string, error) {
	if c.Accept(cond.AllNodes) {
		return cond.AllNodes, nil
	}
	return s.scope.ReadNode(c, cond.AllNodes+" or ")
}

// options returns those that the fault takes.
func (f *Fault) options() (known []string) {
	switch f.Verb {
	case Delay, Duplicate:
		known = append(known, byPrefix)
	case Fail:
		known = append(known, withPrefix)
	}
	known = append(known, f.moments()...)
	if f.Machine.Form == 0 {
		known = append(known, skipPrefix, countPrefix, chancePrefix)
	}
	return known
}

// moments returns the options that say how much of an operation of a disk is done.
func (f *Fault) moments() []string {
	kind := f.Ops.Kind
	if f.Machine.Form != 0 {
		kind = f.Machine.Kind
	}
	switch {
	case f.Verb == CrashAt:
		return []string{beforeWord, afterWord}
	case f.Verb != Fail || kind == AnyMessage || isMessageKind(kind):
		return nil
	case kind == "append":
		return []string{afterWord, wrotePrefix}
	}
	return []string{afterWord}
}

// option reads one NAME=VALUE, or one word.
func (f *Fault) option(c *words.Cursor, given map[string]bool) error {
	w := c.Take()
	known := f.options()
	for _, prefix := range known {
		text, ok := strings.CutPrefix(w.Text, prefix)
		if !ok || w.Quoted {
			continue
		}
		if text != "" && !strings.HasSuffix(prefix, "=") {
			continue // a longer word
		}
		if given[prefix] {
			return c.Fail(w, "every option only once")
		}
		if given[afterWord] && (prefix == beforeWord || prefix == wrotePrefix) || prefix == afterWord && (given[beforeWord] || given[wrotePrefix]) {
			return c.Fail(w, "only one of "+strings.Join(f.moments(), " and "))
		}
		given[prefix] = true
		return f.set(c, prefix, words.Word{Text: text, Column: w.Column + len(prefix), Quoted: text == ""})
	}
	expected := nothingMore
	if len(known) > 0 {
		expected = "an option: " + words.OneOf(known) + "; or " + nothingMore
	}
	return c.Unknown(w, expected, known)
}

// set takes the value of an option.
func (f *Fault) set(c *words.Cursor, prefix string, v words.Word) error {
	var ok bool
	switch prefix {
	case byPrefix:
		if f.By, ok = parseRange(v.Text, time.Microsecond, faultTimeMax); !ok {
			return c.Fail(v, "a duration from 1us to "+formatDuration(faultTimeMax)+", like 200ms, or LO..HI")
		}
	case withPrefix:
		var names []string
		for _, e := range Errors() {
			names = append(names, e.Name)
			if e.Name == v.Text {
				f.With = v.Text
				return nil
			}
		}
		return c.Unknown(v, "an error: "+words.OneOf(names), names)
	case afterWord:
		f.After = true
	case wrotePrefix:
		n, ok := words.ParseUint(words.Word{Text: v.Text}, 1, wroteMax)
		if !ok || v.Quoted {
			return c.Fail(v, fmt.Sprintf("how many entries are written, from 1 to %d", wroteMax))
		}
		f.Wrote = int(n)
	case skipPrefix:
		if f.Skip, ok = words.ParseUint(words.Word{Text: v.Text}, 1, CountMax); !ok || v.Quoted {
			return c.Fail(v, fmt.Sprintf("how many to let pass first, from 1 to %d", CountMax))
		}
	case countPrefix:
		if f.Count, ok = words.ParseUint(words.Word{Text: v.Text}, 1, CountMax); !ok || v.Quoted {
			return c.Fail(v, fmt.Sprintf("how often at most, from 1 to %d", CountMax))
		}
	case chancePrefix:
		chance, err := strconv.ParseFloat(v.Text, 64)
		if err != nil || !(chance > 0 && chance <= 1) || strings.Trim(v.Text, "0123456789.") != "" {
			return c.Fail(v, "a probability above 0 and at most 1, like 0.25")
		}
		f.Chance = chance
	}
	return nil
}

// release reads MACHINE or all.
func (s *script) release(c *words.Cursor, at Pos) (Command, error) {
	command := Release{Pos: at}
	if c.Accept(cond.AllNodes) {
		command.All = true
		return ended(c, command, nil)
	}
	if !cond.IsRef(c.Peek()) {
		return nil, c.Fail(c.Peek(), "all, or a machine that is held, like append#57")
	}
	var err error
	command.Machine, err = cond.ReadRef(c, s.scope)
	return ended(c, command, err)
}

// clear reads the number of a rule or all.
func (s *script) clear(c *words.Cursor, at Pos) (Command, error) {
	if c.Accept(cond.AllNodes) {
		return ended(c, Clear{Pos: at, All: true}, nil)
	}
	n, ok := words.ParseUint(c.Peek(), 1, CountMax)
	if !ok {
		return nil, c.Fail(c.Peek(), "all, or the number of a rule")
	}
	c.Take()
	return ended(c, Clear{Pos: at, Rule: int(n)}, nil)
}

// truncate reads [NODE] [from=INDEX] [plan].
func (s *script) truncate(c *words.Cursor, at Pos) (Command, error) {
	command := Truncate{Pos: at}
	isOption := func(w words.Word) bool { return w.Is(planWord) || strings.HasPrefix(w.Text, fromPrefix) }
	if !c.Done() && !isOption(c.Peek()) {
		var err error
		if command.Node, err = s.scope.ReadNode(c, fromPrefix+"INDEX, "+planWord+", "+nothingMore+" or "); err != nil {
			return nil, err
		}
	}
	if w := c.Peek(); !w.Quoted && strings.HasPrefix(w.Text, fromPrefix) {
		c.Take()
		index := words.Word{Text: w.Text[len(fromPrefix):], Column: w.Column + len(fromPrefix)}
		var ok bool
		if command.From, ok = words.ParseUint(index, 1, IndexMax); !ok {
			return nil, c.Fail(index, "the first index that is to go, from 1 to "+limit62)
		}
	}
	command.Plan = c.Accept(planWord)
	if command.Plan {
		return ended(c, command, nil)
	}
	return command, c.End(planWord + " or " + nothingMore)
}

func (s *script) freeze(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	return ended(c, Freeze{Pos: at, Node: node}, err)
}

func (s *script) thaw(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	return ended(c, Thaw{Pos: at, Node: node}, err)
}
