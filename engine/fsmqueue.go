package engine

import (
	"reflect"
	"sync/atomic"

	"github.com/hashicorp/raft"
)

// fsmQueue looks at the queue between raft's main goroutine and its FSM
// goroutine (api.go, fsmMutateCh). While that is full and more is committed,
// main waits in the middle of what it does (raft.go, processLogs), and when it
// comes back it may find several of its channels ready, of which Go picks one at
// random: those with a buffer take what the gate lets in though main does not.
// So the gate shuts before the queue is full.
//
// The queue is private to raft. Its length can be read by reflection, and a
// test says so if that changes.
type fsmQueue struct {
	queue  reflect.Value
	halted atomic.Bool // the FSM goroutine waits for the gate itself
}

// fsmQueueSpare is how much of the queue is free when the gate shuts. One
// delivery rarely commits more batches than that; if it does main waits, but
// nothing is let in meanwhile.
const fsmQueueSpare = 8

// attach is called before anything is let in.
func (q *fsmQueue) attach(r *raft.Raft) {
	v := reflect.ValueOf(r).Elem().FieldByName("fsmMutateCh")
	if v.IsValid() && v.Kind() == reflect.Chan {
		q.queue = v
	}
}

// len is how many batches wait for the FSM goroutine.
func (q *fsmQueue) len() int {
	if !q.queue.IsValid() {
		return 0
	}
	return q.queue.Len()
}

// isFull says whether so much is queued that main may soon wait.
func (q *fsmQueue) isFull() bool {
	return q.queue.IsValid() && !q.halted.Load() && q.queue.Len() >= q.queue.Cap()-fsmQueueSpare
}

// isEmpty says whether nothing is queued.
func (q *fsmQueue) isEmpty() bool { return !q.queue.IsValid() || q.queue.Len() == 0 }
