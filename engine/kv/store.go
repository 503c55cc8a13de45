package kv

import (
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/hashicorp/raft"
)

// Store is the replicated map. It implements raft.FSM and
// raft.ConfigurationStore; without the latter a snapshot taken after a
// configuration change fails (snapshot.go of raft: the FSM's index stays
// behind the configuration's).
type Store struct {
	mu       sync.Mutex
	values   map[string]string
	hash     uint64 // XOR of pairHash over all pairs, so that order plays no part
	applied  uint64 // index of the last entry applied or restored
	config   raft.Configuration
	configAt uint64
}

var (
	_ raft.FSM                = (*Store)(nil)
	_ raft.ConfigurationStore = (*Store)(nil)
)

// New returns an empty store.
func New() *Store { return &Store{values: map[string]string{}} }

// Apply applies one committed command. It returns nil, or an error if the
// entry holds no write set; the map is unchanged then.
func (s *Store) Apply(log *raft.Log) any {
	w, err := Decode(log.Data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applied = log.Index
	if err != nil {
		return fmt.Errorf("apply entry %d/%d: %w", log.Term, log.Index, err)
	}
	if old, ok := s.values[w.Key]; ok {
		s.hash ^= pairHash(w.Key, old)
		delete(s.values, w.Key)
	}
	if w.Op == OpSet {
		s.values[w.Key] = w.Value
		s.hash ^= pairHash(w.Key, w.Value)
	}
	return nil
}

// StoreConfiguration records a committed configuration.
func (s *Store) StoreConfiguration(index uint64, c raft.Configuration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applied, s.config, s.configAt = index, c.Clone(), index
}

// Configuration returns the last committed configuration this store was told
// of, and its index, zero if none.
func (s *Store) Configuration() (raft.Configuration, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Clone(), s.configAt
}

// Get returns the value of key and whether there is one.
func (s *Store) Get(key string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.values[key]
	return v, ok
}

// Applied returns the index of the last entry applied or restored.
func (s *Store) Applied() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.applied
}

// Hash returns 16 hex digits that are equal on two nodes exactly if (short of
// a collision of 64-bit FNV-1a) their maps are equal.
func (s *Store) Hash() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%016x", s.hash)
}

func pairHash(key, value string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d:%s%s", len(key), key, value)
	return spread(h.Sum64())
}

// spread mixes the bits of a hash (the last step of MurmurHash3), because
// FNV-1a of short strings leaves some of them nearly constant, and XOR would
// not help that.
func spread(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
