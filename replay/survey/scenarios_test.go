package survey_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/engine/scenario"
	"raftscope/replay"
	"raftscope/replay/survey"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	os.Exit(m.Run())
}

// surveyed are the scenarios of which it is kept what is said at every instant.
var surveyed = []string{"hold-quorum", "truncation", "clients", "lost-write", "freeze", "one-way", "snapshot-install"}

// run runs a scenario and returns its timeline.
func run(t *testing.T, name string) *replay.Timeline {
	t.Helper()
	in, err := os.Open(filepath.Join("../../testdata/scenarios", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file, err := grammar.ParseFile(name+".txt", in)
	if err != nil {
		t.Fatal(err)
	}
	v, err := scenario.Run(context.Background(), file, new(bytes.Buffer), scenario.Options{})
	if err != nil || !v.OK() {
		t.Fatalf("%v, %d expectations failed, %d violations", err, v.Failed, v.Violations)
	}
	return v.Kept
}

// TestScenarios walks through whole runs, instant by instant, and compares with
// a golden file what is said of every write, node and peer whenever that
// changes.
func TestScenarios(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes runs differ")
	}
	for _, name := range surveyed {
		t.Run(name, func(t *testing.T) {
			got := story(run(t, name))
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("what is said differs from %s: %s", golden, difference(got, string(want)))
			}
		})
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// story is what is said at every visible instant, without what was said before.
func story(tl *replay.Timeline) string {
	var b strings.Builder
	said := map[string]string{}
	for c, ok := tl.NextVisible(0, 1); ok; c, ok = tl.NextVisible(c, 1) {
		v := tl.At(c)
		var lines []string
		say := func(key, line string) {
			if said[key] != line {
				said[key] = line
				lines = append(lines, "  "+line)
			}
		}
		for _, kind := range []string{"exec", "read"} {
			for _, m := range v.ByKind(kind) {
				say(m.Name(), survey.Write(v, m).Text())
			}
		}
		for _, name := range v.Nodes() {
			say(name, name+": "+survey.Doing(v, name).Text)
			for _, p := range survey.Peers(v, name) {
				say(name+">"+p.Node, fmt.Sprintf("%s>%s: next %d match %d, %d under way, contact %s%s", name, p.Node, p.Next, p.Match,
					len(p.Requests), replay.Duration(p.Contact), cuts(p)))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n%s\n", replay.Seconds(v.Now()), strings.Join(lines, "\n"))
		}
	}
	return b.String()
}

func cuts(p survey.Peer) (s string) {
	if p.Cut {
		s = ", cut"
	}
	if p.CutBack {
		s += ", cut back"
	}
	if !p.Up {
		s += ", down"
	}
	return s
}
