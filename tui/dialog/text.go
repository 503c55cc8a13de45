package dialog

import (
	"strings"

	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// Text shows a text of any length, which can be scrolled both ways and copied.
type Text struct {
	title string
	lines []string
	width int // of the longest line
	top   int
	left  int
	shown int // lines at the last drawing
	walk  bool
}

// textKeys are the keys of Text.
var textKeys = keys.Map{Name: "text", Bindings: []keys.Binding{
	{Verb: pane.Down, Keys: []string{"j", "down"}, Short: "down", Help: "down"},
	{Verb: pane.Up, Keys: []string{"k", "up"}, Short: "up", Help: "up"},
	{Verb: pane.PageDown, Keys: []string{"pgdown", "space", "ctrl+d"}, Help: "a page down"},
	{Verb: pane.PageUp, Keys: []string{"pgup", "ctrl+u"}, Help: "a page up"},
	{Verb: pane.Unfold, Keys: []string{"l", "right"}, Short: "right", Help: "to the right"},
	{Verb: pane.Fold, Keys: []string{"h", "left"}, Help: "to the left"},
	{Verb: pane.Top, Keys: []string{"g", "home"}, Help: "to the beginning"},
	{Verb: pane.Bottom, Keys: []string{"G", "end"}, Help: "to the end"},
	{Verb: "copy", Keys: []string{"y"}, Short: "copy", Help: "copy all of it"},
	{Verb: "close", Keys: []string{"esc", "q", "enter", "ctrl+c"}, Short: "close", Help: "close"},
}}

// textWalkKeys are the keys of a Text that is shown on a walk: whoever walks through
// a scenario by n reads what a line printed, and goes on by n.
var textWalkKeys = keys.Map{Name: textKeys.Name, Bindings: append([]keys.Binding{
	{Verb: "next", Keys: []string{"n"}, Short: "next line", Help: "close, and the next line of the scenario"},
}, textKeys.Bindings...)}

// NewText returns a dialog that shows a text.
func NewText(title, text string) *Text {
	d := &Text{title: grid.Clean(title)}
	for line := range strings.SplitSeq(text, "\n") {
		line = grid.Clean(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    "))
		d.lines = append(d.lines, line)
		d.width = max(d.width, grid.Width(line))
	}
	return d
}

// Walk has n close the text and ask for the verb "next".
func (d *Text) Walk() { d.walk = true }

// sideways is how far a key scrolls to the side.
const sideways = 8

// Key implements Dialog.
func (d *Text) Key(key, _ string) Result {
	switch d.Keys().Verb(key) {
	case "next":
		return Result{Close: true, Action: pane.Verb{Name: "next"}}
	case pane.Down:
		d.top++
	case pane.Up:
		d.top--
	case pane.PageDown:
		d.top += max(1, d.shown-1)
	case pane.PageUp:
		d.top -= max(1, d.shown-1)
	case pane.Unfold:
		d.left += sideways
	case pane.Fold:
		d.left -= sideways
	case pane.Top:
		d.top, d.left = 0, 0
	case pane.Bottom:
		d.top = len(d.lines)
	case "copy":
		return Result{Action: pane.Copy{Text: strings.Join(d.lines, "\n")}}
	case "close":
		return Result{Close: true}
	}
	return Result{}
}

// Paste implements Dialog; nothing can be typed here.
func (d *Text) Paste(string) Result { return Result{} }

// Click implements Dialog.
func (d *Text) Click(int, int) Result { return Result{} }

// Wheel implements Dialog.
func (d *Text) Wheel(lines int) Result {
	d.top += lines
	return Result{}
}

// Keys implements Dialog.
func (d *Text) Keys() *keys.Map {
	if d.walk {
		return &textWalkKeys
	}
	return &textKeys
}

// Draw implements Dialog.
func (d *Text) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	in, _ := box(c, t, d.title, max(d.width, grid.Width(d.title)+4), len(d.lines))
	w, h := in.Size()
	d.shown = h
	d.top = max(0, min(d.top, len(d.lines)-h))
	d.left = max(0, min(d.left, d.width-w))
	for i := range min(h, len(d.lines)-d.top) {
		in.Cut(0, i, w, theme.Text, skip(d.lines[d.top+i], d.left))
	}
	more(in, t, d.top, len(d.lines))
	return 0, 0, false
}

// skip returns a clean text without its first columns.
func skip(text string, columns int) string {
	for i, r := range text {
		if columns <= 0 {
			return text[i:]
		}
		columns -= grid.RuneWidth(r)
	}
	return ""
}
