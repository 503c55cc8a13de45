package simnet

import "github.com/hashicorp/raft"

// A transfer of the leadership asks the leader's replication to the other node
// to send what is missing, through a channel beside the one by which raft tells
// it of new entries (replication.go, triggerDeferErrorCh and triggerCh). If it
// finds both it takes one at random. So whoever asks for a transfer looks first
// whether replication has been told of all there is.

// replication is how far raft's replication to a peer is, in a term.
type replication struct {
	term uint64
	sent uint64 // up to here the newest request goes that was begun
	next uint64 // raft's nextIndex, as far as requests and answers show it
}

// begins notes a request of raft's replication to a peer.
func (e *Endpoint) begins(to raft.ServerAddress, term, last uint64) {
	e.progress(to, term, func(r *replication) { r.sent = last })
}

// beginsAt notes one that is not part of a pipeline: it shows where raft goes on.
func (e *Endpoint) beginsAt(to raft.ServerAddress, req *raft.AppendEntriesRequest) {
	e.progress(to, req.Term, func(r *replication) { r.sent, r.next = lastSent(req), req.PrevLogEntry+1 })
}

// confirmed notes that a peer has accepted what goes up to last.
func (e *Endpoint) confirmed(to raft.ServerAddress, term, last uint64) {
	e.progress(to, term, func(r *replication) { r.next = max(r.next, last+1) })
}

// rejected notes that a peer, whose log ends at last, has refused a request: raft
// goes back then (replication.go, replicateTo).
func (e *Endpoint) rejected(to raft.ServerAddress, term, last uint64) {
	e.progress(to, term, func(r *replication) { r.next = max(min(r.next-1, last+1), 1) })
}

func (e *Endpoint) progress(to raft.ServerAddress, term uint64, note func(*replication)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.replications == nil {
		e.replications = map[raft.ServerAddress]replication{}
	}
	r := e.replications[to]
	switch {
	case r.term > term:
		return // of a leadership that is over
	case r.term < term:
		r = replication{term: term}
	}
	note(&r)
	e.replications[to] = r
}

// lastSent is the index up to which a request makes the logs equal.
func lastSent(req *raft.AppendEntriesRequest) uint64 {
	return req.PrevLogEntry + uint64(len(req.Entries))
}

// Behind returns those peers of which raft's replication has not yet begun to
// send the log up to last, in a term: they have still to be told of what is new.
// If peer is empty it looks at those of the peers of which raft takes one, the
// ones with the highest nextIndex (raft.go, pickServer).
func (e *Endpoint) Behind(peer string, peers []string, term, last uint64) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if peer != "" {
		peers = []string{peer}
	}
	var highest uint64
	for _, p := range peers {
		highest = max(highest, e.replication(p, term).next)
	}
	var behind []string
	for _, p := range peers {
		r := e.replication(p, term)
		if p != string(e.addr) && r.sent < last && (r.next == highest || r.sent == 0) {
			behind = append(behind, p)
		}
	}
	return behind
}

// Stall has raft's replication to peers stand still where a call of it comes
// back, until the returned function is called. That is for a transfer that
// begins though the peer is behind, because it does not answer: when it does,
// replication would find the transfer beside the news. So it learns that only
// when the transfer has timed out, and then both ways come to the same.
func (e *Endpoint) Stall(peers []string) (release func()) {
	add := func(n int) {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, p := range peers {
			e.stalled[raft.ServerAddress(p)] += n
		}
		if e.unstalled != nil {
			close(e.unstalled)
		}
		e.unstalled = make(chan struct{})
	}
	add(+1)
	return func() { add(-1) }
}

// stall stands still while Stall has it so, and goes on at an instant of its own;
// false means that the node died.
func (e *Endpoint) stall(to raft.ServerAddress) bool {
	for stood := false; ; stood = true {
		e.mu.Lock()
		n, changed := e.stalled[to], e.unstalled
		e.mu.Unlock()
		if n == 0 {
			return !stood || e.sleep(e.net.stream(direction{e.addr, to}).Draw(partTime))
		}
		select {
		case <-changed:
		case <-e.dead:
			return false
		}
	}
}

// replication is that to a peer, nothing if none was begun in the term. e.mu is
// held.
func (e *Endpoint) replication(peer string, term uint64) replication {
	if r := e.replications[raft.ServerAddress(peer)]; r.term == term {
		return r
	}
	return replication{}
}
