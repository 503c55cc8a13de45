package pane

import (
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// treeColumns are the places of the columns of a tree. A width of zero means
// that there is no room for the column.
type treeColumns struct {
	name           int // from column 0 on: pointer, indent, mark, name, what about
	nodeX, nodeW   int
	stateX, stateW int
	tookX, tookW   int
	barX, barW     int
}

const (
	treeIndent = 2
	tookWidth  = 6
	barLeast   = 14
)

// columns divides a width: first the name, then what happened, then bars.
func (t *Tree) columns(s *Scene, w int) treeColumns {
	want := 0
	for i := range t.rows {
		r := &t.rows[i]
		want = max(want, t.indent(r)+nameWidth(r.m)+1+min(16, aboutWidth(r.m)))
	}
	return layColumns(s, w, want, w*nameShare(w)/100)
}

// nameShare returns how many hundredths of a width the first column may take:
// the names of states in bars need their room too.
func nameShare(w int) int {
	if w < 100 {
		return 35
	}
	return 40
}

// layColumns gives the first column what it wants up to most, and what is left
// over if there is no room for bars.
func layColumns(s *Scene, w, want, most int) (c treeColumns) {
	stateW := 11
	if w >= 80 {
		stateW = 13
	}
	if w < 48 {
		c.name = w
		if w >= 30 {
			c.stateW = 11
			c.name = w - c.stateW - 1
			c.stateX = c.name + 1
		}
		return c
	}
	c.name = min(max(want, 14), most)
	c.nodeW = nodeWidth(s)
	rest := w - c.name - c.nodeW - stateW - tookWidth - 4
	if rest >= barLeast {
		c.barW = rest
	} else {
		c.name += max(0, rest+1)
	}
	c.nodeX = c.name + 1
	c.stateX, c.stateW = c.nodeX+c.nodeW+1, stateW
	c.tookX, c.tookW = c.stateX+stateW+1, tookWidth
	c.barX = c.tookX + tookWidth + 1
	return c
}

// nodeWidth returns how wide the column of nodes is.
func nodeWidth(s *Scene) int {
	w := 2
	for _, n := range s.View.Nodes() {
		w = max(w, grid.Width(s.Alias.Of(n)))
	}
	return min(w, nameMax)
}

// kindName returns what the machine's kind is called: recordings may call it
// anything.
func kindName(m *replay.Machine) string { return shortClean(m.Kind().Name(), 40) }

// nameWidth returns how wide kind#id is.
func nameWidth(m *replay.Machine) int {
	w := 2 + grid.Width(kindName(m))
	for id := m.ID(); id >= 10; id /= 10 {
		w++
	}
	return w
}

// aboutWidth returns about how wide what a machine is about is.
func aboutWidth(m *replay.Machine) int {
	return min(40, len(m.Subject())) + 1 + min(40, len(m.Label()))
}

// treeDeepest is how deep lines are indented at most.
const treeDeepest = 12

// indent returns the columns before a row's name: the pointer, two for each
// level, the fold mark and a blank.
func (t *Tree) indent(r *treeRow) int {
	return t.markColumn(r) + 2
}

func (t *Tree) markColumn(r *treeRow) int {
	return 1 + treeIndent*min(r.depth, treeDeepest)
}

func (t *Tree) drawHead(c grid.Canvas, s *Scene, cols treeColumns, a axis) {
	drawHeads(c, cols, "machine", "took")
	a.draw(c, cols.barX, 0, s.Theme, t.buf)
}

// drawHeads draws the names of the columns.
func drawHeads(c grid.Canvas, cols treeColumns, machine, took string) {
	c.Cut(1, 0, cols.name-1, theme.Title, machine)
	node := "node"
	if cols.nodeW < len(node) {
		node = "on"
	}
	c.Cut(cols.nodeX, 0, cols.nodeW, theme.Title, node)
	c.Cut(cols.stateX, 0, cols.stateW, theme.Title, "state")
	if cols.tookW > 0 {
		c.Right(cols.tookX+cols.tookW, 0, theme.Title, took)
	}
}

// drawUnborn says why there is no tree.
func (t *Tree) drawUnborn(c grid.Canvas, s *Scene) {
	w, _ := c.Size()
	m := s.View.Timeline().Machine(s.Root)
	if m == nil {
		c.Cut(1, 0, w-1, theme.Dim, "no such machine; backspace lists those there are")
		return
	}
	t.buf = append(append(t.buf[:0], shortClean(m.Name(), 40)...), " is not born yet: that is at "...)
	t.buf = append(appendSeconds(t.buf, m.Born()), "s; backspace lists what there is"...)
	putBytes(c, 1, 0, w-1, theme.Dim, t.buf)
}

// drawRow draws a row of the tree.
func (t *Tree) drawRow(c grid.Canvas, s *Scene, cols treeColumns, a axis, y, at int, focused bool) {
	r := &t.rows[at]
	w, _ := c.Size()
	th := s.Theme
	if at == t.list.At {
		defer markCursor(c, th, y, w, focused)
	}
	x := t.markColumn(r)
	switch r.kind {
	case treeRest:
		t.buf = appendThousands(append(t.buf[:0], "… "...), r.rest)
		t.buf = append(t.buf, " more; enter shows them"...)
		putBytes(c, x, y, w-x, theme.Dim, t.buf)
		return
	case treeAbove:
		c.Rune(x, y, theme.Dim, th.Glyphs.Above)
		x = drawName(c, x+2, y, cols.name-x-2, theme.Dim, r.m)
		drawAbout(c, s, x+1, y, cols.name-x-1, theme.Dim, r.m)
		return
	}
	mark := th.Glyphs.Leaf
	switch {
	case r.unfolded:
		mark = th.Glyphs.Unfolded
	case r.links > 0:
		mark = th.Glyphs.Folded
	}
	c.Rune(x, y, theme.Dim, mark)
	f := t.book.of(s.View, r.m)
	st := f.status(s.View)
	drawMachine(c, s, cols, x+2, y, r.m, st)
	b := bar{c: c.Sub(grid.Rect{X: cols.barX, Y: y, W: cols.barW, H: 1}), a: a, th: th, v: s.View, f: f, st: st, buf: t.buf}
	b.draw()
	if !s.Found.Empty() && s.Found.Machine(s.View.Of(r.m)) {
		c.Mark(x+2, y, cols.name-x-2, theme.Found|grid.Underline)
	}
}

// markCursor shows where the cursor is, by a mark and, with the focus, by the
// whole line.
func markCursor(c grid.Canvas, th *theme.Theme, y, w int, focused bool) {
	c.Rune(0, y, theme.Key, th.Glyphs.Pointer)
	if focused {
		c.Mark(0, y, w, grid.Selected)
	}
}

// drawMachine draws a machine's name from column x on, what it is about, its
// node, its state and how long it took.
func drawMachine(c grid.Canvas, s *Scene, cols treeColumns, x, y int, m *replay.Machine, st status) {
	end := drawName(c, x, y, cols.name-x, theme.Machine, m)
	drawAbout(c, s, end+1, y, cols.name-end-1, theme.Client, m)
	if cols.nodeW > 0 {
		c.Cut(cols.nodeX, y, cols.nodeW, theme.Node, shortClean(s.Alias.Of(m.Node()), clipMax))
	}
	if cols.stateW > 0 {
		mark, style := statusMark(s.Theme, m.Kind(), st)
		end := c.Cut(cols.stateX, y, cols.stateW-2, style, shortClean(m.Kind().StateName(st.state), 40))
		c.Rune(end+1, y, style, mark)
	}
	if cols.tookW > 0 && st.moved {
		d, style := st.took, theme.Time
		if st.open {
			d, style = s.View.Now()-st.since, theme.Working
		}
		var b [24]byte
		text := appendShort(b[:0], d)
		putBytes(c, cols.tookX+max(0, cols.tookW-widthOf(text)), y, cols.tookW, style, text)
	}
}

// widthOf returns how many columns a number with a unit takes.
func widthOf(b []byte) (w int) {
	for _, x := range b {
		if x&0xc0 != 0x80 {
			w++
		}
	}
	return w
}

// drawName draws kind#id; where there is no room the kind is cut, for the number
// tells machines apart.
func drawName(c grid.Canvas, x, y, w int, style grid.Style, m *replay.Machine) int {
	if w <= 0 {
		return x
	}
	kind := kindName(m)
	id := nameWidth(m) - grid.Width(kind)
	if w > id+1 {
		x = c.Cut(x, y, w-id, style, kind)
	} else {
		c = c.Sub(grid.Rect{Y: 0, W: x + w, H: y + 1})
	}
	x = c.Rune(x, y, style, '#')
	return c.Int(x, y, style, int64(m.ID()))
}

// drawAbout draws what a machine is about, if there is room for a part of it.
func drawAbout(c grid.Canvas, s *Scene, x, y, w int, style grid.Style, m *replay.Machine) {
	if w < 3 {
		return
	}
	sign, subject, label := aboutParts(s, m)
	end := x + w
	if subject != "" {
		x = c.Cut(x, y, end-x, theme.Dim, sign)
		x = c.Cut(x, y, end-x, theme.Dim, subject) + 1
	}
	if label != "" && end-x >= 3 {
		c.Cut(x, y, end-x, style, label)
	}
}
