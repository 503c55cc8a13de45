package tui

import (
	"context"
	"time"

	"raftscope/engine/grammar"
	"raftscope/sm"
)

// Controller lets a cluster go on. A recording has none.
type Controller interface {
	// Do carries out one command and waits until it is done; when ctx ends it
	// stops the command where it is. It is called from one goroutine at a time,
	// never from the screen's.
	Do(ctx context.Context, cmd grammar.Command) Report
	// State reports what is the case before the first command.
	State() Report
	// Now is virtual time as far as it is known, also while a command runs. It is
	// called from any goroutine.
	Now() sm.Time
}

// Report is what a command came to, and what the cluster says of itself.
type Report struct {
	// Err is why the command did not do what it should, nil if it did: one line.
	// After it the cluster can still be used, unless Dead.
	Err         error
	Interrupted bool // it was stopped on the way, as was asked for

	Stop   *Stop   // where a breakpoint or the condition of a run stopped time; nil: nowhere
	Breaks []Break // all breakpoints
	Rules  []Rule  // of faults, all there ever were
	Dead   *Death  // the cluster's process is gone; nil while it lives
	// Unrecorded is why the run is not recorded any more, though it was to be.
	Unrecorded string
	At         sm.Time // virtual time: later than the last event if nothing happened since

	// Figures of the cluster's process.
	Goroutines int
	Heap       uint64 // bytes
}

// Stop is why time stands where it does.
type Stop struct {
	Break int    // number of the breakpoint; 0: the condition of a run
	Cond  string // its condition
	Seq   uint64 // number of the event
	Why   string // what the event was, or what has become true
	Also  []int  // other breakpoints met in the same instant
}

// Break is a breakpoint.
type Break struct {
	N        int
	Cond     string
	Once     bool
	Disabled bool
	Ignore   int // how many more times it is ignored
	Hits     int // how many times it was met
}

// Rule is a rule of faults.
type Rule struct {
	N       int
	Text    string // the command that made it
	Fired   uint64
	Cleared bool
}

// Death is how the cluster's process died.
type Death struct {
	Reason string // one line
	Stacks string // what it wrote last
}

// Loading is how far a recording has been read.
type Loading struct {
	Bytes, Size int64 // read, of how many; Size is 0 if nobody knows
	Done        bool  // nothing more will come
	Following   bool  // more is waited for
	Complete    bool  // the recording was closed in good order
	Stale       time.Duration
	Damage      string   // what is lost and where, in a few words; empty if nothing
	Reasons     []string // all that is known of it, a line each
	Err         error    // why reading stopped
}
