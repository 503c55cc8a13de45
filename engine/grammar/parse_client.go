package grammar

import (
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

const (
	waitWord  = "wait"
	staleWord = "stale"
	retryWord = "retry"
)

// writeEnd is what a write may have behind its arguments.
const writeEnd = "x2 to x10000, retry, wait or " + nothingMore + ", each once"

// target reads the node that a client talks to.
func (s *script) target(c *words.Cursor) (string, error) {
	if c.Accept(LeaderNode) {
		return LeaderNode, nil
	}
	return s.scope.ReadNode(c, LeaderNode+" or ")
}

// write reads NODE OP KEY [ARGUMENT ...] and then xN, retry and wait, in any order.
func (s *script) write(c *words.Cursor, at Pos) (Command, error) {
	command := Write{Pos: at}
	var err error
	if command.Node, err = s.target(c); err != nil {
		return nil, err
	}
	op, err := c.Choose([]string{string(Set), string(Del), string(Incr), string(CAS), string(Append)})
	if err != nil {
		return nil, err
	}
	command.Op = Op(op)
	if command.Key, err = key(c); err != nil {
		return nil, err
	}
	if command.Args, err = arguments(c, command.Op); err != nil {
		return nil, err
	}
	for !c.Done() {
		times, isTimes := timesOf(c.Peek())
		switch {
		case isTimes && command.Times == 0:
			command.Times = times
			c.Take()
		case !command.Retry && c.Accept(retryWord):
			command.Retry = true
		case !command.Wait && c.Accept(waitWord):
			command.Wait = true
		default:
			return nil, c.Fail(c.Peek(), writeEnd)
		}
	}
	return command, nil
}

// timesOf reads x2 to x10000.
func timesOf(w words.Word) (int, bool) {
	digits, ok := strings.CutPrefix(w.Text, "x")
	if !ok || w.Quoted {
		return 0, false
	}
	n, ok := words.ParseUint(words.Word{Text: digits}, 2, TimesMax)
	return int(n), ok
}

// arguments reads what a write has behind its key.
func arguments(c *words.Cursor, op Op) ([]string, error) {
	switch op {
	case Set:
		return values(c, "the new value")
	case Append:
		return values(c, "the text to append")
	case CAS:
		return values(c, "the old value", "the new value")
	case Incr:
		w := c.Peek()
		if _, isTimes := timesOf(w); c.Done() || isTimes || w.Is(retryWord) || w.Is(waitWord) {
			return nil, nil
		}
		n, err := strconv.ParseInt(w.Text, 10, 64)
		if err != nil || w.Quoted {
			return nil, c.Fail(w, "a number to add, "+writeEnd)
		}
		c.Take()
		return []string{strconv.FormatInt(n, 10)}, nil
	}
	return nil, nil
}

// read reads NODE get KEY and then stale, retry and wait, in any order.
func (s *script) read(c *words.Cursor, at Pos) (Command, error) {
	command := Read{Pos: at, Op: Get}
	var err error
	if command.Node, err = s.target(c); err != nil {
		return nil, err
	}
	if _, err = c.Choose([]string{Get}); err != nil {
		return nil, err
	}
	if command.Key, err = key(c); err != nil {
		return nil, err
	}
	for !c.Done() {
		switch {
		case !command.Stale && c.Accept(staleWord):
			command.Stale = true
		case !command.Retry && c.Accept(retryWord):
			command.Retry = true
		case !command.Wait && c.Accept(waitWord):
			command.Wait = true
		default:
			return nil, c.Fail(c.Peek(), "stale, retry, wait or "+nothingMore+", each once")
		}
	}
	return command, nil
}

// key reads a key.
func key(c *words.Cursor) (string, error) {
	w := c.Peek()
	if len(w.Text) == 0 || len(w.Text) > KeyBytesMax {
		return "", c.Fail(w, "a key of 1 to "+strconv.Itoa(KeyBytesMax)+" bytes")
	}
	return c.Take().Text, nil
}

// values reads one value for each of the names.
func values(c *words.Cursor, names ...string) ([]string, error) {
	all := make([]string, 0, len(names))
	for _, name := range names {
		w := c.Peek()
		if c.Done() || len(w.Text) > ValueBytesMax {
			return nil, c.Fail(w, name+", of at most "+strconv.Itoa(words.LineBytesMax)+" bytes with all of its line")
		}
		all = append(all, c.Take().Text)
	}
	return all, nil
}
