package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
)

// terminal is the terminal that the cockpit has to itself.
type terminal struct {
	in, out *os.File
	before  *term.State // to be restored; nil if it could not be read
}

// terminal returns the terminal, or says that there is none, and what does
// without.
func (s streams) terminal(without string) (*terminal, error) {
	in, _ := s.in.(*os.File)
	out, _ := s.out.(*os.File)
	var problem string
	switch {
	case in == nil || !term.IsTerminal(in.Fd()):
		problem = "the standard input is none"
	case out == nil || !term.IsTerminal(out.Fd()):
		problem = "the standard output is none"
	case os.Getenv("TERM") == "dumb":
		problem = "TERM says that this one is dumb"
	default:
		before, _ := term.GetState(in.Fd())
		return &terminal{in: in, out: out, before: before}, nil
	}
	return nil, fmt.Errorf("the cockpit needs a terminal, and %s; without one, %s", problem, without)
}

// sane switches off everything that a cockpit may have switched on: the other
// screen, the hidden cursor, the mouse, pastes and focus, keys of their own,
// updates at one go, colours.
const sane = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2027l" +
	"\x1b[<u\x1b[>4;0m\x1b[?1049l\x1b[?25h\x1b[0m\r\n"

// rescue makes the terminal sane after a cockpit that could not do it itself.
func (t *terminal) rescue() {
	if t.before != nil {
		term.Restore(t.in.Fd(), t.before)
	}
	t.out.WriteString(sane)
}

// hungUp is how a terminal that is closed ends the program. The signal may come
// later than an error of the terminal, or not at all: under nohup.
var hungUp = &signalError{syscall.SIGHUP}

// watchEvery is how often, in real time, it is looked whether the terminal is
// still there. Reading from one that is gone is like reading from one at which
// nobody types.
const watchEvery = time.Second

// watch calls cancel when the terminal is gone, and ends with ctx.
func (t *terminal) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if t.isGone() {
				cancel(hungUp)
				return
			}
		}
	}
}

// isGone says whether the terminal has been closed.
func (t *terminal) isGone() bool {
	if t.before == nil {
		return false
	}
	_, err := term.GetState(t.in.Fd())
	return err != nil
}
