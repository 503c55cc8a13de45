package simnet

import "github.com/hashicorp/raft"

// admit lets an answer into the node: through the gate, because it can make
// raft's main goroutine ready, but for a heartbeat's, which must not wait for
// the disk. Nor does a replication's error: it concerns only the goroutine that
// replicates, and what that does next it does 10ms later, or 20 or 40
// (replication.go, failureWait), which would be instants of the gate too.
func (e *Endpoint) admit(m *message, failed bool, hand func()) {
	if m.beat || failed && m.replicates() {
		hand()
		return
	}
	t := e.gate.Enter()
	if t.Wait() {
		hand()
		t.Done()
	}
}

// replicates says whether one of raft's replication goroutines sent it.
func (m *message) replicates() bool {
	switch m.request.(type) {
	case *raft.AppendEntriesRequest, *raft.InstallSnapshotRequest:
		return true
	}
	return false
}

// delays says whether raft's replication makes a pause after an answer, as after
// an error: for the reason that admit tells, it must not begin where the gate let
// the answer in. It touches nothing else than that goroutine, unless the term is
// newer.
func (m *message) delays(resp any) bool {
	switch req := m.request.(type) {
	case *raft.AppendEntriesRequest:
		return !m.beat && refuses(req, resp.(*raft.AppendEntriesResponse))
	case *raft.InstallSnapshotRequest:
		r := resp.(*raft.InstallSnapshotResponse)
		return !r.Success && r.Term <= req.Term
	}
	return false
}

// refuses says whether an answer to a request that replicates has raft pause.
func refuses(req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) bool {
	return !resp.Success && !resp.NoRetryBackoff && resp.Term <= req.Term
}
