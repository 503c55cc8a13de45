package engine

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	MaybeDebuggee()
	os.Exit(m.Run())
}
