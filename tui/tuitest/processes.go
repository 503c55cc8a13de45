//go:build unix

package tuitest

import (
	"fmt"
	"syscall"
)

// String returns the process for a failure.
func (p process) String() string { return fmt.Sprintf("%d (%s)", p.pid, p.name) }

// killSession ends the processes of a session, and no other.
func killSession(session int) {
	for range 100 { // what is being started meanwhile, too
		all := processes(session)
		if len(all) == 0 {
			return
		}
		for _, p := range all {
			syscall.Kill(p.pid, syscall.SIGKILL)
		}
	}
}

// children returns the processes of a session that a process started.
func children(session, parent int) []process {
	var out []process
	for _, p := range processes(session) {
		if p.parent == parent {
			out = append(out, p)
		}
	}
	return out
}
