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

// setSize sets a line's size.
func setSize(f *os.File, cols, rows int) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	if e := conn.Control(func(fd uintptr) { err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) }); e != nil {
		return e
	}
	return err
}

// closable returns a file that can be closed while it is read or written, in
// place of the one that is given: creack/pty makes its own wait in the kernel.
func closable(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}
