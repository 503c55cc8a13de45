package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// Errors of sessions.
var (
	// ErrDied: the debuggee ended by itself; Session.Death says how.
	ErrDied = errors.New("the cluster's process died")
	// ErrBroken: the world cannot go on, though its process lives: a node did
	// not start, or a file could not be used.
	ErrBroken = errors.New("the cluster cannot go on")
	// ErrStuck: the debuggee did not reach an instant for a long real time.
	ErrStuck = errors.New("the cluster's process is stuck")
	// ErrInterrupted: Interrupt was called while a command ran.
	ErrInterrupted = errors.New("interrupted")
)

// CommandError is why a command did not do what it should. The session goes
// on: time stands where the command left it.
type CommandError struct {
	Class   string // timeout or refused
	Message string
}

// Error returns the message.
func (e *CommandError) Error() string { return e.Message }

const (
	// stuckAfter is how long, in real time, a running debuggee may be silent.
	// It says something every half second while it reaches instants.
	stuckAfter = 20 * time.Second
	// endAfter is how long a debuggee may take to end by itself.
	endAfter = 5 * time.Second
)

// SessionOptions say how a debuggee is started.
type SessionOptions struct {
	Pause time.Duration // for up to so long it stands still now and then; see pauseEnv
	Out   sm.Sink       // takes all events too; may be nil
	Base  string        // the folder in which relative paths of commands begin; the working directory if not given
	Stuck time.Duration // of real time without a sign of life; zero means stuckAfter
}

// Session is the parent's side of a debuggee: it sends commands, and keeps
// what happens in a Timeline. One goroutine uses it; Interrupt and Kill alone
// may be called from any.
type Session struct {
	opt      SessionOptions
	cmd      *exec.Cmd
	in       io.WriteCloser
	frames   chan received
	stderr   tail
	timeline *replay.Timeline
	digest   sm.Digest
	status   Status
	death    *Death
	over     bool
	ended    chan struct{} // closed when the debuggee is gone
	dir      string        // of the debuggee, to be cleared away if it was killed
	now      atomic.Int64  // virtual time, as was said last

	mu          sync.Mutex // guards writes to in, and what follows
	interrupted bool       // since the last command was sent
}

// received is a frame, kept beyond the reader's next one, or the end.
type received struct {
	kinds  []sm.KindSpec
	events []sm.Event
	status []byte
	err    error
}

// Start starts a debuggee with the given cluster and waits until its world is
// there.
func Start(cluster grammar.Cluster, opt SessionOptions) (*Session, error) {
	if opt.Stuck == 0 {
		opt.Stuck = stuckAfter + opt.Pause
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program's own file: %w", err)
	}
	base, err := filepath.Abs(opt.Base)
	if err != nil {
		return nil, fmt.Errorf("find the folder %s: %w", opt.Base, err)
	}
	s := &Session{opt: opt, timeline: replay.NewTimeline(), frames: make(chan received, 16), ended: make(chan struct{})}
	s.cmd = exec.Command(self)
	s.cmd.Env = append(os.Environ(), debuggeeEnv+"=1", baseEnv+"="+base, pauseEnv+"="+opt.Pause.String(),
		// Each of these was found to be needed for runs to be equal: one
		// goroutine at a time, seeding of math/rand, no preemption, and no
		// collection of garbage but where the debuggee asks for it.
		"GOMAXPROCS=1", "GODEBUG=randseednop=0,asyncpreemptoff=1", "GOGC=off", "GOMEMLIMIT=off", "GOTRACEBACK=all")
	s.cmd.Stderr = &s.stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("make a pipe to the cluster's process: %w", err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe from the cluster's process: %w", err)
	}
	if err := startChild(s.cmd, s.ended); err != nil {
		return nil, fmt.Errorf("start the cluster's process: %w", err)
	}
	go receive(out, s.frames)
	if err := s.send(cluster.String()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.wait(); err != nil {
		err = errors.Join(err, s.Close())
		if why, ok := strings.CutPrefix(s.stderr.reason(), "raftscope: "); ok {
			err = errors.New(why) // it said what is wrong before there was a world
		}
		return nil, err
	}
	return s, nil
}

// receive reads frames until the pipe ends.
func receive(out io.Reader, to chan<- received) {
	defer close(to)
	defer func() {
		// What comes from the pipe must not take the terminal down with it.
		if p := recover(); p != nil {
			to <- received{err: fmt.Errorf("read what the cluster's process says: panic: %v\n%s", p, debug.Stack())}
		}
	}()
	r := frames.NewReader(out)
	for {
		f, err := r.Next()
		if err != nil {
			to <- received{err: err}
			return
		}
		to <- received{kinds: f.Kinds, events: append([]sm.Event(nil), f.Events...), status: bytes.Clone(f.Status)}
	}
}

// Timeline is everything that happened so far.
func (s *Session) Timeline() *replay.Timeline { return s.timeline }

// Status is what the debuggee said of itself last.
func (s *Session) Status() Status { return s.status }

// Now is virtual time, as the debuggee said it last: now and then while a command
// runs, also if nothing happens. It may be called from any goroutine.
func (s *Session) Now() sm.Time { return sm.Time(s.now.Load()) }

// Stop says where the last command was stopped, nil if it went to its end.
func (s *Session) Stop() *Stop { return s.status.Stop }

// Breaks lists all breakpoints.
func (s *Session) Breaks() []BreakState { return s.status.Breaks }

// Digest is the digest of all events received.
func (s *Session) Digest() sm.Digest { return s.digest }

// Death says how the debuggee died, nil if it did not.
func (s *Session) Death() *Death { return s.death }

// Do has the debuggee carry out one command and waits until it is done. A
// *CommandError leaves the session usable; after any other error only what
// happened so far can be looked at.
func (s *Session) Do(cmd grammar.Command) error { return s.doLine(cmd.String()) }

// DoUntil is Do that is interrupted at a moment of virtual time if it has not
// ended by then: it fails with ErrInterrupted. That is how a journal is carried
// out again, in which no command says that it was interrupted: each until the
// time of the one behind it.
func (s *Session) DoUntil(cmd grammar.Command, limit sm.Time) error {
	return s.doLine(fmt.Sprintf("%s%d %s", limitMark, limit, cmd))
}

func (s *Session) doLine(line string) error {
	if s.over {
		return ErrDied
	}
	switch err := s.sendUnlessInterrupted(line); {
	case errors.Is(err, ErrInterrupted):
		return err
	case err != nil:
		return s.died(err)
	}
	return s.wait()
}

// DoContext is Do that is interrupted when ctx ends. An end that comes as the
// command is done, too late for it, does not reach the next one.
func (s *Session) DoContext(ctx context.Context, cmd grammar.Command) error {
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(told)
		s.Interrupt()
	})
	if ctx.Err() != nil {
		<-told // else the command could begin before the interrupt is there
	}
	err := s.Do(cmd)
	if !stop() {
		<-told
		s.clearInterrupt()
	}
	return err
}

// Interrupt asks the running command to stop where it is or, if none runs, has
// the next one not begin.
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupted = true
	s.write("")
}

// Kill ends the debuggee at once, whatever it does: a command that runs fails
// with ErrDied. It may be called from any goroutine; Close is still needed.
func (s *Session) Kill() { s.cmd.Process.Kill() }

func (s *Session) send(line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(line)
}

// sendUnlessInterrupted sends a command; an interrupt that came since the last
// one takes its place.
func (s *Session) sendUnlessInterrupted(line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted {
		s.interrupted = false
		return ErrInterrupted
	}
	return s.write(line)
}

func (s *Session) write(line string) error {
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		return fmt.Errorf("send a command: %w", err)
	}
	return nil
}

// wait takes frames until the debuggee waits for a command.
func (s *Session) wait() error {
	silent := time.NewTimer(s.opt.Stuck)
	defer silent.Stop()
	var failed error
	for {
		select {
		case r, ok := <-s.frames:
			if !ok || r.err != nil {
				return s.died(r.err)
			}
			silent.Reset(s.opt.Stuck)
			done, err := s.take(r)
			if err != nil {
				return errors.Join(err, s.Close()) // the debuggee may be in the middle of the command
			}
			if s.status.Error != "" && failed == nil && r.status != nil {
				failed = commandError(s.status)
			}
			if done {
				if errors.Is(failed, ErrInterrupted) {
					s.clearInterrupt()
				}
				return failed
			}
		case <-silent.C:
			return s.stuck()
		}
	}
}

func (s *Session) clearInterrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupted = false
}

func commandError(st Status) error {
	switch st.Class {
	case "timeout", "refused":
		return &CommandError{Class: st.Class, Message: st.Error}
	case "interrupted":
		return ErrInterrupted
	}
	return fmt.Errorf("%w: %s", ErrBroken, st.Error)
}

// take keeps what a frame says. done means that the debuggee waits.
func (s *Session) take(r received) (done bool, err error) {
	switch {
	case r.kinds != nil:
		return false, s.timeline.AddKinds(r.kinds)
	case r.status != nil:
		s.status = Status{}
		if err := json.Unmarshal(r.status, &s.status); err != nil {
			return false, fmt.Errorf("read the status of the cluster's process: %w", err)
		}
		s.dir = s.status.Dir
		s.now.Store(int64(s.status.At))
		return s.status.Phase == "done", nil
	}
	for i := range r.events {
		s.digest.Add(&r.events[i])
	}
	if s.opt.Out != nil {
		if err := s.opt.Out.Take(r.events); err != nil {
			return false, err
		}
	}
	return false, s.timeline.Append(r.events)
}

// ProcessorTime is how much of it the debuggee has used in the end: zero before
// Close.
func (s *Session) ProcessorTime() time.Duration {
	if st := s.cmd.ProcessState; st != nil {
		return st.UserTime() + st.SystemTime()
	}
	return 0
}

// Close ends the debuggee: it is asked first, and killed if it does not
// listen. Nothing of it is left afterwards.
func (s *Session) Close() error {
	if s.over {
		return nil
	}
	s.over = true
	s.mu.Lock()
	s.in.Close()
	s.mu.Unlock()
	kill := time.AfterFunc(endAfter, func() { s.cmd.Process.Kill() })
	defer kill.Stop()
	for range s.frames {
		continue
	}
	s.cmd.Wait()
	close(s.ended)
	return removeDataDir(s.dir)
}
