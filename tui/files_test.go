package tui

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
)

// Who has done nothing is not asked whether to save it.
func TestQuitAtOnce(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 80, 24, "run until leader")
	if c.keys("q"); !c.quit {
		t.Errorf("it did not quit:\n%s", c.screen())
	}
}

// What happens while a run is saved is not saved.
func TestSaveWhileTheRunGoesOn(t *testing.T) {
	s := startSession(t, "cluster seed=7", "run until leader")
	saving, goOn := make(chan bool), make(chan bool)
	c := newCockpit(t, Source{Timeline: s.Timeline(), Controller: session{s}, Save: func(context.Context, string, bool) error {
		saving <- true
		<-goOn
		return nil
	}}, Options{}, 80, 24)
	c.keys("s", "s")
	c.begin(c.m.line("save a.rsc"))
	select {
	case <-saving:
	case <-time.After(20 * time.Second):
		t.Fatalf("nothing is saved: %s", c.screen())
	}
	n := c.m.timeline().Events()
	c.update(tea.KeyPressMsg(tea.Key{Code: 's', Text: "s"}))
	for c.m.timeline().Events() == n || c.m.work.busy {
		c.update(<-c.msgs)
		c.waiting--
	}
	close(goOn)
	c.settle()
	c.shows("saved")
	if c.keys("q"); c.quit {
		t.Error("it quits without asking")
	}
}

// A save that fails keeps the cockpit, and its run unsaved.
func TestSaveFails(t *testing.T) {
	s := startSession(t, "cluster seed=7", "run until leader")
	c := newCockpit(t, Source{Timeline: s.Timeline(), Controller: session{s}, Save: func(context.Context, string, bool) error {
		return errors.New("save run-7.rsc: no space left on device")
	}}, Options{}, 80, 24)
	c.keys("s", "q", "s").shows("no space left")
	if c.quit || !c.m.unsaved() {
		t.Error("the run is lost")
	}
}

// A run that is recorded needs no saving, unless recording it has stopped.
func TestRecordingStopped(t *testing.T) {
	s := startSession(t, "cluster seed=7", "run until leader")
	for _, test := range []struct{ why, shows string }{{"", "run.rsc"}, {"no space left on device", "not recorded: no space left"}} {
		r := stateOnly{Report{Unrecorded: test.why}}
		c := newCockpit(t, Source{
			Timeline: s.Timeline(), Controller: r, Recording: "run.rsc",
			Save: func(context.Context, string, bool) error { return nil },
		}, Options{}, 120, 36)
		c.m.savedAt = 0
		c.shows(test.shows)
		if c.keys("q"); c.quit != (test.why == "") {
			t.Errorf("%q: quit is %v", test.why, c.quit)
		}
	}
}

// Whoever follows a recording reads what happens in it, and not for ever how to
// begin.
func TestFollowedRunIsTold(t *testing.T) {
	script, tl := recordertest.NewCluster(), replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	script.Write()
	appendAll(t, tl, script)
	m := New(t.Context(), Source{Timeline: tl, Follow: true, Load: func(context.Context) error { return nil }}, Options{Theme: "none"})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	m.message.since = time.Now().Add(time.Hour) // however slow the computer is
	m.Update(frameMsg{})
	m.message.since = time.Now().Add(-2 * messageShown)
	m.Update(frameMsg{})
	if m.message.text == "" {
		t.Error("the first message is gone though nothing has come")
	}
	script.Write()
	appendAll(t, tl, script)
	m.Update(frameMsg{})
	if m.message.text != "" {
		t.Errorf("more has come, and the screen still says %q", m.message.text)
	}
}
