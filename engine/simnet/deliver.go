package simnet

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
)

// message is one request under way, with what comes back.
type message struct {
	request  any    // the sender's request; only encoded is read on the other side
	answer   any    // an empty request of the same type for the receiver to decode into
	snapshot []byte // of an InstallSnapshot
	encoded  []byte
	beat     bool          // a heartbeat; request itself is read only before it leaves
	latency  time.Duration // of its way there
	tell     *probe.Call
}

// encode fixes the message's bytes and latency and tells the sender's probe of
// it.
func (e *Endpoint) encode(to raft.ServerAddress, m *message, pipelined bool) error {
	var err error
	if m.encoded, err = e.net.wire.encode(m.request); err != nil {
		return err
	}
	if r, ok := m.request.(*raft.AppendEntriesRequest); ok {
		m.beat = probe.IsHeartbeat(r)
	}
	there := direction{e.addr, to}
	m.latency = e.net.stream(there).Draw(e.net.opt.Latency)
	m.tell = e.probe.SendDue(string(to), m.request, 1+len(m.encoded)+len(m.snapshot), pipelined, e.net.due(there, m.latency))
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
	if !e.net.carry(there, m.latency) {
		return
	}
	r, ok := e.net.deliver(there, m)
	if !ok {
		return
	}
	home := direction{to, e.addr}
	if !e.net.carry(home, e.net.answered(home, m, r)) {
		return
	}
	e.admit(m, func() { back <- r })
}

// answered starts an answer on its way: it returns the latency, and tells the
// sender's probe unless the message was never delivered.
func (n *Network) answered(home direction, m *message, r reply) time.Duration {
	latency := n.stream(home).Draw(n.opt.Latency)
	if !r.refused {
		m.tell.AnsweredDue(n.due(home, latency))
	}
	return latency
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
