package engine

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/vtime"
)

// A leader that learns of a newer term answers the reads that are being verified
// at one instant: one of them with "not the leader", and the others, because it
// steps down by that, with "leadership lost" (raft.go, leaderLoop). Which one is
// left to the order of a map (replication.go, notifyAll). So the answers are
// collected and given out anew, in the order in which the clients called.

// verdicts are those answers to the clients of one life.
type verdicts struct {
	stream *vtime.Stream
	dead   <-chan struct{}

	mu  sync.Mutex
	now *verdict
}

// verdict is what came at one instant.
type verdict struct {
	at    time.Time
	calls []int // ordinals
	errs  []error
	given chan struct{} // closed when both are in order
}

// verdictSorts is how long answers wait to be put into order.
var verdictSorts = vtime.Range{Lo: time.Microsecond, Hi: time.Microsecond}

// of returns the error that a call of VerifyLeader is told, if err is what raft
// told it.
func (v *verdicts) of(call int, err error) error {
	if !errors.Is(err, raft.ErrNotLeader) && !errors.Is(err, raft.ErrLeadershipLost) {
		return err
	}
	mine := v.join(call, err)
	select {
	case <-mine.given:
		return mine.errs[slices.Index(mine.calls, call)]
	case <-v.dead:
		return errConnection
	}
}

// join adds an answer to those of this instant.
func (v *verdicts) join(call int, err error) *verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.now == nil || !v.now.at.Equal(time.Now()) {
		mine := &verdict{at: time.Now(), given: make(chan struct{})}
		v.now = mine
		time.AfterFunc(v.stream.Draw(verdictSorts), func() { v.give(mine) })
	}
	v.now.calls = append(v.now.calls, call)
	v.now.errs = append(v.now.errs, err)
	return v.now
}

func (v *verdicts) give(mine *verdict) {
	v.mu.Lock()
	defer v.mu.Unlock()
	slices.Sort(mine.calls)
	slices.SortFunc(mine.errs, func(a, b error) int { return cmp.Compare(rank(a), rank(b)) })
	close(mine.given)
}

// rank puts the answer that made the leader step down before the others.
func rank(err error) int {
	if errors.Is(err, raft.ErrNotLeader) {
		return 0
	}
	return 1
}
