package engine

import (
	"slices"

	"raftscope/replay"
)

// electable refuses if the voters beside a node cannot elect a leader whose log
// lacks what is in its own.
func (p *planner) electable(node string) error {
	voters := p.voters()
	switch all := len(voters) == len(p.names); {
	case len(voters) == 1 && all:
		return refuse("a cluster of one node never truncates: there is nobody whose log it would have to follow")
	case len(voters) == 1:
		return refuse("a cluster in which %s alone votes never truncates: what it stores is committed", voters[0])
	case len(voters) == 2 && all:
		return refuse("of two nodes, the one with an entry that the other lacks is the only one that can be elected: nothing is ever truncated")
	case len(voters) == 2:
		return refuse("of %s and %s, who vote, the one with an entry that the other lacks is the only one that can be elected: nothing is ever truncated", voters[0], voters[1])
	}
	for _, other := range p.members() {
		if p.runs(other) && p.frozen(other) {
			return refuse("%s is frozen: thaw it first", other)
		}
	}
	if needed, up := p.majority(), len(p.others(node)); up < needed {
		who := "them"
		if len(voters) < len(p.names) {
			who = "those who vote"
		}
		return refuse("the others must elect a leader without %s, for which %d of %s are needed, and %d are running", node, needed, who, up)
	}
	return nil
}

// voters returns who votes: by the configuration that the leader goes by.
func (p *planner) voters() []string {
	return slices.DeleteFunc(slices.Clone(p.names), func(n string) bool { return p.config.Of(n) != replay.Voter })
}

// nonvoters returns who is sent the log and has no vote.
func (p *planner) nonvoters() []string {
	return slices.DeleteFunc(slices.Clone(p.names), func(n string) bool { return p.config.Of(n) != replay.Nonvoter })
}

// members returns both.
func (p *planner) members() []string { return append(p.voters(), p.nonvoters()...) }

// majority is how many voters elect a leader.
func (p *planner) majority() int { return len(p.voters())/2 + 1 }

// roleAlone is the state of a node of which only the disk's queue runs.
const roleAlone = "alone"

// runs says whether raft runs on a node.
func (p *planner) runs(node string) bool {
	n := p.view.Node(node)
	return n.Up && n.Role != roleAlone
}

// others returns the voters beside a node that are running: who else may lead, and
// who decides.
func (p *planner) others(node string) []string {
	return slices.DeleteFunc(p.voters(), func(name string) bool { return name == node || !p.runs(name) })
}
