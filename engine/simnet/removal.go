package simnet

import (
	"github.com/hashicorp/raft"

	"raftscope/engine/vtime"
)

// A leader that removes a node stops its replication to it: it tells the two
// goroutines that replicate, which may find that beside more work, of which Go
// picks one at random (replication.go, replicate and pipelineReplicate). So what
// they do next comes to the same whichever they take. A call that comes back ends
// its goroutine, as with a leadership that is over; a pipeline sends the removed
// node its log up to the removal, once, and then nothing more.

// removal is that a peer was removed.
type removal struct {
	times int
	last  uint64 // the index up to which it is still to be sent the log
}

// Removed tells that raft is about to stop the replication to a peer, which is
// still to be sent the log up to an index.
func (e *Endpoint) Removed(peer string, last uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.removed == nil {
		e.removed = map[raft.ServerAddress]removal{}
	}
	to := raft.ServerAddress(peer)
	e.removed[to] = removal{e.removed[to].times + 1, last}
}

// removals is how often a peer has been removed by this node.
func (e *Endpoint) removals(to raft.ServerAddress) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.removed[to].times
}

// isRemoved says whether the peer was removed since the pipeline began.
func (p *pipeline) isRemoved() bool { return p.from.removals(p.to) != p.removals }

// lastWords says whether a request may be sent on a pipeline, and cuts it off
// behind what a peer that was removed meanwhile is still to be sent.
func (p *pipeline) lastWords(args *raft.AppendEntriesRequest) bool {
	return p.from.lastWords(p.to, p.removals, args)
}

// lastWords does so for a goroutine that began when the peer had been removed so
// often.
func (e *Endpoint) lastWords(to raft.ServerAddress, removals int, args *raft.AppendEntriesRequest) bool {
	e.mu.Lock()
	r := e.removed[to]
	e.mu.Unlock()
	if r.times == removals {
		return true
	}
	for len(args.Entries) > 0 && args.Entries[len(args.Entries)-1].Index > r.last {
		args.Entries = args.Entries[:len(args.Entries)-1]
	}
	return len(args.Entries) > 0
}

// A leader that is asked for its vote by the node to which it hands over gives
// it, and at that instant closes its pipelines, in map order, one of them to the
// very node that it answers: both would draw from the stream of that link, in
// whichever order. So does one that is told to run itself. From then on its
// closings have random numbers of their own.

// noteVote looks whether a request is one of those.
func (e *Endpoint) noteVote(request any) {
	switch r := request.(type) {
	case *raft.RequestVoteRequest:
		if !r.LeadershipTransfer {
			return
		}
	case *raft.TimeoutNowRequest:
	default:
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.voted = true
}

// closeStream returns the stream of closing a pipeline to a peer.
func (e *Endpoint) closeStream(to raft.ServerAddress) *vtime.Stream {
	e.mu.Lock()
	voted := e.voted
	e.mu.Unlock()
	e.net.mu.Lock()
	defer e.net.mu.Unlock()
	l := e.net.link(direction{e.addr, to})
	if voted {
		return l.closes
	}
	return l.stream
}
