package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
)

// At both ends each key of time says which end it is, and moves nothing.
func TestEdges(t *testing.T) {
	live := liveCockpit(t, "cluster seed=7", 120, 36, "run until leader", "write leader set x 1", "step 3")
	recorded := newCockpit(t, Source{Timeline: live.m.timeline()}, Options{}, 120, 36)
	const beginning, now, end = "this is the beginning of the run", "this is now", "the recording ends here"
	for _, test := range []struct {
		c         *cockpit
		first     string
		key, text string
	}{
		{live, "end", "]", now}, {live, "end", ".", now},
		{recorded, "end", "]", end}, {recorded, "end", ".", end}, {recorded, "end", "s", end}, {recorded, "end", "space", end},
		{recorded, "end", "}", "no write"}, {recorded, "end", "e", "nothing notable"},
		{live, "home", "[", beginning}, {live, "home", ",", beginning}, {recorded, "home", "[", beginning},
		{live, "home", "{", "no write"}, {recorded, "home", "E", "nothing notable"},
	} {
		test.c.keys(test.first)
		before := test.c.m.moment
		test.c.keys(test.key)
		if !strings.Contains(test.c.m.message.text, test.text) || test.c.m.moment != before {
			t.Errorf("%s %s: %q at %+v, expected %q at %+v", test.first, test.key, test.c.m.message.text, test.c.m.moment, test.text, before)
		}
	}
}

// What is left behind the last visible instant does not keep anybody from now.
func TestForthOverWhatIsNotVisible(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 120, 36, "run until leader", "advance 1us", "cut n1 | n2 n3", "advance 1us", "heal")
	n := c.m.timeline().Events()
	if to, ok := c.m.timeline().NextVisible(n-1, 1); ok {
		t.Fatalf("the last event of %d is visible: %d", n, to)
	}
	for range 10 {
		c.keys(",")
	}
	for range 12 {
		c.keys("]")
	}
	if !c.m.moment.end {
		t.Errorf("it stands behind %d of %d events: %s", c.m.scene.View.Events(), n, c.m.message.text)
	}
}

// How far a search was is not told any more when it has found something.
func TestSearchTellsNothingWhenItFound(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 120, 36, "run until leader")
	c.keys("home")
	slow := 0
	c.begin(c.m.begin(search{
		dir: 1, label: "find it", found: func(m *Model, i int) { m.goToEvent(i) },
		meets: func(i int) bool { time.Sleep(sliceTime / 8); slow++; return slow > 48 },
	}))
	c.settle()
	c.hides("looked at")
	if c.m.scene.View.Events() == 0 {
		t.Error("nothing was found")
	}
}

// What is copied is no more than terminals take.
func TestCopyIsBounded(t *testing.T) {
	text := strings.Repeat("ä", clipMax)
	got := clip(text)
	if len(got) > clipMax || len(got) < clipMax-4 || !strings.HasPrefix(text, got) || clip("ä") != "ä" {
		t.Errorf("%d bytes", len(got))
	}
	if last := []rune(got); last[len(last)-1] != 'ä' {
		t.Error("a character was cut in two")
	}
}

func TestShortDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		3400 * time.Millisecond: "3s", 10 * time.Second: "10s", time.Minute: "1m", 70 * time.Second: "1m10s",
		time.Hour: "1h", 20 * time.Minute: "20m", 65 * time.Minute: "1h5m", time.Hour + 10*time.Second: "1h0m10s",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v is %q, expected %q", d, got, want)
		}
	}
}

// A screen that gets tiny and large again loses nothing, whatever lies above it.
func TestTinyAndBack(t *testing.T) {
	c := liveCockpit(t, "cluster seed=7", 200, 60, "run until leader", "write leader set x 1", "step 3")
	for _, k := range []string{"?", ":", "x", "B", "t", "z", "2", "6", "1"} {
		c.keys(k)
		before := c.screen()
		for _, size := range []tea.WindowSizeMsg{{Width: 1, Height: 1}, {}, {Width: 59, Height: 100}, {Width: 60, Height: 16}, {Width: 300, Height: 3}, {Width: 61, Height: 17}} {
			c.tell(size)
			c.screen()
			c.tell(tea.MouseClickMsg{X: 200, Y: 2, Button: tea.MouseLeft})
		}
		c.tell(tea.WindowSizeMsg{Width: 200, Height: 60})
		if c.m.top() != nil && c.screen() != before {
			t.Errorf("after %s the screen is another:\n%s\nbefore:\n%s", k, c.screen(), before)
		}
		c.keys("esc")
	}
}

// Whoever goes to an event that is lost comes to where it was.
func TestGoToLostEvent(t *testing.T) {
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	events := recordertest.Workload(1000)
	if err := tl.Append(slices.Delete(slices.Clone(events), 300, 400)); err != nil {
		t.Fatal(err)
	}
	c := newCockpit(t, Source{Timeline: tl}, Options{}, 120, 36)
	for seq, shows := range map[int]string{300: "", 350: "event 350 is lost; this is behind event 300", 100_000: "there is no event 100000; the last one is"} {
		c.keys("home")
		c.command(fmt.Sprintf("goto event %d", seq))
		want := uint64(300)
		if seq == 100_000 {
			want = 0 // the beginning, where it was
		}
		if c.m.scene.View.Seq() != want || !strings.Contains(c.m.message.text, shows) {
			t.Errorf("event %d: behind %d, %q, expected %d, %q", seq, c.m.scene.View.Seq(), c.m.message.text, want, shows)
		}
	}
}
