package pane_test

import (
	"fmt"
	"strings"
	"testing"

	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// writeMoments are moments of writes and reads in every state.
var writeMoments = []struct{ recording, when, exec string }{
	{"hold-quorum", "", "none"},
	{"hold-quorum", "exec@2 start", "exec@1"},
	{"hold-quorum", "exec@2 proposed", "exec@2"},
	{"hold-quorum", "attr append@n2 held = 1", "exec@2"},
	{"hold-quorum", "exec@2 DONE", "exec@2"},
	{"freeze", "attr node@n3 frozen = 1", "exec@2"},
	{"freeze", "fate exec@2 truncated", "exec@2"},
	{"truncation", "told exec@last error", "exec@last"},
	{"message-faults", `text:"dropped by rule"`, "exec@2"},
	{"clients", "count exec queued >= 1", "exec@last"},
	{"hold-quorum", "leader", "later"},
}

// TestWriteLine draws the line of one height and of two, at the widths of screens
// and at tiny ones. The two facts must stand on it wherever there is room for them.
func TestWriteLine(t *testing.T) {
	var b strings.Builder
	for _, m := range writeMoments {
		s := sceneAt(t, recorded(t, m.recording), m.when)
		switch m.exec {
		case "none":
		case "later":
			s.Write = s.Last.Exec(1).ID()
		case "exec@last":
			s.Write = s.View.LastExec().ID()
		default:
			var n int
			fmt.Sscanf(m.exec, "exec@%d", &n)
			s.Write = s.View.Exec(n).ID()
		}
		fmt.Fprintf(&b, "# %s: %s, %s\n", m.recording, m.when, m.exec)
		for _, size := range []struct{ w, h int }{{200, 1}, {120, 1}, {120, 2}, {80, 1}, {80, 2}, {60, 2}, {60, 1}, {24, 2}, {2, 1}, {1, 1}} {
			g := grid.New(size.w, size.h)
			p := pane.NewWriteLine()
			p.Draw(g.All(), s, false)
			text := g.Plain()
			if m.exec != "none" && m.exec != "later" && size.w >= 60 && (!strings.Contains(text, "client:") && !strings.Contains(text, "no answer yet") || !strings.Contains(text, s.View.Outcome(s.View.Machine(s.Write).Machine).Fate)) {
				t.Errorf("%s at %v: the facts are cut off:\n%s", m.when, size, text)
			}
			b.WriteString(text)
		}
	}
	same(t, "write", b.String())
}

// A click on a machine of the line selects it, also where it is cut off.
func TestWriteLineClick(t *testing.T) {
	s := sceneAt(t, recorded(t, "hold-quorum"), "attr append@n2 held = 1")
	s.Write = s.View.LastExec().ID()
	p := pane.NewWriteLine()
	for _, h := range []int{1, 2} {
		g := grid.New(120, h)
		p.Draw(g.All(), s, false)
		lines := strings.Split(g.Plain(), "\n")
		seen := 0
		for _, m := range s.View.Machines() {
			for y, line := range lines {
				at := strings.Index(line, m.Name()+" ")
				if at < 0 {
					continue
				}
				seen++
				if got := p.Click(grid.Width(line[:at])+1, y, s); got != (pane.Select{Machine: m.ID()}) {
					t.Errorf("a click on %s: %v", m.Name(), got)
				}
			}
		}
		if seen < 2 {
			t.Errorf("the line names %d machines:\n%s", seen, g.Plain())
		}
		if got := p.Click(119, 7, s); got != nil {
			t.Errorf("a click on nothing: %v", got)
		}
	}
	if got := p.Copy(s); !strings.Contains(got, "client: no answer yet") {
		t.Errorf("copied %q", got)
	}
}

// What a recording says is drawn in columns, whatever it is.
func TestWriteLineHostile(t *testing.T) {
	tl := hostileEvents(t)
	v := tl.View()
	for _, exec := range v.ByKind("exec") {
		s := &pane.Scene{View: v, Last: v, Theme: theme.New(theme.Dark, false), Write: exec.ID()}
		for w := range 130 {
			for h := range 4 {
				g := grid.New(w, h)
				p := pane.NewWriteLine()
				p.Draw(g.All(), s, true)
				for _, r := range g.Plain() {
					if r < ' ' && r != '\n' || r >= 0x202a && r <= 0x202e {
						t.Fatalf("%s at %dx%d draws %q", exec.Name(), w, h, r)
					}
				}
				p.Click(w/2, h/2, s)
			}
		}
	}
}
