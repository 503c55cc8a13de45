package random

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/engine/scenario"
	"raftscope/replay"
	"raftscope/replay/rules"
	"raftscope/sm"
)

func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	os.Exit(m.Run())
}

// short is a run of two epochs.
func short(t *testing.T, seed uint64) Options {
	return Options{Length: 90 * time.Second, Epoch: time.Minute, Seed: seed, Dir: t.TempDir()}
}

// TestSameSeedSameText: everything that is printed follows from the options, and
// another seed gives another run.
func TestSameSeedSameText(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	var texts [3]bytes.Buffer
	for i, seed := range []uint64{1, 1, 2} {
		r, err := Run(context.Background(), &texts[i], short(t, seed))
		if err != nil || !r.OK() {
			t.Fatalf("seed %d: %v\n%s", seed, err, texts[i].String())
		}
		if r.Epochs != 2 || r.Virtual < 90*time.Second || r.Rests < 2 || r.Writes.OK == 0 || len(r.Faults) < 3 {
			t.Errorf("seed %d: %+v", seed, r.Counts)
		}
	}
	if texts[0].String() != texts[1].String() {
		t.Errorf("the same seed gave\n%s\nand\n%s", texts[0].String(), texts[1].String())
	}
	if texts[0].String() == texts[2].String() {
		t.Error("another seed gave the same run")
	}
}

// nosy takes it for a violation that a log was truncated.
type nosy struct{}

func (nosy) look(t *replay.Timeline) *Violation {
	for i := range t.Events() {
		e := t.Event(i)
		if m := t.Machine(e.Machine); e.Type == sm.Moved && m != nil && m.Kind().Name() == "truncate" && m.Kind().StateName(e.State) == "DONE" {
			return &Violation{Rule: "no-truncations", Text: "a log was truncated", At: e.At, Events: []uint64{e.Seq}, Nodes: []string{e.Node}, Expect: "count truncate DONE = 0"}
		}
	}
	return nil
}

// TestViolation: a rule that is broken ends the run, and the scenario that is
// written shows at its end what the run saw, at the same time.
func TestViolation(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	opt := short(t, 4)
	opt.Length, opt.watch = 5*time.Minute, func() watcher { return nosy{} }
	var out bytes.Buffer
	r, err := Run(context.Background(), &out, opt)
	if err != nil || len(r.Found) != 1 {
		t.Fatalf("%v, found %+v\n%s", err, r.Found, out.String())
	}
	f := r.Found[0]
	if !f.Again || f.Rule != "no-truncations" || filepath.Dir(f.Scenario) != opt.Dir || !strings.Contains(filepath.Base(f.Scenario), "seed4-epoch") {
		t.Errorf("found %+v", f)
	}
	if text := out.String(); !strings.Contains(text, "! no-truncations is broken in epoch ") || !strings.Contains(text, "raftscope run "+f.Scenario) || !strings.HasSuffix(text, "= 1 violation\n") {
		t.Errorf("printed\n%s", text)
	}
	in, err := os.Open(f.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file, err := grammar.ParseFile(f.Scenario, in)
	if err != nil {
		t.Fatal(err)
	}
	v, err := scenario.Run(context.Background(), file, &out, scenario.Options{})
	if err != nil || v.Failed != 1 {
		t.Fatalf("its run: %v, %d expectations failed", err, v.Failed)
	}
	again := nosy{}.look(v.Kept)
	if again == nil || again.At != f.At || again.Nodes[0] != f.Nodes[0] {
		t.Errorf("its run shows %+v, expected %+v", again, f.Violation)
	}
	if past := v.Kept.Now() - f.At; past > dur(2*margin) {
		t.Errorf("it goes on for %s behind the violation", time.Duration(past))
	}
}

// TestProcessDies: the end of a cluster's process is a violation, and its scenario
// is kept although it cannot show what came from outside.
func TestProcessDies(t *testing.T) {
	opt := short(t, 1)
	opt.begun = func(e *epoch) {
		time.AfterFunc(100*time.Millisecond, e.session.Kill)
	}
	opt.Length, opt.Epoch = 10*time.Hour, time.Hour
	var out bytes.Buffer
	r, err := Run(context.Background(), &out, opt)
	if err != nil || len(r.Found) != 1 || r.Found[0].Rule != ruleDied || r.Found[0].Again {
		t.Fatalf("%v, %+v", err, r.Found)
	}
	if !strings.Contains(out.String(), "\n! but that run did not show it\n") {
		t.Errorf("printed\n%s", out.String())
	}
	if _, err := os.Stat(r.Found[0].Scenario); err != nil {
		t.Error(err)
	}
}

// TestGoOn: after a violation the next epoch begins, if that is asked for.
func TestGoOn(t *testing.T) {
	opt := short(t, 4)
	opt.Length, opt.GoOn, opt.watch = 3*time.Minute, true, func() watcher { return nosy{} }
	r, err := Run(context.Background(), &bytes.Buffer{}, opt)
	if err != nil || len(r.Found) < 2 || r.OK() {
		t.Errorf("%v, found %+v", err, r.Found)
	}
}

// TestInterrupted: a run that is interrupted tells what happened so far, and
// leaves no process behind.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	opt := short(t, 1)
	opt.Length = 240 * time.Hour
	opt.Progress = func(p Progress) {
		if p.Epoch == 2 {
			time.AfterFunc(20*time.Millisecond, cancel)
		}
	}
	var out bytes.Buffer
	r, err := Run(ctx, &out, opt)
	if !errors.Is(err, context.Canceled) || !r.Interrupted || r.Epochs < 2 || r.Virtual < 2*time.Minute {
		t.Errorf("%v, %+v", err, r)
	}
	if text := out.String(); !strings.Contains(text, "\ninterrupted; so far:\n") || !strings.Contains(text, "  writes ") {
		t.Errorf("printed\n%s", text)
	}
}

// TestFamilies: each family does what it is for, and nothing of the others.
func TestFamilies(t *testing.T) {
	signs := map[string]string{"net": "cut", "crash": "freeze", "disk": "hold", "membership": "transfer"}
	for _, f := range Families() {
		if signs[f.Name] == "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			opt := short(t, 3)
			opt.Families = []string{f.Name}
			var out bytes.Buffer
			r, err := Run(context.Background(), &out, opt)
			if err != nil || !r.OK() {
				t.Fatalf("%v\n%s", err, out.String())
			}
			for family, sign := range signs {
				if n := r.Faults[sign]; (family == f.Name) != (n > 0) {
					t.Errorf("%s: %d", sign, n)
				}
			}
		})
	}
}

// TestFindings: what raft is known to break rules on is found within minutes, and
// each scenario shows it again.
func TestFindings(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	opt := Options{Length: 20 * time.Minute, Seed: 2, Families: []string{"net", "findings"}, GoOn: true, Dir: t.TempDir()}
	var out bytes.Buffer
	r, err := Run(context.Background(), &out, opt)
	if err != nil || len(r.Found) == 0 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, f := range r.Found {
		if !f.Again {
			t.Errorf("%s does not show %s again", f.Scenario, f.Rule)
		}
	}
}

// TestNothingGrows: a cluster has as many goroutines and open files at its last
// rest as at its first, but for what its leadership needs, and this process has
// none more when it is over.
func TestNothingGrows(t *testing.T) {
	before := runtime.NumGoroutine()
	opt := Options{Length: EpochDefault, Seed: 8, Dir: t.TempDir(), Progress: func(p Progress) {
		if g := p.Stats.Goroutines; g[0] == 0 || g[1] > g[0]+6 {
			t.Errorf("goroutines went from %d to %d", g[0], g[1])
		}
		if f := p.Stats.Files; f[0] == 0 || f[1] > f[0]+2 { // a snapshot may be open
			t.Errorf("open files went from %d to %d", f[0], f[1])
		}
	}}
	r, err := Run(context.Background(), &bytes.Buffer{}, opt)
	if err != nil || r.Crashed < 10 || r.Rests < 3 {
		t.Fatalf("%v, %+v", err, r)
	}
	if after := runtime.NumGoroutine(); after > before+1 {
		t.Errorf("%d goroutines, there were %d", after, before)
	}
}

func TestWrongOptions(t *testing.T) {
	three, forgetful := grammar.DefaultCluster(), grammar.DefaultCluster()
	forgetful.NoSnapshotRestoreOnStart = true
	silent := grammar.DefaultCluster()
	silent.LogLevel = "ERROR"
	tests := []struct {
		name string
		opt  Options
		want string
	}{
		{"no length", Options{}, "the run is to last 0s, expected 1s to "},
		{"no end", Options{Length: 1 << 62}, "expected 1s to 8784h0m0s"},
		{"short epochs", Options{Length: time.Hour, Epoch: time.Second}, "an epoch is to last 1s, expected 1m0s to 1h0m0s"},
		{"seed of the cluster", Options{Length: time.Hour, Cluster: three, Given: []string{"seed"}}, "each epoch's cluster has a seed of its own"},
		{"states that cannot be equal", Options{Length: time.Hour, Cluster: forgetful, Given: []string{"NoSnapshotRestoreOnStart"}}, "with NoSnapshotRestoreOnStart a node that starts again lacks"},
		{"warnings that nobody hears", Options{Length: time.Hour, Cluster: silent, Given: []string{"LogLevel"}}, "with LogLevel=ERROR nobody hears of a follower that is stuck"},
		{"unknown family", Options{Length: time.Hour, Families: []string{"net", "crsh"}}, `there is no family of faults "crsh", expected one of net, crash, disk,`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if _, err := Run(context.Background(), &out, tt.opt); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if out.Len() > 0 {
				t.Errorf("printed %q", out.String())
			}
		})
	}
}

// TestGiven: what is given is not left to chance, whatever else is drawn.
func TestGiven(t *testing.T) {
	opt := Options{Length: time.Hour, Cluster: grammar.DefaultCluster(), Given: []string{"nodes", "HeartbeatTimeout"}}
	opt.Cluster.Nodes, opt.Cluster.HeartbeatTimeout = 7, 700*time.Millisecond
	families, err := opt.check()
	if err != nil {
		t.Fatal(err)
	}
	for n := range 300 {
		e := newEpoch(context.Background(), &opt, families, n)
		if c := e.cluster; c.Nodes != 7 || c.HeartbeatTimeout != 700*time.Millisecond || c.Check() != nil || len(e.nodes) != 7 {
			t.Fatalf("epoch %d: %s", n, c)
		}
	}
}

// TestCommandLine: what is given is in the line that begins such a run again.
func TestCommandLine(t *testing.T) {
	opt := Options{Length: time.Hour, Seed: 7, Epoch: 2 * time.Minute, GoOn: true, Families: []string{"net"}, Cluster: grammar.DefaultCluster(), Given: []string{"nodes", "net"}}
	families, err := opt.check()
	if err != nil {
		t.Fatal(err)
	}
	got := (&runner{opt: &opt, families: families}).commandLine(3)
	if want := "raftscope run --random 3600 --seed 7 --faults=net --epoch 2m0s --nodes=3 --net=1ms..3ms --keep-going, in epoch 3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestFewLogs: who is away needs a snapshot, however few entries stay in logs.
func TestFewLogs(t *testing.T) {
	for _, c := range []struct {
		trailing, threshold uint64
		writes              bool
	}{{0, 0, true}, {1, 0, true}, {64, 20, true}, {snapshotsOff, 0, false}, {0, snapshotsOff, false}, {1<<64 - 1, 1, false}, {1<<64 - 1, 1<<64 - 1, false}} {
		opt := short(t, 1)
		opt.Cluster, opt.Given = grammar.DefaultCluster(), []string{"TrailingLogs", "SnapshotThreshold"}
		opt.Cluster.TrailingLogs, opt.Cluster.SnapshotThreshold = c.trailing, c.threshold
		opt.Length, opt.Families = time.Second, []string{"net"}
		opt.begun = func(e *epoch) {
			e.writeMany()
			if writes := strings.Contains(fmt.Sprint(e.journal()), "client rate=50"); writes != c.writes {
				t.Errorf("%+v: it writes: %v", c, writes)
			}
		}
		if _, err := Run(context.Background(), io.Discard, opt); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestShowsAgain: only the rule that was found broken counts.
func TestShowsAgain(t *testing.T) {
	const text = "cluster nodes=1 seed=7\nfail current-term n1 count=1\nrun until state n1 CRASHED\n"
	file, err := grammar.ParseFile("panics.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := scenario.Run(context.Background(), file, io.Discard, scenario.Options{})
	if err != nil || !v.OK() {
		t.Fatal(err, v)
	}
	found := (&panics{}).look(v.Kept)
	if found == nil || found.Expect == "" {
		t.Fatalf("found %+v", found)
	}
	for _, c := range []struct {
		found Violation
		text  string
		want  bool
	}{
		{*found, text + "expect " + found.Expect, true},
		{*found, text, false},
		{Violation{Rule: ruleDied}, text, false},
		{Violation{Rule: rules.OneVote}, text + "expect " + found.Expect, false},
		{Violation{Rule: ruleHistory}, text + "expect " + found.Expect, false},
	} {
		if got := showsAgain(context.Background(), &Found{Violation: c.found, Scenario: "again.txt"}, []byte(c.text)); got != c.want {
			t.Errorf("%+v is shown again: %v", c.found, got)
		}
	}
}

// TestLines: how commands stand in a scenario that ends in their middle.
func TestLines(t *testing.T) {
	const second = sm.Time(time.Second)
	tests := []struct {
		c    command
		end  sm.Time
		want string
	}{
		{command{text: "advance 3s", from: 0, to: 3 * second}, 5 * second, "advance 3s"},
		{command{text: "advance 3s", from: 1 * second, to: 4 * second}, 2 * second, "advance 1.001s"},
		{command{text: "run until leader timeout=1m", from: 1 * second, to: 4 * second}, 2 * second, "advance 1.001s"},
		{command{text: "write leader set x 1 retry wait", from: 1 * second, to: 4 * second}, 2 * second, "write leader set x 1 retry; advance 1.001s"},
		{command{text: "run until leader timeout=3s", from: 1 * second, to: 4 * second, failed: true}, 9 * second, "advance 3s"},
		{command{text: "add voter n4 wait", from: 1 * second, to: 4 * second}, 2 * second, "add voter n4; advance 1.001s"},
		{command{text: "crash n1", from: 1 * second, to: 4 * second}, 2 * second, "crash n1; advance 1.001s"},
		{command{text: "restart n1", from: 1 * second, to: 1 * second, failed: true}, 9 * second, ""},
		{command{text: "restart n1", from: 1 * second, to: 4 * second, failed: true}, 9 * second, "advance 3s"},
		{command{text: "write n1 set x 1 wait", from: 1 * second, to: 1 * second, failed: true}, 9 * second, ""},
		// The write was made, though nobody was answered in time.
		{command{text: "write n1 set x 1 retry wait", from: 1 * second, to: 31 * second, failed: true}, 40 * second, "write n1 set x 1 retry; advance 30s"},
		{command{text: "promote n4 wait", from: 1 * second, to: 31 * second, failed: true}, 40 * second, "promote n4; advance 30s"},
		{command{text: "crash n1", from: 2 * second, to: 2 * second}, 2 * second, "crash n1"},
	}
	for _, tt := range tests {
		if got := strings.Join(tt.c.lines(tt.end), "; "); got != tt.want {
			t.Errorf("%q until %s: %q, want %q", tt.c.text, time.Duration(tt.end), got, tt.want)
		}
	}
}
