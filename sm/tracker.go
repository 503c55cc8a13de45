package sm

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Clock tells the time of events. Now must be cheap, must not block and must
// not call into the tracker: it is called once an event, under a buffer's lock.
// Buffers ask it at the same time, from several goroutines.
type Clock interface {
	// Now returns virtual time and real monotonic nanoseconds, both since the
	// run's start.
	Now() (at Time, wall int64)
}

// Sink takes events in their canonical order. The slice is valid only during
// the call. Take may record into buffers, but must not flush the tracker.
type Sink interface {
	Take(events []Event) error
}

// Options say how a tracker works.
type Options struct {
	Clock Clock // required
	Sink  Sink  // where events go; nil: they are counted and digested only

	// Strict makes a violation a panic, for tests. Otherwise it becomes an
	// event of type Violation.
	Strict bool
}

// Tracker collects what the machines of a run do. Its methods may be called
// from any goroutine. A nil Tracker records nothing, and neither do the nil
// buffers and machines that come from it.
type Tracker struct {
	clock  Clock
	sink   Sink
	strict bool

	dirty atomic.Bool   // some buffer has records or has ended since the last flush
	late  atomic.Uint64 // what came after the end of a life

	mu      sync.Mutex // guards buffers; taken before any buffer's own lock
	buffers []*Buffer  // ordered by node, then life

	flushing sync.Mutex // held during Flush; guards what follows
	order    orderer
	events   []Event // reused by every flush
	last     Time    // At of the newest event
	seq      uint64
	id       ID
	broken   uint64
	digest   Digest
}

// NewTracker returns a tracker without buffers. It panics without a clock.
func NewTracker(o Options) *Tracker {
	if o.Clock == nil {
		panic("sm: a tracker needs a clock")
	}
	return &Tracker{clock: o.Clock, sink: o.Sink, strict: o.Strict}
}

// Buffer returns the buffer of one life of a node, ("", 0) being the world as a
// whole, and makes it if there is none. The order in which buffers are made
// does not matter. After Buffer.End the same arguments give a new buffer.
func (t *Tracker) Buffer(node string, life uint32) *Buffer {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at, found := slices.BinarySearchFunc(t.buffers, node, func(b *Buffer, node string) int {
		return cmp.Or(cmp.Compare(b.node, node), cmp.Compare(b.life, life))
	})
	for ; found && at < len(t.buffers) && t.buffers[at].node == node && t.buffers[at].life == life; at++ {
		if !t.buffers[at].hasEnded() {
			return t.buffers[at]
		}
	}
	b := &Buffer{tracker: t, node: node, life: life}
	t.buffers = slices.Insert(t.buffers, at, b)
	return b
}

// Totals count what a tracker has flushed so far.
type Totals struct {
	Events     uint64 // equals the newest event's Seq
	Machines   uint64 // equals the newest machine's ID
	Violations uint64
	Late       uint64 // calls dropped because they came after Buffer.End
}

// Totals returns the counts as of the last flush; Late counts up to now.
func (t *Tracker) Totals() Totals {
	if t == nil {
		return Totals{}
	}
	t.flushing.Lock()
	defer t.flushing.Unlock()
	return Totals{Events: t.seq, Machines: uint64(t.id), Violations: t.broken, Late: t.late.Load()}
}

// Digest returns the digest of all events flushed so far.
func (t *Tracker) Digest() Digest {
	if t == nil {
		return 0
	}
	t.flushing.Lock()
	defer t.flushing.Unlock()
	return t.digest
}
