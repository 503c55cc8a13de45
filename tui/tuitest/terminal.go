//go:build unix

package tuitest

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// Command is a program to start.
type Command struct {
	Path       string
	Args       []string // without the program's own name
	Env        []string // the whole environment
	Dir        string
	Cols, Rows int
	Features   Features // of the emulator; tmux has its own
}

// Terminal runs one program and is its screen, keyboard and mouse. After the
// program's end the screen stays.
type Terminal interface {
	// Screen returns what is seen now.
	Screen() (Screen, error)
	// Activity returns a number that changes when the program writes, and
	// for how long it has not written.
	Activity() (int64, time.Duration)
	// Key presses a key, Text types a text, Paste pastes one.
	Key(Key) error
	Text(string) error
	Paste(string) error
	// Mouse reports what the mouse did. It returns false if the program does
	// not listen to that.
	Mouse(Mouse) (bool, error)
	Focus(in bool) error
	Resize(cols, rows int) error
	// Hangup closes the terminal, as when its window is closed.
	Hangup() error
	// Pid returns the program's process, which leads a session of its own.
	Pid() int
	// Ended returns how the program ended, and false if it still runs.
	Ended() (End, bool)
	// Left returns what the program left switched on in the terminal, and
	// Complaints what it wrote that terminals do not understand.
	Left() []string
	Complaints() []string
	Clipboard() (string, bool)
	Title() string
	// Close ends the program, if it still runs, and the terminal.
	Close() error
}

// End is how a program ended.
type End struct {
	Status int
	Signal syscall.Signal // what killed it; 0 if it ended by itself
}

// String returns the end as scripts write it.
func (e End) String() string {
	if e.Signal != 0 {
		return "signal " + signalName(e.Signal)
	}
	return fmt.Sprint(e.Status)
}

func endOf(state *os.ProcessState) End {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return End{Signal: ws.Signal()}
	}
	return End{Status: state.ExitCode()}
}

// signals are those that stories send.
var signals = map[string]syscall.Signal{
	"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL,
	"TSTP": syscall.SIGTSTP, "STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT, "WINCH": syscall.SIGWINCH,
	"ABRT": syscall.SIGABRT, "SEGV": syscall.SIGSEGV,
}

func signalName(s syscall.Signal) string {
	for name, n := range signals {
		if n == s {
			return name
		}
	}
	return fmt.Sprint(int(s))
}

// escGap follows the escape key where the keyboard has no other way than time
// to tell it from the beginning of another key. Programs wait about 50 ms, those
// on a busy machine longer.
const escGap = 400 * time.Millisecond
