package recorder_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// writerEnv makes the test binary a process that writes a recording until it
// is killed.
const writerEnv = "RAFTSCOPE_TEST_WRITER"

// writerEvents is what that process writes.
func writerEvents() []sm.Event { return recordertest.Workload(200_000) }

// writer records events at a pace that changes from full speed to next to
// nothing, and says on its standard output what it has taken, and when; also
// how long the machine kept it from running.
func writer(path string) {
	f, err := recorder.Create(path, recorder.FileOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	said := make(chan string, 1<<16)
	go func() {
		for s := range said {
			io.WriteString(os.Stdout, s)
		}
	}()
	go func() {
		for last := time.Now(); ; {
			time.Sleep(5 * time.Millisecond)
			now := time.Now()
			said <- fmt.Sprintf("late %d %d\n", now.UnixNano(), now.Sub(last))
			last = now
		}
	}()
	r := rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	for events := writerEvents(); len(events) > 0; {
		n := min(1+r.IntN(200), len(events))
		if err := f.Take(events[:n]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		said <- fmt.Sprintf("took %d %d\n", time.Now().UnixNano(), events[n-1].Seq)
		events = events[n:]
		if r.IntN(10) == 0 {
			time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
		}
	}
	select {}
}

// lostMax is how much of the time before a kill may be missing.
const lostMax = 250 * time.Millisecond

// TestKilledWriter kills a process that writes a recording at random moments:
// the file opens, holds no wrong event, and lacks only what happened within
// the last 250 ms.
func TestKilledWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 seconds")
	}
	events := writerEvents()
	for i := range 20 {
		path := filepath.Join(t.TempDir(), "a.rsc")
		killed, said := killWriter(t, path, time.Duration(rand.IntN(900))*time.Millisecond)
		due, late := dueAt(t, said, killed)
		f, err := frames.OpenFile(path)
		if err != nil {
			if due == 0 && strings.Contains(said, "took") == false {
				continue // killed before there was a file
			}
			t.Fatalf("kill %d: %v", i, err)
		}
		next := 0
		err = f.Each(1, func(got []sm.Event) error {
			for j := range got {
				if got[j] != events[next] {
					return fmt.Errorf("event %d is %+v, expected %+v", next+1, got[j], events[next])
				}
				next++
			}
			return nil
		})
		if err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
		for _, d := range f.Damage() {
			if !d.Cut {
				t.Errorf("kill %d: %v", i, &d)
			}
		}
		if uint64(next) < due || f.Complete() {
			t.Errorf("kill %d: %d events, expected %d at least (the machine was late by %s); complete %v", i, next, due, late, f.Complete())
		}
		f.Close()
	}
}

// killWriter starts a writer, kills it after a while, and returns when and
// what it said.
func killWriter(t *testing.T, path string, after time.Duration) (killed time.Time, said string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), writerEnv+"="+path)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var first, rest bytes.Buffer
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n') // it runs
	first.WriteString(line)
	if err != nil {
		t.Fatalf("the writer says nothing: %v", err)
	}
	read := make(chan struct{})
	go func() { rest.ReadFrom(r); close(read) }()
	time.Sleep(after)
	killed = time.Now()
	c.Process.Kill()
	<-read
	c.Wait()
	return killed, first.String() + rest.String()
}

// dueAt returns the number of the last event that must be in the file: taken
// lostMax before the kill, and before whatever time the machine did not give
// the writer.
func dueAt(t *testing.T, said string, killed time.Time) (seq uint64, late time.Duration) {
	t.Helper()
	lines := strings.Split(said, "\n")
	for pass, limit := range []string{"late", "took"} {
		for _, line := range lines[:len(lines)-1] {
			var at int64
			var n uint64
			if _, err := fmt.Sscanf(line, limit+" %d %d", &at, &n); err != nil {
				continue
			}
			switch {
			case pass == 0 && at > killed.Add(-2*lostMax).UnixNano():
				late = max(late, time.Duration(n)-6*time.Millisecond)
			case pass == 1 && at <= killed.Add(-lostMax-late).UnixNano():
				seq = n
			}
		}
	}
	return seq, late
}
