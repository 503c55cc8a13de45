package pane

import (
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// Detail tells all that is known of the selected machine, most useful first:
// where it is and what that means, where its time went, its moves, its fields,
// its links. The zero value is ready.
type Detail struct {
	list    List
	version uint64
	height  int
	width   int

	machine sm.ID // of which the lines are
	more    int   // how many more lines of lists than usual
	book    factBook
	sheet   sheet
	phases  detailPhases

	titled  sm.ID
	titleOf *facts
	title   string
}

// Bounds of the lists of a detail, before the user asks for more.
const (
	detailList = 20
	detailMore = 200
	detailText = 2000 // characters of one text
)

var detailKeys = keys.Map{Name: "detail"}

// Name returns detail.
func (d *Detail) Name() string { return "detail" }

// Keys returns the keys of the detail: those of every pane.
func (d *Detail) Keys() *keys.Map { return &detailKeys }

// Version changes with what the pane itself changes.
func (d *Detail) Version() uint64 { return d.version + d.list.Version() }

// Title names the machine, its node, and what it is about.
func (d *Detail) Title(s *Scene) string {
	m := s.Machine()
	if !m.Known() {
		return "detail"
	}
	f := d.book.of(s.View, m.Machine)
	if d.titled == m.ID() && d.titleOf == f {
		return d.title
	}
	sign, subject, label := aboutParts(s, m.Machine)
	d.title = shortClean(m.Name(), 60)
	for i, part := range [...]string{s.Alias.Of(m.Node()), sign + subject, label} {
		if part == "" || i == 1 && subject == "" {
			continue
		}
		if i != 1 || sign != string(s.Theme.Glyphs.Arrow) {
			d.title += " "
		}
		d.title += shortClean(part, 60)
	}
	d.titled, d.titleOf = m.ID(), f
	return d.title
}

// sync makes the lines for a width.
func (d *Detail) sync(s *Scene, w int) {
	m := s.Machine()
	if m.Known() && m.ID() != d.machine {
		d.machine, d.more = m.ID(), 0
		d.list = List{version: d.list.version + 1}
	}
	d.sheet.reset(w)
	d.tell(&d.sheet, s, detailText)
}

// Draw draws the lines in the window.
func (d *Detail) Draw(c grid.Canvas, s *Scene, focused bool) {
	w, h := c.Size()
	d.width, d.height = w, h
	d.sync(s, w-1)
	d.list.Fit(len(d.sheet.lines), h)
	for y := 0; y < h && d.list.Top+y < len(d.sheet.lines); y++ {
		at := d.list.Top + y
		d.sheet.draw(c, 1, y, at)
		if at == d.list.At && focused {
			markCursor(c, s.Theme, y, w, true)
		}
	}
	if below := len(d.sheet.lines) - d.list.Top - h; below > 0 && w > 1 {
		c.Rune(0, h-1, theme.Dim, s.Theme.Glyphs.MoreBelow)
	}
	if d.list.Top > 0 && w > 1 && d.list.At != d.list.Top {
		c.Rune(0, 0, theme.Dim, s.Theme.Glyphs.MoreAbove)
	}
}

// Do moves the cursor, and follows what is below it.
func (d *Detail) Do(v keys.Verb, s *Scene) Action {
	d.sync(s, d.width-1)
	if v == Open || v == Unfold {
		return d.follow()
	}
	d.list.Do(v, len(d.sheet.lines), max(1, d.height))
	return nil
}

// follow goes where the line of the cursor leads.
func (d *Detail) follow() Action {
	if d.list.At >= len(d.sheet.lines) {
		return nil
	}
	switch to := d.sheet.lines[d.list.At].to; {
	case to.more:
		d.more += detailMore
		d.version++
	case to.machine != 0 && to.machine != d.machine:
		return Follow{to.machine}
	case to.events > 0:
		return GoTo{to.events}
	}
	return nil
}

// Click puts the cursor on a line; a click on the cursor's line follows it.
func (d *Detail) Click(_, y int, s *Scene) Action {
	d.sync(s, d.width-1)
	at := d.list.Top + y
	if y < 0 || at >= len(d.sheet.lines) {
		return nil
	}
	if at == d.list.At {
		return d.follow()
	}
	d.list.Set(at)
	return nil
}

// Wheel scrolls.
func (d *Detail) Wheel(lines int, s *Scene) Action {
	d.sync(s, d.width-1)
	d.list.Wheel(lines, len(d.sheet.lines), max(1, d.height))
	return nil
}

// copyWidth is how wide copied text is wrapped.
const copyWidth = 100

// Copy returns all lines, with texts in full.
func (d *Detail) Copy(s *Scene) string {
	var p sheet
	p.reset(copyWidth)
	p.line(sheetTarget{})
	p.put(theme.Text, d.Title(s))
	d.tell(&p, s, 1<<30)
	return p.String()
}
