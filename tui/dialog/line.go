package dialog

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"raftscope/replay/cond/words"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// line is a line of text that is being edited. It never holds a control
// character. Its cursor goes from character to character of the text, not from
// one drawn picture to the next: what a terminal would join is shown as escapes,
// so each part can be seen and removed.
type line struct {
	text []rune
	at   int // the cursor, from 0 to len(text)
	left int // the first character that is shown
}

func (l *line) String() string { return string(l.text) }

// set replaces the text and puts the cursor behind it.
func (l *line) set(text string) {
	l.text, l.at, l.left = nil, 0, 0
	l.insert(text)
}

// replace puts text in the place of the characters from..to-1, and the cursor
// behind it.
func (l *line) replace(from, to int, text string) {
	to = max(0, min(to, len(l.text)))
	from = max(0, min(from, to))
	l.text = slices.Delete(l.text, from, to)
	l.at = from
	l.insert(text)
}

// insert puts text at the cursor. Line breaks and tabs become blanks, other
// control characters are left out; it returns how many.
func (l *line) insert(text string) (dropped int) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	in := make([]rune, 0, len(text))
	for _, r := range strings.ToValidUTF8(text, string(unicode.ReplacementChar)) {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			in = append(in, ' ')
		case words.IsControl(r):
			dropped++
		default:
			in = append(in, r)
		}
	}
	l.text = slices.Insert(l.text, l.at, in...)
	l.at += len(in)
	return dropped
}

// do carries out an editing verb; it reports false for another verb.
func (l *line) do(v lineVerb) bool {
	switch v {
	case lineBack:
		l.at = max(0, l.at-1)
	case lineForth:
		l.at = min(len(l.text), l.at+1)
	case lineWordBack:
		l.at = l.wordBack()
	case lineWordForth:
		l.at = l.wordForth()
	case lineHome:
		l.at = 0
	case lineEnd:
		l.at = len(l.text)
	case lineRubout:
		l.cut(max(0, l.at-1), l.at)
	case lineDelete:
		l.cut(l.at, min(len(l.text), l.at+1))
	case lineRuboutWord:
		l.cut(l.wordBack(), l.at)
	case lineDeleteWord:
		l.cut(l.at, l.wordForth())
	case lineToHome:
		l.cut(0, l.at)
	case lineToEnd:
		l.cut(l.at, len(l.text))
	default:
		return false
	}
	return true
}

func (l *line) cut(from, to int) {
	l.text = slices.Delete(l.text, from, to)
	l.at = from
}

// wordBack returns where the word before the cursor begins.
func (l *line) wordBack() int {
	at := l.at
	for at > 0 && l.text[at-1] == ' ' {
		at--
	}
	for at > 0 && l.text[at-1] != ' ' {
		at--
	}
	return at
}

// wordForth returns where the word behind the cursor ends.
func (l *line) wordForth() int {
	at := l.at
	for at < len(l.text) && l.text[at] == ' ' {
		at++
	}
	for at < len(l.text) && l.text[at] != ' ' {
		at++
	}
	return at
}

// draw draws the part of the line around the cursor in columns x to x+w-1 of a
// line of c, and returns the cursor's column. The characters from..to-1 are
// underlined.
func (l *line) draw(c grid.Canvas, x, y, w, from, to int) (cursor int) {
	cursor = x + l.column(w, l.at)
	at := x
	for i := l.left; i < len(l.text); i++ {
		text := shown(l.text[i])
		style := theme.Text
		if len(text) > utf8.UTFMax { // an escape
			style = theme.Warn
		}
		if i >= from && i < to {
			style |= grid.Underline
		}
		if at+grid.Width(text) > x+w {
			c.Rune(x+w, y, theme.Dim, grid.Ellipsis)
			break
		}
		at = c.Text(at, y, style, text)
	}
	if l.left > 0 {
		c.Rune(x-1, y, theme.Dim, grid.Ellipsis)
	}
	return cursor
}

// column returns the column, from 0, at which a character is drawn in w columns,
// or the nearest that is seen.
func (l *line) column(w, i int) int {
	l.scroll(w - 1) // the cursor behind the last character takes a column
	at := 0
	for k := l.left; k < min(i, len(l.text)) && at < w; k++ {
		at += grid.Width(shown(l.text[k]))
	}
	return max(0, min(at, w-1))
}

// hit returns the character that draw put in a column, counted from its x.
func (l *line) hit(column int) int {
	for i := l.left; i < len(l.text); i++ {
		column -= grid.Width(shown(l.text[i]))
		if column < 0 {
			return i
		}
	}
	return len(l.text)
}

// scroll chooses what is shown so that the cursor is within w columns, and does
// not look at more of the line than that.
func (l *line) scroll(w int) {
	l.left = min(l.left, l.at)
	used, i := 0, l.at
	for i > l.left {
		used += grid.Width(shown(l.text[i-1]))
		if used > w {
			break
		}
		i--
	}
	l.left = max(l.left, i)
	for l.left > 0 && l.at == len(l.text) { // text was taken away: show more of what is before it
		if used += grid.Width(shown(l.text[l.left-1])); used > w {
			break
		}
		l.left--
	}
}

// shown returns a character as it is drawn: itself, or an escape of Go.
func shown(r rune) string {
	s := string(r)
	if q := grid.Clean(s); len(q) > len(s) {
		return q[1 : len(q)-1]
	}
	return s
}
