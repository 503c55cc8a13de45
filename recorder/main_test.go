package recorder_test

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		writer(path)
	}
	os.Exit(m.Run())
}
