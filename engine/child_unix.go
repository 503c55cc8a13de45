//go:build unix && !linux

package engine

import (
	"os"
	"os/exec"
	"syscall"
)

// cleanSignals are those that a goroutine of the debuggee takes.
var cleanSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP}

// startChild starts the debuggee in a process group of its own, which a
// terminal's Ctrl-C does not reach. It ends when its standard input does.
func startChild(cmd *exec.Cmd, _ <-chan struct{}) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

// askForStacks has a Go program print its stacks and end; one that was stopped
// must be let go on for that.
func askForStacks(p *os.Process) {
	p.Signal(syscall.SIGQUIT)
	p.Signal(syscall.SIGCONT)
}
