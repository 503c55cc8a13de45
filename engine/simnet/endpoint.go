package simnet

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/engine/vtime"
)

// Errors of calls.
var (
	// ErrTimeout: no answer came in time.
	ErrTimeout = errors.New("rpc timeout")
	// ErrRefused: nothing listens at the address.
	ErrRefused = errors.New("connection refused")
)

// Endpoint is one life of one node on the network. It implements
// raft.Transport, raft.WithPreVote and raft.WithClose.
type Endpoint struct {
	net      *Network
	addr     raft.ServerAddress
	probe    *probe.Probe
	gate     *vtime.Gate
	dead     <-chan struct{}
	consumer chan raft.RPC

	starts atomic.Pointer[starts]

	mu           sync.Mutex
	heartbeat    func(raft.RPC)
	leading      func() (term uint64, leads bool)
	contact      func(peer string)
	installed    func()
	removed      map[raft.ServerAddress]removal
	callers      callers
	stalled      map[raft.ServerAddress]int // how many transfers have their replication stand still
	unstalled    chan struct{}              // closed when that may have changed
	turns        map[raft.ServerAddress]*turn
	replications map[raft.ServerAddress]replication
	voted        bool // somebody asked for its vote on behalf of the leader
}

var (
	_ raft.Transport   = (*Endpoint)(nil)
	_ raft.WithPreVote = (*Endpoint)(nil)
	_ raft.WithClose   = (*Endpoint)(nil)
)

// Endpoint returns a new endpoint for the node called addr. It receives
// nothing before Open. When dead is closed its calls end their goroutines.
func (n *Network) Endpoint(addr string, p *probe.Probe, gate *vtime.Gate, dead <-chan struct{}) *Endpoint {
	return &Endpoint{
		net: n, addr: raft.ServerAddress(addr), probe: p, gate: gate, dead: dead, consumer: make(chan raft.RPC),
		stalled: map[raft.ServerAddress]int{}, turns: map[raft.ServerAddress]*turn{},
	}
}

// Open lets requests in. leading says in which term the node is, and whether
// it leads.
func (e *Endpoint) Open(leading func() (term uint64, leads bool)) {
	e.mu.Lock()
	e.leading = leading
	e.mu.Unlock()
	e.net.attach(e)
}

// OnContact has f called whenever raft is handed what it takes for contact
// with a peer: an answer, or the failure of a pipeline (replication.go,
// pipelineDecode). Call it before Open.
func (e *Endpoint) OnContact(f func(peer string)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.contact = f
}

// OnInstalled has f called whenever raft is done with an InstallSnapshot request
// that it was handed, however that ended. Call it before Open.
func (e *Endpoint) OnInstalled(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.installed = f
}

// endInstall opens the gate again behind an InstallSnapshot request.
func (e *Endpoint) endInstall() {
	e.gate.End()
	e.mu.Lock()
	f := e.installed
	e.mu.Unlock()
	if f != nil {
		f()
	}
}

func (e *Endpoint) heard(from raft.ServerAddress) {
	e.mu.Lock()
	f := e.contact
	e.mu.Unlock()
	if f != nil {
		f(string(from))
	}
}

// leads says whether the node leads in a term.
func (e *Endpoint) leads(term uint64) bool {
	now, leads := e.leadership()
	return leads && now == term
}

func (e *Endpoint) leadership() (term uint64, leads bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.leading == nil {
		return 0, false
	}
	return e.leading()
}

// Close implements raft.WithClose: requests are refused from now on.
func (e *Endpoint) Close() error {
	e.net.detach(e)
	return nil
}

// Consumer implements raft.Transport. The channel has no buffer, so that a
// send on it returns at the instant raft takes the request.
func (e *Endpoint) Consumer() <-chan raft.RPC { return e.consumer }

// LocalAddr implements raft.Transport.
func (e *Endpoint) LocalAddr() raft.ServerAddress { return e.addr }

// DecodePeer implements raft.Transport.
func (e *Endpoint) DecodePeer(b []byte) raft.ServerAddress { return raft.ServerAddress(b) }

// SetHeartbeatHandler implements raft.Transport.
func (e *Endpoint) SetHeartbeatHandler(cb func(raft.RPC)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heartbeat = cb
}

// AppendEntries implements raft.Transport. A call for a leadership that is over
// ends its goroutine, when it is made or when it comes back: raft's replication
// has been told to stop, and would find that beside what else is ready in its
// select, of which Go picks one at random; so it stops whichever it takes.
func (e *Endpoint) AppendEntries(_ raft.ServerID, to raft.ServerAddress, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	if !e.leads(req.Term) {
		runtime.Goexit()
	}
	before, beat := e.removals(to), probe.IsHeartbeat(req)
	if !beat {
		before = e.caller(to, req.Term).removals
		e.lastWords(to, before, req)
		e.beginsAt(to, req)
		e.out(to)
		defer e.back(to)
	}
	err := e.call(to, &message{request: req, answer: new(raft.AppendEntriesRequest)}, resp, e.net.opt.Timeout)
	if !beat {
		e.cameBack(err != nil || refuses(req, resp))
		if !e.stall(to) {
			runtime.Goexit()
		}
	}
	if !e.leads(req.Term) || e.removals(to) != before && resp.Term <= req.Term {
		runtime.Goexit()
	}
	switch {
	case err != nil || beat:
	case resp.Success:
		e.confirmed(to, req.Term, lastSent(req))
	default:
		e.rejected(to, req.Term, resp.LastLog)
	}
	if err == nil {
		e.heard(to)
	}
	return err
}

// RequestVote implements raft.Transport.
func (e *Endpoint) RequestVote(_ raft.ServerID, to raft.ServerAddress, req *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	return e.call(to, &message{request: req, answer: new(raft.RequestVoteRequest)}, resp, e.net.opt.Timeout)
}

// RequestPreVote implements raft.WithPreVote.
func (e *Endpoint) RequestPreVote(_ raft.ServerID, to raft.ServerAddress, req *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	return e.call(to, &message{request: req, answer: new(raft.RequestPreVoteRequest)}, resp, e.net.opt.Timeout)
}

// TimeoutNow implements raft.Transport. It comes back even if the node dies: a
// goroutine of raft waits for the one that called it, for ever if need be
// (raft.go, leaderLoop).
func (e *Endpoint) TimeoutNow(_ raft.ServerID, to raft.ServerAddress, req *raft.TimeoutNowRequest, resp *raft.TimeoutNowResponse) error {
	ended := make(chan error, 1)
	go func() {
		err := raft.ErrTransportShutdown
		defer func() { ended <- err }()
		err = e.call(to, &message{request: req, answer: new(raft.TimeoutNowRequest)}, resp, e.net.opt.Timeout)
	}()
	return <-ended
}

// InstallSnapshot implements raft.Transport. The snapshot travels in one
// message with its request. When it comes back it ends its goroutine as AppendEntries
// does.
func (e *Endpoint) InstallSnapshot(_ raft.ServerID, to raft.ServerAddress, req *raft.InstallSnapshotRequest, resp *raft.InstallSnapshotResponse, data io.Reader) error {
	body, err := io.ReadAll(io.LimitReader(data, req.Size))
	if err != nil {
		return fmt.Errorf("read snapshot for %s: %w", to, err)
	}
	before := e.caller(to, req.Term).removals
	e.begins(to, req.Term, req.LastLogIndex)
	e.out(to)
	defer e.back(to)
	err = e.call(to, &message{request: req, answer: new(raft.InstallSnapshotRequest), snapshot: body}, resp, 10*e.net.opt.Timeout)
	e.cameBack(err != nil || !resp.Success)
	if !e.stall(to) {
		runtime.Goexit()
	}
	if !e.leads(req.Term) || e.removals(to) != before && resp.Term <= req.Term {
		runtime.Goexit()
	}
	if err == nil && resp.Success {
		e.confirmed(to, req.Term, req.LastLogIndex)
	}
	if err == nil {
		e.heard(to)
	}
	return err
}
