package probe

import (
	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// bornBarrier makes the machine of the barrier that a removal sets on a device
// that works in the background; elsewhere removals set none. p.mu is held.
func (p *Probe) bornBarrier(d *deleting, lane sm.Lane) {
	if p.later() == nil {
		return
	}
	d.barrier = p.opt.Buffer.BornOf(d.machine, "sets", catalog.DiskBarrier, catalog.DiskBarrierSet, lane, span(d.from, d.to), d.op.Kind)
	blocks := int64(1)
	if d.op.Passes {
		blocks = 0
	}
	d.barrier.Attr("blocks", blocks)
	d.op.Barrier = func(state sm.State) { d.barrier.Move(state) }
	if !d.op.Passes {
		p.walls = append(p.walls, d.barrier)
	}
}

// release tells that a removal is over. p.mu is held.
func (p *Probe) release(d *deleting) {
	if d.barrier == nil {
		return
	}
	if d.barrier.State() != catalog.DiskBarrierReleased {
		d.barrier.Move(catalog.DiskBarrierReleased)
	}
	for i, b := range p.walls {
		if b == d.barrier {
			p.walls = append(p.walls[:i], p.walls[i+1:]...)
			break
		}
	}
}

// wall returns the barrier that a write of entries waits for that comes now, nil
// if there is none. p.mu is held.
func (p *Probe) wall() *sm.Machine {
	if n := len(p.walls); n > 0 {
		return p.walls[n-1]
	}
	return nil
}

// deferDelete hands a truncation to a device that works in the background. The
// log is read as if it were done at once.
func (s *logStore) deferDelete(later Later, d *deleting, ended func(error)) {
	p := s.probe
	d.op.Machine = d.machine
	s.hide(d.from)
	// Raft's main goroutine goes on meanwhile.
	d.machine.SetLane(laneDisk)
	d.barrier.SetLane(laneDisk)
	later.Defer(d.op, d.began, timed(d.machine, func() error { return s.LogStore.DeleteRange(d.from, d.to) }), func(err error) {
		s.unhide(d.from)
		// Raft's main goroutine waits behind the barrier: what it goes on to do
		// comes after this.
		d.machine.SetLane(laneMain)
		d.barrier.SetLane(laneMain)
		p.endDelete(d, err)
		if ended != nil {
			ended(err)
		}
	})
}

// hide has the log read as if it ended before from.
func (s *logStore) hide(from uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = append(s.hidden, from)
}

// unhide takes a hide back: the removal is done, or failed.
func (s *logStore) unhide(from uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, h := range s.hidden {
		if h == from {
			s.hidden = append(s.hidden[:i], s.hidden[i+1:]...)
			return
		}
	}
}

// end returns the first index that is hidden by removals under way, zero if
// none is.
func (s *logStore) end() (first uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hidden {
		if first == 0 || h < first {
			first = h
		}
	}
	return first
}

// FirstIndex implements raft.LogStore.
func (s *logStore) FirstIndex() (uint64, error) {
	first, err := s.LogStore.FirstIndex()
	if end := s.end(); end != 0 && first >= end {
		return 0, err
	}
	return first, err
}

// LastIndex implements raft.LogStore.
func (s *logStore) LastIndex() (uint64, error) {
	last, err := s.LogStore.LastIndex()
	end := s.end()
	if err != nil || end == 0 || last < end {
		return last, err
	}
	if first, err := s.LogStore.FirstIndex(); err != nil || first >= end {
		return 0, err
	}
	return end - 1, nil
}

// get reads an entry of the log as raft is to see it.
func (s *logStore) get(index uint64, log *raft.Log) error {
	if end := s.end(); end != 0 && index >= end {
		return raft.ErrLogNotFound
	}
	return s.LogStore.GetLog(index, log)
}
