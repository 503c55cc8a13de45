package grammar

import (
	"fmt"
	"strconv"
	"strings"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

const (
	breakVerb    = "break"
	onceWord     = "once"
	ignorePrefix = "ignore="
	allWord      = "all"
)

// breakpoint reads CONDITION [once] [ignore=N].
func (s *script) breakpoint(c *words.Cursor, at Pos) (Command, error) {
	command := Break{Pos: at}
	for {
		w, ok := c.Last()
		number, ignores := strings.CutPrefix(w.Text, ignorePrefix)
		switch {
		case !ok || w.Quoted || !ignores && w.Text != onceWord:
			var err error
			command.Cond, err = cond.Read(c, s.scope)
			return command, err
		case ignores && command.Ignore != 0, !ignores && command.Once:
			return nil, c.Fail(w, "each of once and ignore=N only once")
		}
		c.DropLast()
		if !ignores {
			command.Once = true
			continue
		}
		n, ok := words.ParseUint(words.Word{Text: number}, 1, IgnoreMax)
		if !ok {
			return nil, c.Fail(words.Word{Text: number, Column: w.Column + len(ignorePrefix)},
				fmt.Sprintf("how many times to ignore it, from 1 to %d", IgnoreMax))
		}
		command.Ignore = int(n)
	}
}

// enable reads N.
func (s *script) enable(c *words.Cursor, at Pos) (Command, error) {
	n, err := breakNumber(c, "")
	return ended(c, Enable{Pos: at, N: n}, err)
}

// disable reads N.
func (s *script) disable(c *words.Cursor, at Pos) (Command, error) {
	n, err := breakNumber(c, "")
	return ended(c, Disable{Pos: at, N: n}, err)
}

// delete reads N | all.
func (s *script) delete(c *words.Cursor, at Pos) (Command, error) {
	if c.Accept(allWord) {
		return ended(c, Delete{Pos: at}, nil)
	}
	n, err := breakNumber(c, allWord+" or ")
	return ended(c, Delete{Pos: at, N: n}, err)
}

func breakNumber(c *words.Cursor, or string) (int, error) {
	n, err := c.Uint(or+"the number of a breakpoint", 1, BreakMax)
	return int(n), err
}

// String returns the command as it is written.
func (c Run) String() string { return "run" + timeoutWord(c.Timeout) }

// String returns the command as it is written. A condition that ends in what
// would be read as an option is in brackets.
func (c Break) String() string {
	s := c.Cond.String()
	if strings.HasSuffix(s, " "+onceWord) {
		s = "(" + s + ")"
	}
	s = breakVerb + " " + s
	if c.Once {
		s += " " + onceWord
	}
	if c.Ignore != 0 {
		s += " " + ignorePrefix + strconv.Itoa(c.Ignore)
	}
	return s
}

// String returns the command as it is written.
func (c Enable) String() string { return "enable " + strconv.Itoa(c.N) }

// String returns the command as it is written.
func (c Disable) String() string { return "disable " + strconv.Itoa(c.N) }

// String returns the command as it is written.
func (c Delete) String() string {
	if c.N == 0 {
		return "delete " + allWord
	}
	return "delete " + strconv.Itoa(c.N)
}
