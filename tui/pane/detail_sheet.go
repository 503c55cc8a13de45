package pane

import (
	"strings"
	"unicode/utf8"

	"raftscope/sm"
	"raftscope/tui/grid"
)

// sheet is lines of styled text, made anew for every frame: its memory is used
// again.
type sheet struct {
	w     int // columns
	text  []byte
	spans []sheetSpan
	lines []sheetLine
	col   int // behind what the last line has so far
}

type sheetSpan struct {
	from, to int // in text
	style    grid.Style
}

// sheetLine is a line and where enter on it leads.
type sheetLine struct {
	first int // of its spans
	to    sheetTarget
}

// sheetTarget is a machine, a moment, or more of a list.
type sheetTarget struct {
	machine sm.ID
	events  int  // how many are seen then; 0: none
	more    bool // lists longer
}

func (p *sheet) reset(w int) {
	p.w, p.col = max(1, w), 0
	p.text, p.spans, p.lines = p.text[:0], p.spans[:0], p.lines[:0]
}

// line begins a line.
func (p *sheet) line(to sheetTarget) {
	p.lines = append(p.lines, sheetLine{len(p.spans), to})
	p.col = 0
}

// put adds clean text to the line.
func (p *sheet) put(style grid.Style, text string) {
	from := len(p.text)
	p.text = append(p.text, text...)
	p.span(style, from)
}

// putCut adds clean text in at most w columns.
func (p *sheet) putCut(style grid.Style, w int, text string) {
	if grid.Width(text) <= w {
		p.put(style, text)
		return
	}
	for i, r := range text {
		if rw := grid.RuneWidth(r); w-rw < 1 {
			p.put(style, text[:i])
			break
		} else {
			w -= rw
		}
	}
	if w > 0 {
		p.rune(style, grid.Ellipsis)
	}
}

func (p *sheet) rune(style grid.Style, r rune) {
	from := len(p.text)
	p.text = utf8.AppendRune(p.text, r)
	p.span(style, from)
}

// number adds what a function appends, as durations and times are.
func (p *sheet) number(style grid.Style, appended func([]byte, sm.Time) []byte, t sm.Time) {
	from := len(p.text)
	p.text = appended(p.text, t)
	p.span(style, from)
}

func (p *sheet) span(style grid.Style, from int) {
	for i := from; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		p.col += grid.RuneWidth(r)
		i += n
	}
	p.spans = append(p.spans, sheetSpan{from, len(p.text), style})
}

const blanks = "                                                                                "

// pad adds blanks up to a column.
func (p *sheet) pad(col int) {
	for p.col < col {
		p.put(0, blanks[:min(len(blanks), col-p.col)])
	}
}

// right adds blanks so that what begins at from ends before column col.
func (p *sheet) right(col int, style grid.Style, appended func([]byte, sm.Time) []byte, t sm.Time) {
	var b [40]byte
	p.pad(col - widthOf(appended(b[:0], t)))
	p.number(style, appended, t)
}

// wrap adds clean text word by word; what does not fit goes on in further lines,
// which begin at column indent.
func (p *sheet) wrap(style grid.Style, indent int, text string) {
	indent = min(indent, p.w/2)
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		text = rest
		if word == "" {
			continue
		}
		width := grid.Width(word)
		if p.col > indent && p.col+1+width > p.w {
			p.line(p.lines[len(p.lines)-1].to)
			p.pad(indent)
		}
		if p.col > 0 && p.text[len(p.text)-1] != ' ' {
			p.put(style, " ")
		}
		if p.col+width <= p.w {
			p.put(style, word)
			continue
		}
		p.hyphenate(style, indent, word)
	}
}

// hyphenate adds a word that is longer than a line.
func (p *sheet) hyphenate(style grid.Style, indent int, word string) {
	from, col := 0, p.col
	for i, r := range word {
		w := grid.RuneWidth(r)
		if col+w > p.w && i > from {
			p.put(style, word[from:i])
			p.line(p.lines[len(p.lines)-1].to)
			p.pad(indent)
			from, col = i, p.col
		}
		col += w
	}
	p.put(style, word[from:])
}

// spansOf returns the spans of a line.
func (p *sheet) spansOf(i int) []sheetSpan {
	end := len(p.spans)
	if i+1 < len(p.lines) {
		end = p.lines[i+1].first
	}
	return p.spans[p.lines[i].first:end]
}

// draw draws a line.
func (p *sheet) draw(c grid.Canvas, x, y, i int) {
	w, _ := c.Size()
	for _, span := range p.spansOf(i) {
		x = putBytes(c, x, y, w-x, span.style, p.text[span.from:span.to])
	}
}

// String returns the lines as text.
func (p *sheet) String() string {
	var b strings.Builder
	for i := range p.lines {
		line := ""
		for _, span := range p.spansOf(i) {
			line += string(p.text[span.from:span.to])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
