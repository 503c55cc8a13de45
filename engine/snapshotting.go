package engine

import (
	"runtime"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"raftscope/engine/vtime"
)

// Raft's snapshot goroutine asks two others for what it needs: the FSM goroutine
// for the contents (fsmSnapshotCh) and then the main goroutine for the
// configuration (configurationsCh). Neither may find that beside something else
// that is ready, or Go picks one at random. So a snapshot begins at a moment at
// which the FSM goroutine has nothing to do, and its question to main passes the
// gate.

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

// LastIndex implements raft.LogStore.
func (s snapshotLog) LastIndex() (uint64, error) {
	l := s.life
	select {
	case <-l.ready:
		for {
			if !l.sleep(l.node.snapshots.Draw(snapshotPoll)) {
				runtime.Goexit()
			}
			if l.hasApplied(l.raft.AppliedIndex()) {
				break
			}
			select { // an apply may take for ever: a user may hold it
			case <-l.applied:
			case <-l.dead:
				runtime.Goexit()
			}
		}
	default: // raft is starting
	}
	return s.BoltStore.LastIndex()
}

// Snapshot implements raft.FSM. When it returns, raft's snapshot goroutine asks
// main, at this instant.
func (s *timedStore) Snapshot() (raft.FSMSnapshot, error) {
	queue := &s.life.fsmQueue
	queue.halted.Store(true) // by us: the gate must not wait for the FSM goroutine, which waits for the gate
	defer queue.halted.Store(false)
	t := s.life.gate.Enter()
	if !t.Wait() {
		// Not Goexit: raft's snapshot goroutine waits for an answer and nothing else
		// (snapshot.go, takeSnapshot), and a life with a goroutine left never ends.
		return nil, errNodeDown
	}
	time.AfterFunc(time.Microsecond, t.Done) // main has taken it by then
	return s.Store.Snapshot()
}
