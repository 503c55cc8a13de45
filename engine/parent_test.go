package engine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// parentEnv makes the test binary a parent: a process with one session, which
// tests kill in all ways. Its value says what the session does meanwhile.
const parentEnv = "RAFTSCOPE_TEST_PARENT"

// What a parent's session does.
const (
	parentIdle    = "idle"    // its debuggee waits for a command
	parentRunning = "running" // its debuggee runs
)

// maybeParent serves as a parent, if the process was started as one, and exits
// when its standard input ends.
func maybeParent() {
	does := os.Getenv(parentEnv)
	if does == "" {
		return
	}
	os.Unsetenv(parentEnv) // not for the debuggee
	s, err := Start(grammar.DefaultCluster(), SessionOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.cmd.Process.Pid, s.Status().Dir)
	if does == parentRunning {
		err = s.Do(grammar.Advance{Duration: grammar.DurationMax})
	} else {
		_, err = io.Copy(io.Discard, os.Stdin)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// parent is such a process, seen from the test.
type parent struct {
	cmd   *exec.Cmd
	in    io.Closer
	child int    // process number of its debuggee
	dir   string // the debuggee's folder
}

// startParent starts a parent, in a process group of its own, and waits until
// its debuggee is there. Nothing of it is left when the test ends.
func startParent(t *testing.T, does string) *parent {
	t.Helper()
	p := &parent{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), parentEnv+"="+does)
	var said bytes.Buffer
	p.cmd.Stderr = &said
	ownGroup(p.cmd)
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		if t.Failed() {
			t.Logf("the parent said: %s", said.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the parent said %q: %v", line, err)
	}
	pid, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
	if p.child, err = strconv.Atoi(pid); err != nil {
		t.Fatal(err)
	}
	p.dir = dir
	if !exists(dir) {
		t.Fatalf("the debuggee's folder %q does not exist", dir)
	}
	return p
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
