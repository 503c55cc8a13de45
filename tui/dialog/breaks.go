package dialog

import (
	"slices"
	"strconv"

	"raftscope/engine/grammar"
	"raftscope/replay/breaks"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// Breaks is the list of breakpoints. It stays open while they are switched;
// whoever carries that out tells it with Set what they are then.
type Breaks struct {
	all  []breaks.Break
	text []string // what each of them stops at
	wide int      // columns of the longest of these
	list pane.List
	area grid.Rect // of the list, at the last drawing
}

// breaksKeys are the keys of Breaks.
var breaksKeys = keys.Map{Name: "breakpoints", Bindings: []keys.Binding{
	{Verb: pane.Down, Keys: []string{"j", "down", "tab"}, Help: "down"},
	{Verb: pane.Up, Keys: []string{"k", "up", "shift+tab"}, Help: "up"},
	{Verb: pane.PageDown, Keys: []string{"pgdown", "ctrl+d"}, Help: "a page down"},
	{Verb: pane.PageUp, Keys: []string{"pgup", "ctrl+u"}, Help: "a page up"},
	{Verb: pane.Top, Keys: []string{"g", "home"}, Help: "to the beginning"},
	{Verb: pane.Bottom, Keys: []string{"G", "end"}, Help: "to the end"},
	{Verb: "switch", Keys: []string{"space"}, Short: "on or off", Help: "switch the breakpoint on or off"},
	{Verb: "delete", Keys: []string{"d", "delete", "backspace"}, Short: "delete", Help: "delete the breakpoint"},
	{Verb: "delete all", Keys: []string{"D"}, Help: "delete all of them"},
	{Verb: "add", Keys: []string{"a", "enter"}, Short: "add", Help: "a new breakpoint: the prompt, to be given its condition"},
	{Verb: "edit", Keys: []string{"e"}, Short: "copy", Help: "a new breakpoint that is like this one, to be changed"},
	{Verb: "close", Keys: []string{"esc", "q", "B", "ctrl+c"}, Short: "close", Help: "close"},
}}

// NewBreaks returns the list.
func NewBreaks(all []breaks.Break) *Breaks {
	d := &Breaks{}
	d.Set(all)
	return d
}

// Set tells what the breakpoints are now. The cursor stays at its breakpoint, or
// goes to what came into its place.
func (d *Breaks) Set(all []breaks.Break) {
	n := 0
	if d.list.At < len(d.all) {
		n = d.all[d.list.At].N
	}
	d.all, d.text, d.wide = slices.Clone(all), nil, 0
	for i := range d.all {
		b := &d.all[i]
		if b.N == n {
			d.list.Set(i)
		}
		text := stopsAt(b)
		d.text = append(d.text, text)
		d.wide = max(d.wide, grid.Width(text))
	}
	d.list.Set(max(0, min(d.list.At, len(all)-1)))
}

// Key implements Dialog.
func (d *Breaks) Key(key, _ string) Result {
	v := breaksKeys.Verb(key)
	switch v {
	case "close":
		return Result{Close: true}
	case "add":
		return Result{Close: true, Action: pane.Prompt{Text: "break "}}
	}
	if d.list.Do(v, len(d.all), max(1, d.area.H)) || len(d.all) == 0 {
		return Result{}
	}
	b := &d.all[d.list.At]
	switch v {
	case "switch":
		line := grammar.Disable{N: b.N}.String()
		if b.Disabled {
			line = grammar.Enable{N: b.N}.String()
		}
		return Result{Action: pane.Command{Line: line}}
	case "delete":
		return Result{Action: pane.Command{Line: grammar.Delete{N: b.N}.String()}}
	case "delete all":
		return Result{Action: pane.Command{Line: grammar.Delete{}.String()}}
	case "edit":
		return Result{Close: true, Action: pane.Prompt{Text: grammar.Break{Cond: b.Cond, Once: b.Once, Ignore: b.Ignore}.String()}}
	}
	return Result{}
}

// Paste implements Dialog; nothing can be typed here.
func (d *Breaks) Paste(string) Result { return Result{} }

// Click implements Dialog: it chooses a breakpoint, or switches the chosen one.
func (d *Breaks) Click(x, y int) Result {
	i := d.list.Top + y - d.area.Y
	switch {
	case !d.area.Contains(x, y) || i >= len(d.all):
	case i == d.list.At:
		return d.Key("space", "")
	default:
		d.list.Set(i)
	}
	return Result{}
}

// Wheel implements Dialog.
func (d *Breaks) Wheel(lines int) Result {
	d.list.Wheel(lines, len(d.all), max(1, d.area.H))
	return Result{}
}

// Keys implements Dialog.
func (d *Breaks) Keys() *keys.Map { return &breaksKeys }

// Draw implements Dialog.
func (d *Breaks) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	const title, none = "breakpoints", "There are none. a adds one; b sets one on what is selected."
	if len(d.all) == 0 {
		in, _ := box(c, t, title, grid.Width(none), 1)
		w, _ := in.Size()
		in.Cut(0, 0, w, theme.Dim, none)
		return 0, 0, false
	}
	number := 0
	for i := range d.all {
		number = max(number, len(strconv.Itoa(d.all[i].N)))
	}
	width := max(40, breakColumns+number+d.wide)
	in, area := box(c, t, title, width, len(d.all)+1)
	w, h := in.Size()
	d.area = grid.Rect{X: area.X, Y: area.Y + 1, W: w, H: max(0, h-1)}
	d.list.Fit(len(d.all), d.area.H)
	text := number + breakColumns
	in.Right(2+number+4, 0, theme.Title, "on")
	in.Right(text-2, 0, theme.Title, "hits")
	in.Text(text, 0, theme.Title, "stops at")
	for row := range min(d.area.H, len(d.all)-d.list.Top) {
		d.drawBreak(in, t, 1+row, d.list.Top+row, number)
	}
	more(in.Sub(grid.Rect{Y: 1, W: w, H: d.area.H}), t, d.list.Top, len(d.all))
	return 0, 0, false
}

// breakColumns is what stands before a condition, but for its number.
const breakColumns = 16

func (d *Breaks) drawBreak(in grid.Canvas, t *theme.Theme, y, i, number int) {
	w, _ := in.Size()
	b := &d.all[i]
	style := theme.Text
	state := "on"
	if b.Disabled {
		style, state = theme.Dim, "off"
	}
	in.Right(2+number, y, theme.Key, strconv.Itoa(b.N))
	if !b.Disabled {
		in.Rune(0, y, theme.Fault, t.Glyphs.Break)
	}
	in.Right(2+number+4, y, style, state)
	in.Right(number+breakColumns-2, y, style, pane.Count(b.Hits))
	in.Cut(number+breakColumns, y, w-number-breakColumns, style, d.text[i])
	if i == d.list.At {
		in.Rune(1, y, theme.Text, t.Glyphs.Pointer)
		in.Mark(1, y, w-1, grid.Selected)
	}
}

// stopsAt says in a clean text at what a breakpoint stops.
func stopsAt(b *breaks.Break) string {
	text := grid.Clean(b.Cond.String())
	if b.Once {
		text += "  once"
	}
	if b.Ignore > 0 {
		text += "  passes over the next " + pane.Count(b.Ignore)
	}
	return text
}
