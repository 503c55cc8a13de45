package pane

import (
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// LogsFull is the logs view: above, what each node's raft believes, what its
// store and its FSM hold and what the leader knows of it, side by side; below, a
// line an index with each node's entry there and its command.
type LogsFull struct {
	model logModel
	cur   logCursor
	top   int // first node in the table
	left  int // first node of those with a column below
	peers []survey.Peer
	cols  []logColumn // of the table, those that fit
	lay   fullLayout  // of the last Draw: clicks and motions are meant for it
	seen  replay.View
}

// NewLogsFull returns the pane at the newest index.
func NewLogsFull() *LogsFull { return &LogsFull{} }

// fullLayout is where what is in the pane. Lines count from its top.
type fullLayout struct {
	w, h       int
	headW      int // columns of the pointer, a node's name, its marks and its term
	table      int // line of the first node; 0: no table
	first, end int // nodes in the table
	list       int // line of the first index
	left, more int // nodes with a column below: the first, and the one behind the last
	node, nw   int // column of the first of them, and columns of each
	words      bool
	text       int // where commands begin
	from, to   uint64
	rows       int
}

// Name is "logs in full".
func (p *LogsFull) Name() string { return "logs in full" }

// Version changes as the user moves.
func (p *LogsFull) Version() uint64 { return p.cur.version }

// Title is the legend, too.
func (p *LogsFull) Title(s *Scene) string {
	if p.seen != s.View { // asked before Draw
		p.model.read(s)
		p.arrange(s, p.lay.w, p.lay.h)
	}
	return logTitle("logs in full", s, &p.model, p.lay.from, logWords{member: p.has(colMember), doing: p.has(colDoing)})
}

// Keys: the pane has none but those of Motion.
func (p *LogsFull) Keys() *keys.Map { return &fullKeys }

var fullKeys = keys.Map{Name: "logs in full"}

// Draw draws the pane.
func (p *LogsFull) Draw(c grid.Canvas, s *Scene, focused bool) {
	c.Clear()
	w, h := c.Size()
	p.model.read(s)
	p.arrange(s, w, h)
	if len(p.model.nodes) == 0 {
		c.Cut(1, 0, w-1, theme.Dim, "no node has started yet")
		return
	}
	if p.lay.table > 0 {
		p.drawTable(c, s, focused)
	}
	p.drawList(c, s, focused)
}

// What is shown at which height: below the first the list alone, from the second
// on a rule between table and list.
const (
	fullTableMin = 9
	fullRuleMin  = 16
)

// arrange settles where everything goes, and reads what is there.
func (p *LogsFull) arrange(s *Scene, w, h int) {
	m := &p.model
	p.seen = s.View
	lay := fullLayout{w: w, h: h}
	lay.list = min(1, max(0, h-1))
	if h >= fullTableMin {
		lay.table = 2
		lay.first, lay.end = p.cur.rows(m, max(1, min(h-7, h/2)), &p.top)
		lay.list = lay.table + lay.end - lay.first + 1
		if h >= fullRuleMin {
			lay.list++
		}
	}
	m.load(s, 0, len(m.nodes), 1, 0) // terms and numbers decide how much room entries have
	nameW := 2
	for i := range m.nodes {
		nameW = max(nameW, grid.Width(m.nodes[i].shown))
	}
	lay.headW = logHeadW(nameW, m.termW)
	lay.rows = max(0, h-lay.list)
	lay.from, lay.to = p.cur.window(m, lay.rows)
	p.arrangeNodes(&lay, w, nameW)
	if lay.from > 0 {
		m.load(s, lay.left, lay.more, lay.from, lay.to)
	}
	p.lay = lay
	if lay.table > 0 {
		p.peers = survey.Peers(s.View, m.foremost)
		p.chooseColumns(s, w-lay.headW)
	}
}

// Columns of the list at least, and of an entry's state in words.
const (
	fullTextMin  = 24
	fullWordsMin = 60 // of commands, when states are in words
	fullStateW   = 10
)

// arrangeNodes settles which nodes have a column of entries, and how wide these
// are: as many as leave room for a command.
func (p *LogsFull) arrangeNodes(lay *fullLayout, w, nameW int) {
	m := &p.model
	lay.node = 1 + max(len("index"), logDigits(m.hi)) + 2
	lay.nw = max(m.termW+2, nameW+2) + 2
	room := w - lay.node
	if wide := m.termW + 2 + 1 + fullStateW + 1; len(m.nodes)*max(wide, lay.nw)+fullWordsMin <= room {
		lay.nw, lay.words = max(wide, lay.nw), true
	}
	n := max(1, (room-fullTextMin)/lay.nw)
	lay.left, lay.more = p.cur.rows(m, min(n, len(m.nodes)), &p.left)
	lay.text = lay.node + (lay.more-lay.left)*lay.nw
}

// Do moves the cursor: among entries up and down, among nodes left and right.
func (p *LogsFull) Do(v keys.Verb, s *Scene) Action {
	return logDo(v, s, &p.model, &p.cur, max(1, p.lay.rows-1), [4]keys.Verb{Fold, Unfold, Up, Down})
}

// Click puts the cursor on what was clicked and selects it: an entry, the
// request of a command, or what a node is doing.
func (p *LogsFull) Click(x, y int, s *Scene) Action {
	lay, m := &p.lay, &p.model
	if row := lay.first + y - lay.table; lay.table > 0 && y >= lay.table && row < min(lay.end, len(m.nodes)) {
		p.cur.put(m, m.nodes[row].name, 0)
		if id := p.columnMachine(x, &m.nodes[row]); id != 0 {
			return Select{id}
		}
		return nil
	}
	k := uint64(max(0, y-lay.list))
	if y < lay.list || lay.from == 0 || k > lay.to-lay.from {
		return nil
	}
	index := lay.from + k
	if x >= lay.text {
		p.cur.put(m, p.cur.node, index)
		return p.selectRequest(s, index)
	}
	node := p.cur.node
	if at := lay.left + (x-lay.node)/lay.nw; x >= lay.node && at < min(lay.more, len(m.nodes)) {
		node = m.nodes[at].name
	}
	p.cur.put(m, node, index)
	if id := m.machineAt(s, &m.nodes[m.row(node)], index); id != 0 {
		return Select{id}
	}
	return nil
}

// selectRequest selects the request that put an entry into the log.
func (p *LogsFull) selectRequest(s *Scene, index uint64) Action {
	for i := p.lay.left; i < p.lay.more; i++ {
		id := p.model.machineAt(s, &p.model.nodes[i], index)
		if id == 0 {
			continue
		}
		if request := logRequest(s.View, s.View.Machine(id)); request.Known() {
			return Select{request.ID()}
		}
		return Select{id}
	}
	return nil
}

// Wheel scrolls the list.
func (p *LogsFull) Wheel(lines int, s *Scene) Action {
	p.model.read(s)
	p.cur.scroll(&p.model, lines, p.lay.rows)
	return nil
}

// Copy returns the entry at the cursor.
func (p *LogsFull) Copy(s *Scene) string { return logCopy(s, &p.model, &p.cur) }

// columnMachine returns the machine that a click into the table means, 0 if none.
func (p *LogsFull) columnMachine(x int, n *logNode) sm.ID {
	for _, col := range p.cols {
		if x < col.x || x >= col.x+col.w {
			continue
		}
		switch col.is {
		case colDoing:
			return n.doing.machine
		case colFlight:
			if peer := p.peer(n.name); peer != nil && len(peer.Requests) > 0 {
				return peer.Requests[0].ID()
			}
		}
	}
	return 0
}
