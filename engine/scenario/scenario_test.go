package scenario

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
)

// update rewrites the golden transcripts. Look at the difference before
// committing it: a golden that changed says that the product did.
var update = flag.Bool("update", false, "rewrite the golden transcripts")

func TestMain(m *testing.M) {
	engine.MaybeDebuggee()
	os.Exit(m.Run())
}

const scenarios = "../../testdata/scenarios"

// scenarioFiles returns the paths of all scenarios, findings too.
func scenarioFiles() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(scenarios, "*.txt"))
	if err != nil {
		return nil, err
	}
	findings, err := filepath.Glob(filepath.Join(scenarios, "findings", "*.txt"))
	return append(files, findings...), err
}

func parse(t *testing.T, path string) *grammar.File {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := grammar.ParseFile(filepath.Base(path), in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestScenarios runs every scenario and compares its transcript with the
// golden one, byte by byte.
func TestScenarios(t *testing.T) {
	files, err := scenarioFiles()
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", scenarios, err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			var out bytes.Buffer
			if raceEnabled {
				// The race detector makes Go's scheduler pick at random, so
				// what happens differs from run to run. That no rule is broken
				// and nothing races still holds.
				v, err := Run(context.Background(), parse(t, path), &out, Options{})
				var place *PlaceError
				if err != nil && !errors.As(err, &place) || v.Violations > 0 {
					t.Errorf("%d violations, %v", v.Violations, err)
				}
				return
			}
			v, err := Run(context.Background(), parse(t, path), &out, Options{})
			if err != nil {
				t.Errorf("%v", err)
			}
			if !v.OK() {
				t.Errorf("%d expectations failed, %d violations", v.Failed, v.Violations)
			}
			if damage := v.Kept.Damage(); damage.Events > 0 {
				t.Errorf("the timeline left out %d events: %v", damage.Events, damage.Reasons)
			}
			golden := strings.TrimSuffix(path, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out.Bytes(), want) {
				t.Errorf("the transcript differs from %s at %s", golden, firstDifference(out.String(), string(want)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			expected := "the end"
			if i < len(w) {
				expected = w[i]
			}
			return fmt.Sprintf("line %d", i+1) + ":\n got " + g[i] + "\nwant " + expected
		}
	}
	return "its end: the golden one goes on"
}
