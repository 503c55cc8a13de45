package probe

import (
	"raftscope/sm"
)

// Op is one operation on a node's disk.
type Op struct {
	Kind  string // append, truncate, compact or meta, as in the catalogue
	Bytes int    // what it writes, zero if it only deletes

	// Machine tells of the operation; the device may tell there what befalls it.
	Machine *sm.Machine
	// Dispatch says that a leader stores what clients asked for. What more they
	// ask meanwhile queues on raft's apply channel, and raft takes it together.
	Dispatch bool
	// Main says that raft's main goroutine waits in the operation, so that
	// nothing else may reach that goroutine's select before it returns.
	Main bool
}

// Device does a node's disk operations: it decides when each begins and how
// long it takes. Do calls began when the operation leaves the queue, with the
// time at which it will be done (zero if unknown), then call, and returns
// call's error. The engine's modelled disk is one.
type Device interface {
	Do(op Op, began func(due sm.Time), call func() error) error
}

// do runs an operation on the probe's device, or at once, and adds the real
// duration of the real call to its machine.
func (p *Probe) do(op Op, m *sm.Machine, began func(due sm.Time), call func() error) error {
	timed := func() error {
		start := nanotime()
		err := call()
		m.Attr("real", nanotime()-start)
		return err
	}
	op.Machine = m
	if p.opt.Device == nil {
		began(0)
		return timed()
	}
	return p.opt.Device.Do(op, began, timed)
}
