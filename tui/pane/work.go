package pane

import "time"

// Worker is a pane with work beside drawing that may take long: a search through
// all events of a run. The cockpit gives it a slice of time in each frame for as
// long as it is busy and on the screen.
type Worker interface {
	// Busy reports whether there is work to do.
	Busy(s *Scene) bool
	// Work goes on for about as long as the budget. An action is to be carried out
	// as one of Do is.
	Work(s *Scene, budget time.Duration) Action
}
