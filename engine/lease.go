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
	peers  []string // in the order of the configuration, without the node itself
	busy   func() bool

	mu       sync.Mutex
	leading  bool
	armed    bool
	fired    bool // while main was busy
	added    int  // peers whose replication was started
	contact  map[string]time.Time
	timer    *time.Timer
	deadline time.Time
	checked  time.Time                 // when raft checked the lease last
	lost     time.Time                 // when main came back to a lease that was over
	fires    atomic.Pointer[time.Time] // deadline, for who must not wait for mu
}

func newLease(length time.Duration, names []string, self string, busy func() bool) *lease {
	s := &lease{length: length, busy: busy, contact: map[string]time.Time{}}
	for _, name := range names {
		if name != self {
			s.peers = append(s.peers, name)
		}
	}
	return s
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
	s.leading, s.armed, s.fired, s.added = leading, false, false, 0
	if s.timer != nil {
		s.timer.Stop()
	}
}

// peerAdded notes that raft starts to replicate to the next peer, which counts
// as contact.
func (s *lease) peerAdded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.added < len(s.peers) {
		s.contact[s.peers[s.added]] = time.Now()
		s.added++
	}
}

// heard notes that raft is handed what it takes for contact with a peer.
func (s *lease) heard(peer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contact[peer] = time.Now()
}

// quiet says whether the timer runs and has not fired since raft's main
// goroutine saw to it last.
func (s *lease) quiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leading && s.armed && !s.fired
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
		if s.reached() < (len(s.peers)+1)/2+1 { // checkLeaderLease: less than a quorum
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
	return n + 1 // itself
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
