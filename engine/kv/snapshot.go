package kv

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"

	"github.com/hashicorp/raft"
)

// image is a snapshot's contents. encoding/json writes map keys in order, so
// equal stores have equal snapshots.
type image struct {
	Applied  uint64             `json:"applied"`
	Values   map[string]string  `json:"values"`
	Config   raft.Configuration `json:"config"`
	ConfigAt uint64             `json:"config_at"`
}

// Snapshot captures the store for raft; the copy is made at once, since raft
// goes on applying while it persists.
func (s *Store) Snapshot() (raft.FSMSnapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &image{Applied: s.applied, Values: maps.Clone(s.values), Config: s.config.Clone(), ConfigAt: s.configAt}, nil
}

// Persist writes the image and closes the sink, or cancels it on an error.
func (im *image) Persist(sink raft.SnapshotSink) error {
	if err := json.NewEncoder(sink).Encode(im); err != nil {
		sink.Cancel()
		return fmt.Errorf("persist snapshot at %d: %w", im.Applied, err)
	}
	return sink.Close()
}

// Release does nothing: the image is garbage afterwards.
func (im *image) Release() {}

// Restore replaces the contents by a snapshot's. On an error the contents
// stay as they were.
func (s *Store) Restore(r io.ReadCloser) error {
	defer r.Close()
	var im image
	if err := json.NewDecoder(r).Decode(&im); err != nil {
		return fmt.Errorf("restore snapshot: %w", err)
	}
	if im.Values == nil {
		im.Values = map[string]string{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values, s.applied, s.config, s.configAt = im.Values, im.Applied, im.Config, im.ConfigAt
	s.hash = 0
	for k, v := range s.values {
		s.hash ^= pairHash(k, v)
	}
	return nil
}
