package probe

import (
	"io"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Open implements raft.SnapshotStore. What it returns knows which snapshot it
// is, so that a restore does.
func (s *snapshotStore) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	meta, r, err := s.SnapshotStore.Open(id)
	if err != nil || meta == nil {
		return meta, r, err
	}
	return meta, &snapshotReader{r, meta}, nil
}

// snapshotReader is an open snapshot. It implements raft.ReadCloserWrapper.
type snapshotReader struct {
	io.ReadCloser
	meta *raft.SnapshotMeta
}

// WrappedReadCloser implements raft.ReadCloserWrapper.
func (r *snapshotReader) WrappedReadCloser() io.ReadCloser { return r.ReadCloser }

// SnapshotOf returns what is known of the snapshot that a state machine is to
// restore from r; nil if it does not come from a wrapped SnapshotStore.
func SnapshotOf(r io.ReadCloser) *raft.SnapshotMeta {
	const depthMax = 8 // raft wraps it once
	for range depthMax {
		if s, ok := r.(*snapshotReader); ok {
			return s.meta
		}
		w, ok := r.(raft.ReadCloserWrapper)
		if !ok {
			return nil
		}
		r = w.WrappedReadCloser()
	}
	return nil
}

// Snapshot implements raft.FSM.
func (f *fsm) Snapshot() (raft.FSMSnapshot, error) {
	s, err := f.inner.Snapshot()
	if err != nil || f.hasher == nil {
		return s, err
	}
	return &hashedSnapshot{s, f.hasher.Hash()}, nil
}

// hashedSnapshot is a snapshot of a state machine with the hash of what it holds.
type hashedSnapshot struct {
	raft.FSMSnapshot
	hash string
}

// Persist implements raft.FSMSnapshot.
func (s *hashedSnapshot) Persist(sink raft.SnapshotSink) error {
	if w, ok := sink.(*snapshotSink); ok {
		w.machine.AttrText("hash", s.hash)
	}
	return s.FSMSnapshot.Persist(sink)
}

// Restore implements raft.FSM. Raft calls it from NewRaft, or from its FSM
// goroutine for a snapshot that the leader sent; its main goroutine waits.
func (f *fsm) Restore(r io.ReadCloser) error {
	p := f.probe
	w := p.beginRestore(SnapshotOf(r))
	err := p.do(Op{Kind: catalog.Restore.Name(), Bytes: w.bytes, Reads: true, Main: true}, w.machine,
		func(due sm.Time) { w.machine.MoveDue(catalog.RestoreWriting, due) },
		func() error { return f.inner.Restore(r) })
	if err == nil && f.hasher != nil {
		w.machine.AttrText("hash", f.hasher.Hash())
	}
	p.endRestore(w, err)
	return err
}

// restoring is one Restore call.
type restoring struct {
	machine *sm.Machine
	request *Request // the InstallSnapshot in hand, nil at a start
	at      position // zero if it is not known
	bytes   int
}

func (p *Probe) beginRestore(meta *raft.SnapshotMeta) *restoring {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	w := &restoring{request: p.inHandInstall()}
	var name string
	if meta != nil {
		w.at, w.bytes = position{meta.Term, meta.Index}, int(meta.Size)
		name = subject(meta.Term, meta.Index)
	}
	buf := p.opt.Buffer
	if w.request != nil {
		w.machine = buf.BornOf(w.request.born(), "restores by", catalog.Restore, catalog.RestoreStart, laneFSM, name, "from "+w.request.from)
		w.machine.AttrText("why", whyInstall)
	} else {
		w.machine = buf.Born(catalog.Restore, catalog.RestoreStart, laneFSM, name, "found at the start")
		w.machine.AttrText("why", whyStart)
	}
	if meta != nil {
		w.machine.Attr("index", int64(meta.Index))
		w.machine.Attr("term", int64(meta.Term))
		w.machine.Attr("bytes", meta.Size)
		w.machine.AttrText("configuration", ConfigText(meta.Configuration))
	}
	return w
}

func (p *Probe) endRestore(w *restoring, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped.Load() {
		return
	}
	p.observeCommit()
	w.machine.Done(err, catalog.RestoreDone, catalog.RestoreFailed)
	if w.request != nil {
		w.request.restored = w.machine
	}
	if err != nil || w.at.index == 0 {
		return
	}
	p.compactable = max(p.compactable, w.at.index)
	p.cover(w.at.index, w.at.term)
	switch e := p.entries[w.at.index]; {
	case w.request != nil:
		p.replace(w.request.born(), w)
	case e == nil || e.term != w.at.term:
		// What an install left on the disk in front of a gap. A log that ends in
		// the snapshot's own entry is what the snapshot was made of.
		p.replace(w.machine, w)
	}
}

// replace tells that a snapshot stands for all entries that it covers. They are
// still on the disk until raft deletes them. p.mu is held.
func (p *Probe) replace(by *sm.Machine, w *restoring) {
	for i := p.first; i <= min(p.last, w.at.index) && i != 0; i++ {
		e := p.entries[i]
		if e == nil || e.replaced {
			continue
		}
		e.replaced = true
		e.machine.LinkFrom(by, "replaces")
		e.machine.After(w.machine)
		e.machine.Move(catalog.EntryReplaced)
	}
}

// Installs says whether raft's main goroutine installs a snapshot that a leader
// sent.
func (p *Probe) Installs() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inHandInstall() != nil
}

// inHandInstall returns the InstallSnapshot raft's main goroutine has in hand.
// p.mu is held.
func (p *Probe) inHandInstall() *Request {
	if p.inHand == nil || !p.inHand.snapshot {
		return nil
	}
	return p.inHand
}
