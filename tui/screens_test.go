package tui

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"raftscope"
	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/recorder"
	"raftscope/replay/load"
	"raftscope/replay/save"
)

var update = flag.Bool("update", false, "write the screens in testdata anew")

// TestScreens compares whole screens of real runs with those in testdata, at all
// sizes that the layout is made for.
func TestScreens(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, w, h int) *cockpit
	}{
		{"first", func(t *testing.T, w, h int) *cockpit { return seven(t, w, h) }},
		{"write", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys("w", "x 1", "enter", "s", "s", "s", "s")
			return c
		}},
		{"history", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys("w", "x 1", "enter", "f", "w", "y 2", "enter", "s", "{", "{", "]", "]", "]")
			return c
		}},
		{"logs", func(t *testing.T, w, h int) *cockpit { return openAt(t, "truncation", "print logs", w, h, "2") }},
		{"events", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys("w", "x 1", "enter", "f", "6", "/", "kind:append", "enter")
			return c
		}},
		{"faults", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys("w", "x 1", "enter", "s", "s", "x")
			return c
		}},
		{"plan", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys("X")
			return c
		}},
		{"prompt", func(t *testing.T, w, h int) *cockpit {
			c := seven(t, w, h)
			c.keys(":", "run until sta")
			return c
		}},
		{"scenario", func(t *testing.T, w, h int) *cockpit { return openAt(t, "truncation", "cut", w, h) }},
		{"replay", func(t *testing.T, w, h int) *cockpit {
			return replayCockpit(t, recordedTruncation(t), Options{}, w, h).keys("e", "e", "e", "e", "}")
		}},
		{"members", func(t *testing.T, w, h int) *cockpit { return newCockpit(t, memberSource(t), Options{}, w, h) }},
		{"members-logs", func(t *testing.T, w, h int) *cockpit {
			return newCockpit(t, memberSource(t), Options{ASCII: true}, w, h).keys("2")
		}},
		{"unstarted", func(t *testing.T, w, h int) *cockpit {
			return newCockpit(t, liveSource(t, "cluster nodes=5 voters=4 seed=7 start=off"), Options{}, w, h)
		}},
		{"ascii", func(t *testing.T, w, h int) *cockpit {
			c := newCockpit(t, sevenSource(t), Options{ASCII: true}, w, h)
			c.keys("w", "x 1", "enter", "s", "s", "s", "s")
			return c
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []struct {
				name string
				w, h int
			}{{"60x16", 60, 16}, {"80x24", 80, 24}, {"120x36", 120, 36}, {"200x60", 200, 60}} {
				cockpit := c.make(t, size.w, size.h)
				golden(t, filepath.Join("screens", c.name+"-"+size.name+".txt"), cockpit.screen())
				wholeFrame(t, cockpit.m)
			}
		})
	}
}

// TestColours compares what is written to the terminal, with its colours.
func TestColours(t *testing.T) {
	for _, theme := range []string{"dark", "light"} {
		c := newCockpit(t, sevenSource(t), Options{Theme: theme}, 120, 36)
		c.keys("w", "x 1", "enter", "s", "s", "s", "s", "x")
		golden(t, filepath.Join("screens", "colours-"+theme+".txt"), c.m.View().Content+"\n")
		wholeFrame(t, c.m)
	}
}

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s (go test ./tui -update writes it anew): got\n%s\nexpected\n%s", path, got, want)
	}
}

// sevenSource is a cluster of seed 7 with a leader.
func sevenSource(t testing.TB) Source {
	t.Helper()
	return liveSource(t, "cluster seed=7", "run until leader")
}

// memberSource is a cluster with a node of each sort, while one that was outside is
// being given a vote.
func memberSource(t testing.TB) Source {
	t.Helper()
	return liveSource(t, "cluster nodes=6 voters=3 nonvoters=1 seed=7 start=off", "start n1 n2 n3 n4 n5", "run until leader",
		"write leader set x 1 wait", "run until idle", "add voter n5", "run until config-change@last appended")
}

func seven(t testing.TB, w, h int) *cockpit {
	t.Helper()
	return newCockpit(t, sevenSource(t), Options{}, w, h)
}

// scenarioSource is a scenario that ships with the program, before its first
// command.
func scenarioSource(t testing.TB, name string) Source {
	t.Helper()
	text, err := raftscope.Scenarios.Open(name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	file, err := grammar.ParseFile(name, text)
	if err != nil {
		t.Fatal(err)
	}
	src := liveSource(t, file.Cluster.String())
	src.Name, src.Scenario = name, file
	return src
}

// openAt walks a scenario up to before the first line that begins so, and then
// presses keys.
func openAt(t testing.TB, name, line string, w, h int, keys ...string) *cockpit {
	t.Helper()
	c := newCockpit(t, scenarioSource(t, name), Options{}, w, h)
	for !strings.HasPrefix(c.m.walk().text(), line) {
		if c.m.walk().over() {
			t.Fatalf("%s has no line %q", name, line)
		}
		c.keys("n")
	}
	return c.keys(keys...)
}

// recordedTruncation is the recording of a run with a truncation in it.
func recordedTruncation(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "truncation.rsc")
	src := liveSource(t, "cluster seed=7", "run until leader", "write leader set x 1 wait", "truncate", "run until idle")
	if err := src.Save(t.Context(), path, false); err != nil {
		t.Fatal(err)
	}
	return path
}

// recordingSource is a recording, to be read by the cockpit.
func recordingSource(t testing.TB, path string) Source {
	t.Helper()
	l, err := load.Open(path, load.Options{Kinds: engine.KindSpecs()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var done atomic.Bool
	return Source{
		Timeline: l.Timeline(), Name: filepath.Base(path), Seed: l.Header().Seed,
		Load: func(ctx context.Context) error {
			defer done.Store(true)
			return l.Run(ctx)
		},
		Loading: func() Loading {
			over := done.Load() // asked first: what comes after it is final
			p := l.Progress()
			return Loading{Done: over, Bytes: p.Read, Size: p.Size, Following: p.Following, Complete: p.Complete, Damage: p.Damage.String(), Reasons: p.Damage.Reasons(), Err: p.Err}
		},
	}
}

func replayCockpit(t testing.TB, path string, opt Options, w, h int) *cockpit {
	t.Helper()
	return newCockpit(t, recordingSource(t, path), opt, w, h)
}

// saver saves a run as the command line does.
func saver(s *engine.Session) func(context.Context, string, bool) error {
	return func(ctx context.Context, path string, force bool) error {
		_, err := save.Write(ctx, path, s.Timeline().View(), save.Options{Header: recorder.Header{Seed: 7, Versions: engine.Versions()}, Force: force})
		return err
	}
}
