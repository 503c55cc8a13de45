package grammar

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

// expect reads CONDITION.
func (s *script) expect(c *words.Cursor, at Pos) (Command, error) {
	condition, err := cond.Read(c, s.scope)
	if err != nil {
		return nil, err
	}
	return Expect{Pos: at, Cond: condition}, nil
}

// Prints lists what there is to print and the options that each takes.
func Prints() []struct {
	What    What
	Options []string
} {
	return []struct {
		What    What
		Options []string
	}{
		{PrintTree, []string{"--moves", "--depth", "--kind", "--json", "--real"}},
		{PrintLogs, []string{"--views"}},
		{PrintNodes, nil},
		{PrintDigest, nil},
		{PrintEvents, []string{"--json", "--real"}},
		{PrintOutcomes, nil},
		{PrintHistory, []string{"--json"}},
		{PrintLog, []string{"--json", "--real"}},
		{PrintHeld, nil},
		{PrintRules, nil},
		{PrintBreaks, nil},
	}
}

// print reads WHAT [MACHINE] [OPTION ...].
func (s *script) print(c *words.Cursor, at Pos) (Command, error) {
	var names []string
	for _, p := range Prints() {
		names = append(names, string(p.What))
	}
	what, err := c.Choose(names)
	if err != nil {
		return nil, err
	}
	command := Print{Pos: at, What: What(what)}
	if command.What == PrintTree {
		if command.Machine, err = cond.ReadRef(c, s.scope); err != nil {
			return nil, err
		}
	}
	known := Prints()[slices.Index(names, what)].Options
	for !c.Done() {
		if err := s.option(c, &command.Options, known); err != nil {
			return nil, err
		}
	}
	return command, nil
}

// option reads one option and, if it takes one, its value, which is the next
// word or stands behind an equals sign.
func (s *script) option(c *words.Cursor, o *PrintOptions, known []string) error {
	w := c.Take()
	name, text, attached := strings.Cut(w.Text, "=")
	takesValue := name == "--depth" || name == "--kind"
	if w.Quoted || !slices.Contains(known, name) || attached && !takesValue {
		expected := nothingMore
		if len(known) > 0 {
			expected = "an option: " + words.OneOf(known) + "; or " + nothingMore
		}
		return c.Unknown(w, expected, known)
	}
	value := words.Word{Text: text, Column: w.Column + len(name) + 1}
	if takesValue && !attached {
		value = c.Take()
	}
	switch name {
	case "--moves":
		o.Moves = true
	case "--views":
		o.Views = true
	case "--json":
		o.JSON = true
	case "--real":
		o.Real = true
	case "--depth":
		n, ok := words.ParseUint(value, 1, DepthMax)
		if !ok {
			return c.Fail(value, "a number of levels from 1 to "+strconv.Itoa(DepthMax))
		}
		o.Depth = int(n)
	case "--kind":
		kinds, err := cond.ReadKinds(c, value, s.scope)
		o.Kinds = kinds
		return err
	}
	return nil
}
