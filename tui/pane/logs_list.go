package pane

import (
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// drawList draws a line for each index in the window.
func (p *LogsFull) drawList(c grid.Canvas, s *Scene, focused bool) {
	lay, m := &p.lay, &p.model
	if lay.list > 0 {
		p.drawListHead(c, s)
	}
	if lay.from == 0 {
		if lay.rows > 0 {
			c.Cut(1, lay.list, lay.w-1, theme.Dim, "no entry yet")
		}
		return
	}
	here := m.row(p.cur.node)
	for k := uint64(0); k <= lay.to-lay.from; k++ {
		index, y := lay.from+k, lay.list+int(k)
		at := focused && index == p.cur.index
		style := theme.Title
		if m.marked.from > 0 && index >= m.marked.from && index <= m.marked.to {
			style = theme.Machine | grid.Strong | grid.Underline
		}
		if at {
			c.Rune(0, y, theme.Key, s.Theme.Glyphs.Pointer)
		}
		logRight(c, lay.node-2, y, style, index)
		for i := lay.left; i < lay.more; i++ {
			n, x := &m.nodes[i], lay.node+(i-lay.left)*lay.nw
			logEntry(c, x, y, m, n, s, index)
			if lay.words {
				p.drawState(c, s, n, x+m.termW+3, y, index)
			}
			if at && i == here {
				c.Mark(x, y, m.termW+2, grid.Selected)
			}
		}
		p.drawCommands(c, s, y, index)
	}
}

// drawListHead draws the line above the first index, and the rule above that.
func (p *LogsFull) drawListHead(c grid.Canvas, s *Scene) {
	lay, m := &p.lay, &p.model
	y := lay.list - 1
	if lay.table > 0 && lay.h >= fullRuleMin {
		c.Fill(0, y-1, lay.w, theme.Rule, s.Theme.Glyphs.H)
	}
	switch {
	case lay.from > m.lo:
		c.Rune(0, y, theme.Dim, s.Theme.Glyphs.MoreAbove)
		logRight(c, lay.node-2, y, theme.Dim, lay.from-m.lo)
	default:
		c.Right(lay.node-2, y, theme.Title, "index")
	}
	for i := lay.left; i < lay.more; i++ {
		n, x := &m.nodes[i], lay.node+(i-lay.left)*lay.nw
		x = c.Cut(x+1, y, lay.nw-1, theme.Node, n.shown)
		if mark := m.members.mark(n.name, &s.Theme.Glyphs); mark != ' ' {
			x = c.Rune(x, y, theme.Warn, mark)
		}
		if n.name == m.foremost {
			c.Rune(x, y, theme.Leader, s.Theme.Glyphs.Leader)
		}
	}
	if lay.left > 0 {
		c.Rune(lay.node, y, theme.Dim, '<')
	}
	if lay.more < len(m.nodes) {
		c.Rune(lay.text-1, y, theme.Dim, '>')
	}
	end := c.Cut(lay.text, y, lay.w-lay.text, theme.Title, "command (its request)")
	if n := m.hi - lay.to; lay.from > 0 && n > 0 && end+2+logDigits(n) < lay.w {
		c.Rune(lay.w-1-logDigits(n), y, theme.Dim, s.Theme.Glyphs.MoreBelow)
		logRight(c, lay.w, y, theme.Dim, n)
	}
}

// drawState draws an entry's state in words.
func (p *LogsFull) drawState(c grid.Canvas, s *Scene, n *logNode, x, y int, index uint64) {
	e, gone := n.at(s.View, index)
	style := theme.Dim
	if !e.Known() {
		e, style = gone, theme.Failed
	}
	if e.Known() {
		logCut(c, x, y, min(fullStateW, p.lay.nw-p.model.termW-4), style, e.StateName())
	}
}

// drawCommands draws what the entries at an index are about: once if all nodes
// hold the same entry there, else each with its term.
func (p *LogsFull) drawCommands(c grid.Canvas, s *Scene, y int, index uint64) {
	lay, m := &p.lay, &p.model
	x, shown := lay.text, [4]uint64{}
	terms := 0
	next := func(e replay.MachineView, gone bool) {
		term, _, _ := e.Position()
		for i := range terms {
			if shown[i] == term {
				return
			}
		}
		if terms == len(shown) || x >= lay.w {
			return
		}
		shown[terms] = term
		if terms++; terms > 1 {
			x += 2
		}
		x = p.drawCommand(c, s, x, y, e, gone)
	}
	// The entries of the log that counts come first.
	if m.foremost != "" {
		if e, _ := m.nodes[m.row(m.foremost)].at(s.View, index); e.Known() {
			next(e, false)
		}
	}
	for i := lay.left; i < lay.more; i++ {
		now, gone := m.nodes[i].at(s.View, index)
		if now.Known() {
			next(now, false)
		}
		if gone.Known() {
			next(gone, true)
		}
	}
	if terms == 0 {
		p.drawCompacted(c, y, index)
	}
}

// drawCompacted says where the entries up to an index are that no log has.
func (p *LogsFull) drawCompacted(c grid.Canvas, y int, index uint64) {
	for i := p.lay.left; i < p.lay.more; i++ {
		if p.model.nodes[i].span.Compacted >= index {
			c.Cut(p.lay.text, y, p.lay.w-p.lay.text, theme.Dim, "compacted: a snapshot stands for it, and for what was before")
			return
		}
	}
}

// drawCommand draws an entry's term and command, and whose request it is and
// what the client was told.
func (p *LogsFull) drawCommand(c grid.Canvas, s *Scene, x, y int, e replay.MachineView, gone bool) int {
	w := p.lay.w
	term, _, _ := e.Position()
	style := theme.Term(term)
	c.Rune(x, y, style, 't')
	x = logNumber(c, x+1, y, style, term) + 1
	if gone {
		x = c.Cut(x, y, w-x, theme.Failed, "truncated: ")
	}
	x = logCut(c, x, y, w-x, theme.Text, e.Label())
	request := logRequest(s.View, e)
	if !request.Known() || w-x < 12 {
		return x
	}
	x = c.Text(x+1, y, theme.Dim, "(")
	x = logMachine(c, x, y, request)
	text, told := " no answer yet", theme.Dim
	if v, ok := request.Attr("told"); ok && v.Text == "ok" {
		text, told = " ok", theme.OK
	} else if ok {
		x, text, told = x+1, v.Text, theme.Failed
	}
	x = logCut(c, x, y, w-x-1, told, text)
	return c.Text(x, y, theme.Dim, ")")
}

// logMachine draws a machine's name.
func logMachine(c grid.Canvas, x, y int, m replay.MachineView) int {
	x = c.Untrusted(x, y, theme.Machine, m.Kind().Name())
	x = c.Rune(x, y, theme.Machine, '#')
	return logNumber(c, x, y, theme.Machine, uint64(m.ID()))
}

// logRequest returns the client's request that an entry is of; the zero view if
// it is of none.
func logRequest(v replay.View, e replay.MachineView) replay.MachineView {
	if !e.Known() {
		return replay.MachineView{}
	}
	if n, ok := e.Attr("exec"); ok && !n.IsText && n.Num > 0 {
		return v.Exec(int(n.Num))
	}
	return replay.MachineView{}
}
