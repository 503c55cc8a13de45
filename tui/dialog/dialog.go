// Package dialog holds what lies above the cockpit's panes for a while: the
// prompt, menus, help and questions.
//
// A dialog owns its text and cursor. It does nothing itself: what the user chose
// comes back as an Action, which the cockpit carries out.
package dialog

import (
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// Dialog takes all keys while it is uppermost.
type Dialog interface {
	// Key is told of a key by its name ("esc", "enter", "a") and the text it
	// types, empty if none.
	Key(key, text string) Result
	// Paste is told of pasted text, which may hold anything.
	Paste(text string) Result
	// Click is told of a click at a place of the screen, and Wheel of turns:
	// lines down if positive.
	Click(x, y int) Result
	Wheel(lines int) Result
	// Draw draws the dialog over the whole screen, and says where the terminal's
	// cursor is to be shown, if it is.
	Draw(c grid.Canvas, t *theme.Theme) (x, y int, cursor bool)
	// Keys are the keys of the dialog, for help.
	Keys() *keys.Map
}

// Result is what came of a key.
type Result struct {
	Close  bool        // the dialog is over
	Action pane.Action // to be carried out, after closing if it closes; nil: nothing
}
