package survey

import "raftscope/replay"

// beatsBack is how many of a leader's newest heartbeats are looked at.
const beatsBack = 64

// verify tells of a read whose node asks a majority whether it still leads:
// by heartbeats, which are told only if they are not quiet.
func (a *asker) verify(m replay.MachineView) {
	leader := a.node.Name
	voters := a.v.Voters(leader)
	var parts []Part
	for _, name := range voters {
		if name == leader {
			continue
		}
		p := Part{Text: name + "'s heartbeat"}
		why, gone := absent(a.v.Node(name))
		beat := a.beat(name)
		switch there, back := a.v.IsCut(leader, name), a.v.IsCut(name, leader); {
		case gone:
			p.Text = why
		case there && back:
			p.Text = name + " cut off"
		case there:
			p.Text = leader + ">" + name + " cut"
		case back:
			p.Text = name + ">" + leader + " cut"
		case beat.Known():
			p = operation(a.v, name+" ", beat)
		case a.v.Node(name).Frozen:
			p.Text = name + " frozen"
		}
		parts = append(parts, p)
	}
	needed := len(voters) / 2 // beside the leader itself
	if needed == 0 {
		a.waits(leader+"'s main loop", a.main()...)
		return
	}
	a.waits(count(needed, "other node", "other nodes")+" to confirm that "+leader+" leads", parts...)
}

// beat returns the newest heartbeat to a peer that is shown and under way.
func (a *asker) beat(peer string) replay.MachineView {
	n := a.v.CountOn("heartbeat", a.node.Name, "")
	for i := n; i > max(0, n-beatsBack); i-- {
		m := a.v.NthOn("heartbeat", a.node.Name, i)
		if m.Known() && to(m.Machine) == peer {
			if m.Open() {
				return m
			}
			break
		}
	}
	return replay.MachineView{}
}
