package probe

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// The keys raft keeps in its stable store (raft.go).
const (
	keyCurrentTerm  = "CurrentTerm"
	keyLastVoteTerm = "LastVoteTerm"
	keyLastVoteCand = "LastVoteCand"
)

// StableStore wraps inner, which has no optional interface. A nil probe
// returns inner itself.
func (p *Probe) StableStore(inner raft.StableStore) raft.StableStore {
	if p == nil {
		return inner
	}
	return &stableStore{StableStore: inner, probe: p}
}

type stableStore struct {
	raft.StableStore
	probe *Probe
}

// Set implements raft.StableStore; raft keeps the candidate it voted for so.
func (s *stableStore) Set(key, val []byte) error {
	label := itoa(uint64(len(val))) + " B"
	if string(key) == keyLastVoteCand {
		label = "vote for " + string(val)
	}
	err := s.write(key, label, len(val), func() error { return s.StableStore.Set(key, val) })
	if err == nil && string(key) == keyLastVoteCand && s.probe.isLate() {
		return fmt.Errorf("the vote is on disk, but the election timed out meanwhile: %w", ErrOver)
	}
	return err
}

// isLate says whether the candidate that has just written its own vote finds
// its election timer beside that (raft.go, runCandidate: electionTimer starts
// before the votes are asked for, unless there was no pre-vote). Go would pick
// one of the two at random; an error in place of the vote leaves the timer.
func (p *Probe) isLate() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opt.ElectionTimeout > 0 && !p.skipped && p.inHand == nil && p.campaigning() &&
		time.Since(p.electing) >= p.opt.ElectionTimeout
}

// SetElectionTimeout tells that raft takes another election timeout from now on.
func (p *Probe) SetElectionTimeout(d time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opt.ElectionTimeout = d
}

// SetUint64 implements raft.StableStore; raft keeps its term and the term of
// its vote so.
func (s *stableStore) SetUint64(key []byte, val uint64) error {
	label := itoa(val)
	switch string(key) {
	case keyCurrentTerm:
		label = "term " + label
	case keyLastVoteTerm:
		label = "vote in term " + label
	}
	p := s.probe
	if string(key) == keyCurrentTerm {
		p.beginTerm()
	}
	err := s.write(key, label, binary.Size(val), func() error { return s.StableStore.SetUint64(key, val) })
	if string(key) == keyCurrentTerm {
		p.endTerm(val, err)
	}
	return err
}

func (s *stableStore) write(key []byte, label string, size int, call func() error) error {
	p := s.probe
	p.settle()
	p.mu.Lock()
	p.observeCommit()
	request, cause, main := p.metaCause()
	m := p.opt.Buffer.BornOf(cause, "persists", catalog.Meta, catalog.MetaStart, laneMain, string(key), label)
	m.Attr("bytes", int64(len(key)+size))
	p.mu.Unlock()
	err := p.do(Op{Kind: catalog.Meta.Name(), Part: partOf(key), Bytes: len(key) + size, Main: main}, m,
		func(due sm.Time) { m.MoveDue(catalog.MetaWriting, due) }, call)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	m.Done(err, catalog.MetaDone, catalog.MetaFailed)
	if err != nil && request != nil {
		request.storeErr = err
	}
	return err
}

// partOf names a key in raft's words, as a user writes it: last-vote-term.
func partOf(key []byte) string {
	switch string(key) {
	case keyCurrentTerm:
		return "current-term"
	case keyLastVoteTerm:
		return "last-vote-term"
	case keyLastVoteCand:
		return "last-vote-cand"
	}
	return ""
}

// metaCause returns what a write to the stable store is for, a request if it
// is for one, and whether raft's main goroutine waits for it. A heartbeat with
// a newer term writes the term on the transport's goroutine (raft.go,
// processHeartbeat). p.mu is held.
func (p *Probe) metaCause() (request *Request, cause *sm.Machine, main bool) {
	if len(p.fast) > 0 {
		if r := p.fast[GoroutineID()]; r != nil {
			return r, r.born(), false
		}
	}
	switch {
	case p.inHand != nil:
		return p.inHand, p.inHand.born(), true
	case p.campaigning():
		return nil, p.election, true
	}
	return nil, nil, true
}

// beginTerm notes that a candidate which goes to write its next term has won
// its pre-vote (raft.go, electSelf).
func (p *Probe) beginTerm() {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inHand == nil && p.election.State() == catalog.ElectionPreVote && p.campaigning() {
		p.election.Move(catalog.ElectionVoting)
	}
}

// endTerm keeps the node's term, or says where raft is about to panic: it has
// no other answer to a term that cannot be stored (raft.go, setCurrentTerm).
func (p *Probe) endTerm(term uint64, err error) {
	if err != nil {
		if p.opt.WouldPanic != nil {
			p.opt.WouldPanic("store the current term: " + err.Error())
		}
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.term != term {
		p.term = term
		p.node.Attr("term", int64(term))
	}
}
