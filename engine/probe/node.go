package probe

import (
	"time"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

func (p *Probe) bornNode() {
	state := catalog.NodeFollower
	if p.opt.Alone {
		state = catalog.NodeAlone
	}
	p.node = p.opt.Buffer.Born(catalog.Node, state, laneNode, p.opt.Node, "")
}

// Observer returns the observer to register with raft. Its filter returns
// false: it is called synchronously by raft, loses nothing and blocks nothing,
// while raft's observer channels either drop or stall.
func (p *Probe) Observer() *raft.Observer {
	return raft.NewObserver(nil, false, func(o *raft.Observation) bool {
		p.observe(o.Data)
		return false
	})
}

func (p *Probe) observe(data any) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped.Load() {
		return
	}
	switch d := data.(type) {
	case raft.RaftState:
		p.role(d)
	case raft.LeaderObservation:
		p.node.AttrText("leader", string(d.LeaderID))
	}
}

// role follows raft's state. p.mu is held.
func (p *Probe) role(state raft.RaftState) {
	switch state {
	case raft.Follower:
		p.node.Move(catalog.NodeFollower)
		p.endElection(catalog.ElectionLost)
		p.observeBelief(nil)
	case raft.Candidate:
		p.node.Move(catalog.NodeCandidate)
	case raft.Leader:
		p.node.Move(catalog.NodeLeader)
		p.asserted, p.asserting = 0, 0
		p.elected = p.election
		p.endElection(catalog.ElectionWon)
		clear(p.sent)
	}
}

// beginElection is told by raft's own log line: a candidate whose election
// timed out stays candidate, so the observer hears of the first round only.
// p.mu is held.
func (p *Probe) beginElection(term string) {
	p.endElection(catalog.ElectionTimeout)
	state := catalog.ElectionPreVote
	var cause *sm.Machine
	by := p.urged
	if by != nil { // raft.go, candidateFromLeadershipTransfer
		cause, p.urged = by.call.current(), nil
	}
	if p.skipped = p.opt.NoPreVote || by != nil; p.skipped {
		state = catalog.ElectionVoting
	}
	p.electing = time.Now()
	p.election = p.opt.Buffer.BornOf(cause, "starts", catalog.Election, state, laneNode, "term "+term, "")
	if by != nil {
		p.election.Attr("timeout-now", 1)
	}
}

func (p *Probe) endElection(state sm.State) {
	if p.campaigning() {
		p.election.Move(state)
	}
}

// campaigning says whether an election of this node runs. p.mu is held.
func (p *Probe) campaigning() bool {
	return p.election != nil && !catalog.Election.Is(p.election.State(), sm.Final)
}

// Machine returns the machine of the node's life.
func (p *Probe) Machine() *sm.Machine {
	if p == nil {
		return nil
	}
	return p.node
}

// Stop ends the life: from here on nothing is recorded for it. state is
// catalog.NodeStopped or catalog.NodeCrashed; open machines are abandoned.
func (p *Probe) Stop(state sm.State, reason string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped.Load() {
		return
	}
	p.observeCommit()
	p.stopped.Store(true)
	if reason != "" {
		p.node.AttrText("reason", reason)
	}
	p.node.Move(state)
	p.opt.Buffer.AbandonAll()
	p.opt.Buffer.End()
}
