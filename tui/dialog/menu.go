package dialog

import (
	"slices"
	"strings"

	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// Item is a choice of a menu. It shows what it stands for, so that whoever uses
// the menu learns the commands.
type Item struct {
	Group  string // a heading above the first item of a group; may be empty
	Label  string // required; what it does, in a few words
	Shown  string // the command it stands for
	Doc    string // a sentence, shown while the item is chosen
	Action pane.Action
}

// Menu is a list of choices.
type Menu struct {
	Head []string // lines above the items; may be many

	title string
	items []Item
	list  pane.List
	label int       // columns that the labels take
	shown int       // columns that the commands take
	doc   int       // columns that the longest explanation takes
	top   int       // the first line of Head that is seen
	page  int       // lines of Head that are seen, if not all are
	area  grid.Rect // of the items, at the last drawing
	rows  []int     // of each line drawn, which item it is; -1 for a heading
}

// menuKeys are the keys of Menu; the rest of digits and letters choose, see
// menuSigns.
var menuKeys = keys.Map{Name: "menu", Bindings: []keys.Binding{
	{Verb: pane.Down, Keys: []string{"j", "down", "tab"}, Short: "down", Help: "down"},
	{Verb: pane.Up, Keys: []string{"k", "up", "shift+tab"}, Short: "up", Help: "up"},
	{Verb: pane.PageDown, Keys: []string{"pgdown", "ctrl+d"}, Help: "a page down, in what stands above the choices if that is cut off"},
	{Verb: pane.PageUp, Keys: []string{"pgup", "ctrl+u"}, Help: "a page up"},
	{Verb: pane.Top, Keys: []string{"g", "home"}, Help: "to the beginning"},
	{Verb: pane.Bottom, Keys: []string{"G", "end"}, Help: "to the end"},
	{Verb: "choose", Keys: []string{"enter", "space"}, Short: "choose", Help: "do it"},
	{Verb: "edit", Keys: []string{":", "e"}, Short: "edit", Help: "into the prompt, to be changed before it is done"},
	{Verb: "close", Keys: []string{"esc", "q", "ctrl+c"}, Short: "close", Help: "close"},
}}

// menuOpeners are the keys that open menus: who presses one twice does not want the
// item that it happens to stand for.
const menuOpeners = "xX"

// menuSigns are the keys that choose the first, the second item and so on: digits,
// then letters, without those that have a meaning of their own.
var menuSigns = func() (signs string) {
	for _, r := range "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		if menuKeys.Verb(string(r)) == "" && !strings.ContainsRune(menuOpeners, r) {
			signs += string(r)
		}
	}
	return signs
}()

// NewMenu returns a menu. Digits and letters choose its items, as it shows.
func NewMenu(title string, items []Item) *Menu {
	d := &Menu{title: grid.Clean(title), items: slices.Clone(items)}
	for i := range d.items {
		it := &d.items[i]
		it.Group, it.Label, it.Doc = grid.Clean(it.Group), grid.Clean(it.Label), grid.Clean(it.Doc)
		d.label = max(d.label, grid.Width(it.Label))
		d.doc = max(d.doc, grid.Width(it.Doc))
		d.shown = max(d.shown, grid.Width(grid.Clean(it.Shown)))
	}
	return d
}

// Key implements Dialog.
func (d *Menu) Key(key, _ string) Result {
	v := menuKeys.Verb(key)
	if d.page > 0 && (v == pane.PageDown || v == pane.PageUp) {
		if v == pane.PageUp {
			d.top -= d.page
		} else {
			d.top += d.page
		}
		return Result{}
	}
	if d.list.Do(v, len(d.items), max(1, d.area.H)) || len(d.items) == 0 && v != "close" {
		return Result{}
	}
	switch v {
	case "choose":
		return Result{Close: true, Action: d.items[d.list.At].Action}
	case "edit":
		return Result{Close: true, Action: pane.Prompt{Text: d.items[d.list.At].Shown}}
	case "close":
		return Result{Close: true}
	}
	if i := strings.Index(menuSigns, key); len(key) == 1 && i >= 0 && i < len(d.items) {
		return Result{Close: true, Action: d.items[i].Action}
	}
	return Result{}
}

// Paste implements Dialog; nothing can be typed here.
func (d *Menu) Paste(string) Result { return Result{} }

// Click implements Dialog: it chooses an item, and outside of the menu closes it.
func (d *Menu) Click(x, y int) Result {
	if !d.area.Contains(x, y) {
		return Result{Close: true}
	}
	if row := y - d.area.Y; row < len(d.rows) && d.rows[row] >= 0 {
		return Result{Close: true, Action: d.items[d.rows[row]].Action}
	}
	return Result{}
}

// Wheel implements Dialog.
func (d *Menu) Wheel(lines int) Result {
	d.list.Set(max(0, min(d.list.At+lines, len(d.items)-1)))
	return Result{}
}

// Keys implements Dialog.
func (d *Menu) Keys() *keys.Map { return &menuKeys }

// Draw implements Dialog.
func (d *Menu) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	lines, width := len(d.items), max(60, d.label+d.shown+6)
	for i := range d.items {
		if d.heads(i) {
			lines++
		}
	}
	for _, line := range d.Head {
		width = max(width, grid.Width(grid.Clean(line)))
	}
	head := len(d.Head)
	if head > 0 {
		head++
	}
	sw, _ := c.Size()
	doc := d.docLines(max(1, min(width, sw-4)))
	in, area := box(c, t, d.title, width, head+lines+1+doc)
	w, h := in.Size()
	foot := 1 + doc
	head = max(0, min(head, h-foot-min(lines, headLeaves)))
	d.drawHead(in.Sub(grid.Rect{W: w, H: head - 1}), t)
	text := "There is nothing to choose from at this moment."
	if len(d.items) > 0 {
		text = d.items[d.list.At].Doc
	}
	for i, line := range wrap(text, w, doc) {
		in.Cut(0, h-doc+i, w, theme.Dim, line)
	}
	in = in.Sub(grid.Rect{Y: head, W: w, H: h - head - foot})
	d.area = grid.Rect{X: area.X, Y: area.Y + head, W: area.W, H: max(1, h-head-foot)}
	d.layoutRows(d.area.H)
	for row, i := range d.rows {
		if i < 0 {
			in.Cut(0, row, w, theme.Title, d.items[d.rows[row+1]].Group)
			continue
		}
		d.drawItem(in, t, row, i)
	}
	if n := len(d.rows); n > 0 {
		g := &t.Glyphs
		if d.rows[0] > 0 || d.rows[0] < 0 && d.rows[1] > 0 {
			in.Rune(w-1, 0, theme.Dim, g.MoreAbove)
		}
		if d.rows[n-1] < len(d.items)-1 {
			in.Rune(w-1, n-1, theme.Dim, g.MoreBelow)
		}
	}
	return 0, 0, false
}

// docMax is how many lines the explanation of an item takes at most.
const docMax = 2

// docLines returns how many lines the longest explanation takes, so that the menu
// keeps its size while the cursor moves.
func (d *Menu) docLines(w int) int {
	if d.doc > w {
		return docMax
	}
	return 1
}

// headLeaves is how many lines are left to the items however long Head is.
const headLeaves = 4

// drawHead draws what stands above the items.
func (d *Menu) drawHead(c grid.Canvas, t *theme.Theme) {
	w, h := c.Size()
	d.page = 0
	if h < len(d.Head) {
		d.page = max(1, h-1)
	}
	d.top = max(0, min(d.top, len(d.Head)-h))
	for y := range min(h, len(d.Head)-d.top) {
		c.Cut(0, y, w, theme.Client, grid.Clean(d.Head[d.top+y]))
	}
	more(c, t, d.top, len(d.Head))
}

func (d *Menu) drawItem(in grid.Canvas, t *theme.Theme, row, i int) {
	w, _ := in.Size()
	it := &d.items[i]
	if i < len(menuSigns) {
		in.Rune(0, row, theme.Key, rune(menuSigns[i]))
	}
	label := min(d.label, max(w-d.shown-4, w/2))
	in.Cut(2, row, label, theme.Text, it.Label)
	in.Cut(2+label+2, row, w-label-4, theme.Machine, grid.Clean(it.Shown))
	if i == d.list.At {
		in.Rune(1, row, theme.Text, t.Glyphs.Pointer)
		in.Mark(0, row, w, grid.Selected)
	}
}

// heads says whether a heading stands above an item.
func (d *Menu) heads(i int) bool {
	return d.items[i].Group != "" && (i == 0 || d.items[i-1].Group != d.items[i].Group)
}

// layoutRows says which item each line shows, so that the chosen one is seen.
func (d *Menu) layoutRows(h int) {
	d.rows = d.rows[:0]
	at := 0
	for i := range d.items {
		if d.heads(i) {
			d.rows = append(d.rows, -1)
		}
		if i == d.list.At {
			at = len(d.rows)
		}
		d.rows = append(d.rows, i)
	}
	top := max(0, min(d.list.Top, len(d.rows)-h))
	if at < top {
		top = at
		if top > 0 && d.rows[top-1] < 0 {
			top--
		}
	}
	if at >= top+h {
		top = at - h + 1
	}
	d.list.Top = top
	d.rows = d.rows[top:min(len(d.rows), top+h)]
	if n := len(d.rows); n > 0 && d.rows[n-1] < 0 {
		d.rows = d.rows[:n-1] // a heading without its item
	}
}
