package engine

import (
	"reflect"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
)

// The grammar may not import raft, so that its defaults are raft's is tested
// here.
func TestDefaultsAreRafts(t *testing.T) {
	got, want := configOf(grammar.DefaultCluster()).Raft, *raft.DefaultConfig()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	got.LocalID = "n1"
	if err := raft.ValidateConfig(&got); err != nil {
		t.Error(err)
	}
	if c := grammar.DefaultCluster(); c.Inflight != raft.DefaultMaxRPCsInFlight {
		t.Errorf("inflight is %d, raft's is %d", c.Inflight, raft.DefaultMaxRPCsInFlight)
	}
}

// What the grammar accepts at the edges of its ranges, raft accepts too.
func TestRangesAreRafts(t *testing.T) {
	for _, line := range []string{
		"cluster HeartbeatTimeout=5ms ElectionTimeout=5ms LeaderLeaseTimeout=5ms",
		"cluster CommitTimeout=1ms", "cluster MaxAppendEntries=1", "cluster MaxAppendEntries=1024",
		"cluster SnapshotInterval=5ms", "cluster SnapshotThreshold=0 TrailingLogs=0",
	} {
		cmds, err := grammar.ParseLine(1, line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		c := configOf(cmds[0].(grammar.Cluster)).Raft
		c.LocalID = "n1"
		if err := raft.ValidateConfig(&c); err != nil {
			t.Errorf("%s: raft says %v", line, err)
		}
	}
}

// Before version 3 of raft's protocol no configuration reaches the state machine:
// nobody waits for that.
func TestSnapshotsOfOldProtocols(t *testing.T) {
	inWorld(t, "cluster nodes=2 voters=1 ProtocolVersion=2", func(w *testWorld) {
		w.do("run until leader", "write n1 set x 1 wait", "add voter n2 wait", "snapshot n1 wait")
		w.expect("snapshot@n1 FAILED") // raft's state machine is behind the configuration, and it says so
		w.do("write n1 set x 2 wait", "snapshot n1 wait")
		w.expect("snapshot@n1 DONE")
	})
}

// Before version 3 of raft's protocol configurations are entries of another type.
// Who is a member is seen all the same.
func TestOldProtocols(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		inWorld(t, "cluster nodes=3 start=off ProtocolVersion="+version, func(w *testWorld) {
			w.do("timeouts n1 x0.5", "start all", "run until leader n1", "run until leader", "write n1 set x 1 wait", "run until applied all >= 3")
			w.expect("voters n3 = 3", "config n3 = 1", "told exec@1 ok", "logs equal")
			w.do("remove n3 wait")
			if version == "1" {
				w.expect(`attr config-change@last told = "operation not supported with current protocol version"`)
				return
			}
			w.expect("voters n1 = 2", "attr config-change@last told = ok", "fate config-change@last committed")
		})
	}
}
