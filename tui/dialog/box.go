package dialog

import (
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// box draws an empty frame with a title in the middle of the screen, of the given
// inner size or what fits, and returns its inside and where that is on the
// screen.
func box(c grid.Canvas, t *theme.Theme, title string, w, h int) (grid.Canvas, grid.Rect) {
	sw, sh := c.Size()
	w, h = max(1, min(w, sw-4)), max(1, min(h, sh-4))
	r := grid.Rect{X: (sw - w - 4) / 2, Y: max(0, (sh-h-2)/2), W: w + 4, H: h + 2}
	b := c.Sub(r)
	b.Clear()
	g := &t.Glyphs
	for _, y := range []int{0, r.H - 1} {
		b.Fill(0, y, r.W, theme.Rule, g.H)
	}
	for y := range r.H {
		b.Rune(0, y, theme.Rule, g.V)
		b.Rune(r.W-1, y, theme.Rule, g.V)
	}
	for _, corner := range []struct {
		x, y int
		r    rune
	}{{0, 0, g.TopLeft}, {r.W - 1, 0, g.TopRight}, {0, r.H - 1, g.BottomLeft}, {r.W - 1, r.H - 1, g.BottomRight}} {
		b.Rune(corner.x, corner.y, theme.Rule, corner.r)
	}
	if title != "" {
		b.Cut(2, 0, r.W-4, theme.Title, " "+title+" ")
	}
	in := grid.Rect{X: 2, Y: 1, W: w, H: h}
	return b.Sub(in), grid.Rect{X: r.X + in.X, Y: r.Y + in.Y, W: w, H: h}
}

// more marks at the right end that lines are hidden above or below what is shown:
// as many as c has lines from top on, of all of them.
func more(c grid.Canvas, t *theme.Theme, top, all int) {
	w, h := c.Size()
	if h <= 0 {
		return
	}
	if top > 0 {
		c.Rune(w-1, 0, theme.Dim, t.Glyphs.MoreAbove)
	}
	if top+h < all {
		c.Rune(w-1, h-1, theme.Dim, t.Glyphs.MoreBelow)
	}
}
