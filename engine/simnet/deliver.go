package simnet

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/fault"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
)

// message is one request under way, with what comes back.
type message struct {
	request  any    // the sender's request; only encoded is read on the other side
	answer   any    // an empty request of the same type for the receiver to decode into
	snapshot []byte // of an InstallSnapshot
	encoded  []byte
	beat     bool          // a heartbeat; request itself is read only before it leaves
	latency  time.Duration // of its way there
	way      *fault.Op     // its way there
	copied   bool          // it is a second copy: nobody waits for its answer
	tell     *probe.Call
}

// encode fixes the message's bytes, latency and fate, and tells the sender's
// probe of it.
func (e *Endpoint) encode(to raft.ServerAddress, m *message, pipelined bool) error {
	var err error
	if m.encoded, err = e.net.wire.encode(m.request); err != nil {
		return err
	}
	if r, ok := m.request.(*raft.AppendEntriesRequest); ok {
		m.beat = probe.IsHeartbeat(r)
	}
	there := direction{e.addr, to}
	stream := e.net.stream(there)
	m.way = e.net.opt.Faults.Begin(e.what(to, m, false), stream)
	m.latency = stream.Draw(e.net.opt.Latency.Plus(m.way.Extra()))
	sending := probe.Sending{Bytes: 1 + len(m.encoded) + len(m.snapshot), Pipelined: pipelined, Shown: m.way.Touched()}
	if m.way.Known() {
		sending.Due = e.net.due(there, m.latency)
	}
	m.tell = e.probe.SendAs(string(to), m.request, sending)
	again := func(after time.Duration) { go e.net.copy(there, *m, after) }
	m.way.Tell(m.tell, again)
	for _, after := range m.way.Copies() {
		again(after)
	}
	return nil
}

// what is a message of this endpoint as the rules of faults see it.
func (e *Endpoint) what(to raft.ServerAddress, m *message, answer bool) fault.What {
	return fault.What{
		Class: fault.Message, Kind: probe.KindOf(m.request), Node: string(e.addr), Peer: string(to),
		Answer: answer, Untold: !probe.HasKind(m.request),
	}
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
	// What comes back to a replication that failed may not do so where an answer
	// arrives: raft's lease may end 500ms behind the latter, its backoff behind this.
	switch {
	case r.err != nil && m.replicates() && !e.part(to):
		runtime.Goexit()
	case r.err == nil && m.delays(resp):
		e.leave(to)
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
	there, home := direction{e.addr, to}, direction{to, e.addr}
	fate := e.net.carry(there, m.way, m.latency)
	switch fate {
	case fault.Arrived:
	case fault.Failed:
		e.admit(m, true, func() { back <- reply{err: m.way.Err()} })
		return
	default:
		return
	}
	r, ok := e.net.deliver(there, m)
	if !ok {
		return
	}
	way, latency := e.answered(to, m, r)
	switch e.net.carry(home, way, latency) {
	case fault.Arrived:
	case fault.Failed:
		r = reply{err: way.Err()}
	default:
		return
	}
	e.admit(m, r.err != nil, func() { back <- r })
}

// answered starts an answer on its way home: it returns that way and the
// latency, and tells the probe unless the message was never delivered.
func (e *Endpoint) answered(from raft.ServerAddress, m *message, r reply) (*fault.Op, time.Duration) {
	home := direction{from, e.addr}
	stream := e.net.stream(home)
	way := e.net.opt.Faults.Begin(e.what(from, m, true), stream)
	latency := stream.Draw(e.net.opt.Latency.Plus(way.Extra()))
	if !r.refused {
		due := e.net.due(home, latency)
		if !way.Known() {
			due = 0
		}
		m.tell.AnsweredDue(due)
	}
	way.Tell(m.tell, nil)
	return way, latency
}

// carry takes a message over a link. It is lost (fault.Dropped) if the link was
// cut when it left or while it was under way.
func (n *Network) carry(d direction, way *fault.Op, latency time.Duration) fault.Fate {
	defer way.End()
	cut, before := n.cuts(d)
	if cut {
		return fault.Dropped
	}
	fate := way.Wait(latency, nil)
	if _, after := n.cuts(d); after != before && fate == fault.Arrived {
		way.Lost()
		return fault.Dropped
	}
	return fate
}

// copy carries a second copy of a message, on a connection of its own, which
// arrives so long after the first has, or was lost. Nobody waits for its answer.
func (n *Network) copy(d direction, m message, after time.Duration) {
	select {
	case <-m.way.Ended():
	case <-n.opt.Faults.Closed():
		return
	}
	stream := n.stream(d)
	way := n.opt.Faults.BeginCopy(m.way.What(), stream)
	way.Tell(m.tell, nil)
	if n.carry(d, way, stream.Draw(vtime.Range{Lo: after, Hi: after})) != fault.Arrived || n.at(d.to) == nil {
		return
	}
	m.answer = reflect.New(reflect.TypeOf(m.answer).Elem()).Interface()
	m.copied = true
	n.deliver(d, &m)
}

// deliver gives a message to the node it arrived at and waits for raft's
// answer. ok is false if that node died meanwhile, so that no answer comes.
func (n *Network) deliver(d direction, m *message) (r reply, ok bool) {
	e := n.at(d.to)
	if e == nil {
		return reply{err: fmt.Errorf("%w: %s is down", ErrRefused, d.to), refused: true}, true
	}
	if !m.copied {
		m.tell.Delivered()
		n.opt.Faults.Overtook(m.way)
	}
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
		if m.snapshot != nil {
			e.endInstall()
		}
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

// receive tells the receiver's probe of a message.
func (e *Endpoint) receive(from raft.ServerAddress, m *message, fast bool) *probe.Request {
	r := e.probe.Receive(string(from), m.tell, m.answer, fast)
	if m.copied {
		r.Copy()
	}
	return r
}

// hand gives a request to raft: a heartbeat to its handler, anything else
// through the gate to the consumer.
func (e *Endpoint) hand(from raft.ServerAddress, m *message, rpc raft.RPC) (*probe.Request, bool) {
	e.mu.Lock()
	heartbeat := e.heartbeat
	e.mu.Unlock()
	if m.beat && heartbeat != nil {
		request := e.receive(from, m, true)
		request.Processing()
		heartbeat(rpc)
		return request, true
	}
	request := e.receive(from, m, false)
	e.noteVote(m.answer)
	t := e.gate.Enter()
	if !t.Wait() {
		return nil, false
	}
	request.Processing()
	select {
	case e.consumer <- rpc:
		if m.snapshot != nil {
			e.gate.Begin() // raft's main goroutine waits until the state machine is restored
		}
		t.Done()
		return request, true
	case <-e.dead:
		return nil, false
	}
}
