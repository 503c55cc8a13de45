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
