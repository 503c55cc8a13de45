package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A truncation is brought about line by line, in a terminal whose size changes,
// and its disk operations are found.
func TestStoryTruncate(t *testing.T) {
	c := seven(t, 120, 36)
	c.keys("X").shows("truncate: the plan", "step by step")
	c.keys("enter").shows("plan: truncate", "n carries out the plan")
	for i := 0; c.m.walk() != nil; i++ {
		if i > 60 {
			t.Fatalf("the plan does not end:\n%s", c.screen())
		}
		c.tell(tea.WindowSizeMsg{Width: 60 + 37*i%140, Height: 16 + 11*i%50})
		c.keys("n")
		wholeFrame(t, c.m)
	}
	c.tell(tea.WindowSizeMsg{Width: 120, Height: 36})
	c.shows("the plan is carried out")
	c.command("find kind:truncate type:born")
	c.keys("N").shows("HISTORY")
	w := c.m.scene.Machine()
	if !w.Known() || w.Kind().Name() != "truncate" {
		t.Fatalf("N has found %v:\n%s", w, c.screen())
	}
	c.keys("r", "f").shows("tree: truncate#", "deleting", "DONE")
	if v := c.m.scene.Last; len(v.ByKind("truncate")) == 0 {
		t.Error("there was no truncation")
	}
}

// A breakpoint stops a run, the operation is held, its message is dropped.
func TestStoryBreakHoldDrop(t *testing.T) {
	c := seven(t, 120, 36)
	c.keys(":", "break kind:append node:n1 state:writing", "enter", "w", "x 1", "enter", "+", "+", "+", "+", "+")
	c.press("space")
	c.until(func() bool { return !c.m.pace.on && !c.m.work.busy })
	c.settle()
	c.shows("breakpoint 1", "append#")
	w := c.m.scene.Machine()
	if w.Kind().Name() != "append" || w.Node() != "n1" || w.StateName() != "writing" {
		t.Fatalf("%s of %s in %s is selected", w.Name(), w.Node(), w.StateName())
	}
	c.keys("H").shows("held")
	c.keys("B", "space", "esc")
	c.command("run until answered")
	if !c.m.scene.Machine().IsHeld() {
		t.Error("it is held no more")
	}
	c.keys("H", "f")
	if got := c.m.scene.Machine().StateName(); got != "DONE" {
		t.Errorf("after its release it is %s", got)
	}
	c.command("write leader set y 2 ; run until append-rpc@last sent")
	c.command("drop append-rpc@last")
	if m := c.m.message.text; strings.Contains(m, "refused") {
		t.Fatal(m)
	}
	c.command("finish append-rpc@last")
	if w := c.m.scene.View.Newest("append-rpc", ""); !w.Known() {
		t.Error("no message")
	}
}

// A run at a pace goes on by itself, faster if that is asked for, until space.
func TestStoryPace(t *testing.T) {
	c := seven(t, 80, 24)
	c.keys("w", "x 1", "enter", "+", "+", "+", "space").shows("32/s")
	began := c.m.timeline().Events()
	c.until(func() bool { return c.m.timeline().Events() > began+20 })
	c.press("+")
	c.press("+")
	c.shows("max")
	c.until(func() bool { return c.m.scene.View.Exec(1).StateName() == "DONE" })
	c.press("space")
	c.settle()
	stopped := c.m.timeline().Events()
	time.Sleep(50 * time.Millisecond)
	if c.m.pace.on || c.m.work.busy || c.m.timeline().Events() != stopped {
		t.Error("it goes on")
	}
	c.begin(c.m.line("run until commit all >= 1000 timeout=23h"))
	c.press("esc")
	c.settle()
	c.shows("interrupted")
}

// A recording is searched, run to breakpoints and conditions, and gone through by
// what is notable.
func TestStoryReplay(t *testing.T) {
	c := replayCockpit(t, recordedTruncation(t), Options{}, 120, 36)
	c.shows("REPLAY")
	c.keys("/", "kind:truncate", "enter", "n")
	first := c.m.scene.View.Events()
	if w := c.m.scene.Machine(); w.Kind().Name() != "truncate" {
		t.Fatalf("n has found %s", w.Name())
	}
	c.keys("n", "N")
	if got := c.m.scene.View.Events(); got != first {
		t.Errorf("n and N lead from %d to %d", first, got)
	}
	c.keys("esc", "home").command("break kind:truncate type:born")
	c.command("run")
	c.shows("breakpoint 1")
	if w := c.m.scene.Machine(); w.Kind().Name() != "truncate" {
		t.Errorf("the breakpoint has stopped at %s", w.Name())
	}
	c.command("goto home ; delete all ; run until leader")
	if c.m.scene.View.Leader() == "" {
		t.Error("run until leader leads to a moment without one")
	}
	at := c.m.scene.View.Now()
	c.command("goto +1s")
	if got := c.m.scene.View.Now(); got < at {
		t.Errorf("goto +1s leads from %d to %d", at, got)
	}
	c.command("goto event 100")
	if got := c.m.scene.View.Seq(); got != 100 {
		t.Errorf("goto event 100 leads to %d", got)
	}
	c.keys("home")
	notable := 0
	for before := -1; before != c.m.scene.View.Events() && notable < 1000; notable++ {
		before = c.m.scene.View.Events()
		c.keys("e")
	}
	if notable < 5 || notable == 1000 {
		t.Errorf("%d notable events", notable)
	}
	c.keys("w").shows("this is a recording")
	c.keys("q")
	if !c.quit {
		t.Error("a recording asks before it is quit")
	}
}

// The cluster's process is killed, between steps and in the middle of a run: what
// happened can still be looked at and saved.
func TestStoryDeath(t *testing.T) {
	for _, running := range []bool{false, true} {
		src := sevenSource(t)
		c := newCockpit(t, src, Options{}, 120, 36)
		c.keys("w", "x 1", "enter", "s")
		if running {
			c.keys("+", "+", "+", "+", "+").press("space")
			c.until(func() bool { return c.m.work.busy })
		}
		src.Controller.(session).s.Kill()
		if !running {
			c.press("s")
		}
		c.until(func() bool { return c.m.last.Dead != nil })
		c.settle()
		c.shows("the cluster's process died")
		c.keys("esc").shows("DEAD")
		c.command("print log")
		c.shows("print log", "process died: "+c.m.last.Dead.Reason, "before that:")
		c.keys("esc")
		if c.m.pace.on || c.m.work.busy || c.m.goesOn() {
			t.Error("something goes on")
		}
		for _, k := range []string{"w", "x", "X", "s", "S", "f", "H", "space", "n"} {
			c.keys(k)
			if c.m.top() != nil {
				t.Fatalf("%s opens something:\n%s", k, c.screen())
			}
			wholeFrame(t, c.m)
		}
		c.keys("[", "[").shows("HISTORY")
		c.keys("s", "{", "home", "e", "end")
		path := filepath.Join(t.TempDir(), "dead.rsc")
		c.command("save " + path)
		c.shows("saved")
		c.keys("q")
		if !c.quit {
			t.Errorf("it asks though it is saved:\n%s", c.screen())
		}
	}
}

// A run that is saved and opened again is the same.
func TestStorySaveAndOpen(t *testing.T) {
	c := seven(t, 120, 36)
	c.keys("w", "x 1", "enter", "f")
	path := filepath.Join(t.TempDir(), "run.rsc")
	c.command("save " + path)
	c.shows("saved: raftscope replay")
	c.command("save " + path)
	c.shows("is there already")
	c.command("save " + path + " force")
	c.shows("saved")
	again := replayCockpit(t, path, Options{}, 120, 36).keys("end")
	if got, want := digest(again.m), digest(c.m); got != want {
		t.Errorf("the digest is %s, expected %s", got, want)
	}
	tree := func(c *cockpit) string { return c.line(14) }
	if got, want := tree(again), tree(c); got != want {
		t.Errorf("the tree shows %q, expected %q", got, want)
	}
	c.keys("s", "q").shows("This run")
	c.keys("esc")
	if c.quit || c.m.top() != nil {
		t.Error("esc does not stay")
	}
	t.Chdir(t.TempDir())
	c.keys("q", "s")
	if files, _ := os.ReadDir("."); !c.quit || len(files) != 1 {
		t.Errorf("save and quit: quit %v, files %v", c.quit, files)
	}
}

// A recording cut off in the middle is shown as far as it is whole.
func TestStoryCutRecording(t *testing.T) {
	path := recordedTruncation(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, keep := range []int{len(text) / 2, len(text) - 1} {
		if err := os.WriteFile(path, text[:keep], 0o666); err != nil {
			t.Fatal(err)
		}
		c := replayCockpit(t, path, Options{}, 120, 36).keys("end", "e", "E", "6", "G")
		wholeFrame(t, c.m)
		if !c.m.loading.Done || c.m.loading.Damage == "" && c.m.loading.Complete {
			t.Errorf("%d of %d bytes: %+v", keep, len(text), c.m.loading)
		}
		// Where the file is damaged is told when it is opened.
		if r := c.m.loading.Reasons; len(r) > 0 {
			replayCockpit(t, path, Options{}, 200, 36).shows(r[0])
		}
	}
}

// until lets things go on until something is so.
func (c *cockpit) until(so func() bool) {
	c.t.Helper()
	deadline := time.After(time.Minute)
	for !so() {
		c.one(deadline)
	}
}
