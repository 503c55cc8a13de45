package pane_test

import (
	"os"
	"testing"

	"raftscope/engine"
)

// TestMain makes the test binary a cluster if a session started it as one.
func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	os.Exit(m.Run())
}
