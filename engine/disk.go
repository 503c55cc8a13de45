package engine

import (
	"runtime"
	"sync"
	"time"

	"raftscope/engine/probe"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

// disk models a node's disk: operations queue, one runs at a time, each takes
// a time drawn from the disk's stream, and the real bbolt call is made at its
// end, so that the file holds exactly what is told durable. It belongs to one
// life of a node; the stream is the node's. It implements probe.Device.
type disk struct {
	clock  *clock
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
	if turn != nil {
		d.wait(turn)
	}
	took := d.stream.Draw(d.time)
	began(d.clock.at(time.Now().Add(took)))
	timer := time.NewTimer(took)
	select {
	case <-timer.C:
	case <-d.dead:
		timer.Stop()
		runtime.Goexit()
	}
	err := call()
	close(done)
	if op.Dispatch && err == nil && d.gather != nil && !d.gather() {
		runtime.Goexit()
	}
	if op.Main {
		d.gate.End()
	}
	return err
}

func (d *disk) enqueue() (turn <-chan struct{}, done chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	turn, done = d.tail, make(chan struct{})
	d.tail = done
	return turn, done
}

func (d *disk) wait(turn <-chan struct{}) {
	select {
	case <-turn:
	case <-d.dead:
		runtime.Goexit()
	}
}
