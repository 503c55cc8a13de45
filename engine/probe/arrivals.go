package probe

import (
	"sync"

	"github.com/hashicorp/raft"
)

// arrivals stands between a transport's consumer channel and raft's main
// goroutine. It hands on one request at a time, in order, and waits for its
// answer, as that goroutine itself does.
//
// What main does while it has a request in hand belongs to that request, so the
// probe must know what main has in hand at every moment. A handoff between
// two goroutines leaves a gap: main may have taken a request, or answered it,
// and be in a store already, before this goroutine gets to say so. Therefore
// whoever needs to know asks first, with [Probe.settle].
type arrivals struct {
	probe *Probe
	inner raft.Transport
	out   chan raft.RPC // no buffer: a send returns when main takes the request

	ask     chan struct{} // somebody needs to know what main has in hand
	settled chan struct{} // the probe knows now

	once sync.Once
	quit chan struct{} // closed by stop
	done chan struct{} // closed when run has returned
}

// receive starts to hand on what arrives at inner.
func receive(p *Probe, inner raft.Transport) *arrivals {
	a := &arrivals{
		probe: p, inner: inner, out: make(chan raft.RPC),
		ask: make(chan struct{}), settled: make(chan struct{}),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	p.arrivals.Store(a)
	go a.run()
	return a
}

// settle returns when p.inHand is what raft's main goroutine has in hand. Call
// it at the start of every callback that looks at it, with no lock held.
func (p *Probe) settle() {
	a := p.arrivals.Load()
	if a == nil {
		return
	}
	select {
	case a.ask <- struct{}{}:
		<-a.settled
	case <-a.done:
	}
}

// stop ends the goroutine and waits for that.
func (a *arrivals) stop() {
	a.once.Do(func() { close(a.quit) })
	<-a.done
}

func (a *arrivals) run() {
	defer close(a.done)
	in := a.inner.Consumer()
	for {
		select {
		case rpc, open := <-in:
			if !open || !a.relay(rpc) {
				return
			}
		case <-a.ask:
			a.settled <- struct{}{}
		case <-a.quit:
			return
		}
	}
}

// relay hands one request to raft and its answer back; false means stop. A
// request that is stopped gets no answer, as raft gives none when it shuts
// down: its sender's timeout is the transport's affair.
func (a *arrivals) relay(rpc raft.RPC) bool {
	back, answers := rpc.RespChan, make(chan raft.RPCResponse, 1)
	rpc.RespChan = answers
	r := a.probe.Receive(sender(a.inner, rpc.Command), nil, rpc.Command, false)
	if !a.hand(rpc) {
		r.Answered(nil, raft.ErrTransportShutdown)
		return false
	}
	r.Processing()
	answer, ok := a.await(r, answers)
	return ok && a.answer(back, answer)
}

// hand waits until main takes a request; false means stop. Being asked here
// means that main has not taken it.
func (a *arrivals) hand(rpc raft.RPC) bool {
	for {
		select {
		case a.out <- rpc:
			return true
		case <-a.ask:
			a.settled <- struct{}{}
		case <-a.quit:
			return false
		}
	}
}

// await waits for main's answer and tells it; false means stop. An answer that
// is there when somebody asks was given before they did.
func (a *arrivals) await(r *Request, answers <-chan raft.RPCResponse) (answer raft.RPCResponse, ok bool) {
	for {
		asked, quit := false, false
		select {
		case answer = <-answers:
			r.Answered(answer.Response, answer.Error)
			return answer, true
		case <-a.ask:
			asked = true
		case <-a.quit:
			quit = true
		}
		select {
		case answer = <-answers:
			r.Answered(answer.Response, answer.Error)
			ok = true
		default:
		}
		if asked {
			a.settled <- struct{}{}
		}
		if quit && !ok {
			r.Answered(nil, raft.ErrTransportShutdown)
		}
		if ok || quit {
			return answer, ok
		}
	}
}

// answer hands raft's answer back to the transport; false means stop.
func (a *arrivals) answer(back chan<- raft.RPCResponse, answer raft.RPCResponse) bool {
	for {
		select {
		case back <- answer:
			return true
		case <-a.ask:
			a.settled <- struct{}{}
		case <-a.quit:
			return false
		}
	}
}
