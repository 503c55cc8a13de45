package simnet

import (
	"time"

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

// lastWords says whether a request may be sent on a pipeline, and cuts it off
// behind what a peer that was removed meanwhile is still to be sent.
func (p *pipeline) lastWords(args *raft.AppendEntriesRequest) bool {
	p.from.mu.Lock()
	r := p.from.removed[p.to]
	p.from.mu.Unlock()
	if r.times == p.removals {
		return true
	}
	for len(args.Entries) > 0 && args.Entries[len(args.Entries)-1].Index > r.last {
		args.Entries = args.Entries[:len(args.Entries)-1]
	}
	return len(args.Entries) > 0
}

// sending is a request of raft's replication to a peer that it waits for.
type sending struct {
	n     int    // zero: none
	last  uint64 // of the entries sent with it, or before it
	since time.Time
}

// begins notes that raft's replication to a peer sends the log up to an index
// and waits; the function that it returns notes that it goes on.
func (e *Endpoint) begins(to raft.ServerAddress, last uint64) (ends func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.sending == nil {
		e.sending = map[raft.ServerAddress]sending{}
	}
	e.sending[to] = sending{e.sending[to].n + 1, last, time.Now()}
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		s := e.sending[to]
		s.n--
		e.sending[to] = s
	}
}

// lastSent is the index up to which a request makes the logs equal.
func lastSent(req *raft.AppendEntriesRequest) uint64 {
	return req.PrevLogEntry + uint64(len(req.Entries))
}

// stuck is how long a request takes that is not worth waiting for.
const stuck = 50 * time.Millisecond

// Behind says whether raft's replication to a peer, or to any if peer is empty, is
// in the midst of a request and has more to send behind it, up to last. One that
// has been in the midst of it for long does not count.
func (e *Endpoint) Behind(peer string, last uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for to, s := range e.sending {
		if s.n > 0 && s.last < last && time.Since(s.since) < stuck && (peer == "" || peer == string(to)) {
			return true
		}
	}
	return false
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
