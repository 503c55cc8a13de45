package simnet

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/fault"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
)

// closeTime is how long closing a pipeline takes. Raft closes all of a
// leader's pipelines at one instant, in map order, and each of its replication
// goroutines then draws from math/rand: at instants of their own.
var closeTime = vtime.Range{Lo: time.Microsecond, Hi: 20 * time.Microsecond}

// partTime is how long a sender that waited for an answer stays behind it.
var partTime = vtime.Range{Lo: time.Microsecond, Hi: time.Microsecond}

// pipeline is one ordered connection for AppendEntries, as raft's netPipeline
// (net_transport.go): at most InFlight requests are unanswered, answers come in
// order, and one that fails or is late is handed on as it is. After that, or
// after an answer that refuses, the pipeline is over, because raft stops
// reading answers then (replication.go, pipelineDecode).
type pipeline struct {
	from *Endpoint
	to   raft.ServerAddress
	term uint64 // of the leadership it serves

	outgoing chan *inFlight         // to the connection, in order
	waiting  chan *inFlight         // to the reader of answers; blocks when full
	done     chan raft.AppendFuture // to raft
	over     chan struct{}          // closed when raft reads no more answers
	closed   chan struct{}
	once     sync.Once

	removals  int         // of the peer when it began
	abandoned atomic.Bool // raft's sending goroutine was ended by quit
}

// inFlight is one request on a pipeline. It implements raft.AppendFuture.
type inFlight struct {
	message
	start    time.Time
	arrives  time.Time
	args     *raft.AppendEntriesRequest
	resp     *raft.AppendEntriesResponse
	back     chan reply
	resolved chan struct{}
	err      error
}

// AppendEntriesPipeline implements raft.Transport.
func (e *Endpoint) AppendEntriesPipeline(_ raft.ServerID, to raft.ServerAddress) (raft.AppendPipeline, error) {
	if e.net.opt.InFlight < 2 {
		return nil, raft.ErrPipelineReplicationNotSupported
	}
	p := &pipeline{
		from: e, to: to,
		outgoing: make(chan *inFlight, e.net.opt.InFlight),
		waiting:  make(chan *inFlight, e.net.opt.InFlight-2),
		done:     make(chan raft.AppendFuture, e.net.opt.InFlight-2),
		over:     make(chan struct{}),
		closed:   make(chan struct{}),
	}
	p.term, _ = e.leadership()
	p.removals = e.removals(to)
	e.begun(p)
	go p.connection()
	go p.readAnswers()
	return p, nil
}

// AppendEntries implements raft.AppendPipeline. It fails with probe.ErrOver if
// the pipeline is over or the node no longer leads: raft's replication then
// has both its end and perhaps more to send before it in a select, and this
// makes no difference of which it takes.
func (p *pipeline) AppendEntries(args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	if isClosed(p.over) || !p.from.leads(p.term) || !p.lastWords(args) {
		return nil, probe.ErrOver
	}
	p.from.begins(p.to, args.Term, lastSent(args))
	p.from.out(p.to)
	defer p.from.back(p.to)
	if p.isRemoved() {
		defer p.quit() // it was told to stop, and may not know yet
	}
	if !p.from.spend(p.to) {
		p.quit()
	}
	if isClosed(p.over) {
		return nil, probe.ErrOver
	}
	f := &inFlight{
		message: message{request: args, answer: new(raft.AppendEntriesRequest)},
		start:   time.Now(), args: args, resp: resp,
		back: make(chan reply, 1), resolved: make(chan struct{}),
	}
	if err := p.from.encode(p.to, &f.message, true); err != nil {
		return nil, err
	}
	f.arrives = f.start.Add(f.latency)
	p.outgoing <- f // never full: waiting below admits fewer
	select {
	case p.waiting <- f:
		return f, nil
	default:
	}
	select {
	case p.waiting <- f:
		p.part()
		if !p.from.stall(p.to) {
			p.quit()
		}
		if isClosed(p.over) {
			return nil, probe.ErrOver // or the end would stand beside more work
		}
		return f, nil
	case <-p.over:
		f.tell.Done(nil, raft.ErrPipelineShutdown)
		return nil, probe.ErrOver
	case <-p.from.dead:
		f.way.End()
		p.quit()
		return nil, raft.ErrPipelineShutdown
	}
}

// part lets raft's sender go on at an instant of its own. It was let go by an
// answer, which also goes to raft's main goroutine and may raise the commit index
// at this very instant; the sender reads that for its next request.
func (p *pipeline) part() {
	if !p.from.sleep(p.from.net.stream(direction{p.from.addr, p.to}).Draw(partTime)) {
		p.quit()
	}
}

// quit ends raft's sending goroutine, whose node is dead.
func (p *pipeline) quit() {
	p.abandoned.Store(true)
	runtime.Goexit()
}

// connection carries requests in order, one at a time through the other node,
// as raft's transport handles a connection. A message lost breaks it: nothing
// that follows arrives.
func (p *pipeline) connection() {
	defer p.discard()
	for whole := true; !isClosed(p.closed); {
		select {
		case f := <-p.outgoing:
			if whole {
				whole = p.carry(f)
			} else {
				f.way.End()
			}
		case <-p.closed:
			return
		case <-p.from.dead:
			return
		}
	}
}

// discard takes what never left off the board of what is under way.
func (p *pipeline) discard() {
	for {
		select {
		case f := <-p.outgoing:
			f.way.End()
		default:
			return
		}
	}
}

// carry takes one request over and starts its answer on the way back.
func (p *pipeline) carry(f *inFlight) bool {
	there, home := direction{p.from.addr, p.to}, direction{p.to, p.from.addr}
	switch p.from.net.carry(there, f.way, max(time.Until(f.arrives), 0)) {
	case fault.Arrived:
	case fault.Failed:
		f.back <- reply{err: f.way.Err()}
		return false
	default:
		return false
	}
	r, ok := p.from.net.deliver(there, &f.message)
	if !ok || p.from.net.isCut(home) {
		return false
	}
	way, latency := p.from.answered(p.to, &f.message, r)
	go func() {
		switch p.from.net.carry(home, way, latency) {
		case fault.Arrived:
			f.back <- r
		case fault.Failed:
			f.back <- reply{err: way.Err()}
		}
	}()
	return true
}

// readAnswers resolves the requests in the order in which they were sent.
func (p *pipeline) readAnswers() {
	for {
		select {
		case f := <-p.waiting:
			if !p.resolve(f) {
				p.abandon()
				return
			}
		case <-p.closed:
			p.abandon()
			return
		case <-p.from.dead:
			return
		}
	}
}

// abandon fails the requests whose answers nobody will read.
func (p *pipeline) abandon() {
	for {
		select {
		case f := <-p.waiting:
			f.tell.Done(nil, raft.ErrPipelineShutdown)
		default:
			return
		}
	}
}

// isClosed is asked before a select that something else could also make ready,
// because Go picks at random among ready cases.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// resolve waits for a request's answer and hands it to raft through the gate.
func (p *pipeline) resolve(f *inFlight) bool {
	deadline := time.NewTimer(p.from.net.opt.Timeout)
	defer deadline.Stop()
	var r reply
	select {
	case r = <-f.back:
	case <-deadline.C:
		r.err = fmt.Errorf("%w after %s", ErrTimeout, p.from.net.opt.Timeout)
	case <-p.closed:
		f.tell.Done(nil, raft.ErrPipelineShutdown)
		return false
	case <-p.from.dead:
		return false
	}
	t := p.from.gate.Enter()
	if !t.Wait() {
		return false
	}
	defer t.Done()
	if isClosed(p.closed) {
		f.tell.Done(nil, raft.ErrPipelineShutdown)
		return false
	}
	if r.err == nil {
		r.err = p.from.net.wire.decode(r.encoded, f.resp)
	}
	f.err = r.err
	f.tell.Done(f.resp, r.err)
	if r.err == nil && f.resp.Success {
		p.from.confirmed(p.to, f.args.Term, lastSent(f.args))
	}
	close(f.resolved)
	last := r.err != nil || !f.resp.Success || f.resp.Term > f.args.Term
	select {
	case p.done <- f:
	case <-p.closed:
		return false
	case <-p.from.dead:
		return false
	}
	p.from.heard(p.to)
	if last {
		close(p.over)
	}
	return !last
}

// Consumer implements raft.AppendPipeline.
func (p *pipeline) Consumer() <-chan raft.AppendFuture { return p.done }

// Close implements raft.AppendPipeline. The request that is under way still
// reaches the other node; those queued behind it are lost with the connection.
//
// If the node is dead, raft's sender did not get to tell raft's reader of
// answers to stop; a failed answer does. If only the leadership is over, the
// sender is ended here, as by a call that comes back (see AppendEntries).
func (p *pipeline) Close() error {
	p.once.Do(func() { close(p.closed) })
	if p.abandoned.Load() && !isClosed(p.over) {
		p.done <- &inFlight{args: new(raft.AppendEntriesRequest), resp: new(raft.AppendEntriesResponse)}
	}
	alive := p.from.sleep(p.from.closeStream(p.to).Draw(closeTime))
	if !alive || !p.from.leads(p.term) || p.isRemoved() {
		runtime.Goexit()
	}
	return nil
}

// Error implements raft.AppendFuture.
func (f *inFlight) Error() error {
	<-f.resolved
	return f.err
}

// Start implements raft.AppendFuture.
func (f *inFlight) Start() time.Time { return f.start }

// Request implements raft.AppendFuture.
func (f *inFlight) Request() *raft.AppendEntriesRequest { return f.args }

// Response implements raft.AppendFuture.
func (f *inFlight) Response() *raft.AppendEntriesResponse { return f.resp }
