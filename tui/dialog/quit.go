package dialog

import (
	"raftscope/tui/command"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// Quit asks what is to become of a run that is in no file.
type Quit struct {
	file string
	area grid.Rect // of the choices, at the last drawing
}

// quitKeys are the keys of Quit.
var quitKeys = keys.Map{Name: "quit", Bindings: []keys.Binding{
	{Verb: "save", Keys: []string{"s", "enter"}, Short: "save and quit", Help: "save the run and quit"},
	{Verb: "name", Keys: []string{"n"}, Short: "another name", Help: "save it under another name"},
	{Verb: "discard", Keys: []string{"d", "ctrl+c"}, Short: "discard and quit", Help: "quit without saving"},
	{Verb: "stay", Keys: []string{"esc", "q"}, Short: "stay", Help: "stay"},
}}

// NewQuit returns the question; file is where the run would be saved.
func NewQuit(file string) *Quit { return &Quit{file: file} }

// Key implements Dialog.
func (d *Quit) Key(key, _ string) Result {
	switch quitKeys.Verb(key) {
	case "save":
		return Result{Close: true, Action: pane.Quit{Save: d.file}}
	case "name":
		return Result{Close: true, Action: pane.Prompt{Text: command.Save{File: d.file}.String()}}
	case "discard":
		return Result{Close: true, Action: pane.Quit{}}
	case "stay":
		return Result{Close: true}
	}
	return Result{}
}

// Paste implements Dialog; nothing can be typed here.
func (d *Quit) Paste(string) Result { return Result{} }

// Click implements Dialog.
func (d *Quit) Click(x, y int) Result {
	if !d.area.Contains(x, y) {
		return Result{}
	}
	return d.Key(quitKeys.Bindings[y-d.area.Y].Keys[0], "")
}

// Wheel implements Dialog.
func (d *Quit) Wheel(int) Result { return Result{} }

// Keys implements Dialog.
func (d *Quit) Keys() *keys.Map { return &quitKeys }

// Draw implements Dialog.
func (d *Quit) Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool) {
	file := grid.Clean(d.file)
	in, area := box(c, t, "quit", max(44, grid.Width(file)+26), 6)
	w, _ := in.Size()
	d.area = grid.Rect{X: area.X, Y: area.Y + 2, W: w, H: len(quitKeys.Bindings)}
	in.Cut(0, 0, w, theme.Text, "This run is in no file yet.")
	for i, b := range quitKeys.Bindings {
		in.Text(0, 2+i, theme.Key, b.Keys[0])
		text := b.Help
		if b.Verb == "save" {
			text = "save it as " + file + " and quit"
		}
		in.Cut(5, 2+i, w-5, theme.Text, text)
	}
	return 0, 0, false
}
