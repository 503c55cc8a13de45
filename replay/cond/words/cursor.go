package words

import (
	"fmt"
	"strconv"
	"strings"
)

// Cursor walks over the words of one command or condition.
type Cursor struct {
	line  int
	words []Word
	next  int
	end   int // column just behind the last word
}

// NewCursor returns a cursor at the first of the words of a line; end is the
// column that an error about a missing word names.
func NewCursor(line int, words []Word, end int) *Cursor {
	return &Cursor{line: line, words: words, end: end}
}

// ReadCommand takes the words up to the next separator. The error is an *Error.
func ReadCommand(s *Scanner) (*Cursor, error) {
	var all []Word
	for {
		end := s.column
		w, ok, err := s.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return NewCursor(s.line, all, end), nil
		}
		all = append(all, w)
	}
}

// Line returns the number of the line.
func (c *Cursor) Line() int { return c.line }

// Done says whether all words were taken.
func (c *Cursor) Done() bool { return c.next >= len(c.words) }

// Peek returns the next word without taking it; at the end a word without
// text, whose column is where a further word would be.
func (c *Cursor) Peek() Word {
	if c.Done() {
		return Word{Column: c.end}
	}
	return c.words[c.next]
}

// PeekSecond returns the word behind the next one without taking either; at
// the end a word without text.
func (c *Cursor) PeekSecond() Word {
	if c.next+1 >= len(c.words) {
		return Word{Column: c.end}
	}
	return c.words[c.next+1]
}

// Take takes the next word; at the end it returns what Peek does.
func (c *Cursor) Take() Word {
	w := c.Peek()
	if !c.Done() {
		c.next++
	}
	return w
}

// Accept takes the next word if it is the given keyword.
func (c *Cursor) Accept(keyword string) bool {
	if c.Done() || !c.Peek().Is(keyword) {
		return false
	}
	c.next++
	return true
}

// Last returns the last word if there is one that is not yet taken.
func (c *Cursor) Last() (Word, bool) {
	if c.Done() {
		return Word{}, false
	}
	return c.words[len(c.words)-1], true
}

// DropLast forgets the last word, as if the command ended before it.
func (c *Cursor) DropLast() {
	last := len(c.words) - 1
	c.end = c.words[last].Column
	c.words = c.words[:last]
}

// Choose takes the next word, which must be one of the known ones.
func (c *Cursor) Choose(known []string) (string, error) {
	w := c.Peek()
	for _, k := range known {
		if !c.Done() && w.Is(k) {
			c.next++
			return k, nil
		}
	}
	return "", c.Unknown(w, OneOf(known), known)
}

// End refuses words that are left.
func (c *Cursor) End(expected string) error {
	if c.Done() {
		return nil
	}
	return c.Fail(c.Peek(), expected)
}

// Fail blames a word; it returns an *Error.
func (c *Cursor) Fail(w Word, expected string) error {
	return &Error{Line: c.line, Column: w.Column, Word: shownWord(w), Expected: expected}
}

// Unknown blames a word and names the nearest of the known ones; it returns an
// *Error.
func (c *Cursor) Unknown(w Word, expected string, known []string) error {
	e := &Error{Line: c.line, Column: w.Column, Word: shownWord(w), Expected: expected}
	if !w.Quoted {
		e.Nearest = Nearest(w.Text, known)
	}
	return e
}

// shownWord keeps an error about an empty quoted word from reading as one
// about the end.
func shownWord(w Word) string {
	if w.Quoted && w.Text == "" {
		return `""`
	}
	return w.Text
}

// Uint takes a number from lo to hi, in decimal digits.
func (c *Cursor) Uint(what string, lo, hi uint64) (uint64, error) {
	w := c.Peek()
	n, ok := ParseUint(w, lo, hi)
	if !ok {
		return 0, c.Fail(w, fmt.Sprintf("%s from %d to %d", what, lo, hi))
	}
	c.Take()
	return n, nil
}

// ParseUint reads a number from lo to hi, in decimal digits only: neither a
// sign nor underscores.
func ParseUint(w Word, lo, hi uint64) (uint64, bool) {
	if w.Quoted || strings.Trim(w.Text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(w.Text, 10, 64)
	return n, err == nil && n >= lo && n <= hi
}

// Split takes the operators and brackets out of unquoted words, so that
// conditions may be written with or without blanks around them. The longest
// of several matching operators wins.
func (c *Cursor) Split(operators ...string) *Cursor {
	out := &Cursor{line: c.line, end: c.end}
	for _, w := range c.words[c.next:] {
		if w.Quoted {
			out.words = append(out.words, w)
			continue
		}
		out.words = splitWord(out.words, w, operators)
	}
	return out
}

func splitWord(out []Word, w Word, operators []string) []Word {
	start, column, startColumn := 0, w.Column, w.Column
	flush := func(end int) {
		if end > start {
			out = append(out, Word{Text: w.Text[start:end], Column: startColumn})
		}
	}
	for i := 0; i < len(w.Text); {
		op := longestPrefix(w.Text[i:], operators)
		if op == "" {
			i++
			for i < len(w.Text) && w.Text[i]&0xc0 == 0x80 { // the rest of the rune
				i++
			}
			column++
			continue
		}
		flush(i)
		out = append(out, Word{Text: op, Column: column})
		i += len(op)
		column += len(op)
		start, startColumn = i, column
	}
	flush(len(w.Text))
	return out
}

func longestPrefix(s string, operators []string) string {
	best := ""
	for _, op := range operators {
		if len(op) > len(best) && strings.HasPrefix(s, op) {
			best = op
		}
	}
	return best
}
