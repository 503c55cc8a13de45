// Package fault is what a user does to operations that are under way: messages,
// disk operations, applies of the state machine. It holds them where they are,
// lets them go on, fails, drops, delays, duplicates or reorders them, one by
// one or by rules.
//
// A [Board] knows every operation of a world between its beginning and its
// end, and the rules. Whoever carries an operation out (the simulated network,
// the modelled disk, the timed state machine) asks the board when it begins
// what is to become of it, and then waits on the [Op] instead of sleeping.
//
// The package decides nothing by itself: without rules and without commands it
// only keeps the list. What it decides is the same in every run: a rule draws
// from a random stream per link or node, so that one link's draws do not depend
// on what happens elsewhere; what it counts, it counts over all of them, in the
// order of virtual time. It refuses to know raft, and what a message holds.
// It must be used inside a synctest bubble.
package fault
