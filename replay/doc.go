// Package replay answers questions about a run from its events alone: where a
// machine is, what its causes and effects are, what each node's log holds,
// what became of a write. It owns the Timeline, the trees and their text. It
// refuses to know where events come from, so that a live run and a recording
// look the same, and to trust them: what contradicts itself is counted and
// left out.
//
//	t := replay.NewTimeline()
//	err := t.AddKinds(kinds)
//	err = t.Append(events) // as often as there are some
//	exec := t.Exec(1)
//	err = t.Tree(exec, replay.Options{}).Text(os.Stdout, replay.Style{Moves: true})
//
// Every question can be asked of any moment: At, AtTime and AtSeq return a View,
// which is as fast far in the past as at the newest event and needs no
// replaying. One goroutine may append while any number of others ask: a View
// never changes, and no lock is taken.
//
//	v := t.View() // one for each frame of a screen, so that all of it agrees
//	state, writes := v.Node("n2"), v.ByKind("exec")
//	for _, p := range v.Pending() { ... }
//
// To that end everything is kept as lists that are only appended to, with the
// event from which an element counts: a machine's own events, steps of a node's
// term, leader, commit index and so on, and for each entry the events between
// which it was in its log. A question about event n is a binary search.
//
// Kinds are data and come with the events; a kind nobody knows is shown like
// any other. A few questions need meaning (which log an entry is in, who
// leads): these rest on the names of the kinds entry, node, exec, read and
// apply, of their states and attributes, and on nothing else.
package replay
