package probe

import (
	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Why a snapshot is written or restored: the attribute why.
const (
	whyThreshold = "threshold" // raft found that so many entries came since the last (Config.SnapshotThreshold)
	whyAsked     = "asked"     // a user called Raft.Snapshot
	whyInstall   = "install"   // the leader sent it
	whyStart     = "start"     // the node has it on its disk when it starts
)

// SnapshotStore wraps inner, which has no optional interface. Each snapshot that
// is written gets a machine, and is one operation of the node's disk: it
// begins when raft closes the sink, since until then nothing of it counts. A nil
// probe returns inner itself.
func (p *Probe) SnapshotStore(inner raft.SnapshotStore) raft.SnapshotStore {
	if p == nil {
		return inner
	}
	return &snapshotStore{SnapshotStore: inner, probe: p}
}

type snapshotStore struct {
	raft.SnapshotStore
	probe *Probe
}

// AskSnapshot tells that a user wants a snapshot, and returns its machine. Call
// AskedSnapshot with that right before Raft.Snapshot.
func (p *Probe) AskSnapshot() *sm.Machine {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped.Load() {
		return nil
	}
	m := p.opt.Buffer.Born(catalog.Snapshot, catalog.SnapshotStart, laneSnap, "", "asked for")
	m.AttrText("why", whyAsked)
	return m
}

// AskedSnapshot tells that raft takes a user's snapshot now: the next that its
// snapshot goroutine writes, or fails to, is that one.
func (p *Probe) AskedSnapshot(m *sm.Machine) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taking = m
}

// tookSnapshot tells that raft's snapshot goroutine is done with the snapshot it
// took, or why it took none: it says so in its log only. p.mu is held.
func (p *Probe) tookSnapshot(err error) {
	m := p.taking
	p.taking = nil
	if err == nil {
		return
	}
	if m == nil {
		m = p.opt.Buffer.Born(catalog.Snapshot, catalog.SnapshotStart, laneSnap, "", "due")
		m.AttrText("why", whyThreshold)
	}
	if !catalog.Snapshot.Is(m.State(), sm.Final) {
		m.Fail(catalog.SnapshotFailed, sm.CodeError, err.Error())
	}
}

// Create implements raft.SnapshotStore. Raft calls it from its snapshot
// goroutine for a snapshot of its own, and from its main goroutine for one that
// the leader sent.
func (s *snapshotStore) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration,
	configurationIndex uint64, trans raft.Transport,
) (raft.SnapshotSink, error) {
	m, install := s.probe.beginSnapshot(index, term, configuration, calledBy(takeSnapshot, installSnapshot))
	sink, err := s.SnapshotStore.Create(version, index, term, configuration, configurationIndex, trans)
	if err != nil {
		m.Fail(catalog.SnapshotFailed, sm.CodeError, err.Error())
		return nil, err
	}
	return &snapshotSink{SnapshotSink: sink, probe: s.probe, machine: m, index: index, term: term, install: install}, nil
}

// beginSnapshot makes the machine of a snapshot that is about to be written, or
// takes that of the one that was asked for.
func (p *Probe) beginSnapshot(index, term uint64, configuration raft.Configuration, caller string) (m *sm.Machine, install bool) {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	buf, at := p.opt.Buffer, subject(term, index)
	switch r := p.inHandInstall(); {
	case r != nil && caller != takeSnapshot:
		m, install = buf.BornOf(r.born(), "writes", catalog.Snapshot, catalog.SnapshotStart, laneMain, at, "from "+r.from), true
		m.AttrText("why", whyInstall)
	case p.taking != nil:
		m = p.taking
	default:
		m = buf.Born(catalog.Snapshot, catalog.SnapshotStart, laneSnap, at, "due")
		m.AttrText("why", whyThreshold)
		p.taking = m
	}
	m.Attr("index", int64(index))
	m.Attr("term", int64(term))
	m.AttrText("configuration", ConfigText(configuration))
	return m, install
}

// encodedConfiguration is ConfigText for a configuration as messages
// hold it; empty if it cannot be read, over which raft's decoder panics.
func encodedConfiguration(data []byte) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	return ConfigText(raft.DecodeConfiguration(data))
}

// snapshotSink is a snapshot that is being written.
type snapshotSink struct {
	raft.SnapshotSink
	probe       *Probe
	machine     *sm.Machine
	index, term uint64
	install     bool
	bytes       int
	closed      bool
}

// Write implements raft.SnapshotSink.
func (s *snapshotSink) Write(b []byte) (int, error) {
	n, err := s.SnapshotSink.Write(b)
	s.bytes += n
	return n, err
}

// Close implements raft.SnapshotSink: it makes the snapshot complete, which is
// when the disk writes it. One that the disk refuses is removed. Raft closes a
// sink that the state machine has closed once more.
func (s *snapshotSink) Close() error {
	if s.closed {
		return s.SnapshotSink.Close()
	}
	s.closed = true
	p, m := s.probe, s.machine
	m.Attr("bytes", int64(s.bytes))
	err := p.do(Op{Kind: catalog.Snapshot.Name(), Bytes: s.bytes, Main: s.install}, m,
		func(due sm.Time) { m.MoveDue(catalog.SnapshotWriting, due) }, s.SnapshotSink.Close)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	m.Done(err, catalog.SnapshotDone, catalog.SnapshotFailed)
	if err != nil {
		s.SnapshotSink.Cancel() // raft does not, where it installs one
		return err
	}
	p.compactable = max(p.compactable, s.index)
	p.newest = m
	if !s.install { // of an installed one raft goes by only when it is restored
		p.cover(s.index, s.term)
	}
	return nil
}

// Cancel implements raft.SnapshotSink.
func (s *snapshotSink) Cancel() error {
	if !s.closed {
		s.closed = true
		s.machine.Fail(catalog.SnapshotFailed, sm.CodeError, "it was not written to the end")
	}
	return s.SnapshotSink.Cancel()
}

// Covers tells the snapshot that raft starts with, where it does not restore it
// into the state machine (Config.NoSnapshotRestoreOnStart); zeros: none.
func (p *Probe) Covers(index, term uint64) {
	if p == nil || index == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cover(index, term)
}

// cover notes up to which entry a snapshot stands for this node's log. p.mu is
// held.
func (p *Probe) cover(index, term uint64) {
	if p.stopped.Load() {
		return
	}
	p.covered = position{term, index}
	p.node.AttrText("snapshot", subject(term, index))
	if p.opt.OnSnapshot != nil {
		p.opt.OnSnapshot(index)
	}
}

// position is where an entry stands in the log.
type position struct{ term, index uint64 }

// end is the index of the last entry as raft counts it: its log's, or that of
// the snapshot if the log ends before it (state.go, getLastEntry). p.mu is held.
func (p *Probe) end() uint64 { return max(p.last, p.covered.index) }
