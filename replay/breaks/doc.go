// Package breaks holds breakpoints: conditions at whose events a run stops.
//
// It owns their numbers, their counts and the question which event meets which
// of them, of a run that grows as well as of one that is read from a file. It
// refuses to stop anything: that is for whoever lets time go on, or moves a
// cursor.
//
//	var s breaks.Set
//	n, holds, err := s.Add(breaks.Break{Cond: c}, t.View())
//	...
//	hit, ok := s.Check(t, from, t.Events())
//
// A condition that speaks of an event is met by each event for which it holds.
// Any other one is met by the event at which it becomes true, so that a run
// that goes on is not stopped again at once.
package breaks
