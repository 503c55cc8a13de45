package probe

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/raft"
)

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

// reason says why raft refused a request, which its answer mostly does not: it
// repeats raft's own checks (raft.go, appendEntries and requestVote) on what
// the wrappers saw, or quotes raft's log line. probe.mu is held.
func (r *Request) reason(resp any) string {
	switch c := r.command.(type) {
	case *raft.AppendEntriesRequest:
		return r.appendReason(c, resp.(*raft.AppendEntriesResponse))
	case *raft.RequestVoteRequest:
		return r.voteReason(c.Term, resp.(*raft.RequestVoteResponse).Term)
	case *raft.RequestPreVoteRequest:
		return r.voteReason(c.Term, resp.(*raft.RequestPreVoteResponse).Term)
	case *raft.InstallSnapshotRequest:
		return r.voteReason(c.Term, resp.(*raft.InstallSnapshotResponse).Term)
	}
	return ""
}

func (r *Request) appendReason(c *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) string {
	p := r.probe
	switch prev := p.entries[c.PrevLogEntry]; {
	case resp.Term > c.Term:
		return fmt.Sprintf("older term: the request has %d, %s is in %d", c.Term, p.opt.Node, resp.Term)
	case r.storeErr != nil:
		return "store failed: " + r.storeErr.Error()
	case c.PrevLogEntry > p.end():
		return fmt.Sprintf("previous entry %d missing: the log ends at %d", c.PrevLogEntry, p.end())
	case prev != nil && prev.term != c.PrevLogTerm:
		return fmt.Sprintf("previous term differs: entry %d has term %d here, %d on the leader", c.PrevLogEntry, prev.term, c.PrevLogTerm)
	case prev == nil && c.PrevLogEntry > 0:
		return fmt.Sprintf("previous entry %d missing: the log begins at %d", c.PrevLogEntry, p.first)
	case r.said != "":
		return r.said
	}
	return "raft gave no reason"
}

func (r *Request) voteReason(asked, current uint64) string {
	switch {
	case r.storeErr != nil:
		return "store failed: " + r.storeErr.Error()
	case r.said != "":
		return r.said
	case asked < current:
		return fmt.Sprintf("older term: the request has %d, %s is in %d", asked, r.probe.opt.Node, current)
	}
	return "raft gave no reason"
}
