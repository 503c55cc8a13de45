package dialog

import (
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/prompt"
	"raftscope/tui/theme"
)

// promptDrawn is where on the screen the parts of a prompt were at the last
// drawing.
type promptDrawn struct {
	list grid.Rect // of the candidates that were seen
	line grid.Rect // of the text
}

const (
	candidatesShown = 8
	textColumn      = 2 // where the line begins, behind the colon
	problemLines    = 3
)

// Draw implements Dialog. From below: the line of keys, which is the cockpit's,
// what is expected or wrong, the line, the candidates.
func (p *Prompt) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	p.complete()
	w, h := c.Size()
	textWidth := w - textColumn - 1
	line := p.line.Window(textWidth)
	under := p.under(line, textWidth)
	n := len(p.found.Candidates)
	shown := max(0, min(n, candidatesShown, h-len(under.lines)-5))
	top := h - 3 - len(under.lines) - shown
	b := c.Sub(grid.Rect{X: 0, Y: top, W: w, H: h - 1 - top})
	b.Clear()
	b.Fill(0, 0, w, theme.Rule, t.Glyphs.H)
	b.Cut(2, 0, w-4, theme.Title, " command ")
	p.drawn.list = grid.Rect{X: 0, Y: top + 1, W: w, H: shown}
	p.drawCandidates(b.Sub(grid.Rect{X: 0, Y: 1, W: w, H: shown}), t)

	row := 1 + shown
	p.drawn.line = grid.Rect{X: textColumn, Y: top + row, W: textWidth, H: 1}
	b.Rune(1, row, theme.Key, ':')
	drawLine(b, textColumn, row, textWidth, line)
	for i := max(under.from, line.Rune(0)); i < min(under.to, line.Rune(textWidth)+1); i++ {
		if at, w, ok := line.Column(i + 1); ok {
			b.Mark(textColumn+at, row, w, grid.Underline)
		}
	}
	under.draw(b, textColumn, row+1)
	return textColumn + line.Cursor, top + row, true
}

// Click implements Dialog: it takes a candidate, or moves the cursor.
func (p *Prompt) Click(x, y int) Result {
	switch {
	case p.drawn.list.Contains(x, y):
		if i := p.list.Top + y - p.drawn.list.Y; p.fresh && i < len(p.found.Candidates) {
			from, to := p.found.From, p.found.To
			if p.taken != nil {
				from, to = p.taken.from, p.taken.to
			}
			p.line.Replace(from, to, p.found.Candidates[i].Text)
			p.taken = &taken{}
			p.take()
		}
	case p.drawn.line.Contains(x, y):
		p.line.GoTo(p.line.Window(p.drawn.line.W).Rune(x - p.drawn.line.X))
		p.changed()
	}
	return Result{}
}

// Wheel implements Dialog: it scrolls the candidates.
func (p *Prompt) Wheel(lines int) Result {
	if n, h := len(p.found.Candidates), p.drawn.list.H; h > 0 && p.taken == nil {
		p.list.Wheel(lines, n, h)
	}
	return Result{}
}

// drawCandidates draws the words the line may go on with, and what they mean.
func (p *Prompt) drawCandidates(c grid.Canvas, t *theme.Theme) {
	w, h := c.Size()
	all := p.found.Candidates
	at := p.list.At
	p.list.Fit(len(all), h)
	width := 0
	for _, k := range all[p.list.Top:min(len(all), p.list.Top+h)] {
		width = max(width, grid.Width(grid.Clean(k.Text)))
	}
	width = min(width, max(12, w/2))
	for y := range h {
		i := p.list.Top + y
		c.Cut(textColumn, y, width, theme.Machine, grid.Clean(all[i].Text))
		c.Cut(textColumn+width+2, y, w-textColumn-width-4, theme.Dim, grid.Clean(all[i].Doc))
		if p.taken != nil && i == at {
			c.Rune(0, y, theme.Key, t.Glyphs.Pointer)
			c.Mark(textColumn, y, width, grid.Selected)
		}
	}
	if h == 0 {
		return
	}
	if p.list.Top > 0 {
		c.Rune(w-1, 0, theme.Dim, t.Glyphs.MoreAbove)
	}
	if more := len(all) - p.list.Top - h; more > 0 {
		c.Rune(w-1, h-1, theme.Dim, t.Glyphs.MoreBelow)
		text := pane.Count(more)
		c.Right(w-1, h-1, theme.Dim, " "+text)
	}
}

// under is what stands below the line: what is wrong, under the word that is to
// blame, or what is expected.
type under struct {
	style    grid.Style
	lines    []string
	at       int    // the column of the first line
	right    string // at the right end of the first line, if there is room
	from, to int    // the word that is to blame
	caret    int    // the column under it; -1: none is to blame
}

// under chooses what stands below a line of w columns.
func (p *Prompt) under(line prompt.Window, w int) under {
	e, style := p.failed, theme.Failed
	if e == nil && p.taken == nil {
		e, style = p.wrong, theme.Warn
	}
	u := under{style: style, caret: -1}
	switch {
	case p.note != "":
		u.style = theme.Warn
		u.lines = wrap(grid.Clean(p.note), w, problemLines)
	case e == nil:
		u.style = theme.Dim
		u.lines = []string{grid.Clean(p.found.Hint)}
		if p.found.Hint != p.found.Usage {
			u.right = grid.Clean(p.found.Usage)
		}
	default:
		text := grid.Clean(e.text)
		u.from, u.to = e.from, e.to
		at, _, ok := line.Column(u.from + 1)
		switch {
		case ok:
			u.caret = min(at, w-1)
		case line.After: // it is further to the right, or to the left
			u.caret = w - 1
		default:
			u.caret = 0
		}
		u.lines = []string{text}
		switch n := grid.Width(text); {
		case u.caret+2+n <= w:
			u.at = u.caret + 2
		case n+1 <= u.caret:
			u.at = u.caret - 1 - n
		default: // no room beside the caret
			u.lines = append([]string{""}, wrap(text, w, problemLines)...)
		}
	}
	return u
}

// draw draws it from line y on, under a line that begins at column x.
func (u *under) draw(c grid.Canvas, x, y int) {
	w, _ := c.Size()
	for i, line := range u.lines {
		at := x
		if i == 0 {
			at += u.at
		}
		c.Cut(at, y+i, w-at, u.style, line)
	}
	if u.caret >= 0 {
		c.Rune(x+u.caret, y, u.style, '^')
	}
	if room := w - x - 3 - grid.Width(u.lines[0]); u.right != "" && grid.Width(u.right) <= room {
		c.Right(w-1, y, theme.Dim, u.right)
	}
}
