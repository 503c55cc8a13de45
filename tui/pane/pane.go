package pane

import (
	"raftscope/tui/grid"
	"raftscope/tui/keys"
)

// Pane is a part of the screen.
type Pane interface {
	// Name is how the user knows the pane: "logs".
	Name() string
	// Title is what stands in the rule above it.
	Title(s *Scene) string
	// Draw draws the pane as it is now. focused says that keys go to it. It is
	// called only when the scene or the pane has changed.
	Draw(c grid.Canvas, s *Scene, focused bool)
	// Keys are the keys the pane has beside the cockpit's own. It is asked with
	// every help and footer, and always the same.
	Keys() *keys.Map
	// Do carries out a verb of Keys or one of Motion.
	Do(v keys.Verb, s *Scene) Action
	// Click is told of a click at a place of the pane, and Wheel of turns: lines
	// down if positive.
	Click(x, y int, s *Scene) Action
	Wheel(lines int, s *Scene) Action
	// Version changes whenever the pane would draw differently though the scene
	// is the same: it was scrolled, its cursor moved.
	Version() uint64
	// Copy returns what `y` copies: the pane's selection, as text.
	Copy(s *Scene) string
}

// Verbs that every pane understands as far as they make sense in it.
const (
	Up       keys.Verb = "up"
	Down     keys.Verb = "down"
	PageUp   keys.Verb = "page-up"
	PageDown keys.Verb = "page-down"
	Top      keys.Verb = "top"
	Bottom   keys.Verb = "bottom"
	Fold     keys.Verb = "fold"
	Unfold   keys.Verb = "unfold"
	Open     keys.Verb = "open"
)

// Motion are the keys for them; which pane has the focus decides what they move.
var Motion = keys.Map{Name: "every pane", Bindings: []keys.Binding{
	{Verb: Down, Keys: []string{"j", "down"}, Help: "down"},
	{Verb: Up, Keys: []string{"k", "up"}, Help: "up"},
	{Verb: Fold, Keys: []string{"h", "left"}, Help: "fold, or go left"},
	{Verb: Unfold, Keys: []string{"l", "right"}, Help: "unfold, or go right"},
	{Verb: PageDown, Keys: []string{"pgdown", "ctrl+d"}, Help: "a page down"},
	{Verb: PageUp, Keys: []string{"pgup", "ctrl+u"}, Help: "a page up"},
	{Verb: Top, Keys: []string{"g"}, Help: "to the beginning"},
	{Verb: Bottom, Keys: []string{"G"}, Help: "to the end"},
	{Verb: Open, Keys: []string{"enter"}, Help: "open or follow what is selected"},
}}
