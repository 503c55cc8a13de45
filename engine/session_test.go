package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// start starts a session of which nothing is left when the test ends.
func start(t *testing.T, cluster string, opt SessionOptions) *Session {
	t.Helper()
	s, err := Start(clusterOf(t, cluster), opt)
	if err != nil {
		t.Fatal(err)
	}
	dir := s.Status().Dir
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if dir == "" || exists(dir) {
			t.Errorf("the debuggee's folder %q was left behind", dir)
		}
		if s.cmd.ProcessState == nil {
			t.Error("the debuggee was not waited for")
		}
	})
	return s
}

// do carries out lines; an error ends the test.
func do(t *testing.T, s *Session, lines ...string) {
	t.Helper()
	for _, line := range lines {
		for _, cmd := range commandsOf(t, line) {
			if err := s.Do(cmd); err != nil {
				t.Fatalf("%s: %v", cmd, err)
			}
		}
	}
	if got, want := s.Digest().String(), s.Status().Digest; got != want {
		t.Fatalf("the parent's digest is %s, the child's %s", got, want)
	}
}

func fails(t *testing.T, s *Session, line string) error {
	t.Helper()
	err := s.Do(commandsOf(t, line)[0])
	if err == nil {
		t.Fatalf("%s: no error", line)
	}
	return err
}

func TestSession(t *testing.T) {
	s := start(t, "cluster nodes=3 seed=5", SessionOptions{})
	do(t, s, "run until leader", "write leader set x 1 wait", "cut n1 | n2 n3", "advance 10ms", "heal", "note seen", "run until idle", "advance 1s")
	expectOf(t, s.Timeline(), "told exec@1 ok", "logs equal", "leader")
	if got, want := s.Status().At, s.Timeline().Now(); got < want {
		t.Errorf("the child is at %v, the parent saw %v", got, want)
	}
	before := s.Status().At
	do(t, s, "advance 123456us")
	if got := time.Duration(s.Status().At - before); got != 123456*time.Microsecond {
		t.Errorf("advance took %v", got)
	}
	if n := s.Status().Stats.Events; n != uint64(s.Timeline().Events()) || n == 0 {
		t.Errorf("the child tells of %d events, the parent has %d", n, s.Timeline().Events())
	}
	if d := s.Timeline().Damage(); d.Events > 0 {
		t.Errorf("the timeline left out %d events: %v", d.Events, d.Reasons)
	}
	if s.Death() != nil {
		t.Errorf("alive, and died of %v", s.Death())
	}
}

// An error of a command leaves the session as it was.
func TestCommandErrors(t *testing.T) {
	s := start(t, "cluster nodes=3", SessionOptions{})
	for _, c := range []struct{ line, class, says string }{
		{"write leader set x 1", "refused", "there is no leader"},
		{"restart n1", "refused", "n1 is running"},
		{"stop n8", "refused", "no node n8"},
		{"run until commit n1 >= 99 timeout=1s", "timeout", `waited for "commit n1 >= 99"`},
		{"expect leader", "refused", "not for the world"},
	} {
		var e *CommandError
		if err := fails(t, s, c.line); !errors.As(err, &e) {
			t.Fatalf("%s: got %v, want a CommandError", c.line, err)
		}
		if e.Class != c.class || !strings.Contains(e.Message, c.says) {
			t.Errorf("%s: got %s %q, want %s and %q", c.line, e.Class, e.Message, c.class, c.says)
		}
	}
	do(t, s, "run until leader", "write leader set x 1 wait")
	if s.Status().Error != "" {
		t.Errorf("the status still says %q", s.Status().Error)
	}
}

// sink calls f with what a session takes.
type sink func([]sm.Event) error

// Take implements sm.Sink.
func (f sink) Take(events []sm.Event) error { return f(events) }

func TestInterrupt(t *testing.T) {
	var s *Session
	const line = "advance 24h"
	s = start(t, "cluster nodes=3", SessionOptions{Out: sink(func(events []sm.Event) error {
		for i := range events {
			if events[i].Type == sm.Command && strings.HasPrefix(events[i].Text, "advance 24h") {
				go s.Interrupt()
			}
		}
		return nil
	})})
	do(t, s, "run until leader")
	if err := fails(t, s, line); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("got %v, want %v", err, ErrInterrupted)
	}
	if at := s.Status().At; at >= sm.Time(24*time.Hour) {
		t.Errorf("interrupted at %v", time.Duration(at))
	}
	before := s.Status().At
	do(t, s, "advance 1s", "write leader set x 1 wait")
	if s.Status().At < before+sm.Time(time.Second) {
		t.Error("time does not go on after an interrupt")
	}
	s.Interrupt() // nothing runs: the next command does not begin, once
	s.Interrupt()
	before = s.Status().At
	if err := fails(t, s, "advance 1s"); !errors.Is(err, ErrInterrupted) || s.Status().At != before {
		t.Errorf("after an interrupt between commands: %v, at %v", err, time.Duration(s.Status().At))
	}
	do(t, s, "advance 1s", "advance 1s")
}

// A context's end interrupts the command that runs, and never the next one.
func TestDoContext(t *testing.T) {
	s := start(t, "cluster nodes=3", SessionOptions{})
	do(t, s, "run until leader")
	advance := func(d time.Duration) grammar.Command { return grammar.Advance{Duration: d} }
	over, cancel := context.WithCancel(context.Background())
	cancel()
	before := s.Timeline().Events()
	if err := s.DoContext(over, advance(time.Second)); !errors.Is(err, ErrInterrupted) || s.Timeline().Events() != before {
		t.Errorf("a context that is over: %v, %d events more", err, s.Timeline().Events()-before)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := s.DoContext(ctx, advance(24*time.Hour)); !errors.Is(err, ErrInterrupted) {
		t.Errorf("a context that ends: %v", err)
	}
	for i := range 200 { // about as long as a command takes
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*2*time.Microsecond)
		if err := s.DoContext(ctx, advance(time.Millisecond)); err != nil && !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		cancel()
		if err := s.DoContext(context.Background(), advance(time.Millisecond)); err != nil {
			t.Fatalf("round %d: an interrupt that was meant for another command: %v", i, err)
		}
	}
}

// The same seed and the same commands give the same events.
func TestSessionsAreEqual(t *testing.T) {
	if raceEnabled {
		t.Skip("runs are not equal under the race detector")
	}
	var digests [3]sm.Digest
	for i := range digests {
		s := start(t, "cluster nodes=3 seed=9", SessionOptions{Pause: time.Duration(i) * time.Millisecond})
		do(t, s, "run until leader")
		for n := range 20 {
			do(t, s, []string{"write leader set k v", "write leader incr c", "write leader append log x"}[n%3])
		}
		do(t, s, "run until answered", "crash n1", "advance 2s", "restart n1", "run until leader", "run until idle")
		digests[i] = s.Digest()
	}
	if digests[0] != digests[1] || digests[0] != digests[2] {
		t.Errorf("three equal runs gave %v", digests)
	}
	s := start(t, "cluster nodes=3 seed=10", SessionOptions{})
	do(t, s, "run until leader")
	other := start(t, "cluster nodes=3 seed=9", SessionOptions{})
	do(t, other, "run until leader")
	if s.Digest() == other.Digest() {
		t.Error("two seeds gave equal runs")
	}
}

// An error of whoever takes the events is not lost.
func TestSinkFails(t *testing.T) {
	full := errors.New("disk full")
	failing := false
	s := start(t, "cluster nodes=1", SessionOptions{Out: sink(func([]sm.Event) error {
		if failing {
			return full
		}
		return nil
	})})
	failing = true
	if err := fails(t, s, "run until leader"); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// dead insists on what is left of a session whose debuggee has died: the reason
// as the last event, and everything before it.
func dead(t *testing.T, s *Session, err error, reason string) {
	t.Helper()
	if !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), reason) {
		t.Errorf("got error %v, want one that wraps %q and says %q", err, ErrDied, reason)
	}
	if s.Death() == nil || !strings.Contains(s.Death().Reason, reason) || strings.Contains(s.Death().Reason, "\n") {
		t.Fatalf("died of %+v, want one line that says %q", s.Death(), reason)
	}
	tl := s.Timeline()
	last := tl.Event(tl.Events() - 1)
	if last.Key != "PANIC" || last.Type != sm.Log || !strings.Contains(last.Text, reason) {
		t.Errorf("the last event is %+v, want the reason", last)
	}
	if last.Seq != uint64(tl.Events()) {
		t.Errorf("the last event is number %d of %d", last.Seq, tl.Events())
	}
	expectOf(t, tl, "told exec@1 ok")
	var tree strings.Builder
	if err := tl.Tree(tl.Exec(1), replay.Options{}).Text(&tree, replay.Style{}); err != nil || !strings.Contains(tree.String(), "append#") {
		t.Errorf("the tree of the write before is %q, %v", tree.String(), err)
	}
	if err := s.Do(grammar.Advance{Duration: time.Second}); !errors.Is(err, ErrDied) {
		t.Errorf("a command to the dead: %v, want %v", err, ErrDied)
	}
}

// beforeDeath starts a session that has something to look at.
func beforeDeath(t *testing.T, opt SessionOptions) *Session {
	t.Helper()
	s := start(t, "cluster nodes=1", opt)
	do(t, s, "run until leader", "write leader set x 1 wait")
	return s
}

// bbolt maps the database file, so to truncate it under a node is a fault that
// Go cannot recover from.
func TestFatalFault(t *testing.T) {
	s := beforeDeath(t, SessionOptions{})
	if err := os.Truncate(filepath.Join(s.Status().Dir, "n1", DatabaseName), 0); err != nil {
		t.Fatal(err)
	}
	err := fails(t, s, "write leader set x 2 wait")
	dead(t, s, err, "fatal error: fault")
	if !strings.Contains(s.Death().Stacks, "bbolt") {
		t.Errorf("the stacks do not show where: %s", s.Death().Stacks)
	}
}

// A debuggee that reaches no instant is asked for its stacks: here it pauses for
// hours.
func TestStuck(t *testing.T) {
	s := start(t, "cluster nodes=1", SessionOptions{Pause: 100000 * time.Hour, Stuck: 2 * time.Second})
	var err error
	for err == nil { // a pause comes in one instant of a hundred
		err = s.Do(grammar.Advance{Duration: time.Minute})
	}
	if !errors.Is(err, ErrStuck) || !strings.Contains(err.Error(), "no instant for 2s") {
		t.Errorf("got %v, want %v", err, ErrStuck)
	}
	if s.Death() == nil || !strings.Contains(s.Death().Stacks, "goroutine ") {
		t.Errorf("there are no stacks of a stuck debuggee: %+v", s.Death())
	}
}

func TestTail(t *testing.T) {
	var tl tail
	long := strings.Repeat("x", tailMax)
	for _, chunk := range []string{"panic: the reason\n", "\ngoroutine 1:\n", long, long, long, long, "the end"} {
		if n, err := tl.Write([]byte(chunk)); n != len(chunk) || err != nil {
			t.Fatalf("wrote %d of %d bytes: %v", n, len(chunk), err)
		}
	}
	if got := tl.reason(); got != "panic: the reason" {
		t.Errorf("reason %q", got)
	}
	s := tl.String()
	if len(s) > 3*tailMax || !strings.HasPrefix(s, "panic: the reason\n") || !strings.HasSuffix(s, "the end") {
		t.Errorf("%d bytes were kept, from %.20q to %q, want both ends of at most %d", len(s), s, s[len(s)-20:], 3*tailMax)
	}
}

func TestReason(t *testing.T) {
	for stderr, want := range map[string]string{
		"": "",
		"panic: raft: no\n\ngoroutine 1 [running]:\n":                                              "panic: raft: no",
		"unexpected fault address 0x7f\nfatal error: fault\n[signal SIGBUS: bus error code=0x2]\n": "fatal error: fault",
		"raftscope: write to the session: broken pipe\n":                                           "raftscope: write to the session: broken pipe",
		"SIGQUIT: quit\nPC=0x4\n":                                                                  "SIGQUIT: quit",
		"SIGSEGV: segmentation violation\nPC=0":                                                    "SIGSEGV: segmentation violation",
		"SIGABRT: abort\nPC=0x4\n":                                                                 "SIGABRT: abort",
		"some text of a library\n":                                                                 "",
	} {
		var tl tail
		tl.Write([]byte(stderr))
		if got := tl.reason(); got != want {
			t.Errorf("%q: reason %q, want %q", stderr, got, want)
		}
	}
}
