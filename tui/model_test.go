package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// A write is stepped from the key to the answer, back through its history and
// forth again.
func TestStepAWrite(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 120, 36, "run until leader")
	c.shows("LIVE", "w writes, s steps")
	c.command("write leader set x 1")
	if w := c.m.scene.Machine(); !w.Known() || w.Kind().Name() != "exec" {
		t.Fatalf("after a write %v is selected", w)
	}
	for range 3 {
		c.keys("s")
	}
	before := c.line(0)
	c.keys("[")
	c.shows("HISTORY -")
	c.keys("w")
	c.shows("this is history")
	c.keys("esc")
	if c.line(0) != before {
		t.Errorf("after [ and esc the header is %q, expected %q", c.line(0), before)
	}
	c.keys("f")
	if w := c.m.scene.Machine(); w.StateName() != "DONE" {
		t.Errorf("f has left %s in %s", w.Name(), w.StateName())
	}
	c.keys("home").shows("HISTORY -")
	c.keys("s", "s", "end").shows("LIVE")
	c.keys("q").shows("This run is in no file yet")
	c.keys("d")
	if !c.quit {
		t.Error("it did not quit")
	}
}

// Between two steps nothing moves.
func TestNothingMovesByItself(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 80, 24, "run until leader")
	c.keys("x", "esc", "?", "esc", "1", "tab", "tab", "z", "z")
	n := c.m.timeline().Events()
	c.keys("s")
	after := c.m.timeline().Events()
	if after == n {
		t.Error("a step brought nothing")
	}
	if c.waiting > 0 || c.m.goesOn() {
		t.Error("something goes on")
	}
}

func TestTooSmall(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 40, 10)
	c.shows("too small: 40x10")
	if lines := strings.Split(c.m.View().Content, "\n"); len(lines) != 10 {
		t.Errorf("%d lines", len(lines))
	}
	c.tell(tea.WindowSizeMsg{Width: 20, Height: 5})
	c.shows("too small: 20x5", "60x16")
}
