//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"raftscope"
	"raftscope/engine/grammar"
	"raftscope/sm"
	"raftscope/tui"
)

// shown carries out a command line on a terminal, with f in place of the
// cockpit, and returns the exit status and the errors.
func shown(t *testing.T, f func(context.Context, tui.Source, tui.Options) error, args ...string) (status int, errs string) {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	var e bytes.Buffer
	was := false
	status = execute(context.Background(), args, streams{in: tty, out: tty, err: &e,
		cockpit: func(ctx context.Context, src tui.Source, o tui.Options) error {
			was = true
			return f(ctx, src, o)
		}})
	if !was {
		t.Fatalf("no cockpit was shown: status %d, %s", status, e.String())
	}
	return status, e.String()
}

// Every option of the cluster line is a flag, with the same values.
func TestClusterFlags(t *testing.T) {
	values := map[string]string{"nodes": "5", "seed": "7", "net": "2ms..4ms", "disk": "1ms", "quiet": "off", "HeartbeatTimeout": "2s",
		"ElectionTimeout": "3s", "PreVoteDisabled": "true", "LogLevel": "warn"}
	args, line := []string{}, "cluster"
	for name, value := range values {
		args, line = append(args, "--"+name, value), line+" "+name+"="+value
	}
	want, err := grammar.ParseLine(1, line)
	if err != nil {
		t.Fatal(err)
	}
	status, errs := shown(t, func(_ context.Context, src tui.Source, o tui.Options) error {
		if got := src.Cluster.String(); got != want[0].String() {
			t.Errorf("flags give %q, want %q", got, want[0])
		}
		if src.Seed != 7 || len(src.Timeline.Nodes()) != 5 || o.Theme != "light" || !o.ASCII || o.Stats == nil {
			t.Errorf("seed %d, nodes %q, options %+v", src.Seed, src.Timeline.Nodes(), o)
		}
		return nil
	}, append(args, "--theme", "light", "--ascii", "--stats")...)
	if status != 0 || errs != "" {
		t.Errorf("status %d, errors %q", status, errs)
	}
	_, help, _ := command(t, "--help")
	for _, o := range grammar.Options() {
		if !strings.Contains(help, "--"+o.Name+" ") || !strings.Contains(strings.Join(strings.Fields(help), " "), o.Doc+" "+o.Range) {
			t.Errorf("the help does not say what --%s is", o.Name)
		}
	}
}

// Without a command there is a cluster of three with a leader.
func TestFirstScreen(t *testing.T) {
	began := time.Now()
	status, errs := shown(t, func(ctx context.Context, src tui.Source, _ tui.Options) error {
		t.Logf("the cockpit is there after %v", time.Since(began))
		r := src.Controller.State()
		if r.Err != nil || r.Dead != nil || len(src.Timeline.Nodes()) != 3 || src.Scenario != nil || src.Recording != "" || src.Load != nil {
			t.Errorf("source %+v, report %+v", src, r)
		}
		if r.At == 0 || r.Stop == nil || r.Stop.Cond != "leader" {
			t.Errorf("at %v, stopped by %+v, want a leader", time.Duration(r.At), r.Stop)
		}
		return nil
	})
	if status != 0 || errs != "" {
		t.Errorf("status %d, errors %q", status, errs)
	}
}

// A cluster that elects nobody is shown too, with what was waited for.
func TestNoLeader(t *testing.T) {
	status, errs := shown(t, func(_ context.Context, src tui.Source, _ tui.Options) error {
		if r := src.Controller.State(); r.Err == nil || !strings.HasPrefix(r.Err.Error(), "not reached within 30s") || r.Dead != nil {
			t.Errorf("report %+v", r)
		}
		return nil
	}, "--net", "9s..10s")
	if status != 0 || errs != "" {
		t.Errorf("status %d, errors %q", status, errs)
	}
}

// A scenario is opened before its first command.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "truncation.txt")
	if err := os.WriteFile(path, []byte("cluster nodes=1 seed=9\nrun until leader\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arg, name string
		seed      uint64
		lines     int
	}{
		{"truncation", "truncation", 7, 10}, {"truncation.txt", "truncation", 7, 10}, {path, path, 9, 2},
	} {
		record := filepath.Join(t.TempDir(), "run.rsc")
		status, errs := shown(t, func(ctx context.Context, src tui.Source, _ tui.Options) error {
			if src.Name != c.name || src.Seed != c.seed || src.Scenario == nil || len(src.Scenario.Lines) < c.lines || src.Recording != record {
				t.Errorf("%s: name %q, seed %d, recording %q", c.arg, src.Name, src.Seed, src.Recording)
			}
			if src.Timeline.Now() != 0 || src.Controller.State().At != 0 {
				t.Errorf("%s: time has gone on to %v", c.arg, src.Timeline.Now())
			}
			for i := range src.Timeline.Events() {
				if e := src.Timeline.Event(i); e.Type == sm.Command && !strings.HasPrefix(e.Text, "cluster") {
					t.Errorf("%s: %q was carried out", c.arg, e.Text)
				}
			}
			if r := src.Controller.Do(ctx, firstCommands(grammar.DefaultCluster())[0]); r.Err != nil {
				t.Error(r.Err)
			}
			return nil
		}, "open", "--record", record, c.arg)
		if status != 0 || errs != "" {
			t.Errorf("%s: status %d, errors %q", c.arg, status, errs)
		}
		if _, out, _ := command(t, "info", record); !strings.Contains(out, "complete    yes") {
			t.Errorf("%s: %s", c.arg, out)
		}
	}
}

// A list of the scenarios, one a line, each with what it is about.
func TestOpenLists(t *testing.T) {
	status, out, errs := command(t, "open")
	if status != 0 || errs != "" {
		t.Fatalf("status %d, errors %q", status, errs)
	}
	names := scenarioNames()
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(names) || len(names) < 20 {
		t.Errorf("%d lines for %d scenarios", len(lines), len(names))
	}
	for i, line := range lines {
		name, about, _ := strings.Cut(line, " ")
		if name != names[i] || len(strings.TrimSpace(about)) < 10 || len([]rune(line)) > docWidth {
			t.Errorf("line %q", line)
		}
		if _, err := openScenario(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := raftscope.Scenarios.Open("truncation.txt"); err != nil {
		t.Error(err)
	}
}

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"No end":                              "No end",
		"One. Two.":                           "One.",
		"raft v1.7.3 (section 9.6). More":     "raft v1.7.3 (section 9.6).",
		"In brackets (so it is.) More of it.": "In brackets (so it is.)",
		"Is it? Yes.":                         "Is it?",
	} {
		if got := sentence(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A recording is read by the cockpit, and saved runs are recordings.
func TestReplay(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "saved.rsc")
	var digest int
	status, errs := shown(t, func(ctx context.Context, src tui.Source, _ tui.Options) error {
		digest = src.Timeline.Events()
		return src.Save(ctx, saved, false)
	}, "--seed", "3")
	if status != 0 || errs != "" {
		t.Fatalf("status %d, errors %q", status, errs)
	}
	status, errs = shown(t, func(ctx context.Context, src tui.Source, _ tui.Options) error {
		if src.Controller != nil || src.Save != nil || src.Seed != 3 || src.Name != "saved.rsc" {
			t.Errorf("source %+v", src)
		}
		if l := src.Loading(); l.Done || src.Timeline.Events() > 0 {
			t.Errorf("before it was read: %+v, %d events", l, src.Timeline.Events())
		}
		if err := src.Load(ctx); err != nil {
			t.Error(err)
		}
		if l := src.Loading(); !l.Done || !l.Complete || l.Err != nil || l.Damage != "" || l.Bytes != l.Size || src.Timeline.Events() != digest {
			t.Errorf("after it was read: %+v, %d events, want %d", l, src.Timeline.Events(), digest)
		}
		return nil
	}, "replay", saved)
	if status != 0 || errs != "" {
		t.Errorf("status %d, errors %q", status, errs)
	}
}

// A cockpit that ends does not wait for a file that goes on growing.
func TestReplayFollows(t *testing.T) {
	kept, err := os.ReadFile(keptRecording)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "growing.rsc")
	if err := os.WriteFile(path, kept[:len(kept)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	status, errs := shown(t, func(ctx context.Context, src tui.Source, _ tui.Options) error {
		go src.Load(ctx) // nobody ends it
		until(t, "all there is was read", func() bool { return src.Loading().Following })
		if l := src.Loading(); l.Done || l.Complete {
			t.Errorf("it grows: %+v", l)
		}
		return nil
	}, "replay", "--follow", path)
	if status != 0 || errs != "" {
		t.Errorf("status %d, errors %q", status, errs)
	}
}
