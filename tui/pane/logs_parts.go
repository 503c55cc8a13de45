package pane

import (
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// logHeadW returns how many columns the beginning of a node's line takes: its
// pointer, its name, two marks, its term, and a blank.
func logHeadW(nameW, termW int) int { return 1 + nameW + 1 + 2 + 1 + 1 + termW + 1 }

// logNodeHead draws name, marks and term of a node in w columns: "n1 ★ t2". The
// first mark is the role, the second says that it is cut off or frozen; right
// behind the name stands who has no vote.
func logNodeHead(c grid.Canvas, x, y, w int, m *logModel, n *logNode, s *Scene) {
	g := &s.Theme.Glyphs
	name := theme.Node
	if !n.state.Up {
		name = theme.Dim
	}
	c.Text(x, y, name, n.shown)
	at := x + w - logHeadW(0, m.termW) + 2
	if mark := m.members.mark(n.name, g); mark != ' ' {
		c.Rune(at-1, y, theme.Warn, mark)
	}
	switch {
	case n.state.Life == 0:
		c.Rune(at, y, theme.Dim, g.Unborn)
	case n.name == m.foremost:
		c.Rune(at, y, theme.Leader, g.Leader)
	case !n.state.Up && n.state.Role == "CRASHED":
		c.Rune(at, y, theme.Down, g.Crash)
	case !n.state.Up && n.state.Role != "":
		c.Rune(at, y, theme.Down, g.Bad)
	case n.state.Role == "leader":
		c.Rune(at, y, theme.Dim, g.Deposed)
	case n.state.Role == "candidate":
		c.Rune(at, y, theme.Candidate, g.Candidate)
	}
	switch {
	case n.doing.cut:
		c.Rune(at+1, y, theme.Fault, g.Cut)
	case n.state.Frozen:
		c.Rune(at+1, y, theme.Held, g.Held)
	}
	style := theme.Text
	if n.state.Term > 0 {
		style = theme.Term(n.state.Term)
	}
	c.Rune(at+3, y, style, 't')
	logNumber(c, at+4, y, style, n.state.Term)
}

// logEntry draws what a node has at an index in termW+2 columns: a mark in
// front, the entry's term, a mark behind. It is marked if the selected machine is
// it or is about it.
func logEntry(c grid.Canvas, x, y int, m *logModel, n *logNode, s *Scene, index uint64) {
	e, gone := n.at(s.View, index)
	before, after, style, blame := ' ', ' ', theme.Failed, theme.Failed
	switch {
	case e.Known():
		term, _, _ := e.Position()
		style = theme.Term(term)
		switch e.StateName() {
		case "created":
			before = '~'
		case "committed", "applying", "APPLIED":
			before, after, blame = '[', ']', style
		}
		if n.conflict > 0 && index >= n.conflict {
			after, blame = '!', theme.Failed
		} else if gone.Known() { // and this one came in its place
			after, blame = s.Theme.Glyphs.Gone, theme.Failed
		}
	case gone.Known():
		e, before = gone, s.Theme.Glyphs.Gone
	case index <= n.span.Compacted:
		c.Rune(x+m.termW-1, y, theme.Dim, s.Theme.Glyphs.Compacted)
		c.Rune(x+m.termW, y, theme.Dim, s.Theme.Glyphs.Compacted)
		return
	default:
		return
	}
	term, _, _ := e.Position()
	if m.marked.has(n.name, term, index) {
		style |= grid.Strong | grid.Underline
		blame |= grid.Strong | grid.Underline
	}
	pad := m.termW - logDigits(term)
	c.Fill(x, y, pad, style, ' ')
	c.Rune(x+pad, y, style, before)
	logNumber(c, x+pad+1, y, style, term)
	c.Rune(x+m.termW+1, y, blame, after)
}

// doingStyle returns how what a node does is drawn.
func (n *logNode) doingStyle() grid.Style {
	switch {
	case n.state.Role != "" && !n.state.Up:
		return theme.Down
	case n.state.Frozen:
		return theme.Held
	case n.doing.cut:
		return theme.Fault
	case n.doing.machine != 0:
		return theme.Working
	}
	return theme.Dim
}

// logSay tells why there is nothing to open at a place.
func logSay(n *logNode, index uint64) string {
	switch {
	case n.span.Life == 0:
		return n.shown + " has not started"
	case index == 0:
		return n.shown + " has no entry yet"
	case index <= n.span.Compacted:
		return n.shown + " has compacted its log up to " + logUint(n.span.Compacted) + ": a snapshot stands for entry " + logUint(index)
	}
	return n.shown + " has no entry " + logUint(index)
}

// logWords is what a pane says in words, so that signs need no legend.
type logWords struct{ member, doing bool }

// logTitle returns a title with the legend of entries, and of what is rare.
func logTitle(name string, s *Scene, m *logModel, from uint64, words logWords) string {
	compacted, gone := false, false
	for i := range m.nodes {
		n := &m.nodes[i]
		compacted = compacted || from > 0 && from <= n.span.Compacted
		for _, old := range n.old {
			gone = gone || s.View.Of(old).Known() && s.View.Of(old).StateName() == "TRUNCATED"
		}
	}
	g := &s.Theme.Glyphs
	title := name + m.members.legend(m.nodes, words, g) + "  [1] committed  2 durable  ~2 being written  1! conflict"
	if compacted {
		title += "  " + string([]rune{g.Compacted, g.Compacted}) + " compacted"
	}
	if gone {
		title += "  " + string(g.Gone) + " truncated just now"
	}
	return title
}
