//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// endsWithin is how long a program may take to end once it is asked to. It is
// long because the computer may have other things to do: the cockpit itself
// gives up on a terminal after 5s.
const endsWithin = time.Minute

// program is the test binary as raftscope on a terminal of its own.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	wait func()   // returns when it has ended, however often it is called
	tty  *os.File // the other side of its terminal
	data string   // where its debuggees keep their folders
	out  buffer
}

// buffer keeps what a terminal shows.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// startProgram starts raftscope, with scripted in place of the cockpit, and
// waits until it says ready.
func startProgram(t *testing.T, ready string, args ...string) *program {
	t.Helper()
	p := startCommand(t, scriptedCockpit, exec.Command(os.Args[0], args...))
	go io.Copy(&p.out, p.tty)
	p.await(ready)
	return p
}

// startCommand starts a command that becomes raftscope with a cockpit. Nobody
// reads what it writes yet.
func startCommand(t *testing.T, cockpit string, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{t: t, cmd: cmd, data: t.TempDir()}
	p.wait = sync.OnceFunc(func() { p.cmd.Wait() })
	p.cmd.Env = append(os.Environ(), cockpitEnv+"="+cockpit, "RAFTSCOPE_DATA="+p.data, "TERM=xterm-256color", "XDG_STATE_HOME="+t.TempDir())
	tty, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: 36, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	// A read that waits for a blocking file keeps it open.
	fd, err := unix.FcntlInt(tty.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err := errors.Join(err, tty.Close(), syscall.SetNonblock(fd, true)); err != nil {
		t.Fatal(err)
	}
	p.tty = os.NewFile(uintptr(fd), "terminal")
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.wait()
		p.tty.Close()
		if t.Failed() {
			t.Logf("the terminal shows:\n%s", p.out.String())
		}
	})
	return p
}

// await waits until the terminal shows a text.
func (p *program) await(text string) {
	p.t.Helper()
	until(p.t, fmt.Sprintf("%q on the terminal", text), func() bool { return strings.Contains(p.out.String(), text) })
}

func (p *program) typed(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.tty, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(endsWithin); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", endsWithin, what)
		}
	}
}

// ends waits for the program's end and checks its status, and that nothing of
// it is left: no debuggee, no folder.
func (p *program) ends(status int, debuggee int) {
	p.t.Helper()
	p.ended(status)
	p.nothingLeft(debuggee)
}

// ended waits for the program's end and checks its status.
func (p *program) ended(status int) {
	p.t.Helper()
	done := make(chan struct{})
	go func() {
		p.wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(endsWithin):
		p.t.Fatalf("it has not ended after %v", endsWithin)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != status {
		p.t.Errorf("status %d, want %d", got, status)
	}
}

func (p *program) nothingLeft(debuggee int) {
	p.t.Helper()
	until(p.t, "its debuggee ends", func() bool { return !isAlive(debuggee) })
	until(p.t, "its folder is removed", func() bool {
		left, err := os.ReadDir(p.data)
		return err == nil && len(left) == 0
	})
}

func isAlive(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !bytes.Contains(stat, []byte(") Z "))
}

// debuggee returns the number of the program's debuggee, which its folder
// tells.
func (p *program) debuggee() int {
	p.t.Helper()
	left, _ := filepath.Glob(filepath.Join(p.data, "raftscope-*-*"))
	if len(left) != 1 {
		p.t.Fatalf("folders of debuggees: %q, want one", left)
	}
	pid, err := strconv.Atoi(strings.Split(filepath.Base(left[0]), "-")[1])
	if err != nil || !isAlive(pid) {
		p.t.Fatalf("debuggee %d, %v", pid, err)
	}
	return pid
}

// recorded checks that a recording was closed properly.
func (p *program) recorded(path string) {
	p.t.Helper()
	status, out, errs := command(p.t, "info", path)
	if status != 0 || errs != "" || !strings.Contains(out, "complete    yes") {
		p.t.Errorf("info: status %d, errors %q:\n%s", status, errs, out)
	}
}

// However the program ends, nothing of it is left, and the run is recorded.
func TestProgramEnds(t *testing.T) {
	const idle, running = "", "advance 24h"
	for _, c := range []struct {
		name   string
		does   string
		end    func(p *program)
		status int
		says   string
	}{
		{"by the user", idle, func(p *program) { p.typed("quit") }, 0, ""},
		{"by the user as it runs", running, func(p *program) { p.typed("quit") }, 0, ""},
		{"SIGTERM", idle, func(p *program) { p.cmd.Process.Signal(syscall.SIGTERM) }, 143, "ended by a signal: terminated"},
		{"SIGTERM as it runs", running, func(p *program) { p.cmd.Process.Signal(syscall.SIGTERM) }, 143, "ended by a signal: terminated"},
		{"SIGHUP", idle, func(p *program) { p.cmd.Process.Signal(syscall.SIGHUP) }, 129, ""},
		{"SIGHUP twice as it runs", running, func(p *program) {
			p.cmd.Process.Signal(syscall.SIGHUP)
			time.Sleep(time.Millisecond) // or they are one
			p.cmd.Process.Signal(syscall.SIGHUP)
		}, 129, ""},
		{"SIGINT as it runs", running, func(p *program) { p.cmd.Process.Signal(syscall.SIGINT) }, 130, "raftscope: interrupted"},
		{"a terminal that is closed", idle, func(p *program) { p.tty.Close() }, 129, ""},
		{"a terminal that is closed as it runs", running, func(p *program) { p.tty.Close() }, 129, ""},
		{"a panic", idle, func(p *program) { p.typed("panic") }, 2, "panic: a bug"},
		{"a cockpit that hangs", running, func(p *program) {
			p.typed("hang")
			p.await("hangs")
			p.cmd.Process.Signal(syscall.SIGTERM)
		}, 143, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "run.rsc")
			p := startProgram(t, "ready", "--record", file)
			debuggee := p.debuggee()
			if c.does != "" {
				p.typed(c.does)
				p.await("runs")
			}
			c.end(p)
			p.ends(c.status, debuggee)
			if c.says != "" {
				p.await(c.says)
			}
			p.recorded(file)
		})
	}
}

// A program that is killed can do nothing any more: its debuggee ends by itself.
func TestProgramKilled(t *testing.T) {
	for _, does := range []string{"", "advance 24h"} {
		p := startProgram(t, "ready")
		debuggee := p.debuggee()
		if does != "" {
			p.typed(does)
			p.await("runs")
		}
		p.cmd.Process.Kill()
		p.ends(-1, debuggee)
	}
}

// The cockpit outlives its debuggee, says how that died, and so does the exit
// status.
func TestDebuggeeKilled(t *testing.T) {
	for sig, reason := range map[syscall.Signal]string{
		syscall.SIGKILL: "signal: killed", syscall.SIGTERM: "signal: terminated", syscall.SIGQUIT: "SIGQUIT: quit",
	} {
		for _, does := range []string{"", "advance 24h"} {
			t.Run(sig.String()+does, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "run.rsc")
				p := startProgram(t, "ready", "--record", file)
				debuggee := p.debuggee()
				if does != "" {
					p.typed(does)
					p.await("runs")
				}
				syscall.Kill(debuggee, sig)
				if does == "" {
					until(t, "the debuggee ends", func() bool { return !isAlive(debuggee) })
					p.typed("step")
				}
				p.await("dead: " + reason)
				p.typed("step") // it is over, and goes on saying so
				until(t, "a second answer", func() bool { return strings.Count(p.out.String(), "dead: "+reason) > 1 })
				p.typed("quit")
				p.ends(1, debuggee)
				p.await("raftscope: the cluster's process died: " + reason)
				p.recorded(file)
			})
		}
	}
}

// What stops a recording is told in the cockpit, and again at the end.
func TestRecordingStops(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	p := startProgram(t, "raftscope: ", "--record", "/dev/full", "--force")
	p.wait()
	if !strings.Contains(p.out.String(), "no space left") {
		t.Errorf("the terminal shows %q", p.out.String())
	}
}

// The first Ctrl-C ends a command that only reads, also while it waits.
func TestReadersAreInterrupted(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", "-"}, {"run", fifo}} {
		p := startProgram(t, "", args...)
		time.Sleep(50 * time.Millisecond) // it says nothing: it waits for input, or will
		p.tty.Write([]byte{3})            // Ctrl-C
		p.wait()
		status := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
		if !status.Signaled() || status.Signal() != syscall.SIGINT {
			t.Errorf("%q: %v, want it ended by the signal", args, p.cmd.ProcessState)
		}
	}
}
