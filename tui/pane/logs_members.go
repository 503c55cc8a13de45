package pane

import (
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// logMembers is who belongs to the cluster, as the panes about logs show it.
type logMembers struct {
	shown  bool // not all nodes vote, or not all by the same configuration
	config replay.Configuration
}

// pendingSign stands behind what is by a configuration that is not committed.
const pendingSign = '?'

func (m *logMembers) read(v replay.View) {
	*m = logMembers{shown: !v.AllVote()}
	if m.shown {
		m.config = v.Configuration()
	}
}

// word says what a node is, and that this is not committed; long also what it was.
func (m *logMembers) word(node string, long bool, g *theme.Glyphs) string {
	is, was := m.config.Of(node), m.config.Was(node)
	switch {
	case was == "":
		return is
	case long:
		return was + string(g.Arrow) + is + string(pendingSign)
	}
	return is + string(pendingSign)
}

// mark is what a node is as one character, a blank for who votes.
func (m *logMembers) mark(node string, g *theme.Glyphs) rune {
	if m.shown {
		switch m.config.Of(node) {
		case replay.Nonvoter:
			return g.Nonvoter
		case replay.Outside:
			return g.Outside
		}
	}
	return ' '
}

// style is how what a node is is drawn.
func (m *logMembers) style(node string) grid.Style {
	switch {
	case m.config.Was(node) != "":
		return theme.Warn
	case m.config.Of(node) == replay.Voter:
		return theme.Text
	}
	return theme.Dim
}

// width is how many columns the words about some nodes take.
func (m *logMembers) width(nodes []logNode, long bool, g *theme.Glyphs) int {
	w := len("member")
	for i := range nodes {
		w = max(w, grid.Width(m.word(nodes[i].name, long, g)))
	}
	return w
}

// logConfig draws the index of a node's newest configuration so that it ends
// before x, a sign behind it if it is not committed, and returns how many columns
// that takes.
func logConfig(c grid.Canvas, x, y int, n *logNode) int {
	newest := n.config.Newest
	switch {
	case newest == nil || newest.Index == 0:
		c.Rune(x-1, y, theme.Dim, '-')
		return 1
	case !n.config.IsCommitted():
		c.Rune(x-1, y, theme.Warn, pendingSign)
		logRight(c, x-1, y, theme.Warn, newest.Index)
		return 1 + logDigits(newest.Index)
	}
	logRight(c, x, y, theme.Text, newest.Index)
	return logDigits(newest.Index)
}

// legend explains the signs of members and of who has not started: those that stand
// there without a word.
func (m *logMembers) legend(nodes []logNode, words logWords, g *theme.Glyphs) (text string) {
	var others, outside, unborn bool
	pending := m.shown && m.config.Pending()
	for i := range nodes {
		n := &nodes[i]
		is := m.config.Of(n.name)
		others = others || is == replay.Nonvoter && !words.member
		outside = outside || is == replay.Outside && !words.member
		unborn = unborn || n.state.Life == 0 && n.state.Name != "" && !words.doing
		c := &n.config
		pending = pending || words.member && c.Newest != nil && c.Newest.Index > 0 && !c.IsCommitted()
	}
	for _, sign := range [...]struct {
		is   bool
		sign rune
		what string
	}{{unborn, g.Unborn, "not started"}, {others, g.Nonvoter, "nonvoter"}, {outside, g.Outside, "outside"}, {pending, pendingSign, "not committed"}} {
		if sign.is {
			text += "  " + string(sign.sign) + " " + sign.what
		}
	}
	return text
}
