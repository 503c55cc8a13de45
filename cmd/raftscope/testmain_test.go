package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/tui"
)

// cockpitEnv makes the test binary the program itself, with the cockpit that it
// names.
const cockpitEnv = "RAFTSCOPE_TEST_COCKPIT"

// The cockpits.
const (
	realCockpit     = "real"
	scriptedCockpit = "scripted" // scripted in place of the cockpit
)

func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	if cockpit := os.Getenv(cockpitEnv); cockpit != "" {
		s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, signals: untilSignal}
		if cockpit == scriptedCockpit {
			s.cockpit = scripted
		}
		os.Exit(execute(context.Background(), os.Args[1:], s))
	}
	// Under nohup a hangup is ignored, also by processes that tests start and hang
	// up: unless it is listened to here.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	os.Exit(m.Run())
}

// scripted is a cockpit that takes lines instead of keys: quit, panic, hang,
// wait, or commands of the grammar, each answered by one line. It says "ready"
// when it is shown.
func scripted(ctx context.Context, src tui.Source, o tui.Options) error {
	var running sync.WaitGroup
	defer running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Fprintf(o.Out, "\x1b[?1049h\x1b[?25lready at %d, %d events\r\n", src.Timeline.Now(), src.Timeline.Events())
	lines := make(chan string)
	go func() {
		for in := bufio.NewScanner(o.In); in.Scan(); {
			lines <- in.Text()
		}
		close(lines)
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, ok := <-lines:
			switch {
			case !ok:
				return fmt.Errorf("the terminal is gone")
			case line == "quit":
				return nil
			case line == "panic":
				panic("a bug")
			case line == "hang":
				fmt.Fprintf(o.Out, "hangs\r\n")
				select {}
			}
			running.Go(func() { scriptedLine(ctx, src, o, line) })
		}
	}
}

func scriptedLine(ctx context.Context, src tui.Source, o tui.Options, line string) {
	if path, ok := strings.CutPrefix(line, "save "); ok {
		fmt.Fprintf(o.Out, "saved: %v\r\n", src.Save(ctx, path, false))
		return
	}
	cmds, err := grammar.ParseLine(1, line)
	if err != nil {
		fmt.Fprintf(o.Out, "wrong: %v\r\n", err)
		return
	}
	fmt.Fprintf(o.Out, "runs\r\n")
	for _, cmd := range cmds {
		switch r := src.Controller.Do(ctx, cmd); {
		case r.Dead != nil:
			fmt.Fprintf(o.Out, "dead: %s\r\n", r.Dead.Reason)
		case r.Interrupted:
			fmt.Fprintf(o.Out, "interrupted\r\n")
		case r.Err != nil:
			fmt.Fprintf(o.Out, "error: %v\r\n", r.Err)
		default:
			fmt.Fprintf(o.Out, "done at %d\r\n", r.At)
		}
	}
}
