// Package history is the history of a run's clients, and its check: is there
// one order of all calls, each at one moment between its start and its answer,
// in which every client would have been told what it was told? Such a history
// is linearizable: to its clients the cluster looked like one map on one
// computer.
//
// The check knows nothing of raft. It looks at what clients asked and at what
// they were told, never at what became of an entry, so that it finds what raft
// or the state machine do wrong too.
//
//	h := history.Of(view)
//	v := h.Check()
//	h.Text(os.Stdout)
//	v.Text(os.Stdout)
//
// # Which calls count
//
//   - A call that was told ok took effect at one moment between its start and
//     its answer, and gave what the client was told.
//   - A write that was told an error with which it cannot have been stored
//     (stored=never), and a read that was told an error, had no effect. That a
//     cas found another value is not taken as an observation: a leader that was
//     deposed without knowing it may say so.
//   - Any other write may have taken effect at any moment from its start on,
//     also long after the client was told the error, or never.
//   - A stale read promises nothing. It is left out, and counted.
//
// Start and answer are places in the run's events and not times: of two things
// at one instant the one that came first is first.
//
// # What is bounded
//
// Keys are checked one by one. The search is bounded by work and by memory,
// never by real time, so that the same history gets the same verdict on every
// computer (work.go has the unit); a key that is beyond the bound is "not
// decided", which is neither success nor failure; of one that is wrong, the calls
// that contradict the offending one may be unknown. What makes the search hard are writes with unknown
// outcome, which stay possible for ever. See reduce.go for what is left of them.
//
// It refuses to guess: if the events do not say what a client asked or was told
// (a recording without payload, an argument that was cut because it is long, lost
// events), the key is "not checked", and why is said. So is the whole history if a
// node ran on a forged log: that holds what no client asked for, and may lack what
// one was told.
package history
