package tui

import (
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// walkCockpit shows a cluster before the first line of a scenario.
func walkCockpit(t *testing.T, text string, w, h int) *cockpit {
	t.Helper()
	f, err := grammar.ParseFile("walk.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	s := startSession(t, "cluster nodes=3 seed=7", "run until leader")
	return newCockpit(t, Source{
		Timeline: s.Timeline(), Controller: session{s}, Scenario: f, Name: "walk",
		Cluster: grammar.DefaultCluster(), Seed: 7,
	}, Options{}, w, h)
}

// Whoever walks by n reads what a line printed and goes on by n.
func TestWalkOnFromWhatWasPrinted(t *testing.T) {
	c := walkCockpit(t, "print nodes ; print breaks\nwrite leader set x 1\n", 100, 30)
	c.keys("n")
	c.shows("print breaks", "n next line")
	c.keys("n")
	c.shows("print nodes", "n next line")
	if c.m.walk().text() != "write leader set x 1" {
		t.Fatalf("n went on although a text was still to be read; next is %q", c.m.walk().text())
	}
	c.keys("n")
	c.hides("print nodes")
	c.shows("set x 1", "the scenario is over")
}

// The leader's log is on the screen however many nodes there are, and whatever is
// not on it is announced.
func TestLogsOfManyNodes(t *testing.T) {
	for _, size := range []struct {
		w, h  int
		all   bool
		hints []string
	}{{120, 36, true, nil}, {80, 24, false, []string{"↑n"}}, {60, 16, false, []string{"↑n"}}} {
		c := liveCockpit(t, "cluster nodes=9 seed=1", size.w, size.h, "run until leader")
		lay := c.m.arrangement(false)
		logs, _ := lay.find(placeLogs)
		lines := strings.Join(strings.Split(c.screen(), "\n")[logs.body.Y:logs.body.Y+logs.body.H], "\n")
		for _, want := range append(size.hints, c.m.scene.View.Leader()+" ★") {
			if !strings.Contains(lines, want) {
				t.Errorf("%dx%d: the logs do not show %q:\n%s", size.w, size.h, want, lines)
			}
		}
		if size.all && strings.Count(lines, "\n") != 9 {
			t.Errorf("%dx%d: not all nine logs are there:\n%s", size.w, size.h, lines)
		}
	}
}

// A log that ends before the window is not empty.
func TestLogThatIsBehind(t *testing.T) {
	c := liveCockpit(t, "cluster nodes=3 seed=1", 80, 24, "run until leader", "run until idle", "stop n1", "write leader set x 1 x40 wait")
	c.shows("ends at 1")
}

// The write that the user made is the one that the line of the write tells of,
// as long as the tree shows it.
func TestWriteLineAndTreeTellOfTheSameWrite(t *testing.T) {
	c := liveCockpit(t, "cluster nodes=3 seed=7", 120, 36, "run until leader", "run until idle")
	c.command("write leader set mine 1")
	mine := c.m.scene.View.LastExec().ID()
	c.command("client rate=100 set=1")
	c.command("advance 1s")
	if s := &c.m.scene; s.Root != mine || s.Write != mine || s.View.LastExec().ID() == mine {
		t.Fatalf("tree %d, write %d, want both %d, the newest is %d", s.Root, s.Write, mine, s.View.LastExec().ID())
	}
}

// What can go wrong with a write goes wrong with what it waits for.
func TestFaultsOfAWrite(t *testing.T) {
	c := liveCockpit(t, "cluster nodes=3 seed=7", 120, 36, "run until leader", "run until idle")
	c.command("write leader set mine 1")
	c.keys("s", "s", "s", "x")
	c.shows("it waits for append#", "hold append#")
	c.keys("1")
	c.shows("1 held")
}

// What a search finds is in the tree.
func TestWhatIsFoundIsInTheTree(t *testing.T) {
	c := liveCockpit(t, "cluster nodes=3 seed=7", 120, 36, "run until leader", "write leader set x 1 wait", "truncate", "write leader set x 2 wait")
	c.command("goto home")
	c.command("find kind:truncate")
	c.shows("tree: truncate#")
	c.command("select exec@1")
	c.keys("r")
	c.command("goto home")
	c.command("find kind:entry text:x=1")
	c.shows("tree: exec#") // which it is below of: that stays
	if c.m.scene.Machine().Kind().Name() != "entry" {
		t.Fatalf("selected is %s", c.m.scene.Machine().Name())
	}
}
