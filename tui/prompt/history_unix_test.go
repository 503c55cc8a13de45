//go:build unix

package prompt

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestUnusableFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	for _, file := range []string{"", dir, fifo, os.DevNull, filepath.Join(dir, "plain", "history")} {
		done := make(chan *History, 1)
		go func() { done <- Open(file) }()
		select {
		case h := <-done:
			h.Add("step")
			_ = h.Save() // it must not wait, nor replace what is there
			if got, ok := h.Prev(""); !ok || got != "step" {
				t.Errorf("%s: %q", file, got)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: opening it waits", file)
		}
	}
	if info, err := os.Stat(fifo); err != nil || info.Mode().IsRegular() {
		t.Errorf("%v %v", info, err)
	}
}
