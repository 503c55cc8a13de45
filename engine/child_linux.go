package engine

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// parentDied is what the kernel sends a debuggee whose parent has died.
const parentDied = syscall.SIGUSR1

// cleanSignals are those that a debuggee takes. SIGTERM is not among them: who
// takes a signal needs the processor, which a debuggee that waits for a command
// does not give away. So SIGTERM ends it at once, and its session removes the
// folder.
var cleanSignals = []os.Signal{parentDied}

// startChild starts the debuggee in a process group of its own, which a
// terminal's Ctrl-C does not reach, and has the kernel tell it if this process
// dies. The kernel means the thread that started it, so that thread stays until
// done is closed.
func startChild(cmd *exec.Cmd, done <-chan struct{}) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: parentDied}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			<-done
		}
	}()
	return <-started
}

// askForStacks has a Go program print its stacks and end; one that was stopped
// must be let go on for that.
func askForStacks(p *os.Process) {
	p.Signal(syscall.SIGQUIT)
	p.Signal(syscall.SIGCONT)
}
