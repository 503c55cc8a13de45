//go:build unix

package engine

import (
	"errors"
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

// isAbandoned says whether nobody holds the folder's lock. A lock that is no
// regular file, such as a FIFO, whose opening would wait for a writer, is not
// of our making.
func isAbandoned(dir string, age time.Duration) bool {
	fd, err := unix.Open(filepath.Join(dir, lockName), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return errors.Is(err, unix.ENOENT) && age > unclaimedAge
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return false
	}
	return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil
}
