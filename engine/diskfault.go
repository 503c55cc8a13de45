package engine

import (
	"runtime"

	"raftscope/engine/fault"
	"raftscope/engine/probe"
)

// failed ends an operation that a user wants to fail: what is to be done of it
// all the same is done, and if the node is to crash the calling goroutine, which
// is raft's, ends here.
func (d *disk) failed(o *fault.Op, op probe.Op, call func() error) error {
	how, err := o.How(), o.Err()
	wrote, done := how.Wrote, true
	var real error
	switch {
	case how.After || how.Wrote > 0 && how.Wrote >= op.Entries:
		real, wrote = call(), op.Entries
	case how.Wrote > 0 && op.First != nil:
		real = op.First(how.Wrote)
	default:
		done = false
	}
	if how.Crash {
		when := "before"
		if how.After {
			when = "after"
		}
		what := op.Kind
		if op.Part != "" {
			what = op.Part
		}
		d.crash("it was to crash " + when + " this " + what)
		runtime.Goexit()
	}
	switch {
	case real != nil:
		return real
	case done:
		return &probe.DoneError{Err: err, Wrote: wrote}
	}
	return err
}
