package random

import (
	"math/rand/v2"
	"slices"
	"time"

	"raftscope/engine/grammar"
)

// membershipFamily changes who belongs to the cluster, and who leads it.
func membershipFamily() *family {
	return &family{
		name: "membership", weight: 1, members: true,
		doc: "nodes that are added, promoted, demoted and removed, leaders that hand over, elections out of turn",
		actions: []action{
			{4, (*epoch).addOne},
			{2, (*epoch).demoteOne},
			{3, (*epoch).removeOne},
			{3, (*epoch).transfer},
			{1, (*epoch).elect},
		},
		shape: func(rnd *rand.Rand, c *grammar.Cluster) {
			c.Nodes = max(c.Nodes, 4+rnd.IntN(2))
			if rnd.IntN(2) == 0 {
				c.Voters = votersMin
			}
		},
	}
}

// votersMin is how many voters are left at least: with fewer, one node that is
// away stops all.
const votersMin = 3

// members returns who votes and who does not in the leader's eyes, nothing if
// nobody leads.
func (e *epoch) members() (voters, others []string) {
	v := e.view()
	newest, _ := v.Members(v.Leader())
	if newest == nil {
		return nil, nil
	}
	return newest.Voters, newest.Others
}

// addOne adds a node that is none of the cluster's, or gives one its vote.
func (e *epoch) addOne() {
	voters, others := e.members()
	rest := without(e.nodes, voters)
	if len(voters) == 0 || len(rest) == 0 {
		return
	}
	node := e.one(rest)
	verb := e.pickOf("add voter", "add voter", "add nonvoter")
	if slices.Contains(others, node) {
		verb = "promote"
	}
	e.member(verb, node)
}

// demoteOne takes a node's vote.
func (e *epoch) demoteOne() {
	if voters, _ := e.members(); len(voters) > votersMin {
		e.member("demote", e.one(voters))
	}
}

// removeOne takes a node out of the cluster: the leader too. Whoever shut down
// over that is started again, and is none of the cluster's.
func (e *epoch) removeOne() {
	if voters, _ := e.members(); len(voters) > votersMin {
		node := e.one(voters)
		e.member("remove", node)
		e.after(e.between(time.Second, 8*time.Second), func() { e.restart(node) })
	}
}

// transfer has the leader hand over, to anybody or to a certain node.
func (e *epoch) transfer() {
	voters, _ := e.members()
	to := without(voters, []string{e.view().Leader()})
	switch {
	case len(to) == 0:
	case e.chance(3):
		e.member("transfer", "")
	default:
		e.member("transfer", e.one(to))
	}
}

// elect has a node begin an election though there is a leader.
func (e *epoch) elect() {
	voters, _ := e.members()
	if up := slices.DeleteFunc(slices.Clone(voters), func(node string) bool { return !e.isUp(node) }); len(up) > 0 {
		e.member("elect", e.one(up))
	}
}

// member asks for another configuration, or another leader.
func (e *epoch) member(verb, node string) {
	if e.do("%s %s", verb, node) == nil {
		e.tally.fault(verb)
	}
}

// readmit makes all nodes voters again, so that all of them must come to have the
// same. Whoever asks may be told that somebody else leads now, and asks again.
func (e *epoch) readmit() {
	for range 10 * len(e.nodes) {
		e.await("leader", patience, "everything is mended, but no leader was elected")
		voters, others := e.members()
		rest := without(e.nodes, voters)
		switch {
		case e.err != nil || len(rest) == 0:
			return
		case slices.Contains(others, rest[0]):
			e.do("promote %s wait", rest[0])
		default:
			e.do("add voter %s wait", rest[0])
		}
	}
}
