package pane

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// Next lists the operations under way in the order in which they are due, and
// lets the user do something to them.
type Next struct {
	list    List
	cursor  sm.ID // the machine that the cursor is on
	rows    *nextRows
	columns int // when it was last drawn
	height  int
	wide    int // of one column
}

// Verbs of the keys of Next.
const (
	Hold      keys.Verb = "hold"
	Drop      keys.Verb = "drop"
	Delay     keys.Verb = "delay"
	Duplicate keys.Verb = "duplicate"
	Fail      keys.Verb = "fail"
	Reorder   keys.Verb = "reorder"
)

var nextKeys = keys.Map{Name: "next", Bindings: []keys.Binding{
	{Verb: Hold, Keys: []string{"H"}, Short: "hold", Help: "hold the operation where it is, or let it go on"},
	{Verb: Drop, Keys: []string{"d"}, Short: "drop", Help: "lose the message"},
	{Verb: Delay, Keys: []string{"D"}, Short: "delay", Help: "make the operation take longer"},
	{Verb: Duplicate, Keys: []string{"u"}, Short: "duplicate", Help: "have the request arrive twice"},
	{Verb: Fail, Keys: []string{"F"}, Short: "fail", Help: "have the disk operation fail, or break the message's connection"},
	{Verb: Reorder, Keys: []string{"R"}, Help: "let a later request overtake this one"},
}}

// NewNext returns the pane.
func NewNext() *Next { return &Next{columns: 1} }

// Name implements Pane.
func (p *Next) Name() string { return "next" }

// Keys implements Pane.
func (p *Next) Keys() *keys.Map { return &nextKeys }

// Version implements Pane.
func (p *Next) Version() uint64 { return p.list.Version() }

// Title implements Pane.
func (p *Next) Title(s *Scene) string {
	r := p.of(s)
	title := "next  " + Count(len(r.rows)) + " under way"
	if r.held > 0 {
		title += ", " + Count(r.held) + " held"
	}
	if r.hidden > 0 {
		title += "; the filter hides " + Count(r.hidden) + " more"
	}
	return title
}

// of returns the rows of a scene, with the cursor where it belongs.
func (p *Next) of(s *Scene) *nextRows {
	if p.rows.isOf(s) {
		return p.rows
	}
	p.rows = newNextRows(s)
	for i := range p.rows.rows { // the cursor stays on its operation while that is under way
		if p.rows.rows[i].machine.ID() == p.cursor {
			p.list.At = i
			return p.rows
		}
	}
	p.list.At = max(0, min(p.list.At, len(p.rows.rows)-1))
	p.cursor = 0
	if p.list.At < len(p.rows.rows) {
		p.cursor = p.rows.rows[p.list.At].machine.ID()
	}
	return p.rows
}

// nextColumn is how wide a column of operations should be: as many stand side by
// side as there is room for, if there are too few lines.
const nextColumn = 64

// Draw implements Pane.
func (p *Next) Draw(c grid.Canvas, s *Scene, focused bool) {
	w, h := c.Size()
	r := p.of(s)
	if w == 0 || h == 0 {
		return
	}
	if len(r.rows) == 0 {
		c.Cut(1, 0, w-1, theme.Dim, nothingNext(s, r))
		return
	}
	p.height = h
	p.columns = max(1, min(w/nextColumn, (len(r.rows)+h-1)/h))
	p.wide = w / p.columns
	shown := h * p.columns
	p.list.Fit(len(r.rows), shown)
	visible := r.rows[p.list.Top:min(len(r.rows), p.list.Top+shown)]
	lay := layNext(s, visible, p.wide)
	for i := range visible {
		at := grid.Rect{X: i / h * p.wide, Y: i % h, W: p.wide, H: 1}
		row := c.Sub(at)
		lay.draw(row, s, &visible[i])
		if p.list.Top+i == p.list.At {
			row.Rune(0, 0, theme.Key, s.Theme.Glyphs.Pointer)
			if focused {
				row.Mark(0, 0, p.wide, grid.Selected)
			}
		}
	}
	p.more(c, s, len(r.rows), shown)
}

func nothingNext(s *Scene, r *nextRows) string {
	if r.hidden > 0 {
		return "nothing that the filter lets through is under way"
	}
	if len(s.View.Nodes()) == 0 {
		return "nothing is under way: no node has started"
	}
	return "nothing visible is under way: raft waits for its timers, or for a client"
}

// moreWidth is how wide a pane must be to spare a column for such a mark.
const moreWidth = 20

// more marks that there are operations above or below.
func (p *Next) more(c grid.Canvas, s *Scene, rows, shown int) {
	w, h := c.Size()
	if w < moreWidth {
		return
	}
	if p.list.Top > 0 {
		c.Rune(w-1, 0, theme.Key, s.Theme.Glyphs.MoreAbove)
	}
	if p.list.Top+shown < rows {
		c.Rune(w-1, h-1, theme.Key, s.Theme.Glyphs.MoreBelow)
	}
}

// nextLay is where the columns of the rows that are seen begin.
type nextLay struct{ when, where, name, what int }

// layNext gives columns their room. In a narrow pane the last one has what is left.
func layNext(s *Scene, rows []nextRow, w int) (lay nextLay) {
	var when, where, name int
	for i := range rows {
		rows[i].build(s, w)
		when = max(when, grid.Width(rows[i].when))
		where = max(where, grid.Width(rows[i].where))
		name = max(name, grid.Width(rows[i].name))
	}
	lay.when = 3
	lay.where = lay.when + when + 2
	if when == 0 {
		lay.where = lay.when
	}
	lay.name = lay.where + min(where, w/3) + 2
	lay.what = lay.name + min(name, w/2) + 1
	return lay
}

func (lay nextLay) draw(c grid.Canvas, s *Scene, r *nextRow) {
	w, _ := c.Size()
	about, what := theme.Text, theme.Text
	switch r.fare {
	case fareHeld:
		about = theme.Held
	case fareLost:
		about, what = theme.Failed, theme.Dim
	case fareUnknown, fareOverdue:
		about, what = theme.Dim, theme.Dim
	case fareDue:
		about = theme.Time
	}
	if g, ok := r.mark(s.Theme); ok {
		c.Rune(1, 0, about, g)
	}
	c.Right(lay.where-2, 0, about, r.when)
	c.Cut(lay.where, 0, lay.name-2-lay.where, theme.Node, r.where)
	name := theme.Machine
	if r.machine.ID() == s.Selected {
		name |= grid.Strong
	}
	c.Cut(lay.name, 0, min(lay.what-1, w)-lay.name, name, r.name)
	c.Cut(lay.what, 0, w-lay.what, what, r.what)
}

// at returns the row under the cursor, nil if there is none.
func (p *Next) at(s *Scene) *nextRow {
	r := p.of(s)
	if p.list.At < 0 || p.list.At >= len(r.rows) {
		return nil
	}
	return &r.rows[p.list.At]
}

// moved is what follows when the cursor was moved.
func (p *Next) moved(s *Scene) Action {
	row := p.at(s)
	if row == nil {
		return nil
	}
	p.cursor = row.machine.ID()
	return Select{p.cursor}
}

// Do implements Pane.
func (p *Next) Do(v keys.Verb, s *Scene) Action {
	r := p.of(s)
	if p.list.Do(v, len(r.rows), max(1, p.height*p.columns)) {
		return p.moved(s)
	}
	row := p.at(s)
	switch v {
	case Fold, Unfold: // to the column beside
		to := p.list.At + p.height
		if v == Fold {
			to = p.list.At - p.height
		}
		if p.columns > 1 && to >= 0 && to < len(r.rows) {
			p.list.Set(to)
			return p.moved(s)
		}
	case Open:
		if row != nil {
			return Follow{row.machine.ID()}
		}
	case Hold, Drop, Delay, Duplicate, Fail, Reorder:
		if row == nil {
			return Say{"nothing is under way that could be treated so"}
		}
		return faultAction(s.View, row.machine, v)
	}
	return nil
}

// faultAction is what a key for a fault does to an operation.
func faultAction(v replay.View, m *replay.Machine, verb keys.Verb) Action {
	items := FaultsFor(v, m.ID())
	for _, item := range items {
		word, what, _ := strings.Cut(item.Command, " ")
		if !strings.HasPrefix(what, m.Name()) {
			continue // a rule
		}
		if keys.Verb(word) != verb && !(verb == Hold && word == "release") {
			continue
		}
		if item.Prompt {
			return Prompt{item.Command}
		}
		return Command{item.Command}
	}
	if items == nil {
		return Say{m.Name() + ": no message, disk operation or apply of it is under way"}
	}
	return Say{m.Name() + ": " + unfit[verb]}
}

// unfit is why an operation is not treated so.
var unfit = map[keys.Verb]string{
	Drop:      "only messages can be lost; a disk operation can fail",
	Duplicate: "only a request on its way can arrive twice",
	Fail:      "a state machine cannot refuse what was committed",
	Reorder:   "only a request on its way that does not wait for that yet can be overtaken",
}

// Click implements Pane.
func (p *Next) Click(x, y int, s *Scene) Action {
	at := p.list.Top + y
	if p.columns > 1 && p.wide > 0 {
		at += x / p.wide * p.height
	}
	if at < 0 || at >= len(p.of(s).rows) {
		return nil
	}
	p.list.Set(at)
	return p.moved(s)
}

// Wheel implements Pane.
func (p *Next) Wheel(lines int, s *Scene) Action {
	p.list.Wheel(lines, len(p.of(s).rows), max(1, p.height*p.columns))
	return p.moved(s)
}

// Copy implements Pane.
func (p *Next) Copy(s *Scene) string {
	row := p.at(s)
	if row == nil {
		return ""
	}
	row.build(s, 1<<12)
	return strings.TrimSpace(row.when + "  " + row.where + "  " + row.name + " " + row.what)
}
