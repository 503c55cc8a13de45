package probe

import (
	"github.com/hashicorp/raft"
)

// SnapshotStore wraps inner, which has no optional interface. It learns which
// entries a snapshot covers, so that deleting them is known for a compaction
// even while an AppendEntries is in hand. A nil probe returns inner itself.
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

// Create implements raft.SnapshotStore.
func (s *snapshotStore) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration,
	configurationIndex uint64, trans raft.Transport,
) (raft.SnapshotSink, error) {
	sink, err := s.SnapshotStore.Create(version, index, term, configuration, configurationIndex, trans)
	if err != nil {
		return nil, err
	}
	return &snapshotSink{SnapshotSink: sink, probe: s.probe, index: index}, nil
}

type snapshotSink struct {
	raft.SnapshotSink
	probe *Probe
	index uint64
}

// Close implements raft.SnapshotSink: the snapshot is complete.
func (s *snapshotSink) Close() error {
	if err := s.SnapshotSink.Close(); err != nil {
		return err
	}
	s.probe.mu.Lock()
	defer s.probe.mu.Unlock()
	s.probe.compactable = max(s.probe.compactable, s.index)
	return nil
}
