package pane_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// sizes of the pane on screens of 80x24, 120x36 and 200x60.
var logsSizes = [][2]int{{80, 4}, {120, 4}, {200, 8}}

func TestLogs(t *testing.T) {
	tests := []struct{ recording, name, when string }{
		{"truncation", "conflict", "entry n1:3/4 committed"},
		{"truncation", "truncated", "entry n3:2/4 truncated"},
		{"hold-follower", "held", "told exec@3 ok"},
		{"late-snapshot", "compacted", "state n1 CRASHED"},
	}
	for _, test := range tests {
		tl := recorded(t, test.recording)
		var b strings.Builder
		for _, size := range logsSizes {
			s := sceneAt(t, tl, test.when)
			b.WriteString(drawn(pane.NewLogs(), s, size[0], size[1], true) + "\n")
		}
		same(t, "logs-"+test.name, b.String())
	}
}

// fullSizes of the view on screens of 60x16, 80x24, 120x36 and 200x60.
var fullSizes = [][2]int{{60, 11}, {80, 19}, {120, 31}, {200, 20}}

func TestLogsFull(t *testing.T) {
	tests := []struct{ recording, name, when string }{
		{"truncation", "conflict", "entry n1:3/4 committed"},
		{"truncation", "truncated", "entry n3:2/4 truncated"},
		{"hold-follower", "held", "told exec@3 ok"},
		{"late-snapshot", "compacted", "state n1 CRASHED"},
	}
	for _, test := range tests {
		tl := recorded(t, test.recording)
		var b strings.Builder
		for _, size := range fullSizes {
			s := sceneAt(t, tl, test.when)
			b.WriteString(drawn(pane.NewLogsFull(), s, size[0], size[1], true) + "\n")
		}
		same(t, "logsfull-"+test.name, b.String())
	}
}

func TestOverview(t *testing.T) {
	tests := []struct{ recording, name, when string }{
		{"truncation", "truncation", "entry n3:2/4 truncated"},
		{"late-snapshot", "crash", ""},
	}
	for _, test := range tests {
		tl := recorded(t, test.recording)
		var b strings.Builder
		for _, w := range []int{24, 60, 80, 120, 200} {
			b.WriteString(drawn(pane.NewOverview(), sceneAt(t, tl, test.when), w, 1, true))
		}
		same(t, "overview-"+test.name, b.String())
	}
}

// place returns the column and line of the cursor, as a focused pane shows it.
func place(p pane.Pane, s *pane.Scene, w, h int) (x, y int, at bool) {
	g := grid.New(w, h)
	p.Draw(g.All(), s, true)
	for y := range h {
		for x := range w {
			if _, st := g.At(x, y); st&grid.Selected != 0 {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

// TestLogsKeys plays verbs and tells what the cursor is on, and what enter does.
func TestLogsKeys(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAt(t, tl, "entry n1:3/4 committed")
	full := func() pane.Pane { return pane.NewLogsFull() }
	line := func() pane.Pane { return pane.NewLogs() }
	tests := []struct {
		pane  func() pane.Pane
		verbs string
		copy  string
		opens string // what enter selects; empty: it says why not
	}{
		{line, "", "n1:3/6 set x=10 committed", "entry n1:3/6"},
		{line, "down", "n2:3/6 set x=10 durable", "entry n2:3/6"},
		{line, "down down down", "n3:2/6 set b=2 durable", "entry n3:2/6"},
		{line, "down down up up up fold", "n1:3/5 set x=20 applying", "entry n1:3/5"},
		{line, "fold fold unfold", "n1:3/5 set x=20 applying", "entry n1:3/5"},
		{line, "fold unfold unfold", "n1:3/6 set x=10 committed", "entry n1:3/6"},
		{line, "top", "n1:1/1 configuration APPLIED", "entry n1:1/1"},
		{line, "top fold", "n1:1/1 configuration APPLIED", "entry n1:1/1"},
		{line, "top unfold", "n1:2/2 no-op committed", "entry n1:2/2"},
		{line, "page-up page-up", "n1:1/1 configuration APPLIED", "entry n1:1/1"},
		{line, "top page-down page-down bottom", "n1:3/6 set x=10 committed", "entry n1:3/6"},
		{full, "", "n1:3/6 set x=10 committed", "entry n1:3/6"},
		{full, "unfold unfold up", "n3:2/5 set c=3 durable", "entry n3:2/5"},
		{full, "top down", "n1:2/2 no-op committed", "entry n1:2/2"},
		{full, "top unfold fold bottom", "n1:3/6 set x=10 committed", "entry n1:3/6"},
	}
	for _, test := range tests {
		p := test.pane()
		drawn(p, s, 80, 19, true)
		for _, v := range strings.Fields(test.verbs) {
			before := p.Version()
			if a := p.Do(keys.Verb(v), s); a != nil {
				t.Errorf("%s: %v", v, a)
			}
			if p.Version() == before {
				t.Errorf("%s %q: the version stays", p.Name(), v)
			}
		}
		if got := p.Copy(s); got != test.copy {
			t.Errorf("%s %q: the cursor is on %q, want %q", p.Name(), test.verbs, got, test.copy)
		}
		if _, _, at := place(p, s, 80, 19); !at {
			t.Errorf("%s %q: no cursor on the screen", p.Name(), test.verbs)
		}
		open, ok := p.Do(pane.Open, s).(pane.Select)
		if m := s.View.Machine(open.Machine); !ok || m.Kind().Name()+" "+m.Node()+":"+m.Subject() != test.opens {
			t.Errorf("%s %q: enter selects %v", p.Name(), test.verbs, open)
		}
	}
}

// TestLogsWindow: the window follows the newest entries until the user leaves
// them, then stands still, and follows again at the end.
func TestLogsWindow(t *testing.T) {
	tl := built(t, recordertest.Workload(8000))
	early, late := sceneAt(t, tl, "commit n1 >= 30"), sceneAt(t, tl, "commit n1 >= 40")
	line := func(p pane.Pane, s *pane.Scene) []string { // the headings
		return strings.Fields(strings.Split(drawn(p, s, 36, 4, false), "\n")[1])
	}
	list := func(p pane.Pane, s *pane.Scene) (out []string) { // the beginnings of the lines
		for _, l := range strings.Split(drawn(p, s, 60, 7, false), "\n")[2:] {
			if f := strings.Fields(l); len(f) > 0 {
				out = append(out, f[0])
			}
		}
		return out
	}
	for _, test := range []struct {
		p        pane.Pane
		left     keys.Verb
		right    keys.Verb
		headings func(pane.Pane, *pane.Scene) []string
	}{{pane.NewLogs(), pane.Fold, pane.Unfold, line}, {pane.NewLogsFull(), pane.Up, pane.Down, list}} {
		for i, step := range []struct {
			s    *pane.Scene
			do   keys.Verb
			want string
		}{
			{early, "", "25 26 27 28 29 30"}, {late, "", "35 36 37 38 39 40"}, {early, "", "25 26 27 28 29 30"}, // it follows
			{early, test.left, "25 26 27 28 29 30"}, {late, "", "25 26 27 28 29 30"}, // the user is away from the end
			{late, pane.PageUp, "24 25 26 27 28 29"}, {late, pane.Bottom, "35 36 37 38 39 40"}, {early, "", "25 26 27 28 29 30"},
			{early, test.left, "25 26 27 28 29 30"}, {early, test.right, "25 26 27 28 29 30"}, {late, "", "35 36 37 38 39 40"}, // back by steps
			{late, pane.Top, "1 2 3 4 5 6"}, {late, pane.PageDown, "1 2 3 4 5 6"}, {late, pane.PageDown, "6 7 8 9 10 11"},
		} {
			if step.do != "" {
				test.p.Do(step.do, step.s)
			}
			got := test.headings(test.p, step.s)
			if len(got) > 6 && got[0] != "" && strings.HasPrefix(got[0], "<") {
				got = got[1:]
			}
			if text := strings.TrimSuffix(strings.Join(got, " "), " >"); text != step.want {
				t.Errorf("%s, step %d %q: %s, want %s", test.p.Name(), i, step.do, text, step.want)
			}
		}
	}
}

// TestLogsMarked: where in the logs the selected machine is stands underlined.
func TestLogsMarked(t *testing.T) {
	tl := recorded(t, "truncation")
	var b strings.Builder
	for _, test := range []struct{ when, machine string }{
		{"entry n1:3/4 committed", "entry n3:2/5"},
		{"entry n1:3/4 committed", "exec@5"},
		{"entry n1:3/4 committed", "apply@2"},
		{"entry n3:2/4 truncated", "append@n3"},
		{"entry n3:2/4 truncated", "truncate@n3"},
		{"entry n3:2/4 truncated", "append-follower@n3"},
		{"entry n3:2/4 truncated", "node@n3"},
	} {
		s := sceneAt(t, tl, test.when)
		s.Selected = found(t, s, test.machine).ID()
		underlined := func(st grid.Style) bool { return st&grid.Underline != 0 }
		for _, p := range []pane.Pane{pane.NewLogs(), pane.NewLogsFull()} {
			fmt.Fprintf(&b, "%s, %s in %s:\n%s", test.when, test.machine, p.Name(), styled(p, s, 60, 12, underlined))
		}
	}
	same(t, "logs-marked", b.String())
}

// TestLogsStyles: terms have their colours, conflicts and what is gone those of
// failures; the letters are the names of styles.
func TestLogsStyles(t *testing.T) {
	tl := recorded(t, "truncation")
	var b strings.Builder
	for _, when := range []string{"entry n1:3/4 committed", "entry n3:2/4 truncated"} {
		s := sceneAt(t, tl, when)
		for _, style := range []struct {
			name string
			is   grid.Style
		}{{"term 1", theme.Term(1)}, {"term 2", theme.Term(2)}, {"term 3", theme.Term(3)}, {"failed", theme.Failed}, {"fault", theme.Fault}, {"leader", theme.Leader}} {
			fmt.Fprintf(&b, "%s, %s:\n%s", when, style.name, styled(pane.NewLogs(), s, 60, 4, func(st grid.Style) bool { return st&^grid.Marks == style.is }))
		}
	}
	same(t, "logs-styles", b.String())
}

// TestLogsClick clicks on what stands on the screen.
func TestLogsClick(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAt(t, tl, "entry n3:2/4 truncated")
	for _, test := range []struct {
		p     pane.Pane
		text  string // to click at
		skip  int    // columns behind its beginning
		opens string // empty: nothing
		copy  string // the cursor then
	}{
		{pane.NewLogs(), "~3× ~3× ~3×", 5, "entry n3:3/5", "n3:3/5 set x=20 created"},
		{pane.NewLogs(), "append#", 0, "append n3:4..6", "n3:3/6 set x=10 created"},
		{pane.NewLogs(), "n2 ", 0, "", "n2:3/6 set x=10 APPLIED"},
		{pane.NewLogs(), "  3 ", 2, "", "n1:2/3 set x=0 APPLIED"},
		{pane.NewLogsFull(), "append#", 0, "append n3:4..6", "n3:3/6 set x=10 created"},
		{pane.NewLogsFull(), "append-rpc#", 2, "append-rpc n1:n1>n3", "n3:3/6 set x=10 created"},
		{pane.NewLogsFull(), "set x=20", 0, "exec n1:6", "n1:3/5 set x=20 APPLIED"},
		{pane.NewLogsFull(), "no-op  t2 trunc", 0, "entry n1:3/4", "n1:3/4 no-op committed"},
		{pane.NewLogsFull(), "~3× created", 0, "entry n3:3/4", "n3:3/4 no-op created"},
		{pane.NewLogsFull(), "command", 0, "", "n1:3/6 set x=10 APPLIED"},
	} {
		g := grid.New(120, 20)
		test.p.Draw(g.All(), s, true)
		x, y := find(t, g, test.text)
		opens := ""
		if open, ok := test.p.Click(x+test.skip, y, s).(pane.Select); ok {
			m := s.View.Machine(open.Machine)
			opens = m.Kind().Name() + " " + m.Node() + ":" + m.Subject()
		}
		if opens != test.opens {
			t.Errorf("%s: a click on %q opens %q, want %q", test.p.Name(), test.text, opens, test.opens)
		}
		if got := test.p.Copy(s); got != test.copy {
			t.Errorf("%s: after a click on %q the cursor is on %q, want %q", test.p.Name(), test.text, got, test.copy)
		}
	}
}

// TestOverviewClick: the cursor of time goes to where was clicked, and what is
// marked there has happened.
func TestOverviewClick(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAt(t, tl, "")
	p := pane.NewOverview()
	g := grid.New(120, 1)
	p.Draw(g.All(), s, true)
	x, _ := find(t, g, "!")
	to := p.Click(x, 0, s).(pane.GoTo)
	v := tl.At(to.Events)
	if told := v.Outcome(tl.Exec(2)).Told; !strings.HasPrefix(told, "leadership lost") {
		t.Errorf("after a click on the error the client was told %q", told)
	}
	s.View = v
	p.Draw(g.All(), s, true)
	if r, st := g.At(x, 0); r != '!' || st&grid.Selected == 0 {
		t.Errorf("the cursor is not where was clicked: %q\n%s", r, g.Plain())
	}
	for _, test := range []struct {
		verb keys.Verb
		want func(events int) bool
	}{
		{pane.Fold, func(n int) bool { return n < to.Events }},
		{pane.Unfold, func(n int) bool { return n > to.Events }},
		{pane.Top, func(n int) bool { return n == 0 }},
		{pane.Bottom, func(n int) bool { return n == tl.Events() }},
	} {
		if got := p.Do(test.verb, s).(pane.GoTo); !test.want(got.Events) {
			t.Errorf("%s goes from %d to %d", test.verb, to.Events, got.Events)
		}
	}
	for x, want := range map[int]int{-5: 0, 0: 0, 119: tl.Events(), 500: tl.Events()} {
		if got := p.Click(x, 0, s).(pane.GoTo).Events; got != want {
			t.Errorf("a click at %d goes to %d, want %d", x, got, want)
		}
	}
}

// TestLogsGone: entries that were truncated without others in their places are
// on the screen for the instant in which they went.
func TestLogsGone(t *testing.T) {
	h := hostileCluster([]string{"n1", "n2", "n3"}, 2, 1, "set x=1", "set x=2", "set x=3")
	h.Wait(time.Second)
	tl := built(t, h.Events)
	var lost []sm.ID
	for index := uint64(2); index <= 3; index++ {
		e := tl.Entry("n2", 2, index)
		h.Move(e.ID(), "TRUNCATED")
		lost = append(lost, e.ID())
	}
	gone := h.Now()
	h.Wait(time.Millisecond)
	h.Born("exec", "n1", 1, "", "1", "set y=1")
	tl = built(t, h.Events)
	var b strings.Builder
	for _, v := range []replay.View{tl.AtTime(gone), tl.View()} {
		s := sceneOf(tl, false)
		s.View = v
		b.WriteString(drawn(pane.NewLogs(), s, 80, 4, false) + drawn(pane.NewLogsFull(), s, 80, 12, false))
	}
	same(t, "logs-gone", b.String())
	s := sceneOf(tl, false)
	s.View = tl.AtTime(gone)
	p := pane.NewLogs()
	drawn(p, s, 80, 4, true)
	p.Do(pane.Down, s)
	if got := p.Do(pane.Open, s); got != (pane.Select{Machine: lost[1]}) {
		t.Errorf("enter on what is gone: %v, want %v", got, lost[1])
	}
	s.View = tl.View()
	if got, ok := p.Do(pane.Open, s).(pane.Say); !ok || got.Text != "n2 has no entry 3" {
		t.Errorf("enter on nothing: %v", got)
	}
}
