package engine

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"raftscope/engine/fault"
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
	behind []*place // what it waits for
	op     *fault.Op
	begun  bool          // the queue's lock guards it
	doom   error         // it will fail because of one before it; the queue's lock guards it
	done   chan struct{} // closed when it is over
	err    error         // how it ended; set before done is closed
}

// enter takes the last place in the queue.
func (q *diskQueue) enter(op probe.Op) *place {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := &place{queue: q, kind: op.Kind, passes: op.Passes, done: make(chan struct{})}
	for _, before := range q.under {
		if before.doom == nil && (!q.pipelined || p.waitsFor(before)) {
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
	case p.isSnapshot() || before.isSnapshot(): // files of their own
		return p.isSnapshot() && before.isSnapshot()
	case p.isRemoval():
		return true
	}
	return !before.passes
}

func (p *place) isMeta() bool { return p.kind == catalog.Meta.Name() }

func (p *place) isSnapshot() bool {
	return p.kind == catalog.Snapshot.Name() || p.kind == catalog.Restore.Name()
}

func (p *place) isRemoval() bool {
	return p.kind == catalog.Truncate.Name() || p.kind == catalog.Compact.Name()
}

// doomed returns an error if something that the operation waited for failed and
// takes it with it. All that must be over by now.
func (p *place) doomed() error {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	return p.doom
}

// takeAlong dooms those that wait for an operation which has failed. What comes
// later need not wait for them. The queue's lock is held.
func (p *place) takeAlong() {
	doom := p.err
	if !errors.Is(doom, errClosed) {
		doom = fmt.Errorf("the %s before it failed: %v", p.kind, p.err) // what of that was done says nothing of the others
	}
	for _, later := range p.queue.under {
		if later.doom == nil && slices.Contains(later.behind, p) && p.dooms(later) {
			later.doom = doom
		}
	}
}

// dooms says whether an operation that failed takes one that waited for it with
// it. A removal behind a snapshot takes nothing from anybody, and loses nothing.
func (p *place) dooms(later *place) bool {
	return p.queue.pipelined && !p.isMeta() && !p.isSnapshot() && p.kind != catalog.Compact.Name() && later.kind != catalog.Compact.Name()
}

// begin says that the operation takes its time now.
func (p *place) begin() {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.begun = true
}

// leave says that the operation is over, and how it ended.
func (p *place) leave(err error) {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.queue.under = slices.DeleteFunc(p.queue.under, func(other *place) bool { return other == p })
	if p.err = err; err != nil {
		p.takeAlong()
	}
	close(p.done)
}

// errClosed is the error of what had not begun when a disk's queue was closed.
var errClosed = errors.New("the disk is closed")

// close ends everything that has not begun, as closing dqlite's disk does
// (uv_append.c): first the removals, the newest first, then the writes in their
// order. None of them is done. It returns when what had begun is over too, or the
// life is.
func (q *diskQueue) close(dead <-chan struct{}) {
	q.mu.Lock()
	var removals, writes, begun []*place
	for _, p := range q.under {
		switch {
		case p.begun:
			begun = append(begun, p)
		case p.isRemoval():
			removals = append(removals, p)
		default:
			writes = append(writes, p)
		}
	}
	q.mu.Unlock()
	slices.Reverse(removals)
	for _, p := range append(removals, writes...) {
		p.op.Fail(errClosed)
		if !p.wait(dead) {
			return
		}
	}
	for _, p := range begun {
		if !p.wait(dead) {
			return
		}
	}
}

// wait waits until the operation is over; false means that the life is.
func (p *place) wait(dead <-chan struct{}) bool {
	select {
	case <-p.done:
		return true
	case <-dead:
		return false
	}
}
