// Package survey answers what a screen asks of a run at one moment: what a
// write waits for, what raft's main loop of each node does, how far a leader
// has got with its peers, and what the whole run looks like in one line. It owns
// those answers and their short words; sentences on what happened are package
// narrate's.
//
// Its functions are pure: they ask a replay.View, which they trust in nothing,
// and keep nothing, but for an Overview, which keeps where the marks of a growing
// run are. It refuses to draw, to know a screen, and to walk over all events or
// machines: every answer is as quick in a run of a million machines.
//
//	line := survey.Write(v, v.LastExec().Machine)
//	fmt.Println(line.Text())
//	for _, name := range v.Nodes() {
//		fmt.Println(name, survey.Doing(v, name).Text)
//	}
//
// Like narrate it knows the names of the catalogue's kinds, states, roles and
// attributes. Of a machine of another kind it says what state it is in.
package survey
