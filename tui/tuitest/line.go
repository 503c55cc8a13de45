//go:build unix

package tuitest

import (
	"os"

	"golang.org/x/sys/unix"
)

// controlled asks for a line's settings. The file stays one that can be closed
// while it is read, which File.Fd would end.
func controlled(f *os.File, request uint) (settings *unix.Termios, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	if e := conn.Control(func(fd uintptr) { settings, err = unix.IoctlGetTermios(int(fd), request) }); e != nil {
		return nil, e
	}
	return settings, err
}
