package probe

import (
	"errors"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Apply is one call of raft.ApplyLog or raft.Barrier, from the call to the
// future's answer.
type Apply struct {
	probe   *Probe
	machine *sm.Machine
	entry   *sm.Machine // once its entry was seen in StoreLogs
	data    []byte
	barrier bool
}

// Apply tells that data is about to be handed to raft.ApplyLog for cause. data
// must be neither empty nor used for any other call: StoreLogs receives the
// very same bytes (raft keeps them from ApplyLog into StoreLogs, api.go and
// raft.go), which is how the entry is found.
func (p *Probe) Apply(cause *sm.Machine, n int, data []byte, label string) *Apply {
	return p.apply(cause, n, data, label, "proposes")
}

// Barrier tells that raft.Barrier is about to be called for cause. Calls must
// be made in the order in which raft gets them.
func (p *Probe) Barrier(cause *sm.Machine, n int) *Apply {
	return p.apply(cause, n, nil, "barrier", "barrier")
}

func (p *Probe) apply(cause *sm.Machine, n int, data []byte, label, role string) *Apply {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	a := &Apply{probe: p, data: data, barrier: data == nil}
	a.machine = p.opt.Buffer.BornOf(cause, role, catalog.Apply, catalog.ApplyQueued, ClientLane(n), "", label)
	if a.barrier {
		p.barriers = append(p.barriers, a)
	} else {
		p.applies[&data[0]] = a
	}
	return a
}

// ClientLane is the lane of the n-th client call.
func ClientLane(n int) sm.Lane { return laneClient + sm.Lane(n%30000) }

// AskLane is the lane of the n-th request that is no client's call.
func AskLane(n int) sm.Lane { return laneClient + 30000 + sm.Lane(n%1000) }

// claim returns the request that log came from, if it came from one here, and
// marks it appending. p.mu is held.
func (p *Probe) claim(log *raft.Log) *Apply {
	var a *Apply
	switch {
	case log.Type == raft.LogCommand && len(log.Data) > 0:
		a = p.applies[&log.Data[0]]
		delete(p.applies, &log.Data[0])
	case log.Type == raft.LogBarrier && p.inHand == nil && len(p.barriers) > 0:
		a, p.barriers = p.barriers[0], p.barriers[1:]
	}
	if a != nil {
		a.machine.Move(catalog.ApplyAppending)
	}
	return a
}

// Answered tells the future's answer.
func (a *Apply) Answered(err error) {
	if a == nil {
		return
	}
	p := a.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	p.drop(a)
	a.machine.After(a.entry)
	if err != nil {
		a.machine.Fail(catalog.ApplyFailed, 0, err.Error())
		return
	}
	a.machine.Move(catalog.ApplyDone)
}

// Machine returns the request's machine.
func (a *Apply) Machine() *sm.Machine {
	if a == nil {
		return nil
	}
	return a.machine
}

// drop forgets a request that raft never stored. p.mu is held.
func (p *Probe) drop(a *Apply) {
	if a.entry != nil {
		return
	}
	if !a.barrier {
		delete(p.applies, &a.data[0])
		return
	}
	for i, b := range p.barriers {
		if b == a {
			p.barriers = append(p.barriers[:i], p.barriers[i+1:]...)
			return
		}
	}
}

// Stored says what is known of a write's entry from what its client was told:
// "yes", "never" (the error means that it was never stored) or "unknown" (raft
// cannot know; the entry's own fate tells).
func (a *Apply) Stored(err error) string {
	switch {
	case err == nil:
		return "yes"
	case a != nil && a.entry != nil:
		return "unknown"
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrEnqueueTimeout),
		errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return "never"
	default:
		return "unknown"
	}
}
