package tui

import (
	tea "charm.land/bubbletea/v2"

	"testing"
	"time"
)

// A command that is given while the cluster runs at full speed is carried out
// between two stretches.
func TestCommandInFullRun(t *testing.T) {
	c, g := gatedCockpit(t, "")
	c.command("pace max")
	g.shut = true
	c.press("space")
	for c.next(g) == "" {
	}
	c.begin(c.m.line("write leader set x 1"))
	written := false
	for range 10 {
		g.open <- true
		if cmd := c.next(g); cmd == "write leader set x 1" {
			written = true
			break
		}
	}
	if !written {
		t.Error("the write is not done while the run goes on")
	}
	g.open <- true
	c.next(g) // the run goes on behind it
	c.press("space")
	c.press("space") // again at once
	if !c.m.pace.on {
		t.Errorf("the run did not go on: %s", c.m.message.text)
	}
	c.press("space")
	c.finish(g)
}

// A run through history ends at now: the cluster goes on only when that is asked
// for.
func TestPlayedHistoryEndsAtNow(t *testing.T) {
	c, g := gatedCockpit(t, "")
	for _, pace := range []string{"pace 64", "pace max"} {
		c.command(pace)
		c.keys("[", "[", "[", "space")
		deadline := time.After(time.Minute)
		for c.m.pace.on {
			c.one(deadline)
		}
		c.settle()
		c.shows("LIVE", "this is now")
		wantDone(t, g)
	}
	// The same if the user goes to now in the middle.
	c.command("pace 1")
	c.keys("home", "space", "end")
	c.settle()
	wantDone(t, g)
	if c.m.pace.on {
		t.Error("the run goes on")
	}
}

// History can be played while the cluster does something that takes long.
func TestPlayHistoryBehindWork(t *testing.T) {
	c, g := gatedCockpit(t, "")
	c.start(g, func() tea.Cmd { return c.m.line("step 5") })
	c.press("home")
	c.press("space")
	if !c.m.pace.on {
		t.Errorf("it does not run: %s", c.m.message.text)
	}
	c.press("space")
	c.finish(g)
}
