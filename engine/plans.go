package engine

import (
	"slices"

	"raftscope/engine/grammar"
	"raftscope/replay/cond"
)

// fresh: nothing is cut, there is a leader and all logs are equal.
func (p *planner) fresh(node string, from uint64) (plan, error) {
	leader, last := p.view.Leader(), p.view.Node(node).Last
	if from == 0 {
		from = last + 1
	}
	if from <= last {
		return plan{}, refuse("entry %d is on all nodes and will be committed: raft never truncates that", from)
	}
	var pl plan
	if fill := from - last - 1; fill > 0 {
		pl.add(p.fill(fill), runUntil(cond.LogsEqual{}))
	}
	switch others := p.others(node); {
	case node == leader:
		p.leaderAlone(&pl, node, from)
	case len(others)-1 >= p.majority():
		p.withLeader(&pl, node, leader, from)
	default:
		p.electedAlone(&pl, node, leader, from)
	}
	return pl, nil
}

// fill writes entries that are committed before what is to be lost.
func (p *planner) fill(n uint64) grammar.Command {
	w := grammar.Write{Node: grammar.LeaderNode, Op: grammar.Set, Key: p.prefix, Args: []string{"kept"}, Wait: true}
	if n > 1 {
		w.Times = int(n)
	}
	return w
}

// lost is the blind write that will be truncated.
func (p *planner) lost(node string) grammar.Write {
	return grammar.Write{Node: node, Op: grammar.Set, Key: p.prefix, Args: []string{"lost"}}
}

func lastIs(node string, index uint64) grammar.RunUntil {
	return runUntil(cond.Index{What: cond.Last, Node: node, Op: cond.GreaterEqual, N: index})
}

// leaderAlone: the node leads. It is cut off, takes a blind write within its
// lease, and the others elect another.
func (p *planner) leaderAlone(pl *plan, node string, from uint64) {
	pl.add(
		grammar.Cut{Left: []string{node}, Right: p.rest(node)},
		p.lost(node),
		lastIs(node, from),
		runUntil(someLeader(p.others(node))),
		grammar.Heal{},
		p.truncated(node),
	)
}

// withLeader: the others are a majority without the leader too. It is cut off
// together with the node, and what it sends to it is lost with both.
func (p *planner) withLeader(pl *plan, node, leader string, from uint64) {
	others := slices.DeleteFunc(p.others(node), func(name string) bool { return name == leader })
	pl.add(
		grammar.Cut{Left: []string{leader, node}, Right: p.rest(leader, node)},
		p.lost(leader),
		lastIs(node, from),
		runUntil(someLeader(others)),
		grammar.Heal{},
		p.truncated(node),
	)
}

// electedAlone: the node must lead first. The leader is cut off and nobody else
// may ask for votes; the moment the node is elected it is cut off itself, and
// the entry by which it asserts its leadership is what will be lost.
func (p *planner) electedAlone(pl *plan, node, leader string, from uint64) {
	pl.add(grammar.Cut{Left: []string{leader}, Right: p.rest(leader)})
	kind, rules := "prevote-rpc", 0
	if !p.preVote {
		kind = "vote-rpc"
	}
	for _, other := range p.others(node) {
		if other != leader {
			pl.add(grammar.Fault{Verb: grammar.Drop, Ops: grammar.Ops{Kind: kind, From: other, To: cond.AllNodes}, Chance: 1})
			rules++
		}
	}
	pl.add(runUntil(cond.NodeState{Node: node, Role: "leader"}), grammar.Heal{}, grammar.Cut{Left: []string{node}, Right: p.rest(node)})
	for i := range rules {
		pl.add(grammar.Clear{Rule: p.rules + i + 1})
	}
	pl.add(
		lastIs(node, from),
		runUntil(someLeader(p.others(node))),
		grammar.Heal{},
		p.truncated(node),
	)
}
