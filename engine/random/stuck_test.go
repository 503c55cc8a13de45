package random

import (
	"bytes"
	"context"
	"testing"
	"time"

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
