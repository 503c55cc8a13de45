package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMakeDataDir(t *testing.T) {
	dir, err := makeDataDir()
	if err != nil {
		t.Fatal(err)
	}
	defer removeDataDir(dir)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v, want one for this user only", info, err)
	}
	if !strings.HasPrefix(filepath.Base(dir), dirPrefix) {
		t.Errorf("%s does not begin with %s", dir, dirPrefix)
	}
	other, err := makeDataDir() // clears leftovers, of which the first is none
	if err != nil {
		t.Fatal(err)
	}
	defer removeDataDir(other)
	if !exists(dir) || dir == other {
		t.Errorf("the second folder is %s, the first, %s, is there: %v", other, dir, exists(dir))
	}
	for range 2 { // the second time there is nothing to remove
		if err := removeDataDir(dir); err != nil || exists(dir) {
			t.Errorf("removed: %v, still there: %v", err, exists(dir))
		}
	}
}

// removeDataDir gets its argument from another process.
func TestRemoveDataDirRemovesNothingElse(t *testing.T) {
	base := t.TempDir()
	for _, name := range []string{"data", "raftscop", "home"} {
		dir := filepath.Join(base, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := removeDataDir(dir); err != nil || !exists(dir) {
			t.Errorf("%s: %v, still there: %v", name, err, exists(dir))
		}
	}
	if err := removeDataDir(""); err != nil {
		t.Error(err)
	}
}

func TestClearLeftovers(t *testing.T) {
	base := t.TempDir()
	mkdir := func(name string) string {
		dir := filepath.Join(base, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	old := func(path string) {
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-8*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	live := mkdir(dirPrefix + "1-live")
	if err := lockDir(live); err != nil {
		t.Fatal(err)
	}
	begun := mkdir(dirPrefix + "2-begun") // made, and not yet locked
	unclaimed := mkdir(dirPrefix + "3-unclaimed")
	old(unclaimed)
	foreign := mkdir("somebody-4-else")
	old(foreign)
	odd := mkdir(dirPrefix + "notes-5")
	old(odd)
	target := mkdir("target")
	link := filepath.Join(base, dirPrefix+"6-link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	file := filepath.Join(base, dirPrefix+"7-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old(file)
	fifo := mkdir(dirPrefix + "8-fifo") // opening its lock would wait for a writer
	if err := lockByFIFO(fifo); err != nil {
		t.Fatal(err)
	}
	old(fifo)

	clearLeftovers(base)
	for path, stays := range map[string]bool{
		live: true, begun: true, unclaimed: false, foreign: true, odd: true, target: true, link: true, file: true, fifo: true,
	} {
		if exists(path) != stays {
			t.Errorf("%s is there: %v, want %v", filepath.Base(path), exists(path), stays)
		}
	}
}
