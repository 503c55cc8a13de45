package kv

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/hashicorp/raft"
)

// image is a snapshot's contents. The pairs stand in it as the write sets that
// make them, sorted, so that equal stores have equal snapshots and bytes that
// are no UTF-8 survive JSON.
type image struct {
	Applied  uint64             `json:"applied"`
	Values   []string           `json:"values"`
	Config   raft.Configuration `json:"config"`
	ConfigAt uint64             `json:"config_at"`
}

// Snapshot captures the store for raft; the copy is made at once, since raft
// goes on applying while it persists.
func (s *Store) Snapshot() (raft.FSMSnapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	im := &image{Applied: s.applied, Config: s.config.Clone(), ConfigAt: s.configAt}
	for key, value := range s.values {
		im.Values = append(im.Values, string(WriteSet{Op: OpSet, Key: key, Value: value}.Encode()))
	}
	slices.Sort(im.Values)
	return im, nil
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
	values, hash := map[string]string{}, uint64(0)
	for _, line := range im.Values {
		w, err := Decode([]byte(line))
		if err != nil {
			return fmt.Errorf("restore snapshot: %w", err)
		}
		values[w.Key] = w.Value
		hash ^= pairHash(w.Key, w.Value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values, s.hash, s.applied, s.config, s.configAt = values, hash, im.Applied, im.Config, im.ConfigAt
	return nil
}
