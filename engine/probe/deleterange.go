package probe

import (
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// DeleteRange implements raft.LogStore. During an AppendEntries it is a
// truncation of a conflicting suffix (raft.go, appendEntries). Otherwise it is a
// compaction: from the snapshot goroutine (snapshot.go), whatever main has in
// hand then, or from an installed snapshot (raft.go, installSnapshot). The
// commit index cannot tell the two apart, it is zero after a restart.
func (s *logStore) DeleteRange(from, to uint64) error {
	p := s.probe
	d := p.beginDelete(from, to, calledBy(takeSnapshot, installSnapshot, appendEntries))
	if later := p.later(); later != nil && d.request != nil {
		s.deferDelete(later, d, nil)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.rollBack(d.from, d.machine) // raft does at once, whatever becomes of the truncation
		return nil
	}
	err := p.do(d.op, d.machine, d.began, func() error { return s.LogStore.DeleteRange(from, to) })
	p.endDelete(d, err)
	return err
}

// deleting is one DeleteRange call.
type deleting struct {
	op         Op
	machine    *sm.Machine
	barrier    *sm.Machine // nil where removals set none
	request    *Request    // the AppendEntries in hand, for a truncation
	from, to   uint64
	done, fail sm.State
	gone       sm.State // what the entries become
	began      func(due sm.Time)
}

func (p *Probe) beginDelete(from, to uint64, caller string) *deleting {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	request := p.inHandAppend()
	if caller == "" { // not raft itself: what it deletes tells
		switch {
		case p.inHandInstall() != nil:
			caller = installSnapshot
		case request == nil || to <= p.compactable:
			caller = takeSnapshot
		}
	}
	if caller == takeSnapshot || caller == installSnapshot || request == nil {
		return p.beginCompact(from, to, caller == installSnapshot)
	}
	return p.bornTruncate(from, to, request)
}

// bornTruncate makes the machine of a truncation, for a request unless that is
// nil. p.mu is held.
func (p *Probe) bornTruncate(from, to uint64, request *Request) *deleting {
	d := &deleting{
		op:      Op{Kind: catalog.Truncate.Name(), Main: true},
		request: request, from: from, to: to,
		done: catalog.TruncateDone, fail: catalog.TruncateFailed, gone: catalog.EntryTruncated,
	}
	subject, label := span(from, to), entriesLabel(int(to-from+1))
	if request != nil {
		request.move(catalog.AppendFollowerTruncating)
		d.machine = p.opt.Buffer.BornOf(request.born(), "truncates by", catalog.Truncate, catalog.TruncateStart, laneMain, subject, label)
	} else {
		d.machine = p.opt.Buffer.Born(catalog.Truncate, catalog.TruncateStart, laneMain, subject, label)
	}
	for i := from; i <= to; i++ {
		if e := p.entries[i]; e != nil {
			e.machine.LinkFrom(d.machine, "removes")
		}
	}
	p.bornBarrier(d, laneMain)
	d.machine.Move(catalog.TruncateAwaitBarrier)
	d.began = func(due sm.Time) { d.machine.MoveDue(catalog.TruncateDeleting, due) }
	return d
}

// beginCompact begins a compaction behind a snapshot that raft took, or behind
// one that the leader sent. p.mu is held.
func (p *Probe) beginCompact(from, to uint64, install bool) *deleting {
	d := &deleting{
		op: Op{Kind: catalog.Compact.Name(), Main: install}, from: from, to: to,
		done: catalog.CompactDone, fail: catalog.CompactFailed, gone: catalog.EntryCompacted,
	}
	cause, lane := p.taking, laneSnap
	if install {
		cause, lane, d.gone = nil, laneMain, catalog.EntryReplaced
		if r := p.inHandInstall(); r != nil {
			cause = r.born()
		}
	}
	d.machine = p.opt.Buffer.BornOf(cause, "compacts by", catalog.Compact, catalog.CompactStart, lane, span(from, to), entriesLabel(int(to-from+1)))
	d.op.Passes = !d.op.Main // trailing entries stay, and the log goes on behind them
	p.bornBarrier(d, lane)
	d.began = func(due sm.Time) { d.machine.MoveDue(catalog.CompactDeleting, due) }
	return d
}

func (p *Probe) endDelete(d *deleting, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	d.machine.Done(err, d.done, d.fail)
	defer p.release(d)
	if isDone(err) {
		p.forget(d.from, d.to, d.gone)
		if d.request != nil {
			p.rollBack(d.from, d.machine)
		}
	}
	if err != nil && d.request != nil {
		d.request.storeErr = err
	}
}
