package engine

import (
	"fmt"
	"slices"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
)

// planner knows what a plan depends on.
type planner struct {
	view    replay.View
	names   []string
	config  replay.Configuration // the cluster's
	isCut   func(from, to string) bool
	frozen  func(node string) bool
	preVote bool
	rules   int // that were ever made: the next one has the number after
	prefix  string
}

// byPreference lists the members, the leader first, and those without a vote last.
func (p *planner) byPreference() []string {
	leader := p.view.Leader()
	names := p.members()
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case a == leader:
			return -1
		case b == leader:
			return 1
		}
		return 0
	})
	return names
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrRefused}, args...)...)
}

// forNode plans a truncation of a node's log from an index on, zero for the
// first possible.
func (p *planner) forNode(node string, from uint64) (plan, error) {
	if err := p.possible(node, from); err != nil {
		return plan{}, err
	}
	if leader := p.leaderBeside(node); leader != "" {
		if parting, differ := p.view.Parting(node, leader); differ && parting.Terms[0] != 0 && parting.Terms[1] != 0 {
			return p.conflicting(node, leader, from, parting)
		}
	}
	if own := p.ownSuffix(node); own > 0 && p.isolated(node) {
		return p.isolatedSuffix(node, from, own)
	}
	if last := p.view.Node(node).Last; from != 0 && from <= last {
		return plan{}, refuse("entry %d of %s is not known to be lost: the others may yet commit it", from, node)
	}
	if up := len(p.others(node)) - 1; p.config.Of(node) == replay.Nonvoter && up < p.majority() {
		return plan{}, refuse("%s has no vote, so it can only lose what a leader sends it; the others must elect one without that leader, for which %d voters are needed, and %d are running", node, p.majority(), up)
	}
	if prepare := p.prepare(); len(prepare.lines) > 0 {
		return prepare, nil
	}
	return p.fresh(node, from)
}

// fillMax is how many entries a plan writes to reach an index.
const fillMax = 1000

// possible refuses what no plan could do.
func (p *planner) possible(node string, from uint64) error {
	switch {
	case p.config.Of(node) == replay.Outside:
		return refuse("%s is no member of the cluster: no leader sends it entries, so it has none to remove; add it first", node)
	case !p.runs(node):
		return refuse("%s is not running: restart it first", node)
	case p.frozen(node):
		return refuse("%s is frozen: thaw it first", node)
	}
	if err := p.electable(node); err != nil {
		return err
	}
	var commit uint64
	for _, name := range p.names {
		commit = max(commit, p.view.Node(name).Commit)
	}
	switch last := p.view.Node(node).Last; {
	case from != 0 && from <= commit:
		return refuse("entry %d is committed: raft never truncates what is", from)
	case from > last+1+fillMax:
		return refuse("the log of %s ends at %d, and a plan writes at most %d entries to get to %d", node, last, fillMax, from)
	}
	return nil
}

// rest returns all nodes but some.
func (p *planner) rest(but ...string) (rest []string) {
	for _, name := range p.names {
		if !slices.Contains(but, name) {
			rest = append(rest, name)
		}
	}
	return rest
}

// leaderBeside returns which other node leads in a term of its own or a newer
// one than the node's.
func (p *planner) leaderBeside(node string) (leader string) {
	term := p.view.Node(node).Term
	for _, name := range p.others(node) {
		if n := p.view.Node(name); n.Role == "leader" && n.Term >= term {
			leader, term = name, n.Term
		}
	}
	return leader
}

// ownSuffix returns the first index of a node's log that no other running voter
// has, zero if there is none: what others have, nobody can be elected with.
func (p *planner) ownSuffix(node string) (first uint64) {
	n := p.view.Node(node)
	for _, other := range p.others(node) {
		parting, differ := p.view.Parting(node, other)
		if !differ || parting.Terms[0] == 0 {
			return 0
		}
		first = max(first, parting.Index)
	}
	if first <= n.Commit {
		return 0
	}
	return first
}

// isolated says whether no message passes between a node and those who vote.
func (p *planner) isolated(node string) bool {
	for _, other := range p.others(node) {
		if !p.isCut(node, other) || !p.isCut(other, node) {
			return false
		}
	}
	return true
}

// healthy says whether nothing is cut between the nodes.
func (p *planner) healthy(names []string) bool {
	for _, a := range names {
		for _, b := range names {
			if a != b && p.isCut(a, b) {
				return false
			}
		}
	}
	return true
}

// truncated waits until the node has truncated once more.
func (p *planner) truncated(node string) grammar.RunUntil {
	return runUntil(cond.Count{
		Kind: "truncate", Node: node, State: "DONE", Op: cond.Greater, N: uint64(p.view.CountOn("truncate", node, "DONE")),
	})
}

func runUntil(c cond.Cond) grammar.RunUntil {
	return grammar.RunUntil{Cond: c, Timeout: planPatience}
}

// planPatience is how long a plan waits for each thing. Elections may take
// several rounds.
const planPatience = time.Minute

// someLeader holds if one of the nodes leads.
func someLeader(names []string) (c cond.Cond) {
	for _, name := range names {
		one := cond.Leader{Node: name}
		if c == nil {
			c = one
		} else {
			c = cond.Or{A: c, B: one}
		}
	}
	return c
}

// conflicting: the node's log parts from the leader's already; they only have
// to hear each other.
func (p *planner) conflicting(node, leader string, from uint64, parting replay.Parting) (plan, error) {
	if from != 0 && from != parting.Index {
		return plan{}, refuse("the log of %s parts from that of %s, the leader, at %d: all goes from there on", node, leader, parting.Index)
	}
	var pl plan
	if !p.healthy(p.members()) {
		pl.add(grammar.Heal{})
	}
	pl.add(p.truncated(node))
	return pl, nil
}

// isolatedSuffix: the node is cut off and has entries that nobody else has; the
// others only have to elect a leader, whose first entry takes their place.
func (p *planner) isolatedSuffix(node string, from, own uint64) (plan, error) {
	if from != 0 && from != own {
		return plan{}, refuse("%s is cut off with entries from %d on that nobody else has: all of them go", node, own)
	}
	var pl plan
	others := p.others(node)
	if !p.healthy(others) {
		pl.add(grammar.Heal{}, grammar.Cut{Left: []string{node}, Right: p.rest(node)})
	}
	pl.add(runUntil(someLeader(others)), grammar.Heal{}, p.truncated(node))
	return pl, nil
}

// prepare brings the cluster into a state of which the rest of a plan can be
// said: nothing cut, a leader, equal logs, and who votes is settled.
func (p *planner) prepare() (pl plan) {
	if !p.healthy(p.members()) {
		pl.add(grammar.Heal{})
	}
	if p.view.Leader() == "" || len(pl.lines) > 0 {
		pl.add(runUntil(cond.Leader{}))
	}
	if equal, _ := p.view.LogsEqual(); !equal || len(pl.lines) > 0 {
		pl.add(runUntil(cond.LogsEqual{}))
	}
	if p.config.Pending() {
		pl.add(runUntil(cond.Index{What: cond.Commit, Node: cond.AllNodes, Op: cond.GreaterEqual, N: p.config.Newest.Index}))
	}
	pl.prepares = true
	return pl
}
