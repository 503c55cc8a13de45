package engine

import (
	"runtime"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// laterDisk is a disk that works in the background: disk-mode=pipelined. It
// implements probe.Later.
type laterDisk struct{ *disk }

// Defer implements probe.Later.
func (d laterDisk) Defer(op probe.Op, began func(due sm.Time), call func() error, ended func(error)) {
	at, o := d.enter(op)
	go func() {
		defer o.End()
		err := d.carry(at, o, op, began, call)
		ended(err)
		at.leave(err)
	}()
}

// disk models a node's disk: operations queue, each takes a time drawn from the
// disk's stream, and the real bbolt call is made at its end, so that the file
// holds exactly what is told durable. What a user does to an operation (package
// fault) is done before that call. It belongs to one life of a node; the stream
// is the node's. It implements probe.Device.
type disk struct {
	clock  *clock
	faults *fault.Board
	node   string
	gate   *vtime.Gate
	stream *vtime.Stream
	time   vtime.Range
	dead   <-chan struct{}
	crash  func(reason string) // ends the node's life
	gather func() bool         // called at the end of a leader's append; nil: nothing to do
	queue  diskQueue
}

// Do implements probe.Device. If the life ends while the operation waits or
// runs, the real call is never made and the calling goroutine, which is
// raft's, ends.
func (d *disk) Do(op probe.Op, began func(due sm.Time), call func() error) error {
	if op.Main {
		d.gate.Begin()
	}
	at, o := d.enter(op)
	defer o.End() // also if the goroutine ends
	err := d.carry(at, o, op, began, call)
	at.leave(err)
	if op.Dispatch && err == nil && d.gather != nil && !d.gather() {
		runtime.Goexit()
	}
	if op.Main {
		d.gate.End()
	}
	return err
}

// enter puts an operation into the queue and on the board.
func (d *disk) enter(op probe.Op) (*place, *fault.Op) {
	at := d.queue.enter(op)
	o := d.faults.Begin(fault.What{Class: fault.Disk, Kind: op.Kind, Part: op.Part, Node: d.node, Reads: op.Reads}, d.stream)
	if op.Machine != nil {
		o.Tell(op.Machine, nil)
	}
	at.op = o
	return at, o
}

// carry does an operation when its turn has come. One that somebody fails before
// that leaves the queue, and those behind it still wait for those before.
func (d *disk) carry(at *place, o *fault.Op, op probe.Op, began func(due sm.Time), call func() error) error {
	if len(at.behind) > 0 {
		tellBarrier(op, catalog.DiskBarrierDraining)
	}
	for _, before := range at.behind {
		switch o.Queue(before.done, d.dead) {
		case fault.Ended:
			runtime.Goexit()
		case fault.Failed:
			return d.failed(o, op, call)
		}
	}
	// Only now, so that those that fail together do so in their order.
	if err := at.doomed(); err != nil {
		return err
	}
	if op.Passes {
		tellBarrier(op, catalog.DiskBarrierReleased)
	} else {
		tellBarrier(op, catalog.DiskBarrierBlocking)
	}
	return d.run(at, o, op, began, call)
}

func tellBarrier(op probe.Op, state sm.State) {
	if op.Barrier != nil {
		op.Barrier(state)
	}
}

// run does an operation whose turn has come, unless the user wants it to fail.
func (d *disk) run(at *place, o *fault.Op, op probe.Op, began func(due sm.Time), call func() error) error {
	switch o.Pass(d.dead) {
	case fault.Ended:
		runtime.Goexit()
	case fault.Failed:
		return d.failed(o, op, call)
	}
	at.begin()
	took := d.stream.Draw(d.time.Plus(o.Extra()))
	began(d.clock.at(time.Now().Add(took)))
	switch o.Wait(took, d.dead) {
	case fault.Ended:
		runtime.Goexit()
	case fault.Failed:
		return d.failed(o, op, call)
	}
	return call()
}
