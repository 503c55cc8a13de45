package tui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"raftscope"
	"raftscope/sm"
	"raftscope/tui/theme"
)

// Every scenario that ships can be walked to its end by n alone. Nothing goes
// wrong, and the run is the same, event by event, as that of raftscope run,
// though its user looks around between the lines.
func TestWalkEveryScenario(t *testing.T) {
	files, err := fs.Glob(raftscope.Scenarios, "*.txt")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	around := [][]string{
		{"[", "[", "end"}, {"home", "e", "e", "}", "end"}, {"tab", "j", "enter", "ctrl+o", "tab"}, {"2", "j", "6", "k", "enter", "end", "1"},
		{"x", "esc"}, {"b", "esc"}, {"/", "kind:append", "enter", "n", "N", "esc", "end"}, {":", "print nodes", "enter", "esc"}, {"z", "z"},
	}
	for i, file := range files {
		name := strings.TrimSuffix(file, ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCockpit(t, scenarioSource(t, name), Options{}, 80+20*(i%4), 24+6*(i%4))
			for lines := 0; !c.m.walk().over(); lines++ {
				line := c.m.walk().text()
				c.keys("n")
				if m := c.m.message; m.style == theme.Failed {
					t.Fatalf("%s: %s", line, m.text)
				}
				if c.m.top() != nil { // what was printed
					c.keys("esc")
				}
				wholeFrame(t, c.m)
				c.keys(around[(i+lines)%len(around)]...)
				if c.m.scene.Mode.String() != "LIVE" || c.m.top() != nil {
					t.Fatalf("after looking around by %v:\n%s", around[(i+lines)%len(around)], c.screen())
				}
			}
			c.shows("the scenario is over")
			if got, want := digest(c.m), goldenDigest(t, name); got != want {
				t.Errorf("the digest is %s, expected %s", got, want)
			}
		})
	}
}

// Whoever acts in between changes the story, and nothing breaks.
func TestActBetweenLines(t *testing.T) {
	acts := [][]string{
		{"w", "mine 1", "enter", "s", "s"}, {":", "crash n2", "enter"}, {"s", "S", "f"}, {":", "cut n1 | n2 n3 ; advance 2s ; heal", "enter"},
		{":", "restart n2", "enter"}, {":", "client rate=50 calls=20", "enter"}, {":", "clear all ; release all", "enter"},
	}
	for i, name := range []string{"truncation", "leader-write", "breakpoints", "clients", "told-error-applied"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCockpit(t, scenarioSource(t, name), Options{}, 120, 36)
			for lines := 0; !c.m.walk().over(); lines++ {
				if lines > 200 {
					t.Fatalf("it does not end:\n%s", c.screen())
				}
				before := c.m.walk().at
				c.keys("n")
				for c.m.top() != nil {
					c.keys("esc")
				}
				if c.m.walk().at == before { // it cannot be done any more, after what was done
					if c.m.message.text == "" {
						t.Fatalf("n does nothing:\n%s", c.screen())
					}
					c.keys("N")
				}
				c.keys(acts[(i+lines)%len(acts)]...)
				for c.m.top() != nil {
					c.keys("esc")
				}
				c.keys("end")
				wholeFrame(t, c.m)
				if c.m.last.Dead != nil {
					t.Fatalf("the cluster died: %+v", c.m.last.Dead)
				}
			}
			c.shows("the scenario is over")
		})
	}
}

func digest(m *Model) string {
	var d sm.Digest
	for i := range m.timeline().Events() {
		e := m.timeline().Event(i)
		d.Add(&e)
	}
	return d.String()
}

// goldenDigest is the digest at the end of a scenario's transcript.
func goldenDigest(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "scenarios", name+".golden"))
	if errors.Is(err, fs.ErrNotExist) {
		text, err = os.ReadFile(filepath.Join("..", "testdata", "scenarios", "findings", name+".golden"))
	}
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`digest ([0-9a-f]{16})`).FindAllSubmatch(text, -1)
	if len(found) == 0 {
		t.Fatalf("%s.golden has no digest", name)
	}
	return string(found[len(found)-1][1])
}
