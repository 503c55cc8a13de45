//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
)

// settings are how a program's terminal is set.
func (p *program) settings() (set term.State) {
	p.t.Helper()
	conn, err := p.tty.SyscallConn()
	if err != nil {
		p.t.Fatal(err)
	}
	err = conn.Control(func(fd uintptr) {
		got, err := term.GetState(fd)
		if err != nil {
			p.t.Fatal(err)
		}
		set = *got
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return set
}

// isSane checks that a terminal is as it was before.
func (p *program) isSane(before term.State) {
	p.t.Helper()
	until(p.t, "what the cockpit switched on is off", func() bool { return off(p.out.String()) == nil })
	if p.settings() != before {
		p.t.Error("the terminal's settings are others than before")
	}
}

// quits has the cockpit end, and the run discarded. What is sent to a terminal
// are changes of its screen, so the question does not always stand there.
func (p *program) quits() {
	io.WriteString(p.tty, "q")
	go func() {
		for range 100 { // without the question the key means nothing
			time.Sleep(50 * time.Millisecond)
			if _, err := io.WriteString(p.tty, "d"); err != nil {
				return
			}
		}
	}()
}

// off lists what a terminal was told to switch on and not told to switch off
// again.
func off(out string) (left []string) {
	for _, mode := range []string{"1049", "1000", "1002", "1003", "1004", "1006", "2004", "2026"} {
		if strings.LastIndex(out, "\x1b[?"+mode+"h") > strings.LastIndex(out, "\x1b[?"+mode+"l") {
			left = append(left, mode)
		}
	}
	if strings.LastIndex(out, "\x1b[?25l") > strings.LastIndex(out, "\x1b[?25h") {
		left = append(left, "no cursor")
	}
	return left
}

// However the cockpit itself ends, the terminal is as it was.
func TestTerminalIsSane(t *testing.T) {
	const alt = "\x1b[?1049h"
	for _, c := range []struct {
		name   string
		args   []string
		does   string
		end    func(p *program)
		status int
	}{
		{"by the user", nil, "", (*program).quits, 0},
		{"SIGTERM", nil, "", func(p *program) { p.cmd.Process.Signal(syscall.SIGTERM) }, 143},
		{"SIGTERM as it runs", nil, ":advance 24h\r", func(p *program) { p.cmd.Process.Signal(syscall.SIGTERM) }, 143},
		{"SIGINT as it runs", nil, ":advance 24h\r", func(p *program) { p.cmd.Process.Signal(syscall.SIGINT) }, 130},
		{"SIGHUP", []string{"open", "truncation"}, "", func(p *program) { p.cmd.Process.Signal(syscall.SIGHUP) }, 129},
		{"a recording", []string{"replay", keptRecording}, "", func(p *program) { p.cmd.Process.Signal(syscall.SIGTERM) }, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := startCommand(t, realCockpit, exec.Command(os.Args[0], c.args...))
			before := p.settings()
			go io.Copy(&p.out, p.tty)
			p.await(alt)
			debuggee := 0
			if len(c.args) == 0 {
				debuggee = p.debuggee()
			}
			if c.does != "" {
				io.WriteString(p.tty, c.does)
				p.await("advance 24h")
			}
			if p.settings() == before {
				t.Error("the cockpit has not changed the terminal")
			}
			c.end(p)
			if debuggee > 0 {
				p.ends(c.status, debuggee)
			} else {
				p.ended(c.status)
			}
			p.isSane(before)
		})
	}
}

// A terminal that is closed ends the cockpit, also if no signal says so, and so
// does one that takes nothing any more. The run is recorded.
func TestTerminalIsGone(t *testing.T) {
	for _, c := range []struct {
		name   string
		before string // what a shell does before it becomes the program
		end    func(p *program)
		status int
	}{
		{"closed", "", func(p *program) { p.tty.Close() }, 129},
		{"closed under nohup", "trap '' HUP; ", func(p *program) { p.tty.Close() }, 129},
		{"hangs", "", func(p *program) {
			io.WriteString(p.tty, ":advance 24h\r") // it draws, and nobody reads
			time.Sleep(time.Second)
			p.cmd.Process.Signal(syscall.SIGTERM)
		}, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "run.rsc")
			p := startCommand(t, realCockpit, exec.Command("/bin/sh", "-c", c.before+`exec "$@"`, "sh", os.Args[0], "--record", file))
			if c.name != "hangs" {
				go io.Copy(&p.out, p.tty)
				p.await("\x1b[?1049h")
			}
			until(t, "the debuggee's folder", func() bool {
				left, _ := os.ReadDir(p.data)
				return len(left) == 1
			})
			debuggee := p.debuggee()
			until(t, "the recording", func() bool {
				info, err := os.Stat(file)
				return err == nil && info.Size() > 4096
			})
			c.end(p)
			p.ends(c.status, debuggee)
			p.recorded(file)
		})
	}
}

// The cockpit outlives its debuggee.
func TestCockpitTellsOfDeath(t *testing.T) {
	p := startCommand(t, realCockpit, exec.Command(os.Args[0]))
	before := p.settings()
	go io.Copy(&p.out, p.tty)
	p.await("\x1b[?1049h")
	debuggee := p.debuggee()
	syscall.Kill(debuggee, syscall.SIGKILL)
	io.WriteString(p.tty, "s")
	p.await("signal: killed")
	io.WriteString(p.tty, "[")
	p.quits()
	p.ends(statusFailed, debuggee)
	p.isSane(before)
}
