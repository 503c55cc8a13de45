package engine

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/vtime"
	"raftscope/sm/catalog"
)

// A leader that has removed itself shuts down by itself (raft.go, leaderLoop;
// ShutdownOnRemove), while its FSM goroutine may still have what was committed
// before it, among it the entry whose future tells whoever asked. So the life
// goes on until that is done, and then ends like one that was stopped.

// removedReason is why the life of such a node ends.
const removedReason = "it is no voter any more, so raft has shut it down (ShutdownOnRemove)"

// leaving is what a life knows of raft shutting down by itself.
type leaving struct {
	shut   atomic.Bool
	queued int           // batches that waited for the FSM goroutine then
	begun  atomic.Uint64 // index of the entry that the FSM goroutine applies, or applied last
}

// shutdownObserver returns an observer of the node's role that looks for that.
func (l *life) shutdownObserver() *raft.Observer {
	return raft.NewObserver(nil, false, func(o *raft.Observation) bool {
		if state, ok := o.Data.(raft.RaftState); ok {
			l.configs.fire()
			if state == raft.Shutdown && !l.isDead() {
				l.leaving.queued = l.fsmQueue.len()
				l.leaving.shut.Store(true)
				l.stopping.Store(true)
				l.gate.Begin() // for good: a call would find its channel beside raft's end
				go l.leave()
			}
		}
		return false
	})
}

// leavePoll is how long a node that leaves waits before it looks whether its
// state machine is done, leaveMax how long at most.
var leavePoll = vtime.Range{Lo: 10 * time.Microsecond, Hi: 50 * time.Microsecond}

const leaveMax = 100 * time.Millisecond

func (l *life) leave() {
	l.probe.Look()
	index := l.raft.CommitIndex()
	for until := time.Now().Add(leaveMax); time.Now().Before(until); {
		if !l.sleep(l.node.exec.Draw(leavePoll)) {
			return // somebody was faster
		}
		if l.hasApplied(index) {
			break
		}
	}
	if l.sleep(l.node.exec.Draw(leavePoll)) { // whoever asked has the answer
		l.end(catalog.NodeStopped, removedReason)
	}
}

// withholds says whether raft's answer to a call must not be believed: the FSM
// goroutine went on with a batch of which nothing shows whether it is taken, for
// the same reason as in leaveFSM.
func (l *leaving) withholds(answered raft.Future) bool {
	entry, ok := answered.(raft.IndexFuture)
	return ok && l.shut.Load() && l.queued > 0 && entry.Index() > l.begun.Load()
}

// leaveFSM ends raft's FSM goroutine where it goes on with the next batch though
// raft has shut down: it finds both beside each other, of which Go picks one at
// random (fsm.go, runFSM).
func (l *life) leaveFSM() {
	if l.leaving.shut.Load() && l.fsmQueue.len() < l.leaving.queued {
		runtime.Goexit()
	}
}
