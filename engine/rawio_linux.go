package engine

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// These are raw: unlike those of package os and syscall they do not tell Go's
// scheduler that a system call begins, so no other goroutine runs meanwhile
// and the order in which goroutines run does not depend on how long it takes.

// input is where the debuggee's commands come from.
type input struct{ fd int }

func newInput(fd int) *input { return &input{fd} }

// read blocks until there is something; zero bytes mean the end.
func (in *input) read(b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(in.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		case unix.EAGAIN:
			poll(in.fd, unix.POLLIN, nil)
		default:
			return 0, errno
		}
	}
}

// readable says whether a read would not block.
func (in *input) readable() bool { return poll(in.fd, unix.POLLIN, &unix.Timespec{}) > 0 }

func rawWrite(fd int, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		case unix.EAGAIN:
			poll(fd, unix.POLLOUT, nil)
		default:
			return 0, errno
		}
	}
}

func poll(fd int, events int16, timeout *unix.Timespec) int {
	p := unix.PollFd{Fd: int32(fd), Events: events}
	n, _, errno := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(timeout)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// rawSleep sleeps in real time.
func rawSleep(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}
