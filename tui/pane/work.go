package pane

import "time"

// Worker is a pane with work beside drawing that may take long: a search through
// all events of a run. The cockpit gives it slices of time between two frames for
// as long as it says that there is more to do.
type Worker interface {
	// Work goes on for about as long as the budget, and reports whether there is
	// more to do. An action is to be carried out as one of Do is.
	Work(s *Scene, budget time.Duration) (more bool, a Action)
}
