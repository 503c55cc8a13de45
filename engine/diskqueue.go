package engine

import (
	"fmt"
	"slices"
	"sync"

	"raftscope/engine/probe"
	"raftscope/sm/catalog"
)

// diskQueue says which of a disk's operations wait for which. There are two
// ways, the two values of disk-mode:
//
//   - sync: one at a time, in the order in which they came.
//   - pipelined: as in dqlite (UvBarrier). Writes of entries are done in order. A
//     removal sets a barrier: it waits for what was queued before it, and what is
//     queued behind it waits for it, unless it lets writes pass. The term and
//     the vote are kept in a file of their own, and have an order of their own.
//
// What waits in the background was queued in the belief that what came before
// it would succeed. So a write or a removal that fails takes those with it that
// wait for it, or the log would get a gap.
type diskQueue struct {
	pipelined bool

	mu    sync.Mutex
	under []*place // under way, in order of arrival
}

// place is an operation's place in a disk's queue.
type place struct {
	queue  *diskQueue
	kind   string
	passes bool
	behind []*place      // what it waits for
	done   chan struct{} // closed when it is over
	err    error         // how it ended; set before done is closed
}

// enter takes the last place in the queue.
func (q *diskQueue) enter(op probe.Op) *place {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := &place{queue: q, kind: op.Kind, passes: op.Passes, done: make(chan struct{})}
	for _, before := range q.under {
		if !q.pipelined || p.waitsFor(before) {
			p.behind = append(p.behind, before)
		}
	}
	q.under = append(q.under, p)
	return p
}

// waitsFor says whether an operation of a pipelined disk waits for one that came
// before it.
func (p *place) waitsFor(before *place) bool {
	switch {
	case p.isMeta() || before.isMeta():
		return p.isMeta() && before.isMeta()
	case p.isRemoval():
		return true
	}
	return !before.passes
}

func (p *place) isMeta() bool { return p.kind == catalog.Meta.Name() }

func (p *place) isRemoval() bool {
	return p.kind == catalog.Truncate.Name() || p.kind == catalog.Compact.Name()
}

// doomed returns an error if something that the operation waited for failed and
// takes it with it. It must be over by now.
func (p *place) doomed() error {
	for _, before := range p.behind {
		if before.dooms(p) {
			return fmt.Errorf("the %s before it failed: %v", before.kind, before.err) // what of that was done says nothing of this
		}
	}
	return nil
}

// dooms says whether an operation that failed takes one that waited for it with
// it. A removal behind a snapshot takes nothing from anybody, and loses nothing.
func (p *place) dooms(later *place) bool {
	return p.queue.pipelined && p.err != nil && !p.isMeta() && p.kind != catalog.Compact.Name() && later.kind != catalog.Compact.Name()
}

// leave says that the operation is over, and how it ended.
func (p *place) leave(err error) {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.queue.under = slices.DeleteFunc(p.queue.under, func(other *place) bool { return other == p })
	p.err = err
	close(p.done)
}
