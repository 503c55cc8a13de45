package probe

import (
	"github.com/hashicorp/raft"

	"raftscope/sm/catalog"
)

// Queue puts writes and removals into the queue of a device that works in the
// background, without raft, which has one of each under way at most: it is for
// looking at the queue itself. The probe must be that of a node alone
// (Options.Alone), with a device that is a Later.
type Queue struct {
	store *logStore
	later Later
}

// Queue returns the queue of the probe's device, nil if that is not a Later.
func (p *Probe) Queue(inner raft.LogStore) *Queue {
	later := p.later()
	if later == nil {
		return nil
	}
	return &Queue{store: &logStore{LogStore: inner, probe: p}, later: later}
}

// Append queues a write of entries, which must follow what is in the log when
// its turn comes. ended is called at its end, unless the node's life is over.
func (q *Queue) Append(logs []*raft.Log, ended func(error)) {
	p, store := q.store.probe, q.store.LogStore
	w := p.beginAppend(logs)
	op := Op{Kind: catalog.Append.Name(), Machine: w.machine, Bytes: w.bytes, Entries: len(logs), First: func(n int) error { return store.StoreLogs(logs[:n]) }}
	q.later.Defer(op, w.began, timed(w.machine, func() error { return store.StoreLogs(logs) }), func(err error) {
		p.endAppend(w, err)
		ended(err)
	})
}

// Truncate queues the removal of the entries from..to, the end of the log.
func (q *Queue) Truncate(from, to uint64, ended func(error)) {
	p := q.store.probe
	p.mu.Lock()
	d := p.bornTruncate(from, to, nil)
	p.mu.Unlock()
	q.store.deferDelete(q.later, d, ended)
}

// Compact queues the removal of the entries from..to, the beginning of the log,
// as behind a snapshot of the node's own. Writes need not wait for it.
func (q *Queue) Compact(from, to uint64, ended func(error)) {
	p, store := q.store.probe, q.store.LogStore
	p.mu.Lock()
	d := p.beginCompact(from, to, false)
	p.mu.Unlock()
	d.op.Machine = d.machine
	q.later.Defer(d.op, d.began, timed(d.machine, func() error { return store.DeleteRange(from, to) }), func(err error) {
		p.endDelete(d, err)
		ended(err)
	})
}
