package random

import (
	"fmt"
	"time"
)

// clients starts clients in the background for a stretch: few calls, so that a
// day passes quickly, and few keys, so that they get in each other's way.
func (e *epoch) clients() {
	for range 1 + e.rnd.IntN(2) {
		e.do("client rate=%d keys=%d set=%d del=%d incr=%d cas=%d append=%d get=%d retry=%s", 1+e.rnd.IntN(e.rateMax), 1+e.rnd.IntN(6),
			1+e.rnd.IntN(30), e.rnd.IntN(3), e.rnd.IntN(20), e.rnd.IntN(10), e.rnd.IntN(4), 1+e.rnd.IntN(30), e.pickOf("on", "off", "off"))
	}
}

// write makes a write on the leader, or on some node if there is none.
func (e *epoch) write() {
	node := e.view().Leader()
	if node == "" {
		node = e.one(e.nodes)
	}
	e.writeOn(node)
}

// writeOn makes a write on a node. Each set has a value of its own, so that a
// read tells which one it saw.
func (e *epoch) writeOn(node string) {
	e.writes++
	what := fmt.Sprintf("set k%d w%d", 1+e.rnd.IntN(6), e.writes)
	if e.chance(4) {
		what = fmt.Sprintf("incr i%d", 1+e.rnd.IntN(6))
	}
	e.do("write %s %s%s%s", node, what, e.pickOf("", "", fmt.Sprintf(" x%d", 2+e.rnd.IntN(4))), e.pickOf("", "", "", " retry"))
}

// snapshotsOff is a threshold that no epoch reaches.
const snapshotsOff = 1000

// writeMany makes so many writes in a short time that who is away needs a
// snapshot when it is back, if the cluster takes any.
func (e *epoch) writeMany() {
	trailing, threshold := e.cluster.TrailingLogs, e.cluster.SnapshotThreshold
	if trailing >= snapshotsOff || threshold >= snapshotsOff-trailing {
		return
	}
	n := int(trailing + threshold)
	e.do("client rate=50 keys=6 set=1 calls=%d", max(1, n+e.rnd.IntN(n+1)))
}

// trouble lets faults happen for a while.
func (e *epoch) trouble(d time.Duration) {
	e.clients()
	for end := e.now() + dur(d); e.err == nil && e.now() < end; {
		e.pick().do(e)
		e.wait(e.between(500*time.Millisecond, e.pause))
	}
}
