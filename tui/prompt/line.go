package prompt

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"raftscope/replay/cond/words"
	"raftscope/tui/grid"
)

// Line is a line of text with a cursor. What counts as one character is what a
// reader sees as one: a letter with its accents. The zero value is empty. It never
// holds a control character or more than words.LineBytesMax bytes.
type Line struct {
	cells  []cell
	cursor int // before this cell
	first  int // the first one that was visible
	killed string
}

// cell is one character, as it is written and as it is shown.
type cell struct {
	text  string
	shown string // clean; escapes for what cannot be drawn
	width int    // of shown, in columns
	rune  int    // its place in the line, in runes
}

// split takes text apart into characters.
func split(text string) []cell {
	var all []cell
	runes := 0
	for text != "" {
		cluster, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		if cluster == "" { // never, but a loop must end
			_, n := utf8.DecodeRuneInString(text)
			cluster = text[:n]
		}
		text = text[len(cluster):]
		c := cell{text: cluster, shown: grid.Clean(cluster)}
		if c.shown != cluster {
			c.shown = strings.TrimSuffix(strings.TrimPrefix(c.shown, `"`), `"`)
		}
		c.width, c.rune = grid.Width(c.shown), runes
		runes += utf8.RuneCountInString(cluster)
		all = append(all, c)
	}
	return all
}

// join returns the text of characters.
func join(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return b.String()
}

// clean returns text as a line can hold it: blanks for what separates words or
// lines, and nothing of what a terminal obeys.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n':
			return ' '
		case r == utf8.RuneError, words.IsControl(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// Text returns the line.
func (l *Line) Text() string { return join(l.cells) }

// Empty reports whether there is nothing.
func (l *Line) Empty() bool { return len(l.cells) == 0 }

// Cursor returns the place of the cursor in runes, from 0.
func (l *Line) Cursor() int { return l.runes(l.cursor) }

// runes returns how many runes are before a character.
func (l *Line) runes(i int) int {
	if i < len(l.cells) {
		return l.cells[i].rune
	}
	if i == 0 {
		return 0
	}
	last := l.cells[len(l.cells)-1]
	return last.rune + utf8.RuneCountInString(last.text)
}

// Set replaces the whole line; the cursor is at its end.
func (l *Line) Set(text string) {
	l.cells, l.cursor, l.first = nil, 0, 0
	l.Insert(text)
}

// Insert puts text before the cursor, typed or pasted. It returns false, and does
// nothing, if the line would become too long.
func (l *Line) Insert(text string) bool {
	before, text, behind := join(l.cells[:l.cursor]), clean(text), join(l.cells[l.cursor:])
	if len(before)+len(text)+len(behind) > words.LineBytesMax {
		return false
	}
	l.set(before+text, behind)
	return true
}

// Replace puts text in place of the runes from one place to another, as a
// completion does; the cursor is behind it. It returns false, and does nothing, if
// the line would become too long.
func (l *Line) Replace(from, to int, text string) bool {
	runes := []rune(l.Text())
	from = max(0, min(from, len(runes)))
	to = max(from, min(to, len(runes)))
	before, text, behind := string(runes[:from]), clean(text), string(runes[to:])
	if len(before)+len(text)+len(behind) > words.LineBytesMax {
		return false
	}
	l.set(before+text, behind)
	return true
}

// set makes the line of what is before and what is behind the cursor. Where they
// become one character, the cursor is behind it.
func (l *Line) set(before, behind string) {
	l.cells = split(before + behind)
	at := 0
	l.cursor = len(l.cells)
	for i, c := range l.cells {
		if at >= len(before) {
			l.cursor = i
			break
		}
		at += len(c.text)
	}
}

// remove takes out the characters from one to another and keeps them for Yank
// if they were many.
func (l *Line) remove(from, to int, keep bool) {
	if from >= to {
		return
	}
	if keep {
		l.killed = join(l.cells[from:to])
	}
	l.set(join(l.cells[:from]), join(l.cells[to:]))
}

// Backspace removes the character before the cursor.
func (l *Line) Backspace() { l.remove(max(0, l.cursor-1), l.cursor, false) }

// Delete removes the character behind the cursor.
func (l *Line) Delete() { l.remove(l.cursor, min(l.cursor+1, len(l.cells)), false) }

// KillWord removes the word before the cursor (ctrl+w).
func (l *Line) KillWord() { l.remove(l.wordLeft(), l.cursor, true) }

// KillWordRight removes the word behind the cursor (alt+d).
func (l *Line) KillWordRight() { l.remove(l.cursor, l.wordRight(), true) }

// KillToStart removes all before the cursor (ctrl+u).
func (l *Line) KillToStart() { l.remove(0, l.cursor, true) }

// KillToEnd removes all behind the cursor (ctrl+k).
func (l *Line) KillToEnd() { l.remove(l.cursor, len(l.cells), true) }

// Yank inserts what was removed last by a Kill (ctrl+y).
func (l *Line) Yank() bool { return l.Insert(l.killed) }

// Left goes a character to the left.
func (l *Line) Left() { l.cursor = max(0, l.cursor-1) }

// Right goes a character to the right.
func (l *Line) Right() { l.cursor = min(len(l.cells), l.cursor+1) }

// Home goes to the beginning.
func (l *Line) Home() { l.cursor = 0 }

// End goes to the end.
func (l *Line) End() { l.cursor = len(l.cells) }

// WordLeft goes to the beginning of the word.
func (l *Line) WordLeft() { l.cursor = l.wordLeft() }

// WordRight goes behind the word.
func (l *Line) WordRight() { l.cursor = l.wordRight() }

// AtEnd reports whether the cursor is behind the last character.
func (l *Line) AtEnd() bool { return l.cursor == len(l.cells) }

func (l *Line) blank(i int) bool {
	r, _ := utf8.DecodeRuneInString(l.cells[i].text)
	return unicode.IsSpace(r)
}

func (l *Line) wordLeft() int {
	i := l.cursor
	for i > 0 && l.blank(i-1) {
		i--
	}
	for i > 0 && !l.blank(i-1) {
		i--
	}
	return i
}

func (l *Line) wordRight() int {
	i := l.cursor
	for i < len(l.cells) && l.blank(i) {
		i++
	}
	for i < len(l.cells) && !l.blank(i) {
		i++
	}
	return i
}

// Window is the part of a line that is visible.
type Window struct {
	Text   string // clean, at most as wide as was asked for
	Cursor int    // the column of the cursor, below the width
	Before bool   // there is more to the left
	After  bool   // there is more to the right

	columns []column
}

// column is where a character of the line stands in the window.
type column struct{ rune, at, width int }

// Window returns what is visible in so many columns: always the cursor, which
// takes one behind the last character. It moves the visible part only as far as
// it must.
func (l *Line) Window(width int) Window {
	width = max(1, width)
	l.scroll(width)
	w := Window{Before: l.first > 0}
	var b strings.Builder
	at, i := 0, l.first
	for ; i < len(l.cells); i++ {
		c := l.cells[i]
		if i == l.cursor {
			w.Cursor = at
		}
		if at+c.width > width {
			w.After = true
			if i == l.cursor { // wider than all there is
				b.Reset()
				b.WriteString(strings.Repeat(".", width))
				w.Cursor = 0
			}
			break
		}
		b.WriteString(c.shown)
		w.columns = append(w.columns, column{c.rune, at, c.width})
		at += c.width
	}
	if l.AtEnd() {
		w.Cursor = min(at, width-1)
	}
	w.columns = append(w.columns, column{l.runes(i), at, 1})
	w.Text = b.String()
	return w
}

// scroll moves the visible part so that the cursor is in it.
func (l *Line) scroll(width int) {
	l.first = max(0, min(l.first, l.cursor))
	need := 1 // what the cursor takes
	if l.cursor < len(l.cells) {
		need = max(1, l.cells[l.cursor].width)
	}
	// From the cursor to the left there is only so much room.
	left := l.cursor
	for left > 0 && need+l.cells[left-1].width <= width {
		left--
		need += l.cells[left].width
	}
	l.first = max(l.first, left)
	// No room is left free at the right while there is more at the left.
	for l.first > left {
		used := 1
		for i := l.first - 1; i < len(l.cells) && used <= width; i++ {
			used += l.cells[i].width
		}
		if used > width {
			break
		}
		l.first--
	}
}

// Column returns in which column of the window a column of the line stands,
// which is counted in runes from 1 as errors do; false if it is not visible.
func (w Window) Column(runeColumn int) (column, width int, ok bool) {
	i := sort.Search(len(w.columns), func(i int) bool { return w.columns[i].rune > runeColumn-1 }) - 1
	if i < 0 || i == len(w.columns)-1 && (w.After || runeColumn-1 > w.columns[i].rune) {
		return 0, 0, false
	}
	return w.columns[i].at, max(1, w.columns[i].width), true
}
