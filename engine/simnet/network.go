package simnet

import (
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/fault"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

// sendTime is how long a call spends in its sender before its message leaves.
// It is drawn from the link's stream, so that calls raft makes at one instant,
// in the order of a Go map, leave at different ones.
var sendTime = vtime.Range{Lo: time.Microsecond, Hi: 20 * time.Microsecond}

// Options describe a network.
type Options struct {
	Seed     uint64
	Nodes    []string      // all of them, by which links get their slots
	Latency  vtime.Range   // of a message, one way
	Timeout  time.Duration // after which a call that got no answer fails
	InFlight int           // AppendEntries in flight on a pipeline; below 2 there are no pipelines

	// Faults is told of every message under way and says what becomes of it;
	// nil lets all of them be.
	Faults *fault.Board

	// Clock is the time in events of a moment in the bubble, for telling when
	// messages will arrive; nil leaves that untold.
	Clock func(time.Time) sm.Time
}

// Network connects endpoints. Its methods may be called from any goroutine of
// the bubble.
type Network struct {
	opt  Options
	wire *wire

	mu        sync.Mutex
	endpoints map[raft.ServerAddress]*Endpoint
	links     map[direction]*link
}

// direction is one way between two nodes.
type direction struct{ from, to raft.ServerAddress }

// link is one direction's state.
type link struct {
	stream *vtime.Stream
	closes *vtime.Stream // see closeStream
	cut    bool
	cuts   int // how often it was cut
}

// New returns a network without nodes.
func New(opt Options) *Network {
	if opt.Faults == nil {
		opt.Faults = fault.NewBoard(fault.Options{Seed: opt.Seed, Clock: func(time.Time) sm.Time { return 0 }, Patience: opt.Timeout})
	}
	return &Network{opt: opt, wire: newWire(), endpoints: map[raft.ServerAddress]*Endpoint{}, links: map[direction]*link{}}
}

// link returns the link of a direction. n.mu is held.
func (n *Network) link(d direction) *link {
	l := n.links[d]
	if l == nil {
		slot := n.number(d.from)*len(n.opt.Nodes) + n.number(d.to)
		l = &link{stream: vtime.NewStream(n.opt.Seed, "net "+string(d.from)+">"+string(d.to), slot)}
		l.closes = l.stream.Branch("close " + string(d.from) + ">" + string(d.to))
		n.links[d] = l
	}
	return l
}

// Slot is a slot of virtual time that belongs to a node and that no link has:
// the one of its link to itself.
func (n *Network) Slot(node string) int {
	i := n.number(raft.ServerAddress(node))
	return i*len(n.opt.Nodes) + i
}

func (n *Network) number(a raft.ServerAddress) int {
	return max(slices.Index(n.opt.Nodes, string(a)), 0)
}

// SetCut cuts or heals one direction. Messages that are under way on it when
// it is cut are lost.
func (n *Network) SetCut(from, to string, cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.link(direction{raft.ServerAddress(from), raft.ServerAddress(to)})
	if cut && !l.cut {
		l.cuts++
	}
	l.cut = cut
}

// IsCut says whether a direction is cut.
func (n *Network) IsCut(from, to string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link(direction{raft.ServerAddress(from), raft.ServerAddress(to)}).cut
}

func (n *Network) isCut(d direction) bool {
	cut, _ := n.cuts(d)
	return cut
}

// cuts says whether a direction is cut, and how often it was so far.
func (n *Network) cuts(d direction) (cut bool, times int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.link(d)
	return l.cut, l.cuts
}

// due is when a message that leaves now arrives, zero if it will not or if
// nobody wants to know.
func (n *Network) due(d direction, latency time.Duration) sm.Time {
	if n.opt.Clock == nil || n.isCut(d) {
		return 0
	}
	return n.opt.Clock(time.Now().Add(latency))
}

// stream returns the stream of a direction.
func (n *Network) stream(d direction) *vtime.Stream {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link(d).stream
}

// at returns the endpoint listening at an address, nil if its node is down.
func (n *Network) at(a raft.ServerAddress) *Endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.endpoints[a]
}

func (n *Network) attach(e *Endpoint) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.endpoints[e.addr] = e
}

func (n *Network) detach(e *Endpoint) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.endpoints[e.addr] == e {
		delete(n.endpoints, e.addr)
	}
}
