package probe

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/sm"
)

// Lanes of a node, see sm.Lane: the goroutine of raft, or the group of ours,
// that owns a machine. The order is the order in which concurrent events of
// one instant are told.
const (
	laneNode   sm.Lane        = iota // the node's own machine, elections
	laneMain                         // raft's main goroutine
	laneFSM                          // raft's FSM goroutine
	laneSnap                         // raft's snapshot goroutine
	laneDisk                         // what the disk does in the background
	laneOut                          // + peer number: calls to that peer
	laneIn     = laneOut + 64        // + peer number: calls from that peer
	laneNet    = laneIn + 64         // + peer number: what the network does with messages to that peer
	laneClient = laneNet + 64        // + ordinal: client calls
)

// Raft is what a probe asks the node itself. *raft.Raft implements it.
type Raft interface {
	CommitIndex() uint64
}

// Options say what a probe observes.
type Options struct {
	Buffer *sm.Buffer // where machines are born; nil records nothing
	Node   string     // required: the node's name on the screen
	Peers  []string   // names of all nodes, in the order their events are told

	// Device does the disk operations; nil does them at once.
	Device Device
	// Describe makes the label of a command entry from its data; nil shows
	// the data's size only.
	Describe func(data []byte) string
	// ShowQuiet gives machines to heartbeats and to AppendEntries that carry
	// neither entries nor a newer commit index. Otherwise they are counted.
	ShowQuiet bool
	// OnLog is called with each of raft's log messages, on the goroutine that
	// logs and with no lock held. peer is the node that the message is about,
	// if it names one.
	OnLog func(message, peer string)
	// OnConfig is called with the newest configuration in the node's eyes when
	// that or the committed one changes, with the probe's lock held: it must not
	// block, nor call the probe.
	OnConfig func(newest raft.Configuration)
	// ApplyDue is called before an entry is handed to the state machine, on the
	// goroutine that does it and with no lock held; it says when the apply will
	// be done, zero if nobody knows. The machine is nil for an entry that the
	// probe does not know.
	ApplyDue func(entry *sm.Machine) (due sm.Time)
	// WouldPanic is called where raft is about to panic on a storage error.
	// It may end the calling goroutine; if it returns, raft panics.
	WouldPanic func(place string)
	// Alone says that raft does not run: only the disk does what a user queues.
	Alone bool
	// OnSnapshot is called when raft goes by another snapshot from now on, with the
	// index up to which it covers the log. It must not call the probe.
	OnSnapshot func(index uint64)
	// NoPreVote says that elections begin with the real vote.
	NoPreVote bool
	// ElectionTimeout, if it is not zero, decides for raft where it would pick at
	// random: a candidate whose own vote was on disk only after that time finds
	// its vote beside its election timer, and then sees the timer first.
	ElectionTimeout time.Duration
}

// Probe observes one life of one node. Its methods may be called from any
// goroutine; a nil Probe observes nothing.
type Probe struct {
	opt   Options
	lanes map[string]sm.Lane
	raft  atomic.Pointer[Raft]
	quiet atomic.Uint64

	arrivals atomic.Pointer[arrivals] // what Transport hands to raft; nil without it

	mu          sync.Mutex
	node        *sm.Machine
	election    *sm.Machine
	electing    time.Time   // when it began
	skipped     bool        // it goes without pre-vote
	elected     *sm.Machine // the election that made this node leader, until its no-op is stored
	term        uint64      // as last written to the stable store
	entries     map[uint64]*entry
	last        uint64             // index of the newest live entry, zero if none
	first       uint64             // index of the oldest live entry
	believed    uint64             // what raft takes for its last index, if that is not what is stored
	compactable uint64             // a snapshot covers the entries up to here
	committed   uint64             // entries up to here have been told committed
	covered     position           // of the snapshot that raft goes by, zero if it has none
	taking      *sm.Machine        // the snapshot that raft's snapshot goroutine takes
	newest      *sm.Machine        // the newest snapshot written in this life
	urged       *Request           // the TimeoutNow that an election is about to follow
	applies     map[*byte]*Apply   // by the identity of the command's bytes
	barriers    []*Apply           // in the order they were handed to raft
	inHand      *Request           // handed to raft's main goroutine, not yet answered
	fast        map[int64]*Request // being handled on a goroutine of the transport
	sent        map[string]uint64  // highest commit index told to each peer
	walls       []*sm.Machine      // the barriers that hold up writes now, in the order in which they were set

	config          config // the newest in the log or snapshot
	configCommitted config // what raft would go back to
	configTold      bool
	commitIndex     uint64      // as raft said last
	asserting       uint64      // index of the no-op of this leadership
	asserted        uint64      // the same once it is stored; zero in between
	changes         []*Change   // not yet entries, in the order they were handed to raft
	transfers       []*Transfer // not yet begun, in the order they were handed to raft
	transfer        *Transfer   // begun and not answered
	stopped         atomic.Bool
}

// entry is a live entry of this node's log.
type entry struct {
	term, index uint64
	machine     *sm.Machine
	apply       *Apply  // the request it came from, on the leader
	replaced    bool    // a snapshot stands for it; it may still be on the disk
	change      *Change // likewise
	config      *config // of a configuration entry
}

// New returns the probe of one life, with its node machine in state follower.
func New(opt Options) *Probe {
	p := &Probe{
		opt: opt, lanes: map[string]sm.Lane{}, entries: map[uint64]*entry{},
		applies: map[*byte]*Apply{}, fast: map[int64]*Request{}, sent: map[string]uint64{},
	}
	for i, peer := range opt.Peers {
		p.lanes[peer] = sm.Lane(i)
	}
	p.bornNode()
	return p
}

// Attach tells the probe the node it observes, once raft.NewRaft returned.
func (p *Probe) Attach(r Raft) {
	if p == nil {
		return
	}
	p.raft.Store(&r)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.configTold {
		p.setConfigs(config{}, config{}) // it knows nobody
	}
}

// Quiet returns how many heartbeats and empty AppendEntries this node sent
// that were counted instead of shown.
func (p *Probe) Quiet() uint64 {
	if p == nil {
		return 0
	}
	return p.quiet.Load()
}

// observeCommit reads raft's commit index and tells every entry up to it
// committed. It runs at the start of every callback, because commit, hand-over
// to the FSM and apply can happen at one instant (raft.go of raft:
// 790 and 825, 1569 and 1573). p.mu is held.
func (p *Probe) observeCommit() {
	r := p.raft.Load()
	if r == nil || p.stopped.Load() {
		return
	}
	index := (*r).CommitIndex()
	p.commit(index)
	if index > p.commitIndex {
		p.commitIndex = index
		p.commitConfig(index)
		p.configChanged() // a leader that has committed may take the next change
	}
}

// commit tells every entry up to index committed. p.mu is held.
func (p *Probe) commit(index uint64) {
	index = min(index, p.last)
	for i := max(p.committed+1, p.first); i <= index; i++ {
		if e := p.entries[i]; e != nil {
			e.commit()
		}
	}
	p.committed = max(p.committed, index)
}

func (p *Probe) outLane(peer string) sm.Lane { return laneOut + p.lane(peer) }
func (p *Probe) netLane(peer string) sm.Lane { return laneNet + p.lane(peer) }
func (p *Probe) inLane(peer string) sm.Lane  { return laneIn + p.lane(peer) }

func (p *Probe) lane(peer string) sm.Lane {
	if l, ok := p.lanes[peer]; ok {
		return l
	}
	return 63
}

var _ Raft = (*raft.Raft)(nil)
