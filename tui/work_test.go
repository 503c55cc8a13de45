package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/sm"
)

// gated is a cluster whose commands wait at a gate, so that a test can do
// something while one is under way. What was done is kept.
type gated struct {
	session
	shut  bool
	began chan string
	open  chan bool
	late  bool // an interrupt always comes too late
	fail  map[string]error
	done  []string
}

func (g *gated) Do(ctx context.Context, cmd grammar.Command) Report {
	if g.shut {
		g.began <- cmd.String()
		<-g.open
	}
	g.done = append(g.done, cmd.String())
	if err := g.fail[cmd.String()]; err != nil {
		r := g.State()
		r.Err = err
		return r
	}
	if g.late {
		ctx = context.Background()
	}
	return g.session.Do(ctx, cmd)
}

// gatedCockpit shows a cluster with a leader.
func gatedCockpit(t *testing.T, scenario string, first ...string) (*cockpit, *gated) {
	t.Helper()
	if first == nil {
		first = []string{"run until leader"}
	}
	s := startSession(t, "cluster seed=7", first...)
	g := &gated{session: session{s}, began: make(chan string, 100), open: make(chan bool, 100), fail: map[string]error{}}
	src := Source{Timeline: s.Timeline(), Controller: g, Seed: 7, Save: func(context.Context, string, bool) error { return nil }}
	if scenario != "" {
		f, err := grammar.ParseFile("story", strings.NewReader(scenario))
		if err != nil {
			t.Fatal(err)
		}
		src.Scenario, src.Name = f, "story"
	}
	return newCockpit(t, src, Options{}, 120, 36), g
}

// start begins a line and waits until its first command is at the gate.
func (c *cockpit) start(g *gated, begin func() tea.Cmd) {
	c.t.Helper()
	g.shut = true
	c.begin(begin())
	c.next(g)
}

// next takes messages until the next command is at the gate.
func (c *cockpit) next(g *gated) (cmd string) {
	c.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case <-deadline:
			c.t.Fatalf("no command came; the screen is\n%s", c.screen())
		case cmd := <-g.began:
			return cmd
		case msg := <-c.msgs:
			c.waiting--
			c.update(msg)
		}
	}
}

// press presses a key while something is under way.
func (c *cockpit) press(k string) {
	key, ok := named[k]
	if !ok {
		key = tea.Key{Code: []rune(k)[0], Text: k}
	}
	c.update(tea.KeyPressMsg(key))
}

// finish opens the gate for all commands and waits for their end.
func (c *cockpit) finish(g *gated) {
	c.t.Helper()
	for range 50 {
		g.open <- true
	}
	c.settle()
	g.shut, g.open = false, make(chan bool, 100)
}

func wantDone(t *testing.T, g *gated, want ...string) {
	t.Helper()
	if got := strings.Join(g.done, "; "); got != strings.Join(want, "; ") {
		t.Errorf("the cluster was told %q, expected %q", got, strings.Join(want, "; "))
	}
}

// An interrupt that comes too late for its command ends the line nevertheless.
func TestInterruptTooLate(t *testing.T) {
	c, g := gatedCockpit(t, "")
	g.late = true
	c.start(g, func() tea.Cmd { return c.m.line("step 1; step 2; step 3") })
	c.press("s")
	c.press("esc")
	c.finish(g)
	wantDone(t, g, "step 1")
	c.shows("interrupted")
	c.keys("s")
	wantDone(t, g, "step 1", "step 1")
}

// What is typed after an interrupt waits for the end of what is interrupted, and
// is done.
func TestKeyAfterInterrupt(t *testing.T) {
	c, g := gatedCockpit(t, "")
	g.late = true
	c.start(g, func() tea.Cmd { return c.m.line("step 1; step 2") })
	c.press("esc")
	c.press("s")
	c.finish(g)
	if len(g.done) != 2 {
		t.Errorf("done: %q", g.done)
	}
}

// A line goes on at now while the user looks at history, and does not move the
// cursor there.
func TestLineGoesOnBehindHistory(t *testing.T) {
	c, g := gatedCockpit(t, "")
	c.start(g, func() tea.Cmd { return c.m.line("write leader set x 1; step 2; expect leader n3; step 3") })
	c.press("home")
	c.finish(g)
	wantDone(t, g, "write leader set x 1", "step 2", "step 3")
	if c.m.moment != (moment{}) {
		t.Errorf("the cursor moved to %+v", c.m.moment)
	}
}

// A breakpoint that stops the cluster does not take the machine away that is
// looked at in history.
func TestStopBehindHistory(t *testing.T) {
	c, g := gatedCockpit(t, "")
	c.command("break kind:append")
	c.start(g, func() tea.Cmd { return c.m.line("write leader set x 1; finish exec@last") })
	c.press("home")
	c.press("tab")
	selected := c.m.scene.Selected
	c.finish(g)
	c.shows("breakpoint 1")
	if c.m.scene.Selected != selected || c.m.moment.end {
		t.Errorf("selected %d at %+v, expected %d", c.m.scene.Selected, c.m.moment, selected)
	}
}

// A cluster that does not do what it was to do before the cockpit was there says
// so.
func TestBadStart(t *testing.T) {
	s := startSession(t, "cluster seed=7")
	for _, r := range []Report{{Err: errors.New("no leader within 30s")}, {Dead: &Death{Reason: "no leader within 30s", Stacks: "goroutine 1"}}} {
		c := newCockpit(t, Source{Timeline: s.Timeline(), Controller: stateOnly{r}}, Options{}, 120, 36)
		c.shows("no leader within 30s")
	}
}

type stateOnly struct{ report Report }

func (s stateOnly) Do(context.Context, grammar.Command) Report { return s.report }
func (s stateOnly) Now() sm.Time                               { return s.report.At }
func (s stateOnly) State() Report                              { return s.report }
