package random

import (
	"fmt"
	"math/rand/v2"
	"time"

	"raftscope/engine/grammar"
)

// findingsFamily is what unmodified raft is known to break rules on. It is left
// out unless it is asked for, since every run would end with it.
func findingsFamily() *family {
	return &family{
		name: "findings", weight: 1, panics: true, known: true,
		doc: "what hashicorp/raft is known to break rules on: snapshots that arrive twice, small TrailingLogs, removals that fail, writes that fail although they are done",
		actions: []action{
			{3, (*epoch).doubleSnapshot},
			{3, (*epoch).failTruncate},
			{1, (*epoch).failAfter},
			{2, (*epoch).cutLeader},
			{1, (*epoch).stayAway},
		},
		shape: func(rnd *rand.Rand, c *grammar.Cluster) {
			if rnd.IntN(2) == 0 {
				c.SnapshotThreshold, c.SnapshotInterval, c.TrailingLogs = 12, time.Second, uint64(2+rnd.IntN(20))
				c.MaxAppendEntries = 1 + rnd.IntN(3)
			}
		},
	}
}

// doubleSnapshot has snapshots arrive a second time, late.
func (e *epoch) doubleSnapshot() {
	e.rule(fmt.Sprintf("duplicate install-rpc all>all by=%dms count=1", 100+e.rnd.IntN(8000)), e.between(4*time.Second, 30*time.Second))
}

// failTruncate has the removal of conflicting entries fail.
func (e *epoch) failTruncate() {
	e.rule(fmt.Sprintf("fail truncate %s count=1", e.one(e.nodes)), e.between(4*time.Second, 30*time.Second))
}

// failAfter has a write of entries fail although it is done.
func (e *epoch) failAfter() {
	if node := e.victim(); node != "" {
		e.rule(fmt.Sprintf("fail append %s after count=1", node), e.between(time.Second, 8*time.Second))
	}
}
