package probe

import (
	"slices"
	"sync"

	"github.com/hashicorp/raft"
)

// pipeline observes an AppendEntries pipeline. Futures come out as the same
// values and in the same order. Since they pass through a goroutine, one
// answered future more than inner's own buffer holds can wait for raft.
type pipeline struct {
	inner raft.AppendPipeline
	probe *Probe
	peer  string
	done  chan raft.AppendFuture // no buffer: inner's is the only one
	quit  chan struct{}

	mu    sync.Mutex
	over  bool
	calls []pipelined // unanswered, in the order in which they were sent
}

// pipelined is a request on a pipeline. The future that answers it is known by
// the request it carries, because it may come out before the call that made it
// has returned.
type pipelined struct {
	req  *raft.AppendEntriesRequest
	call *Call
}

// watch starts to observe a pipeline to a peer.
func watch(p *Probe, peer string, inner raft.AppendPipeline) *pipeline {
	l := &pipeline{inner: inner, probe: p, peer: peer, done: make(chan raft.AppendFuture), quit: make(chan struct{})}
	go l.pass()
	return l
}

// AppendEntries implements raft.AppendPipeline.
func (l *pipeline) AppendEntries(req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	call := l.probe.Send(l.peer, req, 0, true)
	l.mu.Lock()
	l.calls = append(l.calls, pipelined{req, call})
	l.mu.Unlock()
	future, err := l.inner.AppendEntries(req, resp)
	if err != nil {
		l.take(req).Done(nil, err)
		return nil, err
	}
	return future, nil
}

// take removes a request from the unanswered ones and returns its call, nil if
// it is not among them.
func (l *pipeline) take(req *raft.AppendEntriesRequest) *Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.calls, func(c pipelined) bool { return c.req == req })
	if i < 0 {
		return nil
	}
	call := l.calls[i].call
	l.calls = slices.Delete(l.calls, i, i+1)
	return call
}

// pass hands futures on to raft until the pipeline is closed.
func (l *pipeline) pass() {
	in := l.inner.Consumer()
	for {
		select {
		case future, open := <-in:
			if !open {
				return
			}
			l.answered(future)
			select {
			case l.done <- future:
			case <-l.quit:
				return
			}
		case <-l.quit:
			return
		}
	}
}

// answered tells how a request ended; its future is resolved when it comes out.
func (l *pipeline) answered(future raft.AppendFuture) {
	call := l.take(future.Request())
	if call == nil {
		return
	}
	if err := future.Error(); err != nil {
		call.Done(nil, err)
		return
	}
	call.Done(future.Response(), nil)
}

// Consumer implements raft.AppendPipeline.
func (l *pipeline) Consumer() <-chan raft.AppendFuture { return l.done }

// Close implements raft.AppendPipeline. Nobody reads the answers that have not
// come yet.
func (l *pipeline) Close() error {
	err := l.inner.Close()
	l.mu.Lock()
	calls, first := l.calls, !l.over
	l.calls, l.over = nil, true
	l.mu.Unlock()
	if first {
		close(l.quit)
	}
	for _, c := range calls {
		c.call.Done(nil, raft.ErrPipelineShutdown)
	}
	return err
}
