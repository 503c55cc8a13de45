// Package sm holds tracked state machines: kinds, which are data, and the
// machines of a run, whose births, moves, failures, links and attributes
// become events.
//
// A [Kind] lists states and the moves between them. A [Machine] is one
// instance of a kind on one node. A [Tracker] has a clock and a sink; each
// node records into a [Buffer] of its own, so that nodes share no counter, and
// [Tracker.Flush] puts what the buffers hold into one canonical order, numbers
// it and hands it to the sink.
//
//	t := sm.NewTracker(sm.Options{Clock: clock, Sink: recording})
//	n1 := t.Buffer("n1", 1)
//	exec := n1.Born(catalog.Exec, catalog.ExecStart, client, "1", "set x 1")
//	exec.Move(catalog.ExecExecuted)
//	apply := n1.Born(catalog.Apply, catalog.ApplyQueued, client, "", "set x 1")
//	apply.LinkFrom(exec, "proposes")
//	n, err := t.Flush() // the events of all nodes, in one order
//
// A nil tracker, and the nil buffers and machines it gives out, record nothing
// at next to no cost: callers need no switch of their own.
//
// The package knows nothing of raft, of files or of screens, imports nothing
// else of this module, and never starts a goroutine or sleeps. What kinds
// there are is said in the package catalog.
package sm
