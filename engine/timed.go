package engine

import (
	"runtime"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/sm"
)

// timedStore is the state machine with modelled time: applying an entry takes
// what the FSM's stream says.
type timedStore struct {
	*kv.Store
	life *life
}

// Apply implements raft.FSM.
func (s *timedStore) Apply(log *raft.Log) any {
	s.spend()
	return s.Store.Apply(log)
}

// StoreConfiguration implements raft.ConfigurationStore.
func (s *timedStore) StoreConfiguration(index uint64, c raft.Configuration) {
	s.spend()
	s.Store.StoreConfiguration(index, c)
}

func (s *timedStore) spend() {
	if !s.life.sleep(s.life.node.apply.Draw(s.life.world.cfg.Apply)) {
		runtime.Goexit()
	}
}

// bareStore is a store with the modelled disk and nothing observed, for
// measuring what observation costs.
type bareStore struct {
	*raftboltdb.BoltStore
	disk *disk
}

func (b bareStore) do(call func() error) error {
	return b.disk.Do(probe.Op{Main: true}, func(sm.Time) {}, call)
}

// StoreLogs implements raft.LogStore.
func (b bareStore) StoreLogs(logs []*raft.Log) error {
	return b.do(func() error { return b.BoltStore.StoreLogs(logs) })
}

// DeleteRange implements raft.LogStore.
func (b bareStore) DeleteRange(from, to uint64) error {
	return b.do(func() error { return b.BoltStore.DeleteRange(from, to) })
}

// Set implements raft.StableStore.
func (b bareStore) Set(key, val []byte) error {
	return b.do(func() error { return b.BoltStore.Set(key, val) })
}

// SetUint64 implements raft.StableStore.
func (b bareStore) SetUint64(key []byte, val uint64) error {
	return b.do(func() error { return b.BoltStore.SetUint64(key, val) })
}
