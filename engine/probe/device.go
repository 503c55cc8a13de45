package probe

import (
	"raftscope/sm"
)

// Op is one operation on a node's disk.
type Op struct {
	Kind  string // append, truncate, compact, meta, snapshot or restore, as in the catalogue
	Part  string // what of its kind, if that has a name: of meta the key in raft's words, last-vote-term
	Bytes int    // what it writes or reads, zero if it only deletes
	Reads bool   // it only reads

	// Machine tells of the operation; the device may tell there what befalls it.
	Machine *sm.Machine
	// Dispatch says that a leader stores what clients asked for. What more they
	// ask meanwhile queues on raft's apply channel, and raft takes it together.
	Dispatch bool
	// Main says that raft's main goroutine waits in the operation, so that
	// nothing else may reach that goroutine's select before it returns.
	Main bool

	// Entries is how many entries a write brings, and First writes only the first
	// so many of them. A device that can break the contract of raft.LogStore uses
	// it: raft expects all or nothing.
	Entries int
	First   func(n int) error

	// Barrier is told how the barrier that a removal sets gets on, in states of
	// catalog.DiskBarrier; nil if it sets none. That it is released is not told.
	Barrier func(state sm.State)
	// Passes says that what comes behind the removal need not wait for it: a
	// snapshot holds what it removes, and the log goes on behind that.
	Passes bool
}

// Device does a node's disk operations: it decides when each begins and how
// long it takes. Do calls began when the operation leaves the queue, with the
// time at which it will be done (zero if unknown), then call, and returns
// call's error. The engine's modelled disk is one.
type Device interface {
	Do(op Op, began func(due sm.Time), call func() error) error
}

// Later is a Device that need not keep raft waiting for a removal: it takes it
// into its queue, and what comes behind waits for it instead. Removals then set
// barriers (Op.Barrier).
type Later interface {
	Device
	// Defer puts a removal into the queue and returns at once. What it then does
	// is what Do does; at the end it calls ended with what call returned, before
	// anything else begins, unless the node's life is over by then.
	Defer(op Op, began func(due sm.Time), call func() error, ended func(error))
}

// later returns the probe's device if it works in the background, else nil.
func (p *Probe) later() Later {
	l, _ := p.opt.Device.(Later)
	return l
}

// do runs an operation on the probe's device, or at once, and adds the real
// duration of the real call to its machine.
func (p *Probe) do(op Op, m *sm.Machine, began func(due sm.Time), call func() error) error {
	op.Machine = m
	if p.opt.Device == nil {
		began(0)
		return timed(m, call)()
	}
	return p.opt.Device.Do(op, began, timed(m, call))
}

// timed is a call that adds its real duration to a machine.
func timed(m *sm.Machine, call func() error) func() error {
	return func() error {
		start := nanotime()
		err := call()
		m.Attr("real", nanotime()-start)
		return err
	}
}
