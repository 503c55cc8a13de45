package save

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestTakeAndMove: where there are no links, files are not replaced either.
func TestTakeAndMove(t *testing.T) {
	folder := t.TempDir()
	name, path := filepath.Join(folder, "name"), filepath.Join(folder, "path")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	if err := takeAndMove(name, path); err != nil {
		t.Fatal(err)
	}
	write("two")
	if err := takeAndMove(name, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, expected %v", err, fs.ErrExist)
	}
	if b, err := os.ReadFile(path); string(b) != "one" {
		t.Errorf("%q, %v", b, err)
	}
	// A name that was taken for nothing is given back.
	if err := takeAndMove(filepath.Join(folder, "missing"), filepath.Join(folder, "free")); err == nil {
		t.Error("moved nothing")
	}
	if _, err := os.Stat(filepath.Join(folder, "free")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, expected %v", err, fs.ErrNotExist)
	}
}
