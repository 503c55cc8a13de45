package grammar

import (
	"strings"

	"raftscope/replay/cond/words"
)

const (
	clientVerb = "client"
	stopWord   = "stop"
)

// clientNumberMax is more than a run ever numbers.
const clientNumberMax = 1_000_000

// client reads NAME=VALUE ..., or stop and perhaps a number.
func (s *script) client(c *words.Cursor, at Pos) (Command, error) {
	if c.Accept(stopWord) {
		return clientStop(c, at)
	}
	command := DefaultClient()
	command.Pos = at
	given := map[string]words.Word{}
	for !c.Done() {
		if err := command.option(c, s, given); err != nil {
			return nil, err
		}
	}
	if command.Mix.Sum() == 0 {
		// The last word is to blame: with it the mix came to nothing.
		var blamed words.Word
		for _, o := range ClientOptions() {
			if w := given[o.Name]; o.weight != nil && w.Column > blamed.Column {
				blamed = w
			}
		}
		return nil, c.Fail(blamed, "at least one of set, del, incr, cas, append and get above 0")
	}
	return command, nil
}

// option reads one NAME=VALUE and remembers that it was given. The first
// weight that is given takes the place of the whole default mix.
func (cl *Client) option(c *words.Cursor, s *script, given map[string]words.Word) error {
	w := c.Take()
	name, value, ok := strings.Cut(w.Text, "=")
	var names []string
	for _, o := range ClientOptions() {
		names = append(names, o.Name)
		if o.Name != name || w.Quoted {
			continue
		}
		if !ok {
			return c.Fail(w, name+"=VALUE, where VALUE is "+o.Range)
		}
		if _, twice := given[name]; twice {
			return c.Fail(w, "every option only once")
		}
		if o.weight != nil && !anyWeight(given) {
			cl.Mix = Mix{}
		}
		if v := (words.Word{Text: value, Column: w.Column + len(name) + 1}); !o.set(cl, v, s) {
			v.Quoted = value == ""
			return c.Fail(v, "a value of "+name+": "+o.Range)
		}
		given[name] = w
		return nil
	}
	wrong := words.Word{Text: name, Column: w.Column, Quoted: w.Quoted}
	return c.Unknown(wrong, "stop or NAME=VALUE, where NAME is "+words.OneOf(names), append(names, stopWord))
}

func anyWeight(given map[string]words.Word) bool {
	for _, o := range ClientOptions() {
		if _, ok := given[o.Name]; ok && o.weight != nil {
			return true
		}
	}
	return false
}

// clientStop reads the number of a client, or nothing.
func clientStop(c *words.Cursor, at Pos) (Command, error) {
	command := ClientStop{Pos: at}
	if c.Done() {
		return command, nil
	}
	n, ok := words.ParseUint(c.Peek(), 1, clientNumberMax)
	if !ok {
		return nil, c.Fail(c.Peek(), "the number of a client, or "+nothingMore)
	}
	c.Take()
	command.N = int(n)
	return ended(c, command, nil)
}
