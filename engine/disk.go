package engine

import (
	"runtime"
	"sync"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

// disk models a node's disk: operations queue, one runs at a time, each takes
// a time drawn from the disk's stream, and the real bbolt call is made at its
// end, so that the file holds exactly what is told durable. What a user does to
// an operation (package fault) is done before that call. It belongs to one
// life of a node; the stream is the node's. It implements probe.Device.
type disk struct {
	clock  *clock
	faults *fault.Board
	node   string
	gate   *vtime.Gate
	stream *vtime.Stream
	time   vtime.Range
	dead   <-chan struct{}
	gather func() bool // called at the end of a leader's append; nil: nothing to do

	mu   sync.Mutex
	tail chan struct{} // closed when the newest operation is done; nil if there was none
}

// Do implements probe.Device. If the life ends while the operation waits or
// runs, the real call is never made and the calling goroutine, which is
// raft's, ends.
func (d *disk) Do(op probe.Op, began func(due sm.Time), call func() error) error {
	if op.Main {
		d.gate.Begin()
	}
	turn, done := d.enqueue()
	o := d.faults.Begin(fault.What{Class: fault.Disk, Kind: op.Kind, Node: d.node}, d.stream)
	defer o.End() // also if the goroutine ends
	if op.Machine != nil {
		o.Tell(op.Machine, nil)
	}
	err := d.queued(o, turn, done, began, call)
	if op.Dispatch && err == nil && d.gather != nil && !d.gather() {
		runtime.Goexit()
	}
	if op.Main {
		d.gate.End()
	}
	return err
}

// queued does an operation when its turn has come. One that somebody fails
// before that leaves the queue, and those behind it still wait for those before.
func (d *disk) queued(o *fault.Op, turn <-chan struct{}, done chan struct{}, began func(due sm.Time), call func() error) error {
	if turn != nil {
		switch o.Queue(turn, d.dead) {
		case fault.Ended:
			runtime.Goexit()
		case fault.Failed:
			go d.pass(turn, done)
			return o.Err()
		}
	}
	err := d.run(o, began, call)
	close(done)
	return err
}

// pass hands on a turn that is not taken.
func (d *disk) pass(turn <-chan struct{}, done chan struct{}) {
	select {
	case <-turn:
		close(done)
	case <-d.dead:
	}
}

// run does an operation whose turn has come, unless the user wants it to fail.
func (d *disk) run(o *fault.Op, began func(due sm.Time), call func() error) error {
	switch o.Pass(d.dead) {
	case fault.Ended:
		runtime.Goexit()
	case fault.Failed:
		return o.Err()
	}
	took := d.stream.Draw(d.time.Plus(o.Extra()))
	began(d.clock.at(time.Now().Add(took)))
	switch o.Wait(took, d.dead) {
	case fault.Ended:
		runtime.Goexit()
	case fault.Failed:
		return o.Err()
	}
	return call()
}

func (d *disk) enqueue() (turn <-chan struct{}, done chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	turn, done = d.tail, make(chan struct{})
	d.tail = done
	return turn, done
}
