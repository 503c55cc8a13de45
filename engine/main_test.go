package engine

import (
	"os"
	"testing"
)

// TestMain makes the test binary what the program is: first of all a debuggee,
// if a session started it as one; and for the tests of processes a parent.
func TestMain(m *testing.M) {
	MaybeDebuggee()
	maybeParent()
	os.Exit(m.Run())
}
