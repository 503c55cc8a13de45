package random

import (
	"bytes"
	"context"
	"testing"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
)

// A follower that would be sent one snapshot for ever is counted, and helped.
func TestSnapshotLoopsEnd(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	cmds, err := grammar.ParseLine(1, "cluster TrailingLogs=10 SnapshotThreshold=10 SnapshotInterval=1s")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	opt := Options{
		Length: 10 * time.Minute, Seed: 2, Families: []string{"net", "crash"}, Dir: t.TempDir(),
		Cluster: cmds[0].(grammar.Cluster), Given: []string{"TrailingLogs", "SnapshotThreshold", "SnapshotInterval"},
	}
	r, err := Run(context.Background(), &out, opt)
	if err != nil || !r.OK() || r.Faults["snapshot loops ended"] == 0 {
		t.Errorf("%v, %v\n%s", err, r.Faults, out.String())
	}
}

// A follower whose raft believes in entries that its disk lost is started again, also
// if the leader pauses long between what it sends it.
func TestStuckFollowersAreRestarted(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	opt := short(t, 1)
	opt.Families = []string{"disk"}
	families, err := opt.check()
	if err != nil {
		t.Fatal(err)
	}
	e := newEpoch(context.Background(), &opt, families, 1)
	cmds, err := grammar.ParseLine(1, "cluster nodes=3 seed=7")
	if err != nil {
		t.Fatal(err)
	}
	e.cluster = cmds[0].(grammar.Cluster)
	e.nodes = e.cluster.NodeNames()
	if e.session, err = engine.Start(e.cluster, engine.SessionOptions{}); err != nil {
		t.Fatal(err)
	}
	defer e.session.Close()
	for _, line := range []string{ // as findings/stuck-follower.txt
		"run until leader n3", "write leader set x 0 wait", "run until states equal", "run until idle",
		"cut n3 | n1 n2", "write n3 set a 1 x3", "run until leader n1 or leader n2", "write leader set x 1 wait",
		"fail append n3 count=1", "heal", "run until append@n3 FAILED", "advance 30s",
		"run until append-follower@n3 REJECTED", "advance 5s",
	} {
		if err := e.do("%s", line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	e.restartStuck()
	if e.tally.Faults["stuck followers restarted"] != 1 {
		t.Errorf("%v", e.tally.Faults)
	}
	if err := e.do("run until states equal and logs equal timeout=30s"); err != nil {
		t.Error(err)
	}
}
