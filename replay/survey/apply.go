package survey

import (
	"raftscope/replay"
)

// apply tells where a request to raft is: that of a write, or a barrier.
func (a *asker) apply(call, m replay.MachineView) {
	if !m.Known() {
		a.waits("raft to take it", a.machine(call))
		return
	}
	entry := effect(a.v, m, "entry", "")
	switch {
	case !m.Open():
		a.add("applied")
		a.waits("the client to be told")
	case isIn(m, "queued"):
		a.add("queued")
		a.waits(a.node.Name+"'s main loop to take it", a.main()...)
	case !entry.Known():
		a.add(stage(m))
		a.waits("its entry", a.machine(m))
	case isIn(m, "appending"):
		a.add("being stored")
		a.waits(a.node.Name+"'s own disk", a.disk(entry)...)
	case isIn(m, "replicating"):
		a.add("replicating")
		a.quorum(entry)
	case isIn(m, "committed"):
		a.add("committed")
		_, index, _ := place(entry.Machine)
		a.waits(a.node.Name+"'s state machine", a.fsm(index)...)
	default:
		a.add(stage(m))
		a.waits("it to move", a.machine(m))
	}
}

// add says more of the state.
func (a *asker) add(state string) { a.w.State += ", " + state }

// main is what the main loop of the node waits in; nothing if it is about to go
// on.
func (a *asker) main() []Part {
	if disk := onDisk(a.v, a.node); disk.Known() {
		return []Part{operation(a.v, a.node.Name+" ", disk)}
	}
	return nil
}

// disk is the leader's own write of an entry.
func (a *asker) disk(entry replay.MachineView) []Part {
	if m := effect(a.v, entry, "append", ""); m.Known() && m.Open() {
		return []Part{operation(a.v, a.node.Name+" ", m)}
	}
	return a.main()
}

// fsmWindow is how many entries are looked at for the one that the state machine
// has in hand.
const fsmWindow = 256

// fsm is what the state machine of the node does before it has applied the
// entry at an index.
func (a *asker) fsm(index uint64) (parts []Part) {
	n := a.node
	window := a.v.LogBetween(n.Name, n.Applied+1, min(index, n.Applied+fsmWindow))
	for _, e := range window {
		m := a.v.Of(e)
		if _, at, ok := place(e); ok && isIn(m, "applying") {
			p := operation(a.v, "", m)
			p.Text = n.Name + " applies entry " + itoa(at)
			if p.Held {
				p.Text = n.Name + "'s entry " + itoa(at) + " " + heldBy(m)
			}
			if at < index {
				p.Text += " of " + itoa(index)
			}
			return []Part{p}
		}
	}
	if n.Applied < index && n.Commit < index {
		return []Part{{Text: n.Name + " has committed " + itoa(n.Commit) + " of " + itoa(index)}}
	}
	return []Part{{Text: n.Name + " is to apply entry " + itoa(index)}}
}
