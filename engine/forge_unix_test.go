//go:build unix

package engine

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A pipe in place of the folder of snapshots keeps nobody waiting.
func TestForgeFromAPipe(t *testing.T) {
	dir := t.TempDir()
	path := alien{servers: []string{"n1"}, terms: []uint64{3}, first: 10, term: 3, config: -1}.write(t, dir)
	if err := unix.Mkfifo(filepath.Join(dir, "snapshots"), 0o600); err != nil {
		t.Skip(err)
	}
	inWorld(t, "cluster nodes=1 start=off", func(w *testWorld) {
		w.fails(ErrRefused, "forge n1 from="+path, "it is no folder of snapshots")
	})
}
