package simnet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

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

	mu        sync.Mutex
	heartbeat func(raft.RPC)
	leading   func() (term uint64, leads bool)
}

var (
	_ raft.Transport   = (*Endpoint)(nil)
	_ raft.WithPreVote = (*Endpoint)(nil)
	_ raft.WithClose   = (*Endpoint)(nil)
)

// Endpoint returns a new endpoint for the node called addr. It receives
// nothing before Open. When dead is closed its calls end their goroutines.
func (n *Network) Endpoint(addr string, p *probe.Probe, gate *vtime.Gate, dead <-chan struct{}) *Endpoint {
	return &Endpoint{net: n, addr: raft.ServerAddress(addr), probe: p, gate: gate, dead: dead, consumer: make(chan raft.RPC)}
}

// Open lets requests in. leading says in which term the node is, and whether
// it leads.
func (e *Endpoint) Open(leading func() (term uint64, leads bool)) {
	e.mu.Lock()
	e.leading = leading
	e.mu.Unlock()
	e.net.attach(e)
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

// EncodePeer implements raft.Transport.
func (e *Endpoint) EncodePeer(_ raft.ServerID, addr raft.ServerAddress) []byte { return []byte(addr) }

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
	err := e.call(to, &message{request: req, answer: new(raft.AppendEntriesRequest)}, resp, e.net.opt.Timeout)
	if !e.leads(req.Term) {
		runtime.Goexit()
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

// TimeoutNow implements raft.Transport.
func (e *Endpoint) TimeoutNow(_ raft.ServerID, to raft.ServerAddress, req *raft.TimeoutNowRequest, resp *raft.TimeoutNowResponse) error {
	return e.call(to, &message{request: req, answer: new(raft.TimeoutNowRequest)}, resp, 10*e.net.opt.Timeout)
}

// InstallSnapshot implements raft.Transport. The snapshot travels in one
// message with its request. It ends its goroutine as AppendEntries does.
func (e *Endpoint) InstallSnapshot(_ raft.ServerID, to raft.ServerAddress, req *raft.InstallSnapshotRequest, resp *raft.InstallSnapshotResponse, data io.Reader) error {
	body, err := io.ReadAll(io.LimitReader(data, req.Size))
	if err != nil {
		return fmt.Errorf("read snapshot for %s: %w", to, err)
	}
	err = e.call(to, &message{request: req, answer: new(raft.InstallSnapshotRequest), snapshot: body}, resp, 10*e.net.opt.Timeout)
	if !e.leads(req.Term) {
		runtime.Goexit()
	}
	return err
}

// message is one request under way, with what comes back.
type message struct {
	request  any    // the sender's request; only encoded is read on the other side
	answer   any    // an empty request of the same type for the receiver to decode into
	snapshot []byte // of an InstallSnapshot
	encoded  []byte
	beat     bool // a heartbeat; request itself is read only before it leaves
	tell     *probe.Call
}

// encode fixes the message's bytes and tells the sender's probe of it.
func (e *Endpoint) encode(to raft.ServerAddress, m *message, pipelined bool) error {
	var err error
	if m.encoded, err = e.net.wire.encode(m.request); err != nil {
		return err
	}
	if r, ok := m.request.(*raft.AppendEntriesRequest); ok {
		m.beat = probe.IsHeartbeat(r)
	}
	m.tell = e.probe.Send(string(to), m.request, 1+len(m.encoded)+len(m.snapshot), pipelined)
	return nil
}

// reply is what comes back: the encoded answer, or an error.
type reply struct {
	encoded []byte
	err     error
	refused bool // nothing listened: the message was not delivered
}

// call sends one message on a connection of its own and waits for the answer.
func (e *Endpoint) call(to raft.ServerAddress, m *message, resp any, timeout time.Duration) error {
	e.leave(to)
	if err := e.encode(to, m, false); err != nil {
		return err
	}
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	back := make(chan reply, 1)
	go e.roundTrip(to, m, back)
	var r reply
	select {
	case r = <-back:
	case <-deadline.C:
		r.err = fmt.Errorf("%w after %s", ErrTimeout, timeout)
	case <-e.dead:
		runtime.Goexit()
	}
	if r.err == nil {
		r.err = e.net.wire.decode(r.encoded, resp)
	}
	m.tell.Done(resp, r.err)
	return r.err
}

// leave spends the small virtual time before a message is sent, and ends the
// goroutine if the node is dead.
func (e *Endpoint) leave(to raft.ServerAddress) {
	if !e.spend(to) {
		runtime.Goexit()
	}
}

// spend waits for the time before a message is sent; false means that the
// node died.
func (e *Endpoint) spend(to raft.ServerAddress) bool {
	return e.sleep(e.net.stream(direction{e.addr, to}).Draw(sendTime))
}

// sleep waits in virtual time; false means that the node died.
func (e *Endpoint) sleep(d time.Duration) bool {
	select {
	case <-e.dead:
		return false
	default:
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-e.dead:
		return false
	}
}

// roundTrip carries a message there and its answer back, unless one is lost.
func (e *Endpoint) roundTrip(to raft.ServerAddress, m *message, back chan<- reply) {
	there := direction{e.addr, to}
	if !e.net.carry(there, e.net.stream(there).Draw(e.net.opt.Latency)) {
		return
	}
	r, ok := e.net.deliver(there, m)
	if !ok {
		return
	}
	if !r.refused {
		m.tell.Answered()
	}
	home := direction{to, e.addr}
	if !e.net.carry(home, e.net.stream(home).Draw(e.net.opt.Latency)) {
		return
	}
	e.admit(m, func() { back <- r })
}

// carry takes a message over a link; false means that the link was cut when
// it left, or while it was under way.
func (n *Network) carry(d direction, latency time.Duration) bool {
	cut, before := n.cuts(d)
	if cut {
		return false
	}
	time.Sleep(latency)
	_, after := n.cuts(d)
	return after == before
}

// admit lets an answer into the node: through the gate, because it can make
// raft's main goroutine ready, but for a heartbeat's, which must not wait for
// the disk.
func (e *Endpoint) admit(m *message, hand func()) {
	if m.beat {
		hand()
		return
	}
	t := e.gate.Enter()
	if t.Wait() {
		hand()
		t.Done()
	}
}

// deliver gives a message to the node it arrived at and waits for raft's
// answer. ok is false if that node died meanwhile, so that no answer comes.
func (n *Network) deliver(d direction, m *message) (r reply, ok bool) {
	e := n.at(d.to)
	if e == nil {
		return reply{err: fmt.Errorf("%w: %s is down", ErrRefused, d.to), refused: true}, true
	}
	m.tell.Delivered()
	if err := n.wire.decode(m.encoded, m.answer); err != nil {
		return reply{err: err}, true
	}
	answers := make(chan raft.RPCResponse, 1)
	rpc := raft.RPC{Command: m.answer, RespChan: answers}
	if m.snapshot != nil {
		rpc.Reader = bytes.NewReader(m.snapshot)
	}
	request, taken := e.hand(d.from, m, rpc)
	if !taken {
		return reply{}, false
	}
	select {
	case a := <-answers:
		select {
		case <-e.dead: // raft's deferred answers of a dead life reach nobody
			return reply{}, false
		default:
		}
		request.Answered(a.Response, a.Error)
		if a.Error != nil {
			return reply{err: errors.New(a.Error.Error())}, true
		}
		r.encoded, r.err = n.wire.encode(a.Response)
		return r, true
	case <-e.dead:
		return reply{}, false
	}
}

// hand gives a request to raft: a heartbeat to its handler, anything else
// through the gate to the consumer.
func (e *Endpoint) hand(from raft.ServerAddress, m *message, rpc raft.RPC) (*probe.Request, bool) {
	e.mu.Lock()
	heartbeat := e.heartbeat
	e.mu.Unlock()
	if m.beat && heartbeat != nil {
		request := e.probe.Receive(string(from), m.tell, m.answer, true)
		request.Processing()
		heartbeat(rpc)
		return request, true
	}
	request := e.probe.Receive(string(from), m.tell, m.answer, false)
	t := e.gate.Enter()
	if !t.Wait() {
		return nil, false
	}
	request.Processing()
	select {
	case e.consumer <- rpc:
		t.Done()
		return request, true
	case <-e.dead:
		return nil, false
	}
}
