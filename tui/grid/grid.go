package grid

import (
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Style says how a cell looks: an index into a Palette, and perhaps marks.
type Style uint16

// Marks that a style may carry beside its index.
const (
	Selected  Style = 1 << (8 + iota) // the user's cursor is here
	Underline                         // found, or to be blamed
	Strong                            // more than its neighbours
	marksEnd

	// Marks are all of them.
	Marks = Selected | Underline | Strong
)

// StylesMax is how many styles there can be, marks included.
const StylesMax = int(marksEnd)

// Palette holds the escape sequence that begins each style, the empty string
// for plain text.
type Palette [StylesMax]string

// reset ends every style.
const reset = "\x1b[m"

// cell is a column of a line. A rune of 0 is the second column of a wide one.
type cell struct {
	r     rune
	style Style
}

// Grid is a screen of cells.
type Grid struct {
	w, h  int
	cells []cell
	buf   []byte // of the last String, to be used again

	// ASCII has String write what is not ASCII as one of its characters.
	ASCII bool
}

// New returns a grid of blanks. Sizes below zero count as zero.
func New(w, h int) *Grid {
	g := &Grid{}
	g.Resize(w, h)
	return g
}

// Size returns the numbers of columns and lines.
func (g *Grid) Size() (w, h int) { return g.w, g.h }

// Resize gives the grid another size and clears it.
func (g *Grid) Resize(w, h int) {
	g.w, g.h = max(0, w), max(0, h)
	if n := g.w * g.h; n <= cap(g.cells) {
		g.cells = g.cells[:n]
	} else {
		g.cells = make([]cell, n)
	}
	g.Clear()
}

// Clear makes all cells blank.
func (g *Grid) Clear() {
	for i := range g.cells {
		g.cells[i] = cell{r: ' '}
	}
}

// All returns a canvas of the whole grid.
func (g *Grid) All() Canvas { return Canvas{g: g, r: Rect{W: g.w, H: g.h}} }

// String returns the screen: exactly its number of lines, each exactly as wide
// as the grid, without a line break at the end.
func (g *Grid) String(p *Palette) string {
	g.buf = g.buf[:0]
	for y := range g.h {
		if y > 0 {
			g.buf = append(g.buf, '\n')
		}
		g.buf = appendLine(g.buf, g.cells[y*g.w:(y+1)*g.w], p, g.ASCII)
	}
	return strings.Clone(unsafe.String(unsafe.SliceData(g.buf), len(g.buf)))
}

func appendLine(b []byte, line []cell, p *Palette, ascii bool) []byte {
	open := ""
	for i := range line {
		c := &line[i]
		if c.r == 0 {
			continue
		}
		if want := p[int(c.style)%StylesMax]; want != open {
			if open != "" {
				b = append(b, reset...)
			}
			b = append(b, want...)
			open = want
		}
		switch {
		case c.r < utf8.RuneSelf:
			b = append(b, byte(c.r))
		case ascii && c.r == Ellipsis:
			b = append(b, '~')
		case ascii && c.r == 'µ':
			b = append(b, 'u')
		case ascii:
			b = append(b, "??"[:RuneWidth(c.r)]...)
		default:
			b = utf8.AppendRune(b, c.r)
		}
	}
	if open != "" {
		b = append(b, reset...)
	}
	return b
}

// Plain returns the screen as text without styles, for tests and for copying.
// Blanks at the ends of lines are left out.
func (g *Grid) Plain() string {
	var b strings.Builder
	for y := range g.h {
		line := appendLine(nil, g.cells[y*g.w:(y+1)*g.w], &Palette{}, g.ASCII)
		b.WriteString(strings.TrimRight(string(line), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// At returns the character and style of a cell; 0 for the second column of a
// wide character and outside of the grid.
func (g *Grid) At(x, y int) (rune, Style) {
	if x < 0 || y < 0 || x >= g.w || y >= g.h {
		return 0, 0
	}
	c := g.cells[y*g.w+x]
	return c.r, c.style
}

// Copy puts what is in src into g, its upper left corner at x, y.
func (g *Grid) Copy(src *Grid, x, y int) {
	for sy := range src.h {
		if y+sy < 0 || y+sy >= g.h {
			continue
		}
		from, to := max(0, -x), min(src.w, g.w-x)
		if from < to {
			copy(g.cells[(y+sy)*g.w+x+from:], src.cells[sy*src.w+from:sy*src.w+to])
		}
	}
}
