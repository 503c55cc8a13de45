package grammar

import (
	"fmt"
	"strings"
	"time"

	"raftscope/replay/cond"
	"raftscope/replay/cond/words"
)

const (
	timeoutPrefix = "timeout="
	nothingMore   = "the end of the command"
)

// run reads [until CONDITION] [timeout=DURATION].
func (s *script) run(c *words.Cursor, at Pos) (Command, error) {
	if !c.Accept("until") {
		return s.runOn(c, at)
	}
	command := RunUntil{Pos: at, Timeout: DefaultTimeout}
	if w, ok := c.Last(); ok && !w.Quoted && strings.HasPrefix(w.Text, timeoutPrefix) {
		c.DropLast()
		var err error
		if command.Timeout, err = timeout(c, w); err != nil {
			return nil, err
		}
	}
	var err error
	command.Cond, err = cond.Read(c, s.scope)
	return command, err
}

// runOn reads [timeout=DURATION].
func (s *script) runOn(c *words.Cursor, at Pos) (Command, error) {
	command := Run{Pos: at, Timeout: DefaultTimeout}
	if c.Done() {
		return command, nil
	}
	w := c.Peek()
	if w.Quoted || !strings.HasPrefix(w.Text, timeoutPrefix) {
		return nil, c.Unknown(w, "until, "+timeoutPrefix+"DURATION or "+nothingMore, []string{"until"})
	}
	c.Take()
	var err error
	command.Timeout, err = timeout(c, w)
	return ended(c, command, err)
}

// timeout reads the option behind a run.
func timeout(c *words.Cursor, w words.Word) (time.Duration, error) {
	return duration(c, words.Word{Text: w.Text[len(timeoutPrefix):], Column: w.Column + len(timeoutPrefix)})
}

// step reads [N | MACHINE].
func (s *script) step(c *words.Cursor, at Pos) (Command, error) {
	command := Step{Pos: at, N: 1}
	var err error
	switch w := c.Peek(); {
	case c.Done():
	case cond.IsRef(w):
		command.N = 0
		command.Machine, err = cond.ReadRef(c, s.scope)
	default:
		n, ok := words.ParseUint(w, 1, StepsMax)
		if !ok {
			return nil, c.Fail(w, fmt.Sprintf("a number of instants from 1 to %d, or a machine like exec#1", StepsMax))
		}
		c.Take()
		command.N = int(n)
	}
	return ended(c, command, err)
}

// finish reads MACHINE.
func (s *script) finish(c *words.Cursor, at Pos) (Command, error) {
	m, err := cond.ReadRef(c, s.scope)
	return ended(c, Finish{Pos: at, Machine: m}, err)
}

// advance reads DURATION.
func (s *script) advance(c *words.Cursor, at Pos) (Command, error) {
	d, err := duration(c, c.Take())
	return ended(c, Advance{Pos: at, Duration: d}, err)
}

// duration reads a stretch of virtual time.
func duration(c *words.Cursor, w words.Word) (time.Duration, error) {
	d, ok := parseDuration(w.Text, DurationMin, DurationMax)
	if !ok || w.Quoted {
		return 0, c.Fail(w, fmt.Sprintf("a duration from %s to %s, like 500ms or 2s",
			formatDuration(DurationMin), formatDuration(DurationMax)))
	}
	return d, nil
}

func parseDuration(text string, lo, hi time.Duration) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= lo && d <= hi
}

// ended refuses words behind a complete command.
func ended(c *words.Cursor, command Command, err error) (Command, error) {
	if err == nil {
		err = c.End(nothingMore)
	}
	if err != nil {
		return nil, err
	}
	return command, nil
}
