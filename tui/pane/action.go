package pane

import (
	"raftscope/sm"
)

// Action is what a pane asks the cockpit to do. It is one of the types below, or
// nil for nothing. A pane's own changes (its scroll, its cursor) need none.
type Action interface{ action() }

type (
	// Select makes a machine the selected one: detail shows it, and keys about a
	// machine (break, hold, step until it moves) mean it.
	Select struct{ Machine sm.ID }
	// Root roots the tree at a machine and selects it.
	Root struct{ Machine sm.ID }
	// Follow is Select by a link: the way back is kept (ctrl+o).
	Follow struct{ Machine sm.ID }
	// GoTo moves the cursor of time: so many events are seen then.
	GoTo struct{ Events int }
	// Command carries out a line of the grammar or of the viewer, as if it had
	// been typed.
	Command struct{ Line string }
	// Prompt opens the prompt with a text to go on from.
	Prompt struct{ Text string }
	// Say shows a line to the user until the next key.
	Say struct{ Text string }
	// Copy puts a text into the terminal's clipboard.
	Copy struct{ Text string }
	// Quit ends the cockpit, after saving the run if Save is a file.
	Quit struct{ Save string }
	// Plan shows the plan of a truncation, given as its command; Walk makes the plan
	// and has the user walk it line by line.
	Plan struct{ Truncate string }
	Walk struct{ Truncate string }
	// Verb carries out one of the cockpit's own verbs, as a click on the footer
	// does.
	Verb struct{ Name string }
)

func (Select) action()  {}
func (Root) action()    {}
func (Follow) action()  {}
func (GoTo) action()    {}
func (Command) action() {}
func (Prompt) action()  {}
func (Say) action()     {}
func (Copy) action()    {}
func (Quit) action()    {}
func (Plan) action()    {}
func (Walk) action()    {}
func (Verb) action()    {}
