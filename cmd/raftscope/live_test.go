package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/tui"
)

// startLive starts a controller of which nothing is left when the test ends.
func startLive(t testing.TB, line string) (l *live, do func(line string) tui.Report) {
	t.Helper()
	parsed := func(line string) grammar.Command {
		cmds, err := grammar.ParseLine(1, line)
		if err != nil || len(cmds) != 1 {
			t.Fatalf("%s: %v", line, err)
		}
		return cmds[0]
	}
	s, err := engine.Start(parsed(line).(grammar.Cluster), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l = newLive(s, nil)
	t.Cleanup(func() {
		if err := l.end(); err != nil {
			t.Error(err)
		}
	})
	return l, func(line string) tui.Report { return l.Do(context.Background(), parsed(line)) }
}

func TestLive(t *testing.T) {
	l, do := startLive(t, "cluster nodes=3 seed=7")
	if r := l.State(); r.Err != nil || r.At != 0 || r.Goroutines == 0 || r.Heap == 0 {
		t.Errorf("before the first command: %+v", r)
	}
	if r := do("write leader set x 1"); r.Err == nil || !strings.Contains(r.Err.Error(), "there is no leader") || r.Dead != nil {
		t.Errorf("a refused command: %+v", r)
	}
	if r := do("run until leader"); r.Err != nil || r.Stop == nil || r.Stop.Cond != "leader" || r.Stop.Seq == 0 || r.At == 0 {
		t.Errorf("a run: %+v, %+v", r, r.Stop)
	}
	do("break kind:append")
	if r := do("write leader set x 1 wait"); r.Stop == nil || r.Stop.Break != 1 || len(r.Breaks) != 1 || r.Breaks[0].Hits == 0 || r.Breaks[0].Cond != "kind:append" {
		t.Errorf("a breakpoint: %+v, %+v", r.Stop, r.Breaks)
	}
	do("delete 1")
	do("drop append-rpc n1>n2 count=1")
	do("hold append n2")
	r := do("clear 1")
	want := []tui.Rule{{N: 1, Text: "drop append-rpc n1>n2 count=1", Cleared: true}, {N: 2, Text: "hold append n2"}}
	for i := range r.Rules {
		r.Rules[i].Fired = 0
	}
	if !slices.Equal(r.Rules, want) || len(r.Breaks) != 0 {
		t.Errorf("rules %+v, want %+v; breakpoints %+v", r.Rules, want, r.Breaks)
	}
	if last := l.State(); last.At != r.At || last.Err != nil {
		t.Errorf("the state is %+v, the last report %+v", last, r)
	}
}

func TestFirstCommands(t *testing.T) {
	c := grammar.DefaultCluster()
	if got := firstCommands(c); len(got) != 1 || got[0].String() != "run until leader" {
		t.Errorf("before the cockpit: %v", got)
	}
	c.Start = false
	if got := firstCommands(c); len(got) > 0 {
		t.Errorf("where no node starts: %v", got)
	}
}

func TestLiveIsInterrupted(t *testing.T) {
	l, do := startLive(t, "cluster nodes=3")
	before := do("run until leader").At
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	r := l.Do(ctx, grammar.Advance{Duration: grammar.DurationMax})
	if !r.Interrupted || r.Err != nil || r.Dead != nil || before == 0 || r.At < before { // how far it comes is the computer's affair
		t.Errorf("an interrupted command: %+v", r)
	}
	if r := do("advance 1s"); r.Err != nil || r.Interrupted {
		t.Errorf("the next one: %+v", r)
	}
}

// What raft or its world dies of stays known.
func TestLiveDies(t *testing.T) {
	l, do := startLive(t, "cluster nodes=3")
	l.session.Kill()
	first := do("run until leader")
	if first.Err == nil || !errors.Is(first.Err, engine.ErrDied) || first.Dead == nil || first.Dead.Reason != "signal: killed" {
		t.Fatalf("a debuggee that was killed: %+v, %+v", first, first.Dead)
	}
	if r := do("step"); r.Dead == nil || *r.Dead != *first.Dead {
		t.Errorf("the next command: %+v", r)
	}
	if got := cleanLines("goroutine 1\x1b[2J\n\tmain\n"); strings.ContainsAny(got, "\x1b\r") || strings.Count(got, "\n") != 2 {
		t.Errorf("stacks %q", got)
	}
}

// A cluster ends while a command runs in it.
func TestLiveEndsWhileItRuns(t *testing.T) {
	l, _ := startLive(t, "cluster nodes=3")
	done := make(chan tui.Report)
	go func() { done <- l.Do(context.Background(), grammar.Advance{Duration: grammar.DurationMax}) }()
	for l.session.Timeline().Now() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := l.end(); err != nil {
		t.Error(err)
	}
	if r := <-done; !r.Interrupted && r.Dead == nil {
		t.Errorf("%+v", r)
	}
}

// BenchmarkStep is a step from the key to the answer.
func BenchmarkStep(b *testing.B) {
	l, do := startLive(b, "cluster nodes=3 seed=7 quiet=off")
	do("run until leader")
	for b.Loop() {
		if r := l.Do(context.Background(), grammar.Step{N: 1}); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
}

// BenchmarkStepUnderLoad is the same with a hundred calls a virtual second.
func BenchmarkStepUnderLoad(b *testing.B) {
	l, do := startLive(b, "cluster nodes=3 seed=7")
	do("run until leader")
	do("client rate=100")
	for b.Loop() {
		if r := l.Do(context.Background(), grammar.Step{N: 1}); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
}
