package simnet_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/engine/simnet"
	"raftscope/engine/vtime"
)

const (
	us = time.Microsecond
	ms = time.Millisecond
)

// fixed is a network whose messages take 10 ms, and 1 to 20 us to leave.
var fixed = simnet.Options{Seed: 1, Latency: vtime.Range{Lo: 10 * ms, Hi: 10 * ms}, Timeout: 100 * ms, InFlight: 4}

// host is a node without raft: a test answers its requests.
type host struct {
	*simnet.Endpoint
	gate    *vtime.Gate
	dead    chan struct{}
	leading atomic.Bool
}

// hosts runs f in a bubble with a host for each name, and ends them all after
// it; the bubble fails if a goroutine is left.
func hosts(t *testing.T, opt simnet.Options, f func(t *testing.T, net *simnet.Network, h map[string]*host), names ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opt.Nodes = names
		net := simnet.New(opt)
		all := map[string]*host{}
		for _, name := range names {
			all[name] = newHost(net, name, nil)
		}
		f(t, net, all)
		for _, h := range all {
			h.kill()
		}
		time.Sleep(time.Minute) // messages under way arrive nowhere
	})
}

func newHost(net *simnet.Network, name string, p *probe.Probe) *host {
	h := &host{dead: make(chan struct{})}
	h.gate = vtime.NewGate(h.dead, 127)
	h.Endpoint = net.Endpoint(name, p, h.gate, h.dead)
	h.leading.Store(true)
	h.Open(func() (uint64, bool) { return 2, h.leading.Load() })
	return h
}

// kill ends a host, as the end of a node's life does.
func (h *host) kill() {
	select {
	case <-h.dead:
	default:
		close(h.dead)
		h.Close()
	}
}

// serve answers the host's requests, one after the other, until it is dead.
func (h *host) serve(answer func(rpc raft.RPC)) {
	go func() {
		for {
			select {
			case rpc := <-h.Consumer():
				answer(rpc)
			case <-h.dead:
				return
			}
		}
	}()
}

// grant says yes to everything.
func grant(rpc raft.RPC) {
	switch c := rpc.Command.(type) {
	case *raft.AppendEntriesRequest:
		rpc.Respond(&raft.AppendEntriesResponse{Term: c.Term, Success: true, LastLog: lastIndex(c)}, nil)
	case *raft.RequestVoteRequest:
		rpc.Respond(&raft.RequestVoteResponse{Term: c.Term, Granted: true}, nil)
	case *raft.RequestPreVoteRequest:
		rpc.Respond(&raft.RequestPreVoteResponse{Term: c.Term, Granted: true}, nil)
	case *raft.InstallSnapshotRequest:
		rpc.Respond(&raft.InstallSnapshotResponse{Term: c.Term, Success: true}, nil)
	case *raft.TimeoutNowRequest:
		rpc.Respond(&raft.TimeoutNowResponse{}, nil)
	}
}

func lastIndex(r *raft.AppendEntriesRequest) uint64 {
	if len(r.Entries) == 0 {
		return 0
	}
	return r.Entries[len(r.Entries)-1].Index
}

// entry is an AppendEntries request with one entry.
func entry(index uint64) *raft.AppendEntriesRequest {
	return &raft.AppendEntriesRequest{
		RPCHeader: raft.RPCHeader{ProtocolVersion: 3, ID: []byte("a"), Addr: []byte("a")}, Term: 2, LeaderCommitIndex: 1,
		Entries: []*raft.Log{{Index: index, Term: 2, Data: []byte("data")}},
	}
}

// vote asks a peer for its vote.
func (h *host) vote(to raft.ServerAddress) (*raft.RequestVoteResponse, error) {
	var resp raft.RequestVoteResponse
	err := h.RequestVote("", to, &raft.RequestVoteRequest{Term: 2, LastLogIndex: 7}, &resp)
	return &resp, err
}

// outcome runs a call on a goroutine of its own: returned, or ended by Goexit.
func outcome(call func()) <-chan string {
	out := make(chan string, 1)
	go func() {
		said := "ended"
		defer func() { out <- said }()
		call()
		said = "returned"
	}()
	return out
}

// slots is how much longer waits take because they end in their link's slot.
const slots = us

// took says whether it took as long as wanted since start, or a little longer.
func took(start time.Time, want, slack time.Duration) bool {
	d := time.Since(start)
	return d >= want && d <= want+slack+slots
}
