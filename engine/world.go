package engine

import (
	"fmt"
	"math/rand"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
	"raftscope/engine/simnet"
	"raftscope/engine/vtime"
	"raftscope/replay"
	"raftscope/sm"
)

// World is a cluster in virtual time. It must be made and used on the root
// goroutine of a bubble, which runs it from instant to instant and never calls
// anything of raft that can block.
type World struct {
	cfg      config
	dir      string
	base     string   // where relative paths of forge begin
	foreign  *foreign // whom our nodes stand for in stores that forge copied
	bare     bool     // nothing is observed; for measuring what observation costs
	clock    *clock
	tracker  *sm.Tracker
	buffer   *sm.Buffer // of the world as a whole
	timeline *replay.Timeline
	out      sm.Sink // where events go beside the timeline; may be nil
	net      *simnet.Network
	faults   *fault.Board
	names    []string
	nodes    map[string]*node
	failures chan error // what went wrong on a goroutine of the world

	mu         sync.Mutex // guards ordinal, which clients in the background count on
	ordinal    int        // of the newest write or read
	asked      int        // requests that were neither
	retries    *retries
	starts     *vtime.Stream // of nodes
	requests   *vtime.Stream // whose branches are the clients' in the background
	background []*background // all there ever were, by their numbers

	instants uint64 // at which something happened
	visible  bool   // something other than a line of log happened at the last one
	err      error  // of out: the world cannot go on
	interim  func() error
	limit    sm.Time // at which the command that runs is interrupted
	limited  bool    // there is such a limit
	watch    watch   // for what a run is to stop at
	gcEvery  uint64
	work     uint64      // done since garbage was collected last, in instants
	timer    *time.Timer // of next, reused
}

// Options of a world beside its cluster line.
type Options struct {
	Dir    string       // the folder for the nodes' files, which must be empty; the current one if not given
	Base   string       // the folder in which relative paths of commands begin; the current one if not given
	Out    sm.Sink      // events, instant by instant; may be nil
	Strict bool         // a violation panics, for tests
	Bare   bool         // observe nothing
	Poll   func() error // called at every instant; an error stops the command that runs

	// GCEvery collects garbage every so many instants; zero leaves it to Go.
	GCEvery uint64
}

// NewWorld returns a world whose nodes start within its first milliseconds.
func NewWorld(c grammar.Cluster, opt Options) *World {
	w := &World{
		cfg: configOf(c), dir: opt.Dir, bare: opt.Bare, clock: newClock(), out: opt.Out, interim: opt.Poll, gcEvery: opt.GCEvery,
		timer:    time.NewTimer(time.Hour),
		timeline: replay.NewTimeline(), nodes: map[string]*node{}, failures: make(chan error, 16),
	}
	// Raft draws its timeouts from the global source of math/rand, which its
	// package seeds from the operating system; this is the only way in.
	//lint:ignore SA1019 a source of our own would not reach raft
	rand.Seed(int64(w.cfg.Seed))
	w.names = w.cfg.Nodes
	w.base, w.foreign = opt.Base, newForeign(w.names)
	w.faults = fault.NewBoard(fault.Options{Seed: w.cfg.Seed, Clock: w.clock.at, Patience: 2 * w.cfg.Timeout, Full: errorNamed("ENOSPC")})
	w.net = simnet.New(simnet.Options{Seed: w.cfg.Seed, Nodes: w.names, Latency: w.cfg.Net, Timeout: w.cfg.Timeout, InFlight: w.cfg.InFlight, Clock: w.clock.at, Faults: w.faults})
	if !w.bare {
		w.tracker = sm.NewTracker(sm.Options{Clock: w.clock, Sink: w, Strict: opt.Strict})
		w.timeline.AddKinds(KindSpecs())
	}
	w.buffer = w.tracker.Buffer("", 0)
	w.buffer.Command(c.String())
	slot := len(w.names) * len(w.names) // after those of the links
	stream := func(what string) *vtime.Stream {
		slot++
		return vtime.NewStream(w.cfg.Seed, what, slot)
	}
	w.starts = stream("start")
	for _, name := range w.names {
		n := &node{
			name: name, dir: filepath.Join(w.dir, name),
			outside: !slices.Contains(w.cfg.Voters, name) && !slices.Contains(w.cfg.Nonvoters, name),
			disk:    stream("disk " + name), exec: stream("exec " + name), apply: stream("apply " + name),
		}
		n.snapshots = n.apply.Branch("snapshots " + name)
		n.answers = n.exec.Branch("answers " + name)
		w.nodes[name] = n
		if delay := w.starts.Draw(startTime); w.cfg.Start {
			w.launch(n, delay)
		}
	}
	w.requests = stream("clients")
	w.retries = newRetries(stream("retries"), func(r *request) { r.ask(w.clientNode(grammar.LeaderNode)) })
	w.flush()
	return w
}

// startTime spreads the starts of the nodes, so that no two do anything at one
// instant.
var startTime = vtime.Range{Lo: time.Microsecond, Hi: 5 * time.Millisecond}

// launch starts a node's next life after a delay, once the one before has let
// go of the files.
func (w *World) launch(n *node, delay time.Duration) {
	before := n.gone
	if n.life != nil {
		n.quiet += n.life.probe.Quiet()
	}
	n.gone = make(chan struct{})
	l := w.newLife(n)
	n.mu.Lock()
	n.life = l
	n.mu.Unlock()
	go func() {
		if before != nil {
			<-before
		}
		time.Sleep(delay)
		if err := l.start(); err != nil {
			w.failures <- err
		}
	}()
}

// configuration is the cluster's first.
func (w *World) configuration() raft.Configuration {
	var c raft.Configuration
	add := func(names []string, as raft.ServerSuffrage) {
		for _, name := range names {
			c.Servers = append(c.Servers, raft.Server{Suffrage: as, ID: raft.ServerID(name), Address: raft.ServerAddress(name)})
		}
	}
	add(w.cfg.Voters, raft.Voter)
	add(w.cfg.Nonvoters, raft.Nonvoter)
	return c
}

// Take implements sm.Sink: the events of one instant.
func (w *World) Take(events []sm.Event) error {
	for i := range events {
		if events[i].Type != sm.Log {
			w.visible = true
			break
		}
	}
	if err := w.timeline.Append(events); err != nil {
		return fmt.Errorf("keep the events of an instant: %w", err)
	}
	if w.out != nil {
		return w.out.Take(events)
	}
	return nil
}

// flush numbers and hands on what happened at this instant.
func (w *World) flush() {
	w.visible = false
	n, err := w.tracker.Flush()
	if n > 0 {
		w.instants++
	}
	if err != nil && w.err == nil {
		w.err = err
	}
	w.watch.look(w.timeline)
	select {
	case err := <-w.failures:
		if w.err == nil {
			w.err = err
		}
	default:
	}
}

// tick is how far next runs at most when nothing happens, so that a running
// world can always be asked to stop.
const tick = 250 * time.Millisecond

// next runs the world to the next instant at which something happens, or to
// the end, or for a tick.
func (w *World) next(end time.Time) {
	from := time.Now()
	w.timer.Reset(min(time.Until(end), tick))
	select {
	case <-w.clock.wake:
	case <-w.timer.C:
	}
	w.work += 1 + uint64(time.Since(from)/quietWork)
	w.settle()
	if w.work >= w.gcEvery {
		w.collect()
	}
}

// collect collects garbage, unless Go does that by itself.
func (w *World) collect() {
	if w.gcEvery > 0 {
		w.work = 0
		runtime.GC()
	}
}

// quietWork is how much virtual time without events counts like one instant
// towards the next collection of garbage: heartbeats, which nobody sees, leave
// some behind too.
const quietWork = 30 * time.Millisecond

// settle lets what a command started happen as far as it does without time
// passing.
func (w *World) settle() {
	quiesce()
	select {
	case <-w.clock.wake:
	default:
	}
	w.flush()
}

// Close ends all lives and lets virtual time pass until nothing of the world
// is left in the bubble: messages under way, calls that wait for an answer. A
// debuggee need not call it, it exits.
func (w *World) Close() {
	w.retries.close()
	for _, b := range w.background {
		b.stop()
	}
	for _, name := range w.names {
		if l := w.nodes[name].up(); l != nil {
			go l.crash("")
		}
		if b := w.nodes[name].onBench(); b != nil {
			b.crash("")
		}
	}
	for _, name := range w.names {
		if gone := w.nodes[name].gone; gone != nil { // it ever started
			<-gone
		}
	}
	w.faults.Close()
	time.Sleep(20 * w.cfg.Timeout) // snapshots have ten times the timeout of other calls
	w.settle()
	w.timer.Stop()
}

// Timeline is everything that happened so far.
func (w *World) Timeline() *replay.Timeline { return w.timeline }

// Now is virtual time since the start.
func (w *World) Now() sm.Time { return w.clock.now() }

// Digest is the digest of all events so far.
func (w *World) Digest() sm.Digest { return w.tracker.Digest() }

// Quiet is how many heartbeats and empty AppendEntries all nodes sent that were counted instead of shown.
func (w *World) Quiet() uint64 {
	var n uint64
	for _, node := range w.nodes {
		n += node.quiet
		if node.life != nil {
			n += node.life.probe.Quiet()
		}
	}
	return n
}
