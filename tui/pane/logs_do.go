package pane

import (
	"strconv"

	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
)

var logsKeys = keys.Map{Name: "logs"}

func logUint(n uint64) string { return strconv.FormatUint(n, 10) }

// Do moves the cursor: among nodes up and down, among entries left and right.
func (p *Logs) Do(v keys.Verb, s *Scene) Action {
	return logDo(v, s, &p.model, &p.cur, max(1, p.lay.fit-1), [4]keys.Verb{Up, Down, Fold, Unfold})
}

// logDo carries out a motion in logs. Motions are the verbs for the node before
// and behind, and for the entry before and behind.
func logDo(v keys.Verb, s *Scene, m *logModel, k *logCursor, page int, motions [4]keys.Verb) Action {
	m.read(s)
	switch v {
	case motions[0]:
		k.toNode(m, -1)
	case motions[1]:
		k.toNode(m, 1)
	case motions[2]:
		k.step(m, -1)
	case motions[3]:
		k.step(m, 1)
	case PageUp:
		k.step(m, -page)
	case PageDown:
		k.step(m, page)
	case Top, Bottom:
		k.ends(m, v)
	case Open:
		return logOpen(s, m, k)
	}
	return nil
}

// logOpen selects the entry at a cursor, or says why there is none.
func logOpen(s *Scene, m *logModel, k *logCursor) Action {
	if len(m.nodes) == 0 {
		return nil
	}
	n := &m.nodes[m.row(k.node)]
	index := k.place(m)
	if id := m.machineAt(s, n, index); id != 0 {
		return Select{id}
	}
	return Say{logSay(n, index)}
}

// machineAt returns the entry of a node at an index, or the one that went there
// just now; 0 if there is none.
func (l *logModel) machineAt(s *Scene, n *logNode, index uint64) sm.ID {
	one := logNode{entries: s.View.LogBetween(n.name, index, index), old: l.before.LogBetween(n.name, index, index)}
	now, gone := one.at(s.View, index)
	switch {
	case now.Known():
		return now.ID()
	case gone.Known():
		return gone.ID()
	}
	return 0
}

// Click puts the cursor on what was clicked and selects it: an entry, or what a
// node is doing.
func (p *Logs) Click(x, y int, s *Scene) Action {
	row := p.lay.first + y - p.lay.header
	index := p.indexAt(x)
	if y < p.lay.header {
		if index > 0 && len(p.model.nodes) > 0 {
			p.cur.put(&p.model, p.cur.node, index)
		}
		return nil
	}
	if y < 0 || row >= p.lay.end || row >= len(p.model.nodes) {
		return nil
	}
	p.cur.put(&p.model, p.model.nodes[row].name, index)
	n := &p.model.nodes[row]
	id := sm.ID(0)
	switch {
	case p.lay.doingW > 0 && x >= p.lay.doing:
		id = n.doing.machine
	case index > 0:
		id = p.model.machineAt(s, n, index)
	}
	if id == 0 {
		return nil
	}
	return Select{id}
}

// Wheel moves among nodes if there are more than lines, else along the logs.
func (p *Logs) Wheel(lines int, s *Scene) Action {
	p.model.read(s)
	if len(p.model.nodes) > p.lay.end-p.lay.first {
		p.cur.toNode(&p.model, lines)
	} else {
		p.cur.scroll(&p.model, lines, p.lay.fit)
	}
	return nil
}

// Copy returns the entry at the cursor: "n1:2/5 set x=1 durable".
func (p *Logs) Copy(s *Scene) string { return logCopy(s, &p.model, &p.cur) }

// logCopyMax is how much of a command is copied: terminals refuse long texts.
const logCopyMax = 4096

func logCopy(s *Scene, m *logModel, k *logCursor) string {
	m.read(s)
	if open, ok := logOpen(s, m, k).(Select); ok {
		e := s.View.Machine(open.Machine)
		return grid.Clean(e.Node()) + ":" + e.Subject() + " " + grid.Clean(logClip(e.Label(), logCopyMax)) + " " + grid.Clean(e.StateName())
	}
	return ""
}
