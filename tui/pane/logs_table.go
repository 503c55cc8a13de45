package pane

import (
	"slices"
	"strconv"
	"time"

	"raftscope/replay/survey"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// The columns of the table of nodes, in order.
const (
	colRole = iota
	colLeader
	colMember
	colConfig
	colCommit
	colLast
	colDoing
	colDurable
	colWriting
	colSnapshot
	colApplied
	colHash
	colNext
	colMatch
	colContact
	colFlight
	colsEnd
)

// logColumn is a column of the table.
type logColumn struct {
	is, x, w int
}

// fullColumns say what the columns are called, and in which order they go if
// there is not enough room: the highest rank first.
var fullColumns = [colsEnd]struct {
	title string
	group int
	rank  int
	right bool
	most  int // columns it takes if there is room; 0: no more than it needs
}{
	colRole:     {title: "role", group: 0, rank: 11},
	colLeader:   {title: "leader", group: 0, rank: 13},
	colMember:   {title: "member", group: 0, rank: 2},
	colConfig:   {title: "config", group: 0, rank: 15, right: true},
	colCommit:   {title: "commit", group: 0, rank: 0, right: true},
	colLast:     {title: "last", group: 0, rank: 6, right: true},
	colDoing:    {title: "doing", group: 0, rank: 7, most: 32},
	colDurable:  {title: "durable", group: 1, rank: 5, right: true},
	colWriting:  {title: "writing", group: 1, rank: 10, right: true},
	colSnapshot: {title: "compacted", group: 1, rank: 14, right: true},
	colApplied:  {title: "applied", group: 2, rank: 1, right: true},
	colHash:     {title: "hash", group: 2, rank: 9, most: 16},
	colNext:     {title: "next", group: 3, rank: 4, right: true},
	colMatch:    {title: "match", group: 3, rank: 3, right: true},
	colContact:  {title: "contact", group: 3, rank: 12, right: true},
	colFlight:   {title: "under way", group: 3, rank: 8, most: 36},
}

// fullGroups are the names of groups of columns, the long ones where they fit.
var fullGroups = [...][2]string{
	{"what raft believes", "raft"},
	{"the store", "store"},
	{"the FSM", "FSM"},
	{"what the leader knows of it (derived from messages)", "derived"},
}

// chooseColumns takes as many columns as fit in w, the most important first, and
// settles where they are.
func (p *LogsFull) chooseColumns(s *Scene, w int) {
	p.cols = p.cols[:0]
	for rank := range colsEnd {
		for is := range colsEnd {
			if fullColumns[is].rank != rank || !p.model.members.shown && (is == colMember || is == colConfig) {
				continue
			}
			if need := p.need(s, is); need+2 <= w {
				w -= need + 2
				p.cols = append(p.cols, logColumn{is: is, w: need})
			}
		}
	}
	slices.SortFunc(p.cols, func(a, b logColumn) int { return a.is - b.is })
	for i := range p.cols {
		if most := fullColumns[p.cols[i].is].most; most > 0 {
			more := max(0, min(w, most-p.cols[i].w))
			p.cols[i].w += more
			w -= more
		}
	}
	x := p.lay.headW
	for i := range p.cols {
		p.cols[i].x = x + 2
		x = p.cols[i].x + p.cols[i].w
	}
}

// need returns how many columns a column takes at least.
func (p *LogsFull) need(s *Scene, is int) int {
	w := len(fullColumns[is].title)
	switch is {
	case colRole:
		return len("candidate")
	case colLeader:
		for i := range p.model.nodes {
			w = max(w, grid.Width(p.model.nodes[i].shown))
		}
		return w
	case colMember:
		return p.model.members.width(p.model.nodes, false, &s.Theme.Glyphs)
	case colDoing:
		return 14
	case colHash:
		return 8
	case colContact:
		return logAgoMax
	case colFlight:
		return 16
	}
	for i := p.lay.first; i < p.lay.end; i++ {
		w = max(w, p.number(&p.model.nodes[i], is, grid.Canvas{}, 0, 0, 0))
	}
	return w
}

// number draws the numbers of a column so that they end before x, and returns
// how many columns they take.
func (p *LogsFull) number(n *logNode, is int, c grid.Canvas, x, y int, style grid.Style) int {
	a, b, between := uint64(0), uint64(0), ""
	switch is {
	case colConfig:
		return logConfig(c, x, y, n)
	case colCommit:
		b = n.state.Commit
	case colLast:
		a, between, b = n.state.LastTerm, "/", n.state.Last
		if n.state.RaftLast > 0 {
			a, b = n.state.RaftLastTerm, n.state.RaftLast
		}
	case colDurable:
		a, between, b = n.span.First, "..", n.span.Durable
	case colWriting:
		if n.span.Last > n.span.Durable {
			a, between, b = max(n.span.Durable+1, n.span.First), "..", n.span.Last
		}
	case colSnapshot:
		if n.span.Compacted > 0 {
			a, between, b = 1, "..", n.span.Compacted
		}
	case colApplied:
		b = n.state.Applied
	case colNext, colMatch:
		peer := p.peer(n.name)
		switch {
		case peer == nil:
		case is == colNext:
			b = peer.Next
		default:
			b = peer.Match
		}
	}
	if b == 0 {
		c.Rune(x-1, y, theme.Dim, '-')
		return 1
	}
	w := logDigits(b)
	logRight(c, x, y, style, b)
	if between != "" {
		w += len(between)
		c.Right(x-logDigits(b), y, style, between)
		logRight(c, x-w, y, style, a)
		w += logDigits(a)
	}
	return w
}

// has reports whether a column is in the table.
func (p *LogsFull) has(is int) bool {
	return p.lay.table > 0 && slices.ContainsFunc(p.cols, func(c logColumn) bool { return c.is == is })
}

// peer returns what the leader knows of a node, nil if nothing.
func (p *LogsFull) peer(node string) *survey.Peer {
	for i := range p.peers {
		if p.peers[i].Node == node {
			return &p.peers[i]
		}
	}
	return nil
}

// drawTable draws a line for each node, and two above that say what is what.
func (p *LogsFull) drawTable(c grid.Canvas, s *Scene, focused bool) {
	lay, m := &p.lay, &p.model
	p.drawTableHead(c, lay.table-2, s)
	for i := lay.first; i < lay.end; i++ {
		n, y := &m.nodes[i], lay.table+i-lay.first
		if focused && m.row(p.cur.node) == i {
			c.Rune(0, y, theme.Key, s.Theme.Glyphs.Pointer)
		}
		logNodeHead(c, 1, y, lay.headW-1, m, n, s)
		for _, col := range p.cols {
			p.drawColumn(c, s, n, col, y)
		}
	}
}

// drawTableHead draws the names of groups and columns.
func (p *LogsFull) drawTableHead(c grid.Canvas, y int, s *Scene) {
	c.Cut(1, y+1, p.lay.headW-1, theme.Title, "node")
	for i := 0; i < len(p.cols); {
		from, group := i, fullColumns[p.cols[i].is].group
		for ; i < len(p.cols) && fullColumns[p.cols[i].is].group == group; i++ {
			col := p.cols[i]
			if what := fullColumns[col.is]; what.right {
				c.Right(col.x+col.w, y+1, theme.Title, what.title)
			} else {
				c.Cut(col.x, y+1, col.w, theme.Title, what.title)
			}
		}
		x, end := p.cols[from].x, p.cols[i-1].x+p.cols[i-1].w
		name := fullGroups[group][0]
		if len(name) > end-x {
			name = fullGroups[group][1]
		}
		x = c.Cut(x, y, end-x, theme.Dim, name) + 1
		c.Fill(x, y, end-x, theme.Rule, s.Theme.Glyphs.H)
	}
}

// drawColumn draws what a column says of a node.
func (p *LogsFull) drawColumn(c grid.Canvas, s *Scene, n *logNode, col logColumn, y int) {
	peer := p.peer(n.name)
	text, style := "", theme.Text
	switch col.is {
	case colRole:
		text, style = n.state.Role, roleStyle(n)
		if text == "" {
			text = "-"
		}
	case colMember:
		text, style = p.model.members.word(n.name, false, &s.Theme.Glyphs), p.model.members.style(n.name)
	case colLeader:
		if text = s.Alias.Of(n.state.Leader); text == "" {
			text, style = "-", theme.Dim
		}
	case colDoing:
		text, style = n.doing.text, n.doingStyle()
	case colHash:
		text, style = n.state.Hash, theme.Dim
		if text == "" {
			text = "-"
		}
	case colContact:
		if text = "-"; peer != nil && peer.Contact > 0 {
			text = logAgo(s.View.Now() - peer.Contact)
		}
		c.Right(col.x+col.w, y, style, text)
		return
	case colFlight:
		p.drawFlight(c, s, n, peer, col, y)
		return
	default:
		if col.is == colWriting {
			style = theme.Working
		}
		if p.differs(n, col.is) {
			style = theme.Fault
			c.Rune(col.x+col.w, y, style, s.Theme.Glyphs.Error)
		}
		p.number(n, col.is, c, col.x+col.w, y, style)
		return
	}
	if p.differs(n, col.is) {
		style = theme.Fault
		c.Rune(col.x+col.w, y, style, s.Theme.Glyphs.Error)
	}
	logCut(c, col.x, y, col.w, style, text)
}

// differs reports whether what a column says of a node does not fit to another
// view of its log, or of another node's: see replay.LogViews.
func (p *LogsFull) differs(n *logNode, is int) bool {
	switch is {
	case colLast:
		return n.state.RaftLast > 0
	case colApplied:
		return n.state.Applied > max(n.span.Last, n.span.Compacted)
	case colMatch:
		peer := p.peer(n.name)
		return peer != nil && peer.Match > max(n.span.Last, n.span.Compacted)
	case colHash:
		for i := range p.model.nodes {
			other := &p.model.nodes[i].state
			if n.state.Applied > 0 && other.Applied == n.state.Applied && other.Hash != "" && n.state.Hash != "" && other.Hash != n.state.Hash {
				return true
			}
		}
	}
	return false
}

// drawFlight draws the requests of the leader that a node has not answered.
func (p *LogsFull) drawFlight(c grid.Canvas, s *Scene, n *logNode, peer *survey.Peer, col logColumn, y int) {
	x, end := col.x, col.x+col.w
	switch {
	case peer == nil && n.name == p.model.foremost:
		c.Cut(x, y, col.w, theme.Dim, "it is the leader")
		return
	case peer == nil:
		c.Rune(x, y, theme.Dim, '-')
		return
	}
	if peer.Cut || peer.CutBack {
		x = c.Rune(x, y, theme.Fault, s.Theme.Glyphs.Cut)
		x = c.Cut(x+1, y, end-x, theme.Fault, cutText(peer))
		x++
	}
	if len(peer.Requests) == 0 {
		c.Cut(x, y, end-x, theme.Dim, "nothing")
		return
	}
	sub := c.Sub(grid.Rect{X: x, Y: y, W: end - x, H: 1})
	first := s.View.Of(peer.Requests[0])
	if !first.Known() {
		return
	}
	at := logMachine(sub, 0, 0, first)
	if more := len(peer.Requests) - 1; more > 0 {
		at = sub.Text(at, 0, theme.Dim, " +")
		at = logNumber(sub, at, 0, theme.Dim, uint64(more))
	}
	if state := first.StateName(); grid.Width(state) < end-x-at {
		sub.Untrusted(at+1, 0, theme.Working, state)
	}
}

func cutText(peer *survey.Peer) string {
	switch {
	case peer.Cut && peer.CutBack:
		return "cut"
	case peer.Cut:
		return "cut there"
	}
	return "cut back"
}

func roleStyle(n *logNode) grid.Style {
	switch {
	case !n.state.Up:
		return theme.Down
	case n.state.Role == "leader":
		return theme.Leader
	case n.state.Role == "candidate":
		return theme.Candidate
	}
	return theme.Follower
}

// logAgoMax is how many columns logAgo takes at most.
const logAgoMax = len("999.9s ago")

// logAgo returns how long ago something was, to a millisecond or a tenth of a
// second.
func logAgo(d sm.Time) string {
	switch at := time.Duration(d); {
	case at < time.Second:
		return strconv.FormatInt(at.Milliseconds(), 10) + "ms ago"
	case at < 1000*time.Second:
		return strconv.FormatFloat(at.Truncate(100*time.Millisecond).Seconds(), 'f', 1, 64) + "s ago"
	}
	return "long ago"
}
