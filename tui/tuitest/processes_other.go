//go:build unix && !linux

package tuitest

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// process is a process that runs.
type process struct {
	pid, parent, session int
	name                 string
}

// processes returns those of a session: a program in a terminal leads one, and
// what it starts stays in it, in whatever group.
func processes(session int) []process {
	text, err := exec.Command("ps", "-axo", "pid=,ppid=,stat=,comm=").Output()
	if err != nil {
		return nil
	}
	var out []process
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 4 || strings.HasPrefix(fields[2], "Z") {
			continue
		}
		p := process{name: fields[3], session: session}
		p.pid, _ = strconv.Atoi(fields[0])
		p.parent, _ = strconv.Atoi(fields[1])
		if sid, err := sessionOf(p.pid); err == nil && sid == session {
			out = append(out, p)
		}
	}
	return out
}

func sessionOf(pid int) (int, error) {
	sid, _, errno := syscall.Syscall(syscall.SYS_GETSID, uintptr(pid), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(sid), nil
}
