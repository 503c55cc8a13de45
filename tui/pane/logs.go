package pane

import (
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// Logs shows the logs of all nodes, a line a node and a column an index, and
// what each node is doing. It follows the newest index until the user moves
// away from it.
type Logs struct {
	model logModel
	cur   logCursor
	top   int        // first node in the window
	lay   logsLayout // of the last Draw: clicks and motions are meant for it
	seen  replay.View
}

// NewLogs returns the pane at the newest index.
func NewLogs() *Logs { return &Logs{} }

// logsLayout is where what is in the pane; columns of what is left out are 0.
type logsLayout struct {
	w, h       int
	header     int // lines above the nodes: 0 or 1
	first, end int // nodes
	from, to   uint64
	cells, cw  int // column of the first entry, and columns of each
	fit        int // entries that have room
	member     int // where that begins, and its columns
	memberW    int
	long       bool // it says what the node was, too
	config     int  // columns behind which the numbers end
	commit     int
	applied    int
	doing      int // where it begins, and its columns
	doingW     int
}

// Name is "logs".
func (p *Logs) Name() string { return "logs" }

// Version changes as the user moves.
func (p *Logs) Version() uint64 { return p.cur.version }

// Title is the legend, too; what is rare is explained when it is there.
func (p *Logs) Title(s *Scene) string {
	if p.seen != s.View { // asked before Draw
		p.model.read(s)
		p.arrange(s, p.lay.w, p.lay.h)
	}
	return logTitle("logs", s, &p.model, p.lay.from, logWords{member: p.lay.member > 0, doing: p.lay.doingW > 0})
}

// Draw draws the pane.
func (p *Logs) Draw(c grid.Canvas, s *Scene, focused bool) {
	c.Clear()
	w, h := c.Size()
	p.model.read(s)
	p.arrange(s, w, h)
	if len(p.model.nodes) == 0 {
		c.Cut(1, 0, w-1, theme.Dim, "no node has started yet")
		return
	}
	if p.lay.header > 0 {
		p.drawHeader(c, s, focused)
	}
	for i := p.lay.first; i < p.lay.end; i++ {
		p.drawNode(c, s, &p.model.nodes[i], p.lay.header+i-p.lay.first, focused)
	}
}

// What the columns at the right have at least; doing is left out below its least.
const (
	logsCommitW  = len("commit")
	logsAppliedW = len("applied")
	logsConfigW  = len("config")
	logsDoingMin = 10
	logsLeast    = 6 // entries
)

// arrange settles where everything goes, and reads what is there.
func (p *Logs) arrange(s *Scene, w, h int) {
	m := &p.model
	p.seen = s.View
	lay := logsLayout{w: w, h: h}
	if h > 1 {
		lay.header = 1
	}
	lay.first, lay.end = p.cur.rows(m, max(0, h-lay.header), &p.top)
	m.load(s, lay.first, lay.end, 1, 0) // terms and numbers decide how much room entries have
	nameW, commitW, appliedW := 2, logsCommitW, logsAppliedW
	for i := lay.first; i < lay.end; i++ {
		n := &m.nodes[i]
		nameW = max(nameW, grid.Width(n.shown))
		commitW = max(commitW, logDigits(n.state.Commit))
		appliedW = max(appliedW, logDigits(n.state.Applied))
	}
	lay.cells = logHeadW(nameW, m.termW)
	lay.cw = max(m.termW+2, min(logDigits(m.hi), 4)) + 1
	right := w
	room := w - lay.cells
	least := logsLeast * lay.cw
	numbers := 1 + commitW + 1 + appliedW + 2
	if room-least >= numbers {
		room -= numbers
		lay.doingW = min(room-least, max(16, w/5))
		if lay.doingW < logsDoingMin {
			lay.doingW = 0
		}
		right -= lay.doingW
		lay.doing = right
		lay.applied = right - 2
		if lay.doingW == 0 {
			lay.applied = right
		}
		lay.commit = lay.applied - appliedW - 1
		right = p.arrangeMembers(s, &lay, lay.commit-commitW-1)
	}
	lay.fit = max(1, (right-lay.cells)/lay.cw)
	lay.from, lay.to = p.cur.window(m, lay.fit)
	if lay.from > 0 {
		m.load(s, lay.first, lay.end, lay.from, lay.to)
	}
	p.lay = lay
}

// arrangeMembers settles where the columns about members go, if there are any and
// there is room, and returns where what is before them has to end.
func (p *Logs) arrangeMembers(s *Scene, lay *logsLayout, right int) int {
	m := &p.model
	if !m.members.shown {
		return right
	}
	// What a node was is worth less than two more entries.
	short, g := logsLeast*lay.cw+lay.cells, &s.Theme.Glyphs
	long := short + 2*lay.cw
	nodes := m.nodes[lay.first:lay.end]
	lay.memberW = m.members.width(nodes, false, g)
	if right-lay.memberW-2 < short {
		return right
	}
	configW := logsConfigW
	for i := range nodes {
		configW = max(configW, logConfig(grid.Canvas{}, 0, 0, &nodes[i]))
	}
	if right-lay.memberW-2-configW-1 >= short {
		lay.config = right
		right -= configW + 1
	}
	if w := m.members.width(nodes, true, g); right-w-2 >= long {
		lay.memberW, lay.long = w, true
	}
	lay.member = right - lay.memberW - 1
	return lay.member - 1
}

// column returns where the cell of an index begins.
func (y *logsLayout) column(index uint64) int { return y.cells + int(index-y.from)*y.cw }

// heading returns where the number above an index begins and ends: its last
// digit is above the last one of the term.
func (y *logsLayout) heading(index uint64) (x0, x1 int) {
	x1 = y.column(index) + y.cw - 2
	return x1 - logDigits(index), x1
}

// drawHeader draws indexes above their columns: as many as there is room for,
// and surely those of the cursor and of the selected machine.
func (p *Logs) drawHeader(c grid.Canvas, s *Scene, focused bool) {
	lay, m := &p.lay, &p.model
	if lay.commit > 0 {
		c.Right(lay.commit, 0, theme.Title, "commit")
		c.Right(lay.applied, 0, theme.Title, "applied")
		if lay.member > 0 {
			c.Text(lay.member, 0, theme.Title, "member")
		}
		if lay.config > 0 {
			c.Right(lay.config, 0, theme.Title, "config")
		}
		if lay.doingW > 0 {
			c.Cut(lay.doing, 0, lay.doingW, theme.Title, "doing")
		}
	}
	if lay.from == 0 {
		return
	}
	var taken [2][2]int // columns of the two that must be there
	must := func(i int, index uint64, style grid.Style) {
		x0, x1 := lay.heading(index)
		if x0 < 0 || i > 0 && x0 <= taken[0][1] && x1 >= taken[0][0] {
			return
		}
		taken[i] = [2]int{x0, x1}
		logNumber(c, x0, 0, style, index)
	}
	if focused {
		must(0, p.cur.index, theme.Key|grid.Strong)
	}
	if k := m.marked; k.from > 0 && k.from <= lay.to && k.to >= lay.from {
		for i := max(k.from, lay.from); i <= min(k.to, lay.to); i++ {
			if x0, x1 := lay.heading(i); x0 >= 0 && (x0 > taken[0][1] || x1 < taken[0][0]) {
				must(1, i, theme.Machine|grid.Strong|grid.Underline)
				break
			}
		}
	}
	step := logHeadingStep(logDigits(lay.to)+1, lay.cw)
	for k := uint64(0); k <= lay.to-lay.from; k++ {
		index := lay.from + k
		x0, x1 := lay.heading(index)
		if index%step != 0 || x0 < 0 || logOverlaps(taken[0], x0, x1) || logOverlaps(taken[1], x0, x1) {
			continue
		}
		style := theme.Title
		if m.marked.from > 0 && index >= m.marked.from && index <= m.marked.to {
			style = theme.Machine | grid.Strong | grid.Underline
		}
		logNumber(c, x0, 0, style, index)
	}
	p.drawHidden(c)
}

// drawHidden says how many indexes are on either side of the window.
func (p *Logs) drawHidden(c grid.Canvas) {
	lay := &p.lay
	if n := lay.from - p.model.lo; n > 0 {
		x0, _ := lay.heading(lay.from)
		c.Rune(0, 0, theme.Dim, '<')
		if 2+logDigits(n)+1 < min(x0, lay.cells) {
			logNumber(c, 1, 0, theme.Dim, n)
		}
	}
	if n := p.model.hi - lay.to; n > 0 {
		x := lay.cells + lay.fit*lay.cw
		c.Rune(x, 0, theme.Dim, '>')
	}
}

func logOverlaps(t [2]int, x0, x1 int) bool { return t[1] > 0 && x0 <= t[1] && x1 >= t[0] }

// logHeadingStep returns which indexes have a heading: multiples of a number that
// is easy to count by.
func logHeadingStep(need, cw int) uint64 {
	for step := uint64(1); ; step *= 10 {
		for _, k := range [...]uint64{1, 2, 5} {
			if int(step*k)*cw >= need {
				return step * k
			}
		}
	}
}

// drawNode draws the line of a node.
func (p *Logs) drawNode(c grid.Canvas, s *Scene, n *logNode, y int, focused bool) {
	lay, m := &p.lay, &p.model
	here := focused && p.model.row(p.cur.node) == lay.first+y-lay.header
	if here {
		c.Rune(0, y, theme.Key, s.Theme.Glyphs.Pointer)
	}
	switch g := &s.Theme.Glyphs; {
	case here:
	case y == lay.header && lay.first > 0:
		c.Rune(0, y, theme.Key, g.MoreAbove)
	case y == lay.header+lay.end-lay.first-1 && lay.end < len(m.nodes):
		c.Rune(0, y, theme.Key, g.MoreBelow)
	}
	logNodeHead(c, 1, y, lay.cells-1, m, n, s)
	if last := n.span.Last; last > 0 && last < lay.from && n.was == 0 {
		// An empty line would look as if the node had lost its log.
		x := c.Cut(lay.cells, y, lay.fit*lay.cw, theme.Dim, "ends at ")
		if x+logDigits(last) <= lay.cells+lay.fit*lay.cw {
			logNumber(c, x, y, theme.Dim, last)
		}
	} else if lay.from > 0 {
		for k := uint64(0); k <= lay.to-lay.from; k++ {
			p.drawCell(c, s, n, lay.from+k, y, here)
		}
	}
	if lay.commit == 0 {
		return
	}
	if lay.member > 0 {
		c.Cut(lay.member, y, lay.memberW, m.members.style(n.name), m.members.word(n.name, lay.long, &s.Theme.Glyphs))
	}
	if lay.config > 0 {
		logConfig(c, lay.config, y, n)
	}
	if n.state.Life == 0 {
		c.Rune(lay.commit-1, y, theme.Dim, '-')
		c.Rune(lay.applied-1, y, theme.Dim, '-')
	} else {
		logRight(c, lay.commit, y, theme.Text, n.state.Commit)
		logRight(c, lay.applied, y, theme.Text, n.state.Applied)
	}
	logCut(c, lay.doing, y, lay.doingW, n.doingStyle(), n.doing.text)
}

func (p *Logs) drawCell(c grid.Canvas, s *Scene, n *logNode, index uint64, y int, here bool) {
	lay, m := &p.lay, &p.model
	x := lay.column(index) + lay.cw - 1 - (m.termW + 2)
	logEntry(c, x, y, m, n, s, index)
	if here && index == p.cur.index {
		c.Mark(x, y, m.termW+2, grid.Selected)
	}
}

// indexAt returns the index whose column is at x, 0 if none.
func (p *Logs) indexAt(x int) uint64 {
	lay := &p.lay
	if lay.from == 0 || x < lay.cells {
		return 0
	}
	if k := uint64((x - lay.cells) / lay.cw); k <= lay.to-lay.from {
		return lay.from + k
	}
	return 0
}

// Keys: the pane has none but those of Motion.
func (p *Logs) Keys() *keys.Map { return &logsKeys }
