//go:build unix

package boltfile

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A pipe would keep its reader waiting for a writer.
func TestReadPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "raft.db")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Read(path); !errors.Is(err, ErrNoStore) {
		t.Errorf("%v, expected %v", err, ErrNoStore)
	}
}
