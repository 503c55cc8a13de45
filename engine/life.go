package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/engine/simnet"
	"raftscope/engine/vtime"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// node is what survives a node's lives: its files and its streams.
type node struct {
	name  string
	dir   string
	disk  *vtime.Stream
	exec  *vtime.Stream
	apply *vtime.Stream

	snapshots *vtime.Stream // in the slot of apply
	answers   *vtime.Stream // in that of exec: waits of one length

	lives  uint32
	mu     sync.Mutex    // guards life, which clients ask for, and scale
	life   *life         // the newest; nil before the first start
	gone   chan struct{} // closed when the newest life has let go of the files; nil before the first
	booted bool          // it has files, with the first configuration unless it is outside
	forged string        // what was written to the files since the newest life, in words

	forgedLog     bool // a log, too
	forgedEntries int  // of so many entries

	scale float64 // of its timeouts; zero is one
	bench *bench  // its disk alone; nil unless that was used
	quiet uint64  // messages only counted, in lives that are over

	outside bool // no member at first: it starts without a configuration
}

// up returns the node's life if it is running, else nil.
func (n *node) up() *life {
	n.mu.Lock()
	l := n.life
	n.mu.Unlock()
	if l == nil || l.isDead() {
		return nil
	}
	return l
}

// life is one run of a node, from start to stop or crash: one raft.Raft.
type life struct {
	world    *World
	node     *node
	number   uint32
	dead     chan struct{} // closed when the life ends
	ready    chan struct{} // closed when raft runs and requests are let in
	once     sync.Once
	stopping atomic.Bool // told to stop
	gate     *vtime.Gate
	lease    *lease
	probe    *probe.Probe
	endpoint *simnet.Endpoint
	bolt     *raftboltdb.BoltStore
	store    *kv.Store
	raft     *raft.Raft
	clients  clients
	applying applying
	applied  chan struct{} // something in it: the state machine got further
	fsmQueue fsmQueue
	configs  wakeup       // of who waits for a configuration to be committed, or for another role
	changing atomic.Int32 // changes of the configuration that raft has been asked for, without an answer
	leaving  leaving
	entered  atomic.Bool // its main goroutine has begun

	snapshots snapshots
}

// newLife prepares a life; nothing runs before start.
func (w *World) newLife(n *node) *life {
	n.lives++
	l := &life{world: w, node: n, number: n.lives, dead: make(chan struct{}), ready: make(chan struct{}), store: kv.New(), applied: make(chan struct{}, 1)}
	l.snapshots.free = make(chan struct{}, 1)
	l.gate = vtime.NewGate(l.dead, w.net.Slot(n.name))
	l.lease = newLease(n.config(w.cfg.Raft).LeaderLeaseTimeout, w.configuration(), n.name, l.gate.IsShut)
	l.gate.Beside(l.lease.next)
	l.clients.init(l.dead, n.answers)
	if !w.bare {
		l.probe = probe.New(probe.Options{
			Buffer:    w.tracker.Buffer(n.name, n.lives),
			Node:      n.name,
			Peers:     w.names,
			Device:    l.device(),
			Describe:  describe,
			ShowQuiet: w.cfg.ShowQuiet,
			NoPreVote: w.cfg.Raft.PreVoteDisabled,

			ElectionTimeout: n.config(w.cfg.Raft).ElectionTimeout,
			OnLog:           l.onLog,
			OnSnapshot:      l.snapshots.covered.Store,
			OnConfig:        l.onConfig,
			ApplyDue:        l.beginApply,
			WouldPanic:      l.wouldPanic,
		})
		n.tellOdd(l.probe)
	}
	l.tellDisk(w.faults.Full(n.name), len(w.faults.Unreadable(n.name)) > 0)
	l.endpoint = w.net.Endpoint(n.name, l.probe, l.gate, l.dead)
	return l
}

// device is the node's disk as the cluster's disk-mode wants it.
func (l *life) device() probe.Device {
	d := l.disk()
	if l.world.cfg.Pipelined {
		d.queue.pipelined = true
		return laterDisk{d}
	}
	return d
}

func (l *life) disk() *disk {
	return &disk{clock: l.world.clock, faults: l.world.faults, node: l.node.name, gate: l.gate, stream: l.node.disk, time: l.world.cfg.Disk, dead: l.dead, crash: l.crash, gather: l.gather}
}

// gather lets the requests that came while a leader wrote to its disk queue on
// raft's apply channel before it comes back, so that it takes them together
// (leaderLoop, group commit). It does not where raft's main goroutine may find
// something else ready beside them, of which Go would pick one at random: on a
// cluster of one voter the commit of what was just written, else the lease timer,
// a leader that has been verified meanwhile, or what another configuration commits.
func (l *life) gather() bool {
	ok := true
	if l.lease.quiet() && l.clients.verifying.Load() == 0 && l.changing.Load() == 0 {
		ok = l.gate.Gather(l.world.cfg.Raft.MaxAppendEntries)
	}
	l.lease.returns()
	return ok
}

// describe is the label of a command entry. One that is not ours, out of a store
// of another application, is told from others by its hash.
func describe(data []byte) string {
	ws, err := kv.Decode(data)
	if err != nil {
		return fmt.Sprintf("%d B, not ours, %s", len(data), kv.Sum(string(data))[:8])
	}
	return ws.String()
}

// onLog separates what raft starts at one instant, for each of two goroutines
// would draw from math/rand at once, and which is first is left to the scheduler.
// A new leader starts two goroutines for each peer; a microsecond between peers
// gives every pair an instant of its own, and its endpoint parts the two. A node
// that starts has a main goroutine and one for snapshots. What arrives meanwhile
// waits at the gate, since raft's main goroutine is busy here.
func (l *life) onLog(message, peer string) {
	l.onSnapshot(message)
	switch message {
	case "removed peer, stopping replication":
		l.endpoint.Removed(peer, l.raft.LastIndex())
	case "added peer, starting replication":
		l.gate.Begin()
		if l.sleep(l.node.disk.Draw(peerTime)) {
			l.lease.peerAdded(peer)
		}
		l.gate.End()
		l.endpoint.PeerStarts(l.node.answers)
	case "entering follower state":
		if l.entered.Swap(true) {
			return
		}
		l.gate.Begin()
		l.sleep(l.node.answers.Draw(vtime.Range{Lo: 1, Hi: 1}))
		l.gate.End()
	}
}

// onConfig is told of the configuration that the node goes by.
func (l *life) onConfig(newest raft.Configuration) {
	l.lease.configured(newest)
	l.configs.fire()
}

// peerTime is how long a leader takes to start the replication of a peer.
var peerTime = vtime.Range{Lo: time.Microsecond, Hi: time.Microsecond}

// start opens the node's files and runs raft on them. It must run on a
// goroutine of the bubble other than the root: NewRaft writes to the disk.
func (l *life) start() error {
	defer close(l.ready)
	if err := l.open(); err != nil {
		return err
	}
	cfg := l.node.config(l.world.cfg.Raft)
	cfg.LocalID = raft.ServerID(l.node.name)
	cfg.Logger = l.probe.Logger(hclog.LevelFromString(cfg.LogLevel))
	snaps, err := raft.NewFileSnapshotStoreWithLogger(l.node.dir, snapshotsKept, cfg.Logger)
	if err != nil {
		return fmt.Errorf("open snapshots of %s: %w", l.node.name, err)
	}
	if !l.node.booted && !l.node.outside {
		if err := raft.BootstrapCluster(&cfg, l.bolt, l.bolt, snaps, l.endpoint, l.world.configuration()); err != nil {
			return fmt.Errorf("bootstrap %s: %w", l.node.name, err)
		}
	}
	l.node.booted = true
	if all, err := snaps.List(); err == nil && len(all) > 0 { // newest first
		l.probe.LoadedSnapshot(all[0].Configuration, all[0].ConfigurationIndex)
	}
	if err := l.load(); err != nil {
		return err
	}
	logs, stable := l.stores()
	r, err := raft.NewRaft(&cfg, l.probe.FSM(&timedStore{l.store, l}), logs, stable, l.probe.SnapshotStore(snaps), l.endpoint)
	if err != nil && err.Error() == noSnapshotLoads {
		l.crash("raft does not start: " + noSnapshotLoads)
		return nil
	}
	if err != nil {
		return fmt.Errorf("start raft on %s: %w", l.node.name, err)
	}
	if err := l.startsWith(snaps); err != nil {
		return err
	}
	l.raft = r
	l.fsmQueue.attach(r)
	l.gate.Watch(l.fsmQueue.isFull)
	if l.probe != nil {
		l.probe.Attach(r)
		r.RegisterObserver(l.probe.Observer())
	}
	r.RegisterObserver(l.lease.observer())
	r.RegisterObserver(l.shutdownObserver())
	l.endpoint.OnContact(l.lease.heard)
	l.endpoint.OnInstalled(l.signalApplied)
	l.endpoint.Open(func() (uint64, bool) { return r.CurrentTerm(), r.State() == raft.Leader })
	return nil
}

// snapshotsKept is how many snapshots a node keeps, as in raft's own examples.
const snapshotsKept = 2

// open opens the node's database. NoSync, because a real fsync takes real
// time and the modelled disk says what is durable; Timeout, because bbolt's
// wait for a file lock would sleep virtually for ever.
func (l *life) open() error {
	path := filepath.Join(l.node.dir, DatabaseName)
	if err := os.MkdirAll(l.node.dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", l.node.name, err)
	}
	store, err := raftboltdb.New(raftboltdb.Options{
		Path: path, NoSync: true,
		BoltOptions: &bbolt.Options{Timeout: time.Second, NoSync: true},
	})
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	l.bolt = store
	return nil
}

// DatabaseName is the file in a node's folder that raft-boltdb keeps.
const DatabaseName = "raft.db"

// load tells the probe of the entries found on disk.
func (l *life) load() error { return loadEntries(l.bolt, l.node.name, l.probe) }

// loadEntries tells a probe of the entries in a node's database.
func loadEntries(db *raftboltdb.BoltStore, name string, p *probe.Probe) error {
	first, err := db.FirstIndex()
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", name, err)
	}
	last, err := db.LastIndex()
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", name, err)
	}
	for i := first; i <= last && i > 0; i++ {
		var log raft.Log
		err := db.GetLog(i, &log)
		if errors.Is(err, raft.ErrLogNotFound) {
			continue // an installed snapshot leaves a gap before what came later
		}
		if err != nil {
			return fmt.Errorf("read entry %d of %s: %w", i, name, err)
		}
		p.Loaded(&log)
	}
	return nil
}

// stores returns what raft stores into: instrumented, or in a bare world only
// delayed.
func (l *life) stores() (raft.LogStore, raft.StableStore) {
	if l.probe != nil {
		return l.probe.LogStore(snapshotLog{l.bolt, l}), l.probe.StableStore(l.bolt)
	}
	b := bareStore{l.bolt, l.disk()}
	return b, b
}

func (l *life) isDead() bool {
	select {
	case <-l.dead:
		return true
	default:
		return false
	}
}

// sleep waits in virtual time; false means that the life ended.
func (l *life) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-l.dead:
		return false
	}
}

// stopTime is how long a stop takes to get through to the node.
var stopTime = vtime.Range{Lo: time.Microsecond, Hi: time.Microsecond}

// wouldPanic ends the life where raft is about to panic, and with it the
// goroutine that would.
func (l *life) wouldPanic(place string) {
	l.crash("raft would panic here: " + place)
	runtime.Goexit()
}

// crash ends the life at once: what the disk has not done never happens.
func (l *life) crash(reason string) { l.end(catalog.NodeCrashed, reason) }

// stop ends the life as soon as raft's main goroutine is idle. It waits first,
// for an instant of its node's own: what arrived at another node at this one may
// be answered a microsecond later, and a stop at that very instant would race
// with what the answer does here.
func (l *life) stop() {
	l.stopping.Store(true)
	if !l.sleep(l.node.exec.Draw(stopTime)) {
		return
	}
	t := l.gate.EnterFirst()
	if t.Wait() {
		l.end(catalog.NodeStopped, "")
	}
}

// end kills the life: its calls into our wrappers end their goroutines, then
// raft shuts down, then the files are let go.
func (l *life) end(state sm.State, reason string) {
	l.once.Do(func() {
		l.probe.Stop(state, reason)
		close(l.dead)
		l.world.faults.Abandon(l.node.name)
		l.endpoint.Close()
		gone := l.node.gone
		go func() {
			<-l.ready
			if l.raft != nil {
				l.raft.Shutdown().Error()
			}
			if l.leaving.shut.Load() {
				time.Sleep(time.Millisecond) // that did not wait: raft shut down by itself
			}
			if l.bolt != nil {
				l.bolt.Close()
			}
			close(gone)
		}()
	})
}
