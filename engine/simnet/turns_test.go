package simnet

import "testing"

// TestTurnsKnown: without these parts of raft runs with transfers that fail may
// part (see engine/scenario, TestPartedNoMore).
func TestTurnsKnown(t *testing.T) {
	if !turnsKnown() {
		t.Error("raft's replication does not have the channels it had, triggerCh and triggerDeferErrorCh")
	}
}
