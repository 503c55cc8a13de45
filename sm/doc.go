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
// The package knows nothing of raft, of files or of screens, imports nothing
// else of this module, and never starts a goroutine or sleeps. What kinds
// there are is said in the package catalog.
package sm
