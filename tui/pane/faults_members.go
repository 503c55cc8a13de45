package pane

import (
	"slices"

	"raftscope/engine/grammar"
	"raftscope/replay"
)

// memberItems are what the leader can be asked about a node as a member of the
// cluster, at the moment of a view; nothing while nobody leads.
func memberItems(v replay.View, node string) (all []Item) {
	leader, members := v.Leader(), v.Cluster()
	if leader == "" || members == nil {
		return nil
	}
	change := func(label string, verb grammar.ChangeVerb) {
		all = append(all, Item{Label: label, Command: grammar.Change{Verb: verb, Node: node}.String()})
	}
	is := v.Suffrage(node)
	if is == replay.Voter && node != leader {
		all = append(all, Item{Label: "hand the leadership over to it", Command: grammar.Transfer{Node: node}.String()})
	}
	switch {
	case is == replay.Outside:
		change("add it to the cluster with a vote", grammar.AddVoter)
		change("add it to the cluster without a vote", grammar.AddNonvoter)
	case is == replay.Nonvoter:
		change("give it a vote", grammar.Promote)
		change("remove it from the cluster", grammar.Remove)
	case len(members.Voters) > 1: // the last one has to stay
		change("take its vote away", grammar.Demote)
		change("remove it from the cluster", grammar.Remove)
	}
	return all
}

// electItems offer an election of a node that is up, if there is another one that
// could send it the message.
func electItems(v replay.View, node string) []Item {
	if !slices.ContainsFunc(v.Nodes(), func(n string) bool { return n != node && v.Node(n).Up && v.Node(n).Role != "alone" }) {
		return nil
	}
	return []Item{{Label: "have it stand for election at once", Command: grammar.Elect{Node: node}.String()}}
}
