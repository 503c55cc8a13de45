package pane_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/frames"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// recorded reads a recording of testdata. They are made of the scenarios of
// that name:
//
//	go run ./cmd/raftscope run --record tui/pane/testdata/NAME.rsc testdata/scenarios/NAME.txt
func recorded(tb testing.TB, name string) *replay.Timeline {
	tb.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".rsc"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	t := replay.NewTimeline()
	for r := frames.NewReader(f); ; {
		frame, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		if err := t.AddKinds(frame.Kinds); err != nil {
			tb.Fatal(err)
		}
		if err := t.Append(frame.Events); err != nil {
			tb.Fatal(err)
		}
	}
	if d := t.Damage(); d.Events > 0 {
		tb.Fatalf("%s: %v", name, d.Reasons)
	}
	return t
}

// built returns a timeline of fabricated events.
func built(tb testing.TB, events []sm.Event) *replay.Timeline {
	tb.Helper()
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	if err := t.Append(events); err != nil {
		tb.Fatal(err)
	}
	return t
}

// sceneAt returns a scene behind the instant at which a condition is first met.
func sceneAt(tb testing.TB, t *replay.Timeline, when string) *pane.Scene {
	tb.Helper()
	v := t.View()
	if when != "" {
		c, err := cond.Parse(1, when, t.Scope())
		if err != nil {
			tb.Fatal(err)
		}
		n := 0
		for n < t.Events() && !t.At(n).Holds(c) {
			n++
		}
		if !t.At(n).Holds(c) {
			tb.Fatalf("never: %s", when)
		}
		v = t.AtTime(t.At(n).Now())
	}
	return &pane.Scene{View: v, Last: t.View(), Mode: pane.Replay, Theme: theme.New(theme.Dark, false), Alias: pane.NewAliases(v.Nodes())}
}

// drawn draws a pane as the cockpit does, its title above it.
func drawn(p pane.Pane, s *pane.Scene, w, h int, focused bool) string {
	g := grid.New(w, h)
	g.ASCII = s.Theme.Glyphs.Leader == '*'
	p.Draw(g.All(), s, focused)
	return fmt.Sprintf("── %s\n%s", p.Title(s), g.Plain())
}

// styled returns where a style of a meaning is, as one line under each that
// has some: for goldens of what colours and marks say.
func styled(p pane.Pane, s *pane.Scene, w, h int, has func(grid.Style) bool) string {
	g := grid.New(w, h)
	p.Draw(g.All(), s, true)
	var b strings.Builder
	for y := range h {
		line := make([]rune, w)
		for x := range w {
			r, st := g.At(x, y)
			if line[x] = ' '; has(st) && r != 0 && r != ' ' {
				line[x] = r
			}
		}
		b.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return b.String()
}

// find returns where a text stands on a screen.
func find(t *testing.T, g *grid.Grid, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(g.Plain(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return grid.Width(before), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, g.Plain())
	return 0, 0
}

// found returns the machine that is named as in conditions: exec@5.
func found(t *testing.T, s *pane.Scene, ref string) replay.MachineView {
	t.Helper()
	c, err := cond.ParseRef(1, ref, cond.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	m := s.View.Find(c)
	if !m.Known() {
		t.Fatalf("no %s", ref)
	}
	return m
}

// same compares with a file of testdata, which UPDATE=1 writes anew.
func same(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with UPDATE=1):\ngot\n%s\nwant\n%s", path, got, want)
	}
}
