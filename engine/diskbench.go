package engine

import (
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// bench is the disk of a node whose raft does not run: a user queues writes and
// removals, more of them at once than raft does. It is the very queue that raft
// would use, on the node's real file. It counts as a life of the node.
type bench struct {
	world *World
	node  *node
	dead  chan struct{} // closed when it is over, or crashed
	gone  chan struct{} // closed when it has let go of the file
	once  sync.Once
	over  atomic.Bool
	disk  laterDisk
	probe *probe.Probe
	queue *probe.Queue
	bolt  *raftboltdb.BoltStore

	closing bool   // for the root
	written int    // entries queued so far, for the root
	term    uint64 // of the entries that are written
	covered uint64 // up to here a snapshot goes

	mu  sync.Mutex
	ops []*benchOp // not over, in order
}

// benchOp is what an operation will make of the log.
type benchOp struct {
	end    uint64 // the index behind the log's last entry when it is done; zero: as before
	doomed bool   // something that it waits for failed
}

// benchMax is how many operations may be in a queue.
const benchMax = 100

// diskQueue carries out a command about a node's disk alone.
func (w *World) diskQueue(c grammar.DiskQueue) error {
	n, err := w.nodeFor(c.Node)
	if err != nil {
		return err
	}
	if !w.cfg.Pipelined {
		return refuse("the disks of this cluster do one thing at a time, and nothing queues behind a removal: say disk-mode=pipelined in its cluster line")
	}
	b := n.onBench()
	switch {
	case b == nil && c.Op == grammar.QueueClose:
		return refuse("nothing is queued on the disk of %s", n.name)
	case b == nil:
		if b, err = w.newBench(n); err != nil {
			return err
		}
		defer b.putBack()
	case b.closing:
		return refuse("the disk of %s is being closed", n.name)
	}
	switch c.Op {
	case grammar.QueueAppend:
		return b.append(c.N)
	case grammar.QueueTruncate:
		return b.truncate(c.Index)
	case grammar.QueueCompact:
		return b.compact(c.Index)
	default:
		b.closing = true
		go b.close()
		return nil
	}
}

// onBench returns the bench that a node's disk is on, nil if it is on none.
func (n *node) onBench() *bench {
	if n.bench == nil || n.bench.over.Load() {
		return nil
	}
	return n.bench
}

// offBench refuses to start or forge a node whose disk is on a bench.
func (n *node) offBench() error {
	if b := n.onBench(); b != nil && !b.closing {
		return refuse("the disk of %s is in use: disk-queue %s close first", n.name, n.name)
	}
	return nil
}

// newBench opens the disk of a node. It is no life of the node before begin.
func (w *World) newBench(n *node) (*bench, error) {
	if l := n.up(); l != nil && !l.stopping.Load() {
		return nil, refuse("%s is running: stop or crash it first", n.name)
	}
	if err := w.awaitStop(n, func() bool { return n.up() == nil && isClosed(n.gone) }); err != nil {
		return nil, err
	}
	if !n.booted {
		return nil, refuse("%s has no files yet: start or forge it first", n.name)
	}
	db, err := openStore(filepath.Join(n.dir, DatabaseName))
	if err != nil {
		return nil, err
	}
	b := &bench{world: w, node: n, dead: make(chan struct{}), gone: make(chan struct{}), bolt: db}
	_, term, err := endOf(db, n.dir)
	if err == nil {
		b.covered, _, err = newestOwnSnapshot(n.dir)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	b.term = max(term, 1)
	return b, nil
}

// begin begins the life, if it has not: something is about to be queued.
func (b *bench) begin() error {
	if b.probe != nil {
		return nil
	}
	w, n := b.world, b.node
	n.lives++
	b.disk = laterDisk{&disk{clock: w.clock, faults: w.faults, node: n.name, stream: n.disk, time: w.cfg.Disk, dead: b.dead, crash: b.crash}}
	b.disk.queue.pipelined = true
	b.probe = probe.New(probe.Options{Buffer: w.tracker.Buffer(n.name, n.lives), Node: n.name, Peers: w.names, Device: b.disk, Describe: describe, Alone: true})
	b.queue = b.probe.Queue(b.bolt)
	n.bench, n.gone = b, b.gone
	if held, err := readUint(b.bolt, keyCurrentTerm); err == nil {
		b.probe.Machine().Attr("term", int64(held))
	}
	return loadEntries(b.bolt, n.name, b.probe)
}

// putBack lets go of a disk of which nothing came, since what was asked of it was
// refused.
func (b *bench) putBack() {
	if b.probe == nil {
		b.bolt.Close()
	}
}

// next returns the index behind the log as it will be when all that is queued
// is done.
func (b *bench) next() (uint64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.ops) - 1; i >= 0; i-- {
		if op := b.ops[i]; !op.doomed && op.end > 0 {
			return op.end, nil
		}
	}
	last, err := b.bolt.LastIndex()
	if err != nil {
		return 0, fmt.Errorf("read the log of %s: %w", b.node.name, err)
	}
	return max(last, b.covered) + 1, nil
}

// enter notes an operation that is about to be queued and returns what is to be
// called at its end. What was queued behind one that fails fails too.
func (b *bench) enter(end uint64) (ended func(error), err error) {
	if err := b.begin(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.ops) >= benchMax {
		return nil, refuse("%d operations are in the queue of %s's disk already", benchMax, b.node.name)
	}
	op := &benchOp{end: end}
	b.ops = append(b.ops, op)
	return func(err error) { b.leave(op, err) }, nil
}

func (b *bench) leave(op *benchOp, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.ops {
		if b.ops[i] != op {
			continue
		}
		for _, behind := range b.ops[i+1:] {
			behind.doomed = behind.doomed || err != nil && op.end > 0
		}
		b.ops = append(b.ops[:i], b.ops[i+1:]...)
		return
	}
}

func (b *bench) append(n int) error {
	next, err := b.next()
	if err != nil {
		return err
	}
	ended, err := b.enter(next + uint64(n))
	if err != nil {
		return err
	}
	logs := make([]*raft.Log, n)
	for i := range logs {
		b.written++
		set := kv.WriteSet{Op: kv.OpSet, Key: "disk-queue", Value: strconv.Itoa(b.written)}
		logs[i] = &raft.Log{Index: next + uint64(i), Term: b.term, Type: raft.LogCommand, Data: set.Encode()}
	}
	b.queue.Append(logs, ended)
	return nil
}

func (b *bench) truncate(from uint64) error {
	next, err := b.next()
	if err != nil {
		return err
	}
	first, err := b.first()
	switch {
	case err != nil:
		return err
	case from >= next:
		return refuse("the log of %s ends with entry %d, with all that is queued", b.node.name, next-1)
	case from <= b.covered:
		return refuse("a snapshot of %s holds the entries up to %d", b.node.name, b.covered)
	case from < first:
		return refuse("the log of %s begins with entry %d", b.node.name, first)
	}
	ended, err := b.enter(from)
	if err == nil {
		b.queue.Truncate(from, next-1, ended)
	}
	return err
}

func (b *bench) compact(to uint64) error {
	first, err := b.first()
	if err != nil {
		return err
	}
	last, err := b.bolt.LastIndex()
	switch {
	case err != nil:
		return fmt.Errorf("read the log of %s: %w", b.node.name, err)
	case to < first || to >= last:
		return refuse("the log of %s holds entries %d..%d, and one must stay", b.node.name, first, last)
	}
	if to > b.covered {
		return refuse("no snapshot of %s holds entry %d: raft could not start on what is left", b.node.name, to)
	}
	ended, err := b.enter(0)
	if err == nil {
		b.queue.Compact(first, to, ended)
	}
	return err
}

func (b *bench) first() (uint64, error) {
	first, err := b.bolt.FirstIndex()
	if err != nil {
		return 0, fmt.Errorf("read the log of %s: %w", b.node.name, err)
	}
	return first, nil
}

// close ends what has not begun, waits for what has, and lets go of the file.
func (b *bench) close() {
	b.disk.queue.close(b.dead)
	b.end(catalog.NodeStopped, "")
}

// crash ends the bench at once: what the disk has not done never happens.
func (b *bench) crash(reason string) { b.end(catalog.NodeCrashed, reason) }

func (b *bench) end(state sm.State, reason string) {
	b.once.Do(func() {
		b.probe.Stop(state, reason)
		b.over.Store(true)
		close(b.dead)
		b.bolt.Close()
		close(b.gone)
	})
}
