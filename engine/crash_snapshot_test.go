package engine

import (
	"fmt"
	"testing"
	"time"
)

// TestCrashDuringSnapshots crashes a node that does nothing but write and take
// snapshots, at many moments: each time its life must end, or it could not start
// again.
func TestCrashDuringSnapshots(t *testing.T) {
	const cluster = "cluster nodes=1 disk=3ms HeartbeatTimeout=10ms ElectionTimeout=10ms LeaderLeaseTimeout=10ms " +
		"SnapshotThreshold=1 SnapshotInterval=5ms TrailingLogs=5"
	inWorld(t, cluster, func(w *testWorld) {
		w.do("client rate=300 set=1")
		for i := range 12 {
			w.do("run until leader timeout=3s", fmt.Sprintf("advance %dus", 30_000+3977*i), "crash n1", "advance 1ms", "restart n1", "advance 100ms")
			if !w.Timeline().Node("n1").Up || w.Timeline().Newest("node", "n1").Life() != uint32(i+2) {
				t.Fatalf("n1 did not come back from crash %d at %s", i+1, time.Duration(w.Now()))
			}
		}
	})
}
