package simnet

import (
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/vtime"
)

// sendTime is how long a call spends in its sender before its message leaves.
// It is drawn from the link's stream, so that calls raft makes at one instant,
// in the order of a Go map, leave at different ones.
var sendTime = vtime.Range{Lo: time.Microsecond, Hi: 20 * time.Microsecond}

// Options describe a network.
type Options struct {
	Seed     uint64
	Latency  vtime.Range   // of a message, one way
	Timeout  time.Duration // after which a call that got no answer fails
	InFlight int           // AppendEntries in flight on a pipeline; below 2 there are no pipelines
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
	cut    bool
}

// New returns a network without nodes.
func New(opt Options) *Network {
	return &Network{opt: opt, wire: newWire(), endpoints: map[raft.ServerAddress]*Endpoint{}, links: map[direction]*link{}}
}

// link returns the link of a direction. n.mu is held.
func (n *Network) link(d direction) *link {
	l := n.links[d]
	if l == nil {
		l = &link{stream: vtime.NewStream(n.opt.Seed, "net "+string(d.from)+">"+string(d.to))}
		n.links[d] = l
	}
	return l
}

// SetCut cuts or heals one direction. Messages that are under way on it when
// it is cut are lost.
func (n *Network) SetCut(from, to string, cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.link(direction{raft.ServerAddress(from), raft.ServerAddress(to)}).cut = cut
}

// IsCut says whether a direction is cut.
func (n *Network) IsCut(from, to string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link(direction{raft.ServerAddress(from), raft.ServerAddress(to)}).cut
}

func (n *Network) isCut(d direction) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.link(d).cut
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
