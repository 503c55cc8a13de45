//go:build unix

package engine

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"raftscope/engine/grammar"
)

// A debuggee that dies while it waits: a command finds out.
func TestDeathBySignal(t *testing.T) {
	for sig, reason := range map[syscall.Signal]string{
		syscall.SIGKILL: "signal: killed",
		syscall.SIGSEGV: "SIGSEGV: segmentation violation",
		syscall.SIGABRT: "SIGABRT: abort",
	} {
		t.Run(sig.String(), func(t *testing.T) {
			s := beforeDeath(t, SessionOptions{})
			if err := s.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			var err error
			for end := time.Now().Add(goneAfter); err == nil && time.Now().Before(end); {
				err = s.Do(grammar.Advance{Duration: time.Minute}) // while one thread dies, others go on
			}
			dead(t, s, err, reason)
			if exists(s.Status().Dir) {
				t.Error("the parent left the folder of its dead debuggee")
			}
		})
	}
}

// A debuggee that dies while it runs.
func TestDeathWhileRunning(t *testing.T) {
	s := beforeDeath(t, SessionOptions{})
	time.AfterFunc(200*time.Millisecond, func() { s.cmd.Process.Kill() }) // 24 hours take a minute
	dead(t, s, fails(t, s, "advance 24h"), "signal: killed")
}

func TestStopped(t *testing.T) {
	s := beforeDeath(t, SessionOptions{Stuck: 300 * time.Millisecond})
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var err error
	for end := time.Now().Add(goneAfter); err == nil && time.Now().Before(end); {
		err = s.Do(grammar.Advance{Duration: time.Second}) // all of its threads must have noticed
	}
	if !errors.Is(err, ErrStuck) || !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "no instant for 300ms") {
		t.Errorf("got %v, want %v", err, ErrStuck)
	}
	expectOf(t, s.Timeline(), "told exec@1 ok")
}
