package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
	"raftscope/recorder"
	"raftscope/sm"
)

// debuggeeEnv is set for the child process that holds the world.
const debuggeeEnv = "RAFTSCOPE_DEBUGGEE"

// baseEnv is the folder in which relative paths of commands begin: the process's
// own folder is that of its data.
const baseEnv = "RAFTSCOPE_BASE"

// MaybeDebuggee must be the first call of main, and of a TestMain whose tests
// start sessions. In a process started as a session's debuggee it serves the
// world and exits; in any other it returns at once.
func MaybeDebuggee() {
	if os.Getenv(debuggeeEnv) == "" {
		return
	}
	os.Exit(debuggee())
}

// debuggee serves the world on standard input and output, inside a bubble.
func debuggee() int {
	dir, err := makeDataDir()
	if err != nil {
		fmt.Fprintln(os.Stderr, "raftscope:", err)
		return 2
	}
	cleanOnSignal(dir)
	// Paths are relative from here on: raft's log lines name some, and they
	// must be the same in every run.
	if err := os.Chdir(dir); err != nil {
		fmt.Fprintln(os.Stderr, "raftscope: enter the folder for the nodes' files:", err)
		removeDataDir(dir)
		return 2
	}
	in := newInput(0)
	bubble(func() {
		d := &server{dir: dir, in: &lineReader{in: in}, out: rawWriter{fd: 1}, pause: newPauses()}
		err := d.serve()
		removeDataDir(dir)
		if !errors.Is(err, errInputEnded) {
			fmt.Fprintln(os.Stderr, "raftscope:", err)
			os.Exit(2)
		}
		os.Exit(0)
	})
	return 0
}

// cleanOnSignal removes the data directory when one of cleanSignals says that
// the process must end although nobody closed its input, or before it can look:
// its parent has died. (One that waits for a command holds its only processor in
// the wait, and notices the end of its input instead.) The goroutine is outside
// the bubble, but sleeps until the process ends.
func cleanOnSignal(dir string) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, cleanSignals...)
	go func() {
		<-c
		removeDataDir(dir)
		os.Exit(128 + int(syscall.SIGTERM))
	}()
}

// server carries out commands and writes events. It runs on the bubble's root
// goroutine and uses raw system calls only: Go's scheduler does not see them,
// so while it waits for a command the whole process stands still.
type server struct {
	dir    string
	in     *lineReader
	out    rawWriter
	enc    *recorder.Encoder
	world  *World
	events []sm.Event // not yet written
	wrote  int64      // real time of the last write
	pause  pauses
	began  int64
}

// Status is what a debuggee says of itself, in status frames: once when the
// world is ready, now and then while it runs, and after every command.
type Status struct {
	Phase  string  `json:"phase"`           // running, or done when it waits for a command
	Dir    string  `json:"dir,omitempty"`   // its folder
	Error  string  `json:"error,omitempty"` // of the command
	Class  string  `json:"class,omitempty"` // of the error: timeout, refused, interrupted, broken
	At     sm.Time `json:"at"`
	Digest string  `json:"digest"`
	Stats  Stats   `json:"stats"`

	Rules  []fault.RuleState `json:"rules,omitempty"`  // of faults, all there ever were
	Stop   *Stop             `json:"stop,omitempty"`   // where the last command was stopped; nil if it went to its end
	Breaks []BreakState      `json:"breaks,omitempty"` // all breakpoints; not while it runs
}

// Stats are figures of a debuggee for --stats.
type Stats struct {
	Instants   uint64        `json:"instants"` // at which something happened
	Events     uint64        `json:"events"`
	Machines   uint64        `json:"machines"`
	Violations uint64        `json:"violations"`
	Quiet      uint64        `json:"quiet"` // messages counted instead of shown
	Real       time.Duration `json:"real"`  // since the world began, pauses included
	Goroutines int           `json:"goroutines"`
	Files      int           `json:"files"` // open
	Heap       uint64        `json:"heap"`  // bytes
}

const (
	// writeEvery is how long, in real time, events may wait while the world
	// runs. What waits is lost if raft panics.
	writeEvery = int64(2 * time.Millisecond)
	// gcInstants: garbage is collected at fixed instants only, since a
	// collection that starts by itself changes the order of goroutines.
	gcInstants = 1 << 14
)

// serve reads the cluster line, then commands, until the input ends: then it
// returns errInputEnded.
func (s *server) serve() error {
	line, err := s.in.next()
	if err != nil {
		return err
	}
	cmds, err := grammar.ParseLine(1, line)
	if err != nil {
		return fmt.Errorf("cluster line: %w", err)
	}
	cluster, ok := cmds[0].(grammar.Cluster)
	if !ok {
		return fmt.Errorf("the first line is %q, expected a cluster", cmds[0])
	}
	s.enc = recorder.NewEncoder(s.out)
	if err := s.enc.WriteHeader(recorder.Header{Seed: cluster.Seed, Start: time.Unix(0, 0).UTC(), Versions: Versions()}); err != nil {
		return err
	}
	if err := s.enc.WriteKinds(KindSpecs()); err != nil {
		return err
	}
	s.began = nanotime()
	s.world = NewWorld(cluster, Options{Base: os.Getenv(baseEnv), Out: s, Poll: s.poll, GCEvery: gcInstants})
	for {
		if err := s.report("done", nil); err != nil {
			return err
		}
		// An empty line is an interrupt that came too late. It is no command, so
		// nothing is said to be done: that would be taken for the next one's.
		for line = ""; line == ""; {
			if line, err = s.in.next(); err != nil {
				return err
			}
		}
		if err := s.command(line); err != nil {
			return err
		}
	}
}

// limitMark stands before a command that is not to go on for ever: behind it come
// a moment of virtual time, in ns, and a blank. No line of the grammar begins so.
const limitMark = "@"

// command carries out one line. Errors of the command go into the status;
// what it returns ends the process.
func (s *server) command(line string) error {
	do := s.world.Do
	if text, limited := strings.CutPrefix(line, limitMark); limited {
		ns, rest, _ := strings.Cut(text, " ")
		limit, err := strconv.ParseInt(ns, 10, 64)
		if err != nil {
			return fmt.Errorf("read the limit of a command: %w", err)
		}
		line = rest
		do = func(cmd grammar.Command) error { return s.world.DoUntil(cmd, sm.Time(limit)) }
	}
	cmds, err := grammar.ParseLine(1, line)
	for _, cmd := range cmds {
		if err == nil {
			err = do(cmd)
		}
	}
	if errors.Is(err, errInputEnded) || errors.Is(err, errOutput) {
		return err
	}
	if err != nil {
		if err := s.report("failed", err); err != nil {
			return err
		}
	}
	return nil
}

// Take implements sm.Sink.
func (s *server) Take(events []sm.Event) error {
	s.events = append(s.events, events...)
	if len(s.events) < recorder.FrameEvents && nanotime()-s.wrote < writeEvery {
		return nil
	}
	return s.write()
}

func (s *server) write() error {
	s.wrote = nanotime()
	if len(s.events) == 0 {
		return nil
	}
	err := s.enc.WriteEvents(s.events)
	clear(s.events)
	s.events = s.events[:0]
	return err
}

// errInterrupted: the parent sent an empty line while a command ran.
var errInterrupted = errors.New("interrupted")

// aliveEvery is how often, in real time, a running debuggee says that it runs.
const aliveEvery = int64(500 * time.Millisecond)

// poll is called at every instant while a command runs.
func (s *server) poll() error {
	s.pause.maybe()
	if nanotime()-s.wrote > aliveEvery {
		if err := s.report("running", nil); err != nil {
			return err
		}
	}
	line, ok, err := s.in.ready()
	switch {
	case err != nil:
		return err
	case ok && line == "":
		return errInterrupted
	case ok:
		return fmt.Errorf("%w: a command came while another ran", ErrRefused)
	}
	return nil
}

// report writes what happened so far and a status.
func (s *server) report(phase string, failed error) error {
	if err := s.write(); err != nil {
		return err
	}
	w := s.world
	st := Status{Phase: phase, Dir: s.dir, At: w.Now(), Digest: w.Digest().String()}
	if phase != "running" {
		st.Stats, st.Rules = s.stats(), w.faults.Rules()
		st.Stop, st.Breaks = w.watch.stop, w.breakStates()
	}
	if failed != nil {
		st.Error, st.Class = failed.Error(), class(failed)
	}
	payload, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("encode status: %w", err)
	}
	s.wrote = nanotime()
	return s.enc.WriteStatus(payload)
}

func class(err error) string {
	switch {
	case errors.Is(err, ErrTimeout):
		return "timeout"
	case errors.Is(err, ErrRefused):
		return "refused"
	case errors.Is(err, errInterrupted):
		return "interrupted"
	}
	return "broken"
}

func (s *server) stats() Stats {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t := s.world.tracker.Totals()
	return Stats{
		Instants: s.world.instants, Events: t.Events, Machines: t.Machines, Violations: t.Violations,
		Quiet: s.world.Quiet(), Real: time.Duration(nanotime() - s.began),
		Goroutines: runtime.NumGoroutine(), Files: openFiles(), Heap: m.HeapAlloc,
	}
}
