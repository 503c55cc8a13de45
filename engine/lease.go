package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
)

// leaseStep is the least time between two checks of a lease (raft.go,
// minCheckInterval).
const leaseStep = 10 * time.Millisecond

// lease follows raft's own lease timer from outside (raft.go, leaderLoop and
// checkLeaderLease), to know whether it fired while raft's main goroutine was
// in a disk operation: then that goroutine finds the timer ready when it comes
// back, and nothing else may be ready beside it. It is derived, and only
// decides whether clients' requests may queue up; raft's lease is raft's.
type lease struct {
	length time.Duration
	self   string
	busy   func() bool

	mu       sync.Mutex
	peers    []string // that vote, without the node itself
	votes    bool     // the node votes
	leading  bool
	armed    bool
	fired    bool // while main was busy
	contact  map[string]time.Time
	timer    *time.Timer
	deadline time.Time
	checked  time.Time                 // when raft checked the lease last
	lost     time.Time                 // when main came back to a lease that was over
	fires    atomic.Pointer[time.Time] // deadline, for who must not wait for mu
}

func newLease(length time.Duration, first raft.Configuration, self string, busy func() bool) *lease {
	s := &lease{length: length, self: self, busy: busy, contact: map[string]time.Time{}}
	s.configured(first)
	return s
}

// configured tells the lease of the configuration that the node goes by: those
// who vote decide.
func (s *lease) configured(c raft.Configuration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers, s.votes = nil, false
	for _, server := range c.Servers {
		switch {
		case server.Suffrage != raft.Voter:
		case string(server.ID) == s.self:
			s.votes = true
		default:
			s.peers = append(s.peers, string(server.ID))
		}
	}
}

// observer tells the lease of the node's role.
func (s *lease) observer() *raft.Observer {
	return raft.NewObserver(nil, false, func(o *raft.Observation) bool {
		if state, ok := o.Data.(raft.RaftState); ok {
			s.role(state == raft.Leader)
		}
		return false
	})
}

func (s *lease) role(leading bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leading, s.armed, s.fired = leading, false, false
	if s.timer != nil {
		s.timer.Stop()
	}
}

// peerAdded notes that raft starts to replicate to a peer, which counts as
// contact.
func (s *lease) peerAdded(peer string) { s.heard(peer) }

// heard notes that raft is handed what it takes for contact with a peer.
func (s *lease) heard(peer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contact[peer] = time.Now()
}

// quiet says whether the timer runs and has not fired since raft's main
// goroutine saw to it last, on a leader that is no majority by itself.
func (s *lease) quiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leading && s.armed && !s.fired && len(s.peers) > 0
}

// returns notes that a leader's main goroutine comes back from a disk
// operation: from the first one of its leadership into its loop, which starts
// the timer; from a later one perhaps to a timer that has fired.
func (s *lease) returns() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.leading:
	case !s.armed:
		s.armed = true
		s.arm(s.length)
	case s.fired:
		if n := s.count(len(s.peers)); s.reached() < n/2+1 { // checkLeaderLease: less than a quorum
			s.lost = time.Now()
		}
		s.check()
	}
}

// reached counts the peers heard of within the lease. s.mu is held.
func (s *lease) reached() (n int) {
	for _, peer := range s.peers {
		if time.Since(s.contact[peer]) <= s.length {
			n++
		}
	}
	return s.count(n)
}

// voters returns the other nodes that vote.
func (s *lease) voters() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peers
}

// count adds the node itself to so many others, if it votes. s.mu is held.
func (s *lease) count(others int) int {
	if s.votes {
		return others + 1
	}
	return others
}

// lostNow says whether main comes back at this instant to a lease that is over.
// A leader that was verified meanwhile finds that beside its lease timer, and Go
// picks one of the two at random (raft.go, leaderLoop): the read is answered, or
// leadership is lost first. Here it always is.
func (s *lease) lostNow() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.lost.IsZero() && s.lost.Equal(time.Now())
}

// check does what checkLeaderLease does, as far as the timer is concerned.
// s.mu is held.
func (s *lease) check() {
	s.fired, s.checked = false, time.Now()
	var oldest time.Duration
	for _, peer := range s.peers {
		if since := time.Since(s.contact[peer]); since <= s.length {
			oldest = max(oldest, since)
		}
	}
	s.arm(max(s.length-oldest, leaseStep))
}

func (s *lease) arm(d time.Duration) {
	s.deadline = time.Now().Add(d)
	fires := s.deadline
	s.fires.Store(&fires)
	s.timer = time.AfterFunc(d, s.fire)
}

// next is when the timer fires next, or fired last, in any leadership. Raft
// checks the lease so long after it heard from a peer that decides, and it hears
// from peers when the gate lets an answer in: an instant that the gate would
// choose for others too.
func (s *lease) next() (at time.Time) {
	if fires := s.fires.Load(); fires != nil {
		at = *fires
	}
	return at
}

func (s *lease) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.armed || time.Now().Before(s.deadline) {
		return // of a leadership that is over
	}
	if s.busy() {
		s.fired = true
		return
	}
	s.check()
}
