package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// dirPrefix begins the name of every debuggee's folder; the process number
// follows.
const dirPrefix = "raftscope-"

// unclaimedAge is how old a folder must be before it counts as left behind by
// a process that was killed between making and locking it.
const unclaimedAge = time.Minute

// dataEnv names the folder in which debuggees keep theirs.
const dataEnv = "RAFTSCOPE_DATA"

// dataBase is where debuggees keep their folders: where dataEnv says, else in
// memory if the system has a place for that, because raft's snapshot store
// always calls fsync, whose real duration would disturb the order of
// goroutines.
func dataBase() string {
	if dir := os.Getenv(dataEnv); dir != "" {
		return dir
	}
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		if probe, err := os.MkdirTemp(shm, ".raftscope-probe-"); err == nil {
			os.Remove(probe)
			return shm
		}
	}
	return os.TempDir()
}

// makeDataDir makes this process's folder, locks it for as long as the process
// lives, and clears away those of debuggees that were killed together with
// their sessions.
func makeDataDir() (string, error) {
	base := dataBase()
	clearLeftovers(base)
	dir, err := os.MkdirTemp(base, dirPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the nodes' files: %w", err)
	}
	if err := lockDir(dir); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("lock the folder for the nodes' files: %w", err)
	}
	return dir, nil
}

// removeDataDir removes a debuggee's folder, and nothing that does not look
// like one.
func removeDataDir(dir string) error {
	if dir == "" || !strings.HasPrefix(filepath.Base(dir), dirPrefix) {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the folder for the nodes' files: %w", err)
	}
	return nil
}

// clearLeftovers removes folders whose processes are gone: nobody holds their
// lock. What cannot be removed belongs to somebody else.
func clearLeftovers(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, dirPrefix+"[0-9]*-*"))
	for _, dir := range dirs {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && isAbandoned(dir, time.Since(info.ModTime())) {
			os.RemoveAll(dir)
		}
	}
}
