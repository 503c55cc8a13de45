package survey

import (
	"raftscope/replay"
	"raftscope/sm"
)

// Peer is what a leader knows of another node. The indexes are derived, from
// the requests it sent and the answers it got: raft keeps its own to itself.
type Peer struct {
	Node    string
	Up      bool    // its life goes on
	Cut     bool    // a user cut the link from the leader to it
	CutBack bool    // and the link from it to the leader
	Next    uint64  // index that the leader sends next; 0: not known
	Match   uint64  // highest index known to be equal there; 0: not known
	Contact sm.Time // newest answer that is shown, which quiet heartbeats are not; zero: none

	// Requests are the AppendEntries under way, the oldest first.
	Requests []*replay.Machine
}

// Peers returns what a leader knew of all other members, by name; nil if the node
// did not lead. See replay.Progress for how it is derived.
func Peers(v replay.View, leader string) []Peer {
	if n := v.Node(leader); !n.Up || n.Role != "leader" {
		return nil
	}
	var out []Peer
	members, _ := v.Members(leader)
	for _, name := range v.Nodes() {
		if name == leader || members != nil && members.Of(name) == replay.Outside {
			continue
		}
		p := v.Progress(leader, name)
		out = append(out, Peer{Node: name, Up: v.Node(name).Up, Cut: v.IsCut(leader, name), CutBack: v.IsCut(name, leader),
			Next: p.Next, Match: p.Match, Contact: p.Contact, Requests: p.Requests})
	}
	return out
}
