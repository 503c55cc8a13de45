package engine

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/grammar"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

// Raft's snapshot goroutine asks two others for what it needs: the FSM goroutine
// for the contents (fsmSnapshotCh) and then the main goroutine for the
// configuration (configurationsCh). Neither may find that beside something else
// that is ready, or Go picks one at random. So a snapshot begins at a moment at
// which the FSM goroutine has nothing to do and main installs none, and its
// question to main passes the gate.

// snapshots is what a life knows of the snapshots that its raft takes.
type snapshots struct {
	looking atomic.Bool   // raft looks whether one is due
	taking  atomic.Bool   // raft takes one
	asked   atomic.Bool   // a user has asked for one, and has no answer yet
	covered atomic.Uint64 // index of the newest one that raft goes by
	free    chan struct{} // something in it: raft has stopped to look or to take one
}

// busy says whether raft's snapshot goroutine would not hear a user.
func (s *snapshots) busy() bool { return s.looking.Load() || s.taking.Load() }

// freed tells a user that waits to be heard to look again.
func (s *snapshots) freed() {
	select {
	case s.free <- struct{}{}:
	default:
	}
}

// snapshotLog is a node's log as raft sees it. Once raft runs only its snapshot
// goroutine asks for the last index there, right before it takes a snapshot or
// not (snapshot.go, shouldSnapshot).
type snapshotLog struct {
	*raftboltdb.BoltStore
	life *life
}

// snapshotPoll is how long a snapshot that is due waits before it looks whether
// the FSM goroutine has nothing to do: at an instant of its own.
var snapshotPoll = vtime.Range{Lo: 10 * time.Microsecond, Hi: 50 * time.Microsecond}

// LastIndex implements raft.LogStore. While a user's snapshot is about to begin
// no other is due: raft takes one at a time, and two that wait for the same
// moment would both begin at it.
func (s snapshotLog) LastIndex() (uint64, error) {
	l := s.life
	select {
	case <-l.ready:
		if l.snapshots.asked.Load() {
			return l.snapshots.covered.Load(), nil
		}
		l.snapshots.looking.Store(true)
		defer l.snapshots.freed()
		defer l.snapshots.looking.Store(false)
		if !l.untilQuiet() {
			runtime.Goexit()
		}
	default: // raft is starting
	}
	return s.BoltStore.LastIndex()
}

// untilQuiet waits for a moment at which a snapshot may begin; false means that
// the life ended.
func (l *life) untilQuiet() bool {
	for {
		if !l.sleep(l.node.snapshots.Draw(snapshotPoll)) {
			return false
		}
		// Main counts entries as applied only when it has queued all of a commit, so
		// the queue is asked too.
		if l.fsmQueue.isEmpty() && l.hasApplied(l.raft.AppliedIndex()) && !l.probe.Installs() {
			return true
		}
		select { // an apply or an install may take for ever: a user may hold it
		case <-l.applied:
		case <-l.dead:
			return false
		}
	}
}

// Snapshot implements raft.FSM. When it returns, raft's snapshot goroutine asks
// main, at this instant. Nothing gets to main before that: an install would wait
// there for the FSM goroutine, which waits here.
func (s *timedStore) Snapshot() (raft.FSMSnapshot, error) {
	s.life.snapshots.taking.Store(true)
	queue := &s.life.fsmQueue
	queue.halted.Store(true) // by us: the gate must not wait for the FSM goroutine, which waits for the gate
	defer queue.halted.Store(false)
	t := s.life.gate.EnterFirst()
	if !t.Wait() {
		// Not Goexit: raft's snapshot goroutine waits for an answer and nothing else
		// (snapshot.go, takeSnapshot), and a life with a goroutine left never ends.
		return nil, errNodeDown
	}
	time.AfterFunc(time.Microsecond, t.Done) // main has taken it by then
	return s.Store.Snapshot()
}

// Restore implements raft.FSM.
func (s *timedStore) Restore(r io.ReadCloser) error {
	defer s.life.signalApplied()
	return s.Store.Restore(r)
}

// onSnapshot learns from raft's log what its snapshot goroutine does not tell
// otherwise: that it is done.
func (l *life) onSnapshot(message string) {
	if strings.HasPrefix(message, "snapshot complete up to") || message == "failed to take snapshot" {
		l.snapshots.taking.Store(false)
		l.snapshots.freed()
	}
}

// snapshot asks a node for a snapshot.
func (w *World) snapshot(c grammar.Snapshot) error {
	n, err := w.nodeFor(c.Node)
	if err != nil {
		return err
	}
	l := n.up()
	switch {
	case l == nil:
		return refuse("%s is not running", n.name)
	case l.stopping.Load():
		return refuse("%s is stopping", n.name)
	case l.snapshots.asked.Load():
		return refuse("%s is asked for a snapshot already", n.name)
	}
	l.snapshots.asked.Store(true)
	go l.askSnapshot(l.probe.AskSnapshot())
	w.settle()
	if !c.Wait {
		return nil
	}
	err = w.until(answerMax, func() bool { return !l.snapshots.asked.Load() || l.isDead() })
	if errors.Is(err, ErrTimeout) {
		return fmt.Errorf("wait for the snapshot of %s: %w", n.name, err)
	}
	return err
}

// askSnapshot asks raft for a snapshot, at a moment at which its snapshot
// goroutine takes that at once, and waits for the answer.
func (l *life) askSnapshot(asked *sm.Machine) {
	r, ok := l.running()
	if !ok {
		return
	}
	for {
		for l.snapshots.busy() {
			select {
			case <-l.snapshots.free:
			case <-l.dead:
				return
			}
		}
		if !l.untilQuiet() {
			return
		}
		if !l.snapshots.busy() { // it may have found one due at the moment it became free
			break
		}
	}
	l.probe.AskedSnapshot(asked)
	if _, ok := l.await(r.Snapshot()); ok {
		l.snapshots.asked.Store(false)
	}
}

// noSnapshotLoads is what raft says when it does not start because it can
// restore none of its snapshots (api.go, restoreSnapshot).
const noSnapshotLoads = "failed to load any existing snapshots"

// startsWith tells the snapshot that raft starts with without restoring it.
func (l *life) startsWith(snaps raft.SnapshotStore) error {
	if !l.world.cfg.Raft.NoSnapshotRestoreOnStart {
		return nil
	}
	all, err := snaps.List()
	if err != nil {
		return fmt.Errorf("list the snapshots of %s: %w", l.node.name, err)
	}
	if len(all) > 0 {
		l.probe.Covers(all[0].Index, all[0].Term)
	}
	return nil
}
