package engine

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// TestMain makes the test binary what the program is: first of all a debuggee,
// if a session started it as one; and for the tests of processes a parent.
func TestMain(m *testing.M) {
	MaybeDebuggee()
	maybeParent()
	// Under nohup a hangup is ignored, also by processes that tests start and hang
	// up: unless it is listened to here.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	os.Exit(m.Run())
}
