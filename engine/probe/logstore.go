package probe

import (
	"fmt"
	"sync"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// LogStore wraps inner. The result is a raft.MonotonicLogStore exactly if
// inner is one. A nil probe returns inner itself.
func (p *Probe) LogStore(inner raft.LogStore) raft.LogStore {
	if p == nil {
		return inner
	}
	s := &logStore{LogStore: inner, probe: p}
	if m, ok := inner.(raft.MonotonicLogStore); ok {
		return &monotonicLogStore{logStore: s, MonotonicLogStore: m}
	}
	return s
}

// logStore observes what changes the log, and reads that raft does not survive.
type logStore struct {
	raft.LogStore
	probe *Probe

	mu     sync.Mutex
	hidden []uint64 // where the log ends for raft, by each removal under way
}

type monotonicLogStore struct {
	*logStore
	raft.MonotonicLogStore
}

// GetLog implements raft.LogStore. In two places raft has no answer to an entry
// that is not there but to panic.
func (s *logStore) GetLog(index uint64, log *raft.Log) error {
	err := s.get(index, log)
	if err != nil && s.probe.opt.WouldPanic != nil {
		if place := readPlace(calledBy(processLogs, newRaft)); place != "" {
			s.probe.opt.WouldPanic(fmt.Sprintf("%s entry %d: %v", place, index, err))
		}
	}
	return err
}

// readPlace says what raft reads an entry for if it panics when it cannot
// (raft.go, processLogs; api.go, NewRaft), else nothing.
func readPlace(function string) string {
	switch function {
	case processLogs:
		return "apply"
	case newRaft:
		return "start from"
	}
	return ""
}

// StoreLog implements raft.LogStore.
func (s *logStore) StoreLog(log *raft.Log) error { return s.StoreLogs([]*raft.Log{log}) }

// StoreLogs implements raft.LogStore. Only raft's main goroutine calls it: on
// a leader for what it dispatches (raft.go, dispatchLogs), on a follower for
// the AppendEntries it has in hand (raft.go, appendEntries).
func (s *logStore) StoreLogs(logs []*raft.Log) error {
	if len(logs) == 0 {
		return s.LogStore.StoreLogs(logs)
	}
	p := s.probe
	w := p.beginAppend(logs)
	err := p.do(Op{Kind: catalog.Append.Name(), Bytes: w.bytes, Main: true, Dispatch: w.request == nil,
		Entries: len(logs), First: func(n int) error { return s.LogStore.StoreLogs(logs[:n]) }}, w.machine,
		w.began,
		func() error { return s.LogStore.StoreLogs(logs) })
	p.endAppend(w, err)
	return err
}

// appending is one StoreLogs call.
type appending struct {
	machine *sm.Machine
	entries []*entry
	request *Request // the AppendEntries in hand, nil on a leader
	bytes   int
}

func (w *appending) began(due sm.Time) { w.machine.MoveDue(catalog.AppendWriting, due) }

func (p *Probe) beginAppend(logs []*raft.Log) *appending {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	w := &appending{request: p.inHandAppend()}
	for _, log := range logs {
		a, change := p.claim(log), p.claimChange(log)
		var e *entry
		switch {
		case a != nil:
			e = p.bornEntry(log, catalog.EntryCreated, a.machine, "becomes")
			e.apply, a.entry = a, e.machine
		case change != nil:
			e = p.bornEntry(log, catalog.EntryCreated, change.machine, "becomes")
			e.change, change.entry = change, e
		case w.request != nil:
			e = p.bornEntry(log, catalog.EntryCreated, w.request.born(), "brings")
		case log.Type == raft.LogNoop:
			e = p.bornEntry(log, catalog.EntryCreated, p.elected, "asserts")
			p.elected, p.asserting = nil, log.Index
		default:
			e = p.bornEntry(log, catalog.EntryCreated, nil, "")
		}
		w.entries = append(w.entries, e)
		w.bytes += len(log.Data)
	}
	p.bornAppend(w, logs)
	w.machine.Move(catalog.AppendPending)
	return w
}

// bornAppend makes the machine of the disk write, caused by the AppendEntries
// in hand or, on a leader, by each of its entries. p.mu is held.
func (p *Probe) bornAppend(w *appending, logs []*raft.Log) {
	subject, label := span(logs[0].Index, logs[len(logs)-1].Index), entriesLabel(len(logs))
	buf := p.opt.Buffer
	if w.request != nil {
		w.request.born().Attr("new-entries", int64(len(logs)))
		w.request.move(catalog.AppendFollowerAppending)
		w.machine = buf.BornOf(w.request.born(), "stores by", catalog.Append, catalog.AppendStart, laneMain, subject, label)
	} else {
		w.machine = buf.BornOf(w.entries[0].machine, "stored by", catalog.Append, catalog.AppendStart, laneMain, subject, label)
		for _, e := range w.entries[1:] {
			w.machine.LinkFrom(e.machine, "stored by")
		}
	}
	w.machine.Attr("bytes", int64(w.bytes))
	w.machine.LinkFrom(p.wall(), "blocks")
}

func (p *Probe) endAppend(w *appending, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	w.machine.Done(err, catalog.AppendDone, catalog.AppendFailed)
	if err != nil && w.request != nil {
		w.request.storeErr = err
	}
	p.onDisk(w, err)
}

func entriesLabel(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return itoa(uint64(n)) + " entries"
}
