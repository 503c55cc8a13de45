package words

import (
	"fmt"
	"strconv"
	"strings"
)

// shownRunesMax is how much of an offending word an error repeats: the word
// may be a whole line.
const shownRunesMax = 60

// Error says what is wrong in a line, and where.
type Error struct {
	Line   int // from 1
	Column int // from 1, in runes

	Word     string // the offending word; empty at the end of the command
	Expected string // what would have been right
	Nearest  string // the known word that is most like Word, empty if none is

	// Problem replaces "got ..., expected ..." where no single word is to
	// blame, as in a line that is too long.
	Problem string
}

// Error returns "LINE:COLUMN: got "wrod", expected ...", and never a control
// character, whatever the word holds.
func (e *Error) Error() string {
	return strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + ": " + e.Message()
}

// Message returns the error without its place.
func (e *Error) Message() string {
	if e.Problem != "" {
		return e.Problem
	}
	got := "the end of the command"
	if e.Word != "" {
		got = strconv.Quote(shorten(e.Word))
	}
	if e.Nearest != "" {
		return fmt.Sprintf("got %s, expected %s; did you mean %q?", got, e.Expected, e.Nearest)
	}
	return fmt.Sprintf("got %s, expected %s", got, e.Expected)
}

// OneOf joins known words to what an error expects.
func OneOf(known []string) string {
	switch len(known) {
	case 0:
		return "nothing more"
	case 1:
		return known[0]
	}
	return "one of " + strings.Join(known, ", ")
}

func shorten(s string) string {
	n := 0
	for i := range s {
		if n == shownRunesMax {
			return s[:i] + "..."
		}
		n++
	}
	return s
}
