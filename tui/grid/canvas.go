package grid

import "strconv"

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// Empty says whether there is no cell in it.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains says whether a cell is in it.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && y >= r.Y && x < r.X+r.W && y < r.Y+r.H
}

// Canvas is a part of a grid. Places count from its upper left corner, and what
// is outside of it is not drawn.
type Canvas struct {
	g *Grid
	r Rect
}

// Size returns the numbers of columns and lines.
func (c Canvas) Size() (w, h int) { return c.r.W, c.r.H }

// Sub returns the part of c that is in r; it may be smaller than r.
func (c Canvas) Sub(r Rect) Canvas {
	x0, y0 := max(0, r.X), max(0, r.Y)
	x1, y1 := min(c.r.W, r.X+r.W), min(c.r.H, r.Y+r.H)
	return Canvas{c.g, Rect{c.r.X + x0, c.r.Y + y0, max(0, x1-x0), max(0, y1-y0)}}
}

// Rune draws one character, and returns the column behind it. A wide one that
// does not fit whole is a blank.
func (c Canvas) Rune(x, y int, s Style, r rune) int {
	w := RuneWidth(r)
	if w == 0 {
		return x
	}
	if y < 0 || y >= c.r.H || x < 0 || x >= c.r.W {
		return x + w
	}
	line := c.g.cells[(c.r.Y+y)*c.g.w : (c.r.Y+y+1)*c.g.w]
	i := c.r.X + x
	if w == 2 && x+1 >= c.r.W {
		r, w = ' ', 1
	}
	clearWide(line, i)
	line[i] = cell{r, s}
	if w == 2 {
		clearWide(line, i+1)
		line[i+1] = cell{0, s}
		return x + 2
	}
	return x + 1
}

// clearWide makes blank what would be left of a wide character of which one
// column is drawn over.
func clearWide(line []cell, i int) {
	if line[i].r == 0 && i > 0 {
		line[i-1].r = ' '
	}
	if i+1 < len(line) && line[i+1].r == 0 {
		line[i+1].r = ' '
	}
}

// Text draws a text that is known to be clean (see Clean) and returns the column
// behind it, which is outside of the canvas if it did not fit.
func (c Canvas) Text(x, y int, s Style, text string) int {
	for _, r := range text {
		x = c.Rune(x, y, s, r)
	}
	return x
}

// Untrusted draws a text of users or recordings: quoted if it needs to be.
func (c Canvas) Untrusted(x, y int, s Style, text string) int {
	return c.Text(x, y, s, Clean(text))
}

// Cut draws a clean text in at most w columns, with an ellipsis where it was cut
// off, and returns the column behind it.
func (c Canvas) Cut(x, y, w int, s Style, text string) int {
	if w <= 0 {
		return x
	}
	used := 0
	for i, r := range text {
		rw := RuneWidth(r)
		if used+rw > w || used+rw == w && visible(text[i+runeLen(r):]) {
			return c.Rune(x+used, y, s, Ellipsis)
		}
		c.Rune(x+used, y, s, r)
		used += rw
	}
	return x + used
}

// Right draws a clean text so that it ends before column x, and returns the
// column at which it begins.
func (c Canvas) Right(x, y int, s Style, text string) int {
	x -= Width(text)
	c.Text(x, y, s, text)
	return x
}

// Int draws a number in decimal and returns the column behind it.
func (c Canvas) Int(x, y int, s Style, n int64) int {
	var b [20]byte
	for _, d := range strconv.AppendInt(b[:0], n, 10) {
		x = c.Rune(x, y, s, rune(d))
	}
	return x
}

// Fill draws r in all cells from x on, w of them.
func (c Canvas) Fill(x, y, w int, s Style, r rune) {
	for i := range max(0, w) {
		c.Rune(x+i, y, s, r)
	}
}

// Mark adds marks to cells, or takes another style if it has one, and leaves
// their characters.
func (c Canvas) Mark(x, y, w int, s Style) {
	for i := max(0, x); i < min(c.r.W, x+w) && y >= 0 && y < c.r.H; i++ {
		cell := &c.g.cells[(c.r.Y+y)*c.g.w+c.r.X+i]
		if s&^Marks != 0 {
			cell.style = cell.style&Marks | s
		} else {
			cell.style |= s
		}
	}
}

// Clear makes the canvas blank.
func (c Canvas) Clear() {
	for y := range c.r.H {
		line := c.g.cells[(c.r.Y+y)*c.g.w+c.r.X:]
		for x := range c.r.W {
			line[x] = cell{r: ' '}
		}
	}
}
