// Package narrate tells in one sentence what happened at an instant of a run
// and why: "n2 rejects AppendEntries 7..9 from n1: its entry 6 is of term 2, n1's
// of term 3; n1 will try from 6". The transcript of run --explain, the listing of
// events --explain and the screen all take their sentences from here.
//
// It owns the words for what happens in raft. Its functions are pure: they ask a
// replay.Timeline and keep nothing. Where the events do not tell why something
// happened, a sentence says what happened and leaves the why out.
//
// It refuses nothing: a recording may hold kinds, states and attributes it does
// not know, or nonsense in those it knows. Of an unknown kind it tells the doc of
// the state entered.
//
//	from, to := narrate.Bounds(t, i)
//	fmt.Println(narrate.Instant(t, from, to))
package narrate
