package dialog

import (
	"strings"

	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/prompt"
	"raftscope/tui/theme"
)

// Help explains the keys, the commands, raft's words and the marks on the screen,
// a page for each. The lines of a page can be filtered.
type Help struct {
	pages  []helpPage
	page   int
	filter prompt.Line
	typing bool // keys go into the filter

	// Of the last drawing: it depends on the size.
	laid  helpLaid
	top   int
	shown int       // lines that fit
	tabs  []tabSpan // where the names of the pages are
}

// helpLaid is a page as it was broken into lines.
type helpLaid struct {
	of      helpLaidOf
	columns [][]helpRow
	lines   int // of the longest column
	found   int // entries that meet the filter
}

// helpLaidOf is what that follows from.
type helpLaidOf struct {
	page, w, h int
	filter     string
	theme      *theme.Theme
}

type tabSpan struct{ y, from, to int }

// helpKeys are the keys of Help.
var helpKeys = keys.Map{Name: "help", Bindings: []keys.Binding{
	{Verb: "next page", Keys: []string{"tab", "l", "right"}, Short: "next page", Help: "the next page"},
	{Verb: "previous page", Keys: []string{"shift+tab", "h", "left"}, Help: "the page before"},
	{Verb: "filter", Keys: []string{"/"}, Short: "filter", Help: "show only lines that hold a text"},
	{Verb: pane.Down, Keys: []string{"j", "down"}, Short: "down", Help: "down"},
	{Verb: pane.Up, Keys: []string{"k", "up"}, Help: "up"},
	{Verb: pane.PageDown, Keys: []string{"pgdown", "space", "ctrl+d"}, Help: "a page down"},
	{Verb: pane.PageUp, Keys: []string{"pgup", "ctrl+u"}, Help: "a page up"},
	{Verb: pane.Top, Keys: []string{"g", "home"}, Help: "to the beginning"},
	{Verb: pane.Bottom, Keys: []string{"G", "end"}, Help: "to the end"},
	{Verb: "copy", Keys: []string{"y"}, Help: "copy the page as text"},
	{Verb: "close", Keys: []string{"esc", "q", "?", "f1", "ctrl+c"}, Short: "close", Help: "end the filter, then close"},
}}

// NewHelp returns help about a topic: command.KeysTopic, the first word of a
// command, or nothing in particular. maps are the keys to be explained.
func NewHelp(about string, maps []keys.Map) *Help {
	return &Help{pages: helpPages(about, maps)}
}

// Nodes has the page of marks say which nodes have short names: lines of what the
// screen calls a node and what it is called.
func (d *Help) Nodes(short, long []string) {
	if len(short) == 0 {
		return
	}
	b := helpBlock{head: "nodes of this run", about: "Their names are too long for columns."}
	for i := range short {
		b.entries = append(b.entries, helpEntry{grid.Clean(short[i]), theme.Node, grid.Clean(long[i])})
	}
	for i := range d.pages {
		if p := &d.pages[i]; p.name == marksPage {
			marks := p.blocks
			p.blocks = func(t *theme.Theme) []helpBlock { return append([]helpBlock{b}, marks(t)...) }
		}
	}
}

// Key implements Dialog.
func (d *Help) Key(key, text string) Result {
	if d.typing {
		d.typeKey(key, text)
		return Result{}
	}
	switch helpKeys.Verb(key) {
	case "next page":
		d.turn(d.page + 1)
	case "previous page":
		d.turn(d.page - 1)
	case "filter":
		d.typing = true
	case pane.Down:
		d.top++
	case pane.Up:
		d.top--
	case pane.PageDown:
		d.top += max(1, d.shown-1)
	case pane.PageUp:
		d.top -= max(1, d.shown-1)
	case pane.Top:
		d.top = 0
	case pane.Bottom:
		d.top = d.laid.lines
	case "copy":
		return Result{Action: pane.Copy{Text: d.pages[d.page].text(d.laid.of.theme)}}
	case "close":
		if d.filter.Empty() {
			return Result{Close: true}
		}
		d.filter.Set("")
		d.top = 0
	}
	return Result{}
}

// typeKey takes a key for the filter.
func (d *Help) typeKey(key, text string) {
	d.top = 0
	switch {
	case text != "":
		d.filter.Insert(text)
	case key == "esc" || key == "ctrl+c":
		d.filter.Set("")
		d.typing = false
	case key == "enter" || key == "down" || key == "tab":
		d.typing = false
	case key == "backspace" && d.filter.Empty():
		d.typing = false
	default:
		edit(&d.filter, key)
	}
}

func (d *Help) turn(page int) {
	d.page = (page + len(d.pages)) % len(d.pages)
	d.top = 0
}

// filterMax is how much text is pasted into the filter.
const filterMax = 1000

// Paste implements Dialog.
func (d *Help) Paste(text string) Result {
	if d.typing && len(text)+len(d.filter.Text()) < filterMax {
		d.filter.Insert(text)
		d.top = 0
	}
	return Result{}
}

// Click implements Dialog: it turns to a page.
func (d *Help) Click(x, y int) Result {
	for i, s := range d.tabs {
		if y == s.y && x >= s.from && x < s.to {
			d.turn(i)
		}
	}
	return Result{}
}

// Wheel implements Dialog.
func (d *Help) Wheel(lines int) Result {
	d.top += lines
	return Result{}
}

// Keys implements Dialog.
func (d *Help) Keys() *keys.Map { return &helpKeys }

// helpWidest is how wide a page in one column is: longer lines are hard to read.
const helpWidest = 100

// Draw implements Dialog.
func (d *Help) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	sw, sh := c.Size()
	w := sw - 4
	if d.pages[d.page].narrow {
		w = min(w, helpWidest)
	} else {
		w = min(w, columnsMax*columnWide)
	}
	in, area := box(c, t, "help", w, sh-4)
	w, h := in.Size()
	d.drawTabs(in, area, t)
	if h > 8 {
		in.Fill(0, 1, w, theme.Rule, t.Glyphs.H)
	}
	head := 1
	if h > 8 {
		head = 2
	}
	foot := 0
	if d.typing || !d.filter.Empty() {
		foot = 1
	}
	body := in.Sub(grid.Rect{Y: head, W: w, H: h - head - foot})
	d.drawRows(body, t)
	if foot == 0 {
		return 0, 0, false
	}
	in.Rune(0, h-1, theme.Key, '/')
	line := d.filter.Window(w - 20)
	drawLine(in, 2, h-1, w-20, line)
	in.Right(w, h-1, theme.Dim, pane.Count(d.laid.found)+" found")
	return area.X + 2 + line.Cursor, area.Y + h - 1, d.typing
}

// drawTabs draws the names of the pages.
func (d *Help) drawTabs(in grid.Canvas, area grid.Rect, t *theme.Theme) {
	w, _ := in.Size()
	d.tabs = d.tabs[:0]
	x := 0
	for i, p := range d.pages {
		from := x
		style := theme.Dim
		if i == d.page {
			style = theme.Title | grid.Selected
			in.Rune(x, 0, theme.Key, t.Glyphs.Pointer)
		}
		x = in.Cut(x+1, 0, w-x-1, style, p.name) + 2
		d.tabs = append(d.tabs, tabSpan{area.Y, area.X + from, area.X + x - 1})
	}
	const hint = "tab  /"
	if x+len(hint) < w {
		in.Right(w, 0, theme.Key, hint)
	}
}

// drawRows draws the part of the page that is seen.
func (d *Help) drawRows(c grid.Canvas, t *theme.Theme) {
	w, h := c.Size()
	d.lay(t, w, h)
	d.shown = h
	d.top = max(0, min(d.top, d.laid.lines-h))
	for k, rows := range d.laid.columns {
		width := columnWidth(w, len(d.laid.columns))
		for y := range min(h, len(rows)-d.top) {
			rows[d.top+y].draw(c.Sub(grid.Rect{X: k * (width + columnGap), Y: y, W: width, H: 1}))
		}
	}
	if d.laid.lines == 0 {
		c.Cut(0, 0, w, theme.Dim, "nothing on this page holds that")
	}
	more(c, t, d.top, d.laid.lines)
}

// Columns of a page that has several.
const (
	columnNarrow = 46
	columnWide   = 66
	columnsMax   = 3
	columnGap    = 3
)

// columnWidth returns how wide each of so many columns is; at the right of all is
// room for the marks that there is more.
func columnWidth(w, columns int) int { return (w - 2 - (columns-1)*columnGap) / columns }

// lay breaks the page into lines, unless that is done: in as few columns as show
// all of it, or in as many as there is room for.
func (d *Help) lay(t *theme.Theme, w, h int) {
	of := helpLaidOf{page: d.page, w: w, h: h, filter: d.filter.Text(), theme: t}
	if d.laid.of == of {
		return
	}
	d.laid = helpLaid{of: of}
	p := &d.pages[d.page]
	most := max(1, min(columnsMax, w/columnNarrow))
	if p.narrow {
		most = 1
	}
	var kept []helpBlock
	words := strings.Fields(strings.ToLower(of.filter))
	for _, b := range p.blocks(t) {
		b = b.filtered(words)
		if len(b.entries) > 0 {
			d.laid.found += len(b.entries)
			kept = append(kept, b)
		}
	}
	for n := 1; n <= most; n++ {
		var rows []helpRow
		for _, b := range kept {
			rows = b.lay(rows, columnWidth(w, n))
		}
		d.laid.columns, d.laid.lines = columns(rows, n), 0
		for _, c := range d.laid.columns {
			d.laid.lines = max(d.laid.lines, len(c))
		}
		if d.laid.lines <= h {
			break
		}
	}
}
