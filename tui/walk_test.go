package tui

import (
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"
)

const walkedStory = `cluster seed=7
# One.
run until leader
# Two.
step 1; step 2
expect leader n1
# Three.
step 3
`

// A line that fails, or is interrupted, is still the next one; what of it was
// done is not done again.
func TestWalkStaysAtWhatFailed(t *testing.T) {
	c, g := gatedCockpit(t, walkedStory, "step 1")
	c.keys("N")
	c.shows("a scenario goes forward only", "run until leader")
	c.keys("n").shows("step 1; step 2", "Two.")
	g.fail["step 2"] = errors.New("refused for once")
	c.keys("n").shows("refused for once", "step 2")
	c.hides("step 1; step 2", "Three.")
	delete(g.fail, "step 2")
	c.keys("n").shows("expect leader n1")
	c.keys("n").shows("it is not so", "Three.") // a failed expectation ends nothing
	wantDone(t, g, "run until leader", "step 1", "step 2", "step 2")
	g.fail["step 3"] = errors.New("refused for ever")
	c.keys("n").shows("refused for ever", "step 3")
	c.keys("N").shows("left out: step 3", "the scenario is over")
}

func TestWalkStaysAtWhatWasInterrupted(t *testing.T) {
	c, g := gatedCockpit(t, walkedStory)
	c.keys("n")
	g.late = true
	c.start(g, func() tea.Cmd { return c.m.walkOn() })
	c.press("esc")
	c.finish(g)
	wantDone(t, g, "run until leader", "step 1")
	c.shows("interrupted")
	c.keys("n")
	wantDone(t, g, "run until leader", "step 1", "step 2")
	c.shows("expect leader n1")
}

// A plan of which the last line fails is not over, and what lies below goes on
// when it is given up.
func TestPlanThatFails(t *testing.T) {
	c, g := gatedCockpit(t, walkedStory)
	w := &walk{name: "truncate n2", plan: true, at: -1, lines: newWalk("", mustParse(t, "cluster seed=7\nstep 4\n")).lines}
	w.forward()
	c.m.walks = append(c.m.walks, w)
	g.fail["step 4"] = errors.New("refused")
	c.keys("n").shows("refused", "step 4")
	c.hides("the scenario is over")
	delete(g.fail, "step 4")
	c.keys("n").shows("the plan is carried out", "run until leader")
}

// The strip runs its line when it is clicked, whatever else n does.
func TestStripBesideSearch(t *testing.T) {
	c, g := gatedCockpit(t, walkedStory)
	c.command("filter kind:append")
	c.screen()
	l := c.m.layout.strip
	c.tell(tea.MouseClickMsg{X: 3, Y: l.Y + l.H - 1, Button: tea.MouseLeft})
	wantDone(t, g, "run until leader")
	if keys := c.line(-1); len(keys) > 2 && keys[:3] == " n " {
		t.Errorf("n is offered as the next line: %q", keys)
	}
}
