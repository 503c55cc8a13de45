//go:build unix

package tuitest

import (
	"fmt"
	"strings"
)

// Attr is a set of a cell's attributes.
type Attr uint16

// The attributes.
const (
	Bold Attr = 1 << iota
	Faint
	Italic
	Underline
	Blink
	Reverse
	Conceal
	Strike
)

var attrNames = []string{"bold", "faint", "italic", "underline", "blink", "reverse", "conceal", "strike"}

// Style is how a cell is drawn. A colour is "" for the terminal's own, "0" to
// "255" for one of its palette, or "#rrggbb".
type Style struct {
	FG, BG string
	Attr   Attr
}

// String returns the style in words, as scripts write it; "plain" for none.
func (s Style) String() string {
	var words []string
	for i, name := range attrNames {
		if s.Attr&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	if s.FG != "" {
		words = append(words, "fg="+s.FG)
	}
	if s.BG != "" {
		words = append(words, "bg="+s.BG)
	}
	if words == nil {
		return "plain"
	}
	return strings.Join(words, " ")
}

// has says whether the style has what a script's word says.
func (s Style) has(word string) (ok, known bool) {
	for i, name := range attrNames {
		if word == name {
			return s.Attr&(1<<i) != 0, true
		}
	}
	switch name, colour, _ := strings.Cut(word, "="); name {
	case "fg":
		return s.FG == colour, true
	case "bg":
		return s.BG == colour, true
	case "plain":
		return s == Style{}, true
	}
	return false, false
}

// Cell is one place of the screen. The right half of a wide character is a cell
// of width 0 without text.
type Cell struct {
	Text  string
	Width int
	Style Style
}

// Screen is what a person sees at one moment.
type Screen struct {
	Cols, Rows  int
	Column, Row int // where the cursor is, counted from 1
	CursorShown bool
	cells       []Cell
}

// Cell returns a cell; columns and rows are counted from 1. Outside of the
// screen there are empty cells.
func (s Screen) Cell(col, row int) Cell {
	if col < 1 || col > s.Cols || row < 1 || row > s.Rows {
		return Cell{Text: " ", Width: 1}
	}
	return s.cells[(row-1)*s.Cols+col-1]
}

// Line returns a row's text without the spaces at its end.
func (s Screen) Line(row int) string {
	text, _ := s.line(row)
	return strings.TrimRight(text, " ")
}

// line returns a row's text and for each of its bytes the column.
func (s Screen) line(row int) (string, []int) {
	var b strings.Builder
	var columns []int
	for col := 1; col <= s.Cols; col++ {
		text := s.Cell(col, row).Text
		b.WriteString(text)
		for range len(text) {
			columns = append(columns, col)
		}
	}
	return b.String(), columns
}

// Lines returns all rows, without the spaces at their ends.
func (s Screen) Lines() []string {
	lines := make([]string, s.Rows)
	for i := range lines {
		lines[i] = s.Line(i + 1)
	}
	return lines
}

// String returns the rows as text.
func (s Screen) String() string { return strings.Join(s.Lines(), "\n") }

// Place is where a text stands: from one column to another of a row, both
// counted from 1 and included.
type Place struct{ Row, From, To int }

// Find returns where a text stands, in all rows or (if row is not 0) in one.
func (s Screen) Find(text string, row int) []Place {
	var places []Place
	for r := 1; r <= s.Rows && text != ""; r++ {
		if row != 0 && r != row {
			continue
		}
		line, columns := s.line(r)
		for at := 0; ; {
			i := strings.Index(line[at:], text)
			if i < 0 {
				break
			}
			at += i
			places = append(places, Place{Row: r, From: columns[at], To: columns[at+len(text)-1]})
			at++
		}
	}
	return places
}

// numbered returns the screen for a failure: its rows with their numbers, and
// where the cursor is.
func (s Screen) numbered() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the screen, %dx%d, cursor ", s.Cols, s.Rows)
	if s.CursorShown {
		fmt.Fprintf(&b, "at column %d of row %d:\n", s.Column, s.Row)
	} else {
		b.WriteString("hidden:\n")
	}
	for i, line := range s.Lines() {
		fmt.Fprintf(&b, "%3d|%s\n", i+1, line)
	}
	return b.String()
}

// golden returns the screen as a file of a story: each row behind a bar, which
// keeps a row from being taken for the archive's own; with styles, each row is
// followed by the styles in it.
func (s Screen) golden(styles bool) string {
	var b strings.Builder
	for row := 1; row <= s.Rows; row++ {
		b.WriteString("|" + s.Line(row) + "\n")
		for col := 1; styles && col <= s.Cols; {
			style, from := s.Cell(col, row).Style, col
			for col <= s.Cols && s.Cell(col, row).Style == style {
				col++
			}
			if style != (Style{}) {
				fmt.Fprintf(&b, ":%d-%d %s\n", from, col-1, style)
			}
		}
	}
	return b.String()
}
