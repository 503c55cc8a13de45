//go:build !unix

package engine

import (
	"os"
	"os/exec"
	"syscall"
)

// cleanSignals are those that a goroutine of the debuggee takes.
var cleanSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP}

// startChild starts the debuggee. It ends when its standard input does.
func startChild(cmd *exec.Cmd, _ <-chan struct{}) error { return cmd.Start() }

// askForStacks ends the process: there is no signal for its stacks here.
func askForStacks(p *os.Process) { p.Kill() }
