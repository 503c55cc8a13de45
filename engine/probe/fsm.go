package probe

import (
	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Hasher is an FSM that can hash its contents; the probe then notes the hash
// after every entry.
type Hasher interface{ Hash() string }

// FSM wraps inner. The result is a raft.BatchingFSM and a
// raft.ConfigurationStore exactly if inner is one. A nil probe returns inner.
func (p *Probe) FSM(inner raft.FSM) raft.FSM {
	if p == nil {
		return inner
	}
	f := &fsm{inner: inner, probe: p}
	f.hasher, _ = inner.(Hasher)
	batching, isBatching := inner.(raft.BatchingFSM)
	config, isConfig := inner.(raft.ConfigurationStore)
	b, c := fsmBatch{f, batching}, fsmConfig{f, config}
	switch {
	case isBatching && isConfig:
		return struct {
			*fsm
			fsmBatch
			fsmConfig
		}{f, b, c}
	case isBatching:
		return struct {
			*fsm
			fsmBatch
		}{f, b}
	case isConfig:
		return struct {
			*fsm
			fsmConfig
		}{f, c}
	}
	return f
}

type fsm struct {
	inner  raft.FSM
	probe  *Probe
	hasher Hasher
}

// Apply implements raft.FSM.
func (f *fsm) Apply(log *raft.Log) any {
	f.probe.applying(log)
	resp := f.inner.Apply(log)
	f.applied(log)
	return resp
}

func (f *fsm) applied(log *raft.Log) {
	hash := ""
	if f.hasher != nil {
		hash = f.hasher.Hash()
	}
	f.probe.applied(log, hash)
}

type fsmBatch struct {
	fsm   *fsm
	inner raft.BatchingFSM
}

// ApplyBatch implements raft.BatchingFSM.
func (b fsmBatch) ApplyBatch(logs []*raft.Log) []any {
	for _, log := range logs {
		b.fsm.probe.applying(log)
	}
	resps := b.inner.ApplyBatch(logs)
	for _, log := range logs {
		b.fsm.applied(log)
	}
	return resps
}

type fsmConfig struct {
	fsm   *fsm
	inner raft.ConfigurationStore
}

// StoreConfiguration implements raft.ConfigurationStore.
func (c fsmConfig) StoreConfiguration(index uint64, configuration raft.Configuration) {
	log := &raft.Log{Index: index}
	c.fsm.probe.applying(log)
	c.inner.StoreConfiguration(index, configuration)
	c.fsm.applied(log)
}

// applying tells that raft's FSM goroutine hands an entry to the state machine.
func (p *Probe) applying(log *raft.Log) {
	m := p.reachFSM(log.Index)
	due := sm.Time(0)
	if p.opt.ApplyDue != nil {
		due = p.opt.ApplyDue(m)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m.MoveDue(catalog.EntryApplying, due)
}

// reachFSM commits what comes with an entry that has reached the FSM goroutine,
// and returns its machine.
func (p *Probe) reachFSM(index uint64) *sm.Machine {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	p.commit(index) // it is: raft may run before Attach has told the probe whom to ask
	e := p.entries[index]
	if e == nil {
		return nil
	}
	e.machine.SetLane(laneFSM)
	return e.machine
}

func (p *Probe) applied(log *raft.Log, hash string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	e := p.entries[log.Index]
	if e == nil {
		return
	}
	if hash != "" {
		e.machine.AttrText("hash", hash)
	}
	e.machine.Move(catalog.EntryApplied)
}
