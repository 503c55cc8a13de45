//go:build unix

package engine

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// lockByFIFO gives a folder a lock that nobody made who makes locks.
func lockByFIFO(dir string) error { return syscall.Mkfifo(filepath.Join(dir, lockName), 0o600) }

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// goneAfter is how long a debuggee may outlive its parent, on a computer that
// has other things to do.
const goneAfter = 30 * time.Second

// eventually polls, since nobody tells of the end of a process that is not a
// child.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(goneAfter); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("not within %v: %s", goneAfter, what)
			return
		}
	}
}

// alive says whether a process runs. One that has ended, and that nobody has
// asked for its status yet, does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !bytes.Contains(stat, []byte(") Z "))
}

func nothingLeft(t *testing.T, p *parent) {
	t.Helper()
	eventually(t, "the debuggee ends", func() bool { return !alive(p.child) })
	eventually(t, "its folder is removed", func() bool { return !exists(p.dir) })
}

// However a parent ends, its debuggee ends too and removes its folder.
func TestParentEnds(t *testing.T) {
	for _, does := range []string{parentIdle, parentRunning} {
		t.Run("killed while "+does, func(t *testing.T) {
			p := startParent(t, does)
			p.cmd.Process.Kill()
			p.cmd.Wait()
			nothingLeft(t, p)
		})
		t.Run("interrupted while "+does, func(t *testing.T) {
			p := startParent(t, does)
			// As a terminal's Ctrl-C: to the whole group of the parent.
			if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			p.cmd.Wait()
			nothingLeft(t, p)
		})
	}
	t.Run("in good order", func(t *testing.T) {
		p := startParent(t, parentIdle)
		p.in.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
		if alive(p.child) || exists(p.dir) {
			t.Errorf("after Close: debuggee alive %v, its folder there %v", alive(p.child), exists(p.dir))
		}
	})
}

// A terminal's Ctrl-C must not reach the debuggee: it is in another group.
func TestDebuggeeGroup(t *testing.T) {
	p := startParent(t, parentIdle)
	group, err := syscall.Getpgid(p.child)
	if err != nil {
		t.Fatal(err)
	}
	if group != p.child {
		t.Errorf("the debuggee %d is in process group %d, want its own; the parent is %d", p.child, group, p.cmd.Process.Pid)
	}
}

// If somebody ends the debuggee itself, whatever it does, the parent removes its
// folder.
func TestDebuggeeEnds(t *testing.T) {
	for _, c := range []struct {
		sig  syscall.Signal
		does string
	}{
		{syscall.SIGTERM, parentRunning}, {syscall.SIGHUP, parentRunning},
		{syscall.SIGTERM, parentIdle}, {syscall.SIGHUP, parentIdle},
		{syscall.SIGKILL, parentRunning}, {syscall.SIGKILL, parentIdle},
	} {
		t.Run(c.sig.String()+" while "+c.does, func(t *testing.T) {
			p := startParent(t, c.does)
			if err := syscall.Kill(p.child, c.sig); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the debuggee ends", func() bool { return !alive(p.child) })
			p.in.Close() // an idle parent finds out only when it goes on
			eventually(t, "its folder is removed", func() bool { return !exists(p.dir) })
		})
	}
}

// If both are killed nobody is left to remove the folder: the next start does.
func TestBothKilled(t *testing.T) {
	t.Setenv(dataEnv, t.TempDir()) // where no other test's debuggee clears up
	p := startParent(t, parentIdle)
	other := startParent(t, parentIdle) // alive: its folder must stay
	p.cmd.Process.Signal(syscall.SIGSTOP)
	if err := syscall.Kill(p.child, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the debuggee ends", func() bool { return !alive(p.child) })
	p.cmd.Process.Kill()
	p.cmd.Wait()
	if !exists(p.dir) {
		t.Fatal("the folder is gone although both were killed")
	}
	s := start(t, "cluster nodes=1", SessionOptions{})
	if exists(p.dir) {
		t.Errorf("the next start left %s", p.dir)
	}
	if !exists(other.dir) {
		t.Error("a start removed the folder of a debuggee that lives")
	}
	do(t, s, "run until leader", "write n1 set x 1 wait")
}

// Starts at one moment do not take each other's folders for leftovers.
func TestStartsTogether(t *testing.T) {
	for round := range 3 {
		parents := make(chan *exec.Cmd, 4)
		for range cap(parents) {
			go func() {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), parentEnv+"="+parentIdle)
				cmd.Stdin = bytes.NewReader(nil) // ends as soon as its debuggee is there
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				if err := cmd.Run(); err != nil {
					t.Errorf("round %d: %v: %s", round, err, out.String())
				}
				parents <- cmd
			}()
		}
		for range cap(parents) {
			<-parents
		}
	}
}
