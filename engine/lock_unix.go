//go:build unix

package engine

import (
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockName is the file in a debuggee's folder whose lock says that it lives.
const lockName = "lock"

// lockDir takes the folder's lock for as long as the process lives: the
// descriptor is never closed. The file gets its name once it is locked, so that
// nobody who looks in between takes the folder for abandoned.
func lockDir(dir string) error {
	name := filepath.Join(dir, lockName)
	fd, err := unix.Open(name+".new", unix.O_CREAT|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// isAbandoned says whether nobody holds the folder's lock.
func isAbandoned(dir string, age time.Duration) bool {
	f, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return os.IsNotExist(err) && age > unclaimedAge
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}
