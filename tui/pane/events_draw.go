package pane

import (
	"strconv"
	"time"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/find"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// eventsHead is how high the pane must be to have a line that names its columns.
const eventsHead = 8

// Draw implements Pane.
func (p *Events) Draw(c grid.Canvas, s *Scene, focused bool) {
	w, h := c.Size()
	p.follow(s)
	p.head = 0
	if h >= eventsHead {
		p.head = 1
	}
	if p.height == 0 {
		p.row = h - h/4 // the first time: something of what comes next is seen too
	}
	p.height = h - p.head
	until := time.Now().Add(drawSlice)
	p.settle(until)
	if p.unsure {
		p.rows = p.rows[:0]
	} else {
		p.fill(p.height, until)
	}
	if w == 0 || h == 0 {
		return
	}
	if len(p.rows) == 0 {
		c.Cut(1, 0, w-1, theme.Dim, p.nothing())
		return
	}
	lay := p.layout(s, w)
	if p.head > 0 {
		lay.drawHead(c)
	}
	var before sm.Time = -1
	for y, i := range p.rows {
		e := p.timeline.Event(i)
		line := c.Sub(grid.Rect{Y: p.head + y, W: w, H: 1})
		lay.draw(line, s, &e, i, e.At != before)
		before = e.At
		if i == p.at {
			line.Rune(0, 0, theme.Key, s.Theme.Glyphs.Pointer)
			if focused {
				line.Mark(0, 0, w, grid.Selected)
			}
		}
	}
	p.looking(c, len(p.rows))
}

func (p *Events) nothing() string {
	switch {
	case p.timeline.Events() == 0:
		return "nothing has happened yet"
	case p.index != nil && !p.index.Done():
		_, looked, all := p.index.Count()
		return "looking for events that the filter wants: " + percent(looked, all)
	}
	return "the filter wants none of the events"
}

// looking says where it is not yet known whether there are more.
func (p *Events) looking(c grid.Canvas, rows int) {
	w, _ := c.Size()
	if p.below == find.More && rows < p.height {
		c.Cut(3, p.head+rows, w-3, theme.Dim, "looking for more ...")
	}
}

// eventsLay is where the columns begin, and how wide they are; a width of 0: the
// column is left out.
type eventsLay struct {
	seq, seqW   int
	time, timeW int
	node, nodeW int
	name, nameW int
	what, whatW int
	marks       bool // events that were searched for are marked
}

// Widths at which a column is left out, the least important first.
const (
	seqNeeds  = 56
	timeNeeds = 40
	nodeNeeds = 28
	nameMost  = 24
)

// layout gives columns their room by what is seen.
func (p *Events) layout(s *Scene, w int) (lay eventsLay) {
	nodeW, nameW := len("node"), len("machine")
	for _, i := range p.rows {
		e := p.timeline.Event(i)
		nodeW = max(nodeW, grid.Width(brief(s.Alias.Of(e.Node), nameMax)))
		if m := p.timeline.Machine(e.Machine); m != nil {
			nameW = max(nameW, grid.Width(brief(m.Kind().Name(), nameMost))+1+decimals(int64(m.ID())))
		}
	}
	lay.marks = p.marks
	x := 4
	place := func(needs, want int) (int, int) {
		if w < needs || want == 0 {
			return x, 0
		}
		at := x
		x += want + 1
		return at, want
	}
	lay.seq, lay.seqW = place(seqNeeds, max(len("event"), decimals(int64(p.timeline.LastSeq()))))
	lay.time, lay.timeW = place(timeNeeds, decimals(int64(s.Last.Now()/1e9))+len(".000000"))
	lay.node, lay.nodeW = place(nodeNeeds, min(nodeW, nameMax+1))
	lay.name, lay.nameW = place(0, min(nameW, nameMost, max(w/3, 8)))
	lay.what, lay.whatW = x, w-x
	return lay
}

func (lay *eventsLay) drawHead(c grid.Canvas) {
	if lay.seqW > 0 {
		c.Right(lay.seq+lay.seqW, 0, theme.Title, "event")
	}
	if lay.timeW > 0 {
		c.Right(lay.time+lay.timeW, 0, theme.Title, "seconds")
	}
	c.Cut(lay.node, 0, lay.nodeW, theme.Title, "node")
	c.Cut(lay.name, 0, lay.nameW, theme.Title, "machine")
	c.Cut(lay.what, 0, lay.whatW, theme.Title, "what happened")
}

// draw draws an event. first says that it is the first one seen of its instant.
func (lay *eventsLay) draw(c grid.Canvas, s *Scene, e *sm.Event, i int, first bool) {
	t := s.View.Timeline()
	future := i >= s.View.Events()
	look := func(st grid.Style) grid.Style {
		if future {
			return theme.Dim
		}
		return st
	}
	if i == s.View.Events()-1 && i != s.Last.Events()-1 {
		c.Rune(1, 0, theme.History, s.Theme.Glyphs.Cursor) // here time stands
	}
	m := t.Machine(e.Machine)
	if t.IsNotable(i) {
		g, st := notableMark(s.Theme, e, m)
		if len(t.BrokenAt(i)) > 0 {
			g, st = s.Theme.Glyphs.Violation, theme.Failed
		}
		c.Rune(2, 0, look(st), g)
	}
	if lay.seqW > 0 {
		rightInt(c, lay.seq+lay.seqW, theme.Dim, e.Seq)
	}
	if lay.timeW > 0 && first {
		rightSeconds(c, lay.time+lay.timeW, look(theme.Time), e.At)
	}
	if lay.nodeW > 0 {
		c.Cut(lay.node, 0, lay.nodeW, look(theme.Node), brief(s.Alias.Of(e.Node), nameMax+1))
	}
	if m != nil && lay.nameW > 0 {
		id := decimals(int64(m.ID()))
		st := look(theme.Machine)
		if m.ID() == s.Selected {
			st |= grid.Strong
		}
		x := c.Cut(lay.name, 0, max(0, lay.nameW-id-1), st, brief(m.Kind().Name(), nameMost))
		x = c.Rune(x, 0, st, '#')
		if x+id <= lay.name+lay.nameW {
			c.Int(x, 0, st, int64(m.ID()))
		}
	}
	st := look(whatStyle(e, m))
	if lay.marks && s.Found.Event(t, i) {
		st = theme.Found
	}
	c.Cut(lay.what, 0, lay.whatW, st, grid.Clean(t.What(i, s.Real, max(0, lay.whatW)+2)))
}

// whatStyle is the style of what happened: what moves stands out from details.
func whatStyle(e *sm.Event, m *replay.Machine) grid.Style {
	switch e.Type {
	case sm.Failed, sm.Violation:
		return theme.Failed
	case sm.Command:
		return theme.Fault
	case sm.Attributed, sm.Linked, sm.Log:
		return theme.Dim
	case sm.Moved, sm.Born:
		switch {
		case m == nil:
		case m.Kind().Is(e.State, sm.Failure):
			return theme.Failed
		case e.Type == sm.Moved && m.Kind().Is(e.State, sm.Final):
			return theme.OK
		}
	}
	return theme.Text
}

// notableMark is the mark of an event that decides how a run goes on.
func notableMark(th *theme.Theme, e *sm.Event, m *replay.Machine) (rune, grid.Style) {
	g := &th.Glyphs
	switch e.Type {
	case sm.Violation:
		return g.Violation, theme.Failed
	case sm.Log:
		return g.Crash, theme.Failed
	case sm.Attributed:
		return g.Fault, theme.Fault
	}
	if m == nil {
		return g.Leaf, theme.Text
	}
	switch kind, state := m.Kind().Name(), m.Kind().StateName(e.State); {
	case kind == "truncate":
		return g.Truncate, theme.Warn
	case kind == "append-follower":
		return g.Reject, theme.Failed
	case kind != "node":
		return g.Error, theme.Failed
	case state == "leader":
		return g.Leader, theme.Leader
	case state == "CRASHED":
		return g.Crash, theme.Down
	}
	return g.Leaf, theme.Node
}

// decimals returns how many characters a number has.
func decimals(n int64) int {
	var b [20]byte
	return len(strconv.AppendInt(b[:0], n, 10))
}

func rightInt(c grid.Canvas, x int, st grid.Style, n uint64) {
	var b [20]byte
	rightBytes(c, x, st, strconv.AppendUint(b[:0], n, 10))
}

// rightSeconds draws a time in seconds, to the microsecond, so that it ends before
// column x.
func rightSeconds(c grid.Canvas, x int, st grid.Style, at sm.Time) {
	var b [32]byte
	text := strconv.AppendInt(b[:0], int64(at/1e9), 10)
	text = append(text, '.')
	us := max(int64(at%1e9/1e3), -int64(at%1e9/1e3))
	for unit := int64(100000); unit > 0; unit /= 10 {
		text = append(text, byte('0'+us/unit%10))
	}
	rightBytes(c, x, st, text)
}

func rightBytes(c grid.Canvas, x int, st grid.Style, text []byte) {
	x -= len(text)
	for i, b := range text {
		c.Rune(x+i, 0, st, rune(b))
	}
}
