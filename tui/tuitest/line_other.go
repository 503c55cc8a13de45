//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package tuitest

import (
	"os"

	"golang.org/x/sys/unix"
)

// lineSettings returns the settings of a pty's line.
func lineSettings(f *os.File) (*unix.Termios, error) {
	return controlled(f, unix.TIOCGETA)
}
