package engine

import (
	"runtime"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/fault"
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
	s.life.spendApply(log.Index)
	defer s.life.signalApplied()
	return s.Store.Apply(log)
}

// StoreConfiguration implements raft.ConfigurationStore.
func (s *timedStore) StoreConfiguration(index uint64, c raft.Configuration) {
	s.life.spendApply(index)
	s.Store.StoreConfiguration(index, c)
	s.life.signalApplied()
}

// signalApplied says that the state machine has got further: to a snapshot that
// waits for it, and to the gate, which may be shut because it lags behind.
func (l *life) signalApplied() {
	defer l.gate.Poke()
	select {
	case l.applied <- struct{}{}:
	default:
	}
}

// applying is the apply that raft's FSM goroutine, which alone uses it, is in.
type applying struct {
	op   *fault.Op
	took time.Duration
}

// beginApply begins the apply of an entry and says when it will be done, zero
// if it is held.
func (l *life) beginApply(entry *sm.Machine) (due sm.Time) {
	l.leaveFSM()
	op := l.world.faults.Begin(fault.What{Class: fault.FSM, Kind: "fsm", Node: l.node.name}, l.node.apply)
	took := l.node.apply.Draw(l.world.cfg.Apply.Plus(op.Extra()))
	if entry != nil {
		op.Tell(entry, nil)
	}
	l.applying = applying{op, took}
	if !op.Known() {
		return 0
	}
	return l.world.clock.at(time.Now().Add(took))
}

// spendApply lets the time of an apply pass. In a bare world nobody began it.
func (l *life) spendApply(index uint64) {
	if l.applying.op == nil {
		l.beginApply(nil)
	}
	l.leaving.begun.Store(index)
	a := l.applying
	l.applying = applying{}
	defer a.op.End()
	if a.op.Wait(a.took, l.dead) != fault.Arrived {
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
