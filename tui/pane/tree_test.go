package pane_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

var updateTree = flag.Bool("update-tree", false, "write the goldens of tree and detail anew")

var darkTree = theme.New(theme.Dark, false) // as the cockpit, tests make a theme once

// sceneAtTree returns a scene of a moment.
func sceneAtTree(v replay.View) *pane.Scene {
	return &pane.Scene{View: v, Last: v.Timeline().View(), Mode: pane.Replay, Theme: darkTree,
		Alias: pane.NewAliases(v.Nodes()), Version: 1}
}

// drawnTree returns what a pane draws, below its title.
func drawnTree(p pane.Pane, s *pane.Scene, w, h int) string {
	g := grid.New(w, h)
	g.ASCII = s.Theme.Glyphs == theme.ASCII
	p.Draw(g.All(), s, true)
	return "== " + p.Title(s) + "\n" + g.Plain()
}

func goldenTree(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "tree", name+".txt")
	if *updateTree {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with -update-tree):\n%s", path, got)
	}
}

// until returns the view after the first event at which the machine is in the
// named state.
func until(t *testing.T, tl *replay.Timeline, m *replay.Machine, state string) replay.View {
	t.Helper()
	for _, mv := range m.Moves() {
		if m.Kind().StateName(mv.State) == state {
			return tl.At(mv.Event + 1)
		}
	}
	t.Fatalf("%s was never %s", m.Name(), state)
	return replay.View{}
}

// treeMoments are what the goldens show.
func treeMoments(t *testing.T) []struct {
	name string
	v    replay.View
	m    *replay.Machine
	keys []keys.Verb
} {
	cut, held := recorded(t, "truncation"), recorded(t, "hold-quorum")
	waits := held.Exec(2)
	at := held.At(waits.BornEvent())
	for len(at.Held()) == 0 || at.Now() < waits.Born()+100e6 {
		at = held.At(at.Events() + 1)
	}
	return []struct {
		name string
		v    replay.View
		m    *replay.Machine
		keys []keys.Verb
	}{
		{"a write at rest", cut.View(), cut.Exec(5), nil},
		{"a write on its way", until(t, cut, cut.Exec(5).Effects()[0].Machine, "replicating"), cut.Exec(5), nil},
		{"a write that waits for a held append", at, waits, nil},
		{"the held append", at, at.Held()[0].Machine, nil},
		{"a write that failed", cut.View(), cut.Exec(2), nil},
		{"a truncation, all that is shown", cut.View(), cut.Nth("truncate", 1), []keys.Verb{"fit"}},
		{"causes of the truncation", cut.View(), cut.Nth("truncate", 1), []keys.Verb{"causes"}},
		{"an election", cut.View(), cut.Newest("election", ""), nil},
		{"a node", cut.View(), cut.Nth("node", 1), nil},
		{"a write not yet born", cut.At(100), cut.Exec(5), nil},
		{"roots", cut.View(), nil, nil},
	}
}

func TestTreeGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 6}, {76, 11}, {127, 24}} {
		var b strings.Builder
		for _, m := range treeMoments(t) {
			var p pane.Tree
			s := sceneAtTree(m.v)
			if m.m != nil {
				s.Root, s.Selected = m.m.ID(), m.m.ID()
			}
			for _, v := range m.keys {
				p.Do(v, s)
			}
			fmt.Fprintf(&b, "# %s\n%s\n", m.name, drawnTree(&p, s, size[0], size[1]))
		}
		goldenTree(t, fmt.Sprintf("tree-%dx%d", size[0], size[1]), b.String())
	}
}

func TestDetailGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 3}, {43, 11}, {72, 30}} {
		var b strings.Builder
		for _, m := range treeMoments(t) {
			var p pane.Detail
			s := sceneAtTree(m.v)
			if m.m != nil {
				s.Selected = m.m.ID()
			}
			fmt.Fprintf(&b, "# %s\n%s\n", m.name, drawnTree(&p, s, size[0], size[1]))
		}
		goldenTree(t, fmt.Sprintf("detail-%dx%d", size[0], size[1]), b.String())
	}
}

func TestTreeInASCII(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAtTree(tl.View())
	s.Theme = theme.New(theme.None, true)
	s.Root, s.Selected = tl.Exec(5).ID(), tl.Exec(5).ID()
	text := drawnTree(&pane.Tree{}, s, 100, 20) + drawnTree(&pane.Detail{}, s, 60, 40)
	for _, r := range text {
		if r > 0x7e {
			t.Fatalf("%q is not ASCII:\n%s", r, text)
		}
	}
	if strings.Contains(text, "?") {
		t.Errorf("characters without an ASCII form:\n%s", text)
	}
}

// TestTreeAtEveryEvent goes through a run forward and backward with one pane,
// and compares what it draws with what a new one does.
func TestTreeAtEveryEvent(t *testing.T) {
	tl := recorded(t, "truncation")
	for _, m := range []*replay.Machine{tl.Exec(5), tl.Nth("truncate", 1), tl.Nth("election", 2), tl.Nth("node", 3)} {
		for _, up := range []bool{false, true} {
			var p pane.Tree
			var d pane.Detail
			var moments []int
			for n := max(0, m.BornEvent()-2); n <= tl.Events(); n += 1 + n%3 {
				moments = append(moments, n)
			}
			for n := tl.Events(); n > m.BornEvent()-2; n -= 7 {
				moments = append(moments, n)
			}
			toggle := func(p *pane.Tree, s *pane.Scene) {
				if up {
					p.Do("causes", s)
				}
			}
			for i, n := range moments {
				s := sceneAtTree(tl.At(n))
				s.Root, s.Selected = m.ID(), m.ID()
				if i == 0 {
					toggle(&p, s)
				}
				var fresh pane.Tree
				toggle(&fresh, s)
				if got, want := drawnTree(&p, s, 100, 40), drawnTree(&fresh, s, 100, 40); got != want {
					t.Fatalf("%s after %d events (moment %d):\n%s\nexpected\n%s", m.Name(), n, i, got, want)
				}
				if got, want := drawnTree(&d, s, 60, 60), drawnTree(&pane.Detail{}, s, 60, 60); got != want {
					t.Fatalf("%s after %d events:\n%s\nexpected\n%s", m.Name(), n, got, want)
				}
			}
		}
	}
}

// TestDetailStatusIsTheTimelines compares marks and times with what the timeline says.
func TestDetailStatusIsTheTimelines(t *testing.T) {
	tl := recorded(t, "hold-quorum")
	for n := 10; n <= tl.Events(); n += 17 {
		v := tl.At(n)
		for _, m := range v.Machines() {
			mv := v.Of(m)
			s := sceneAtTree(v)
			s.Selected = m.ID()
			line := strings.SplitN(drawnTree(&pane.Detail{}, s, 100, 1), "\n", 3)[1]
			if !strings.Contains(line, " "+mv.StateName()+" ") {
				t.Fatalf("%s after %d events is %s: %q", m.Name(), n, mv.StateName(), line)
			}
			motion, took := mv.Motion()
			want := ""
			switch {
			case mv.IsHeld():
				want = "held by"
			case mv.Open():
				want = "for " + replay.Duration(v.Now()-mv.Since())
			case motion == replay.Rested:
				want = "after " + replay.Duration(took)
			case motion == replay.GivenUp:
				want = "life ended"
			}
			if !strings.Contains(line, want) {
				t.Fatalf("%s after %d events: %q, expected %q in it", m.Name(), n, line, want)
			}
		}
	}
}

// pressTree carries out verbs as the cockpit would, and returns the last action.
func pressTree(p pane.Pane, s *pane.Scene, verbs ...keys.Verb) (last pane.Action) {
	for _, v := range verbs {
		last = p.Do(v, s)
		switch a := last.(type) {
		case pane.Select:
			s.Selected = a.Machine
		case pane.Follow:
			s.Selected = a.Machine
		case pane.Root:
			s.Root, s.Selected = a.Machine, a.Machine
		}
		s.Version++
		drawnTree(p, s, 86, 20)
	}
	return last
}

func TestTreeKeys(t *testing.T) {
	tl := recorded(t, "truncation")
	id := func(kind string, n int) sm.ID { return tl.Nth(kind, n).ID() }
	exec := tl.Exec(5).ID()
	apply := tl.Exec(5).Effects()[0].Machine.ID()
	for _, test := range []struct {
		name  string
		root  sm.ID
		verbs []keys.Verb
		want  pane.Action
	}{
		{"down selects", exec, []keys.Verb{pane.Down}, pane.Select{Machine: apply}},
		{"up stays at the root", exec, []keys.Verb{pane.Down, pane.Up, pane.Up}, pane.Select{Machine: exec}},
		{"fold goes to the parent", exec, []keys.Verb{pane.Down, pane.Fold, pane.Fold}, pane.Select{Machine: exec}},
		{"a folded tree ends there", exec, []keys.Verb{pane.Down, pane.Fold, pane.Down}, pane.Select{Machine: apply}},
		{"unfold and in", id("truncate", 1), []keys.Verb{pane.Down, pane.Unfold, pane.Unfold}, pane.Select{Machine: 53}},
		{"open unfolds", id("truncate", 1), []keys.Verb{pane.Down, pane.Open, pane.Down}, pane.Select{Machine: 53}},
		{"open roots", exec, []keys.Verb{pane.Down, pane.Open}, pane.Root{Machine: apply}},
		{"open follows a leaf", id("truncate", 1), []keys.Verb{pane.Down, pane.Open, pane.Down, pane.Open}, pane.Follow{Machine: 53}},
		{"open goes to what is above", id("truncate", 1),
			[]keys.Verb{pane.Down, pane.Open, pane.Bottom, pane.Open, pane.Bottom, pane.Up, pane.Up, pane.Open}, pane.Follow{Machine: 62}},
		{"causes", id("truncate", 1), []keys.Verb{"causes", pane.Down}, pane.Select{Machine: 107}},
		{"browse and root", exec, []keys.Verb{"browse", pane.Down, pane.Open}, pane.Root{Machine: 88}},
		{"browse and back", exec, []keys.Verb{"browse", "browse", pane.Down}, pane.Select{Machine: apply}},
		{"kinds", 0, []keys.Verb{"kinds", pane.Open}, pane.Root{Machine: 88}},
		{"no root to go back to", 0, []keys.Verb{"browse"}, pane.Say{Text: "no tree yet: enter roots it at a machine"}},
		{"order", exec, []keys.Verb{"sort", "sort"}, pane.Say{Text: "tree: slowest first"}},
		{"slowest", 0, []keys.Verb{"kinds", "sort", "sort", pane.Top, pane.Open}, pane.Root{Machine: 50}},
		{"end of the roots", 0, []keys.Verb{pane.Bottom}, pane.Select{Machine: id("node", 1)}},
		{"nothing of other panes", exec, []keys.Verb{"step"}, nil},
	} {
		s := sceneAtTree(tl.View())
		s.Root, s.Selected = test.root, test.root
		var p pane.Tree
		drawnTree(&p, s, 86, 20)
		if got := pressTree(&p, s, test.verbs...); got != test.want {
			t.Errorf("%s: %#v, expected %#v\n%s", test.name, got, test.want, drawnTree(&p, s, 86, 20))
		}
	}
}

func TestTreeCursorStays(t *testing.T) {
	tl := recorded(t, "truncation")
	exec := tl.Exec(5)
	entry := exec.Effects()[0].Machine.Effects()[0].Machine
	s := sceneAtTree(until(t, tl, entry, "durable"))
	s.Root, s.Selected = exec.ID(), exec.ID()
	var p pane.Tree
	drawnTree(&p, s, 86, 20)
	pressTree(&p, s, pane.Bottom)
	was := s.Selected
	s.View = tl.View()
	if text := drawnTree(&p, s, 86, 8); !strings.Contains(text, fmt.Sprintf("›      • append#%d", was)) {
		t.Errorf("the cursor left append#%d:\n%s", was, text)
	}
	s.Selected, s.Version = tl.Newest("append-follower", "n3").ID(), s.Version+1
	if text := drawnTree(&p, s, 86, 8); !strings.Contains(text, "›        ▾ append-follower#107") {
		t.Errorf("what was selected elsewhere has not got the cursor:\n%s", text)
	}
	pressTree(&p, s, pane.Up)
	if want := tl.Newest("append-rpc", "n1").ID(); s.Selected != want {
		t.Errorf("up selected %d, expected %d", s.Selected, want)
	}
}

func TestTreeFilter(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAtTree(tl.View())
	s.Root, s.Selected = tl.Exec(5).ID(), tl.Exec(5).ID()
	var err error
	if s.Filter, err = tl.ParseFilter("kind:truncate"); err != nil {
		t.Fatal(err)
	}
	text := drawnTree(&pane.Tree{}, s, 120, 20)
	for _, want := range []string{"apply#90", "append-rpc#106", "truncate#108", "filtered"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not there:\n%s", want, text)
		}
	}
	if strings.Contains(text, "append#94") {
		t.Errorf("append#94 is there:\n%s", text)
	}
	s.Root = 0
	if s.Filter, err = tl.ParseFilter("node:n3 kind:exec"); err != nil {
		t.Fatal(err)
	}
	if text := drawnTree(&pane.Tree{}, s, 120, 20); strings.Count(text, "exec#") != 4 || strings.Contains(text, "node#") {
		t.Errorf("roots:\n%s", text)
	}
}

func TestTreeClicks(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAtTree(tl.View())
	s.Root, s.Selected = tl.Exec(5).ID(), tl.Exec(5).ID()
	var p pane.Tree
	drawnTree(&p, s, 86, 12)
	if got := p.Click(20, 2, s); got != (pane.Select{Machine: 90}) {
		t.Errorf("a click on apply#90: %#v", got)
	}
	p.Click(3, 2, s)
	if text := drawnTree(&p, s, 86, 12); strings.Contains(text, "entry#93") || !strings.Contains(text, "▸ apply#90") {
		t.Errorf("a click on the mark does not fold:\n%s", text)
	}
	for _, y := range []int{-1, 0, 3, 11, 99} {
		if got := p.Click(5, y, s); got != nil {
			t.Errorf("a click on line %d: %#v", y, got)
		}
	}
	p.Click(3, 2, s)
	drawnTree(&p, s, 86, 6)
	if got := p.Wheel(3, s); got == nil || !strings.Contains(drawnTree(&p, s, 86, 6), "append-rpc#95") {
		t.Errorf("the wheel: %#v\n%s", got, drawnTree(&p, s, 86, 6))
	}
}

func TestDetailKeys(t *testing.T) {
	tl := recorded(t, "truncation")
	s := sceneAtTree(tl.View())
	s.Selected = 107 // append-follower
	var p pane.Detail
	text := strings.Split(drawnTree(&p, s, 60, 40), "\n")[1:]
	line := func(part string) int {
		for y, l := range text {
			if strings.Contains(l, part) {
				return y
			}
		}
		t.Fatalf("no %q in\n%s", part, strings.Join(text, "\n"))
		return 0
	}
	p.Click(1, line("truncate#108"), s)
	if got := p.Do(pane.Open, s); got != (pane.Follow{Machine: 108}) {
		t.Errorf("enter on a link: %#v", got)
	}
	p.Click(1, line("truncating"), s)
	if got, ok := p.Do(pane.Open, s).(pane.GoTo); !ok || tl.At(got.Events).Machine(107).StateName() != "truncating" {
		t.Errorf("enter on a move: %#v", got)
	}
	p.Do(pane.Top, s)
	if got := p.Do(pane.Open, s); got != nil {
		t.Errorf("enter on the state: %#v", got)
	}
	p.Do(pane.Bottom, s)
	if text := drawnTree(&p, s, 60, 4); !strings.Contains(text, "↑") {
		t.Errorf("the end:\n%s", text)
	}
	s.Selected, s.Version = 108, 2
	if text := drawnTree(&p, s, 60, 4); !strings.Contains(text, "›✓ DONE") {
		t.Errorf("another machine is not shown from its beginning:\n%s", text)
	}
}

// TestDetailTimeAddsUp: at every moment of a write its phases add up to the
// whole, in microseconds and in tenths of a hundredth.
func TestDetailTimeAddsUp(t *testing.T) {
	tl := recorded(t, "truncation")
	line := regexp.MustCompile(`^\S.*? +([0-9.]+(?:µs|ms|s)?) +([0-9.]+)% `)
	seen := 0
	for n := 1; n <= tl.Events(); n += 13 {
		for _, exec := range tl.At(n).ByKind("exec") {
			s := sceneAtTree(tl.At(n))
			s.Selected = exec.ID()
			_, text, ok := strings.Cut((&pane.Detail{}).Copy(s), "where the time went: ")
			if !ok {
				continue
			}
			lines := strings.Split(text, "\n")
			whole, err := time.ParseDuration(strings.TrimSuffix(lines[0], " so far"))
			if err != nil {
				t.Fatal(err)
			}
			if bar := strings.TrimRight(lines[1], " "); whole > 0 && len([]rune(bar)) != 100 {
				t.Fatalf("%s after %d events: a bar of %d columns: %s", exec.Name(), n, len([]rune(bar)), bar)
			}
			var sum time.Duration
			tenths := 0
			for _, l := range lines[2:] {
				m := line.FindStringSubmatch(l)
				if m == nil {
					break
				}
				d, err := time.ParseDuration(m[1])
				if err != nil {
					t.Fatal(err)
				}
				sum += d
				seen++
				x, err := strconv.Atoi(strings.Replace(m[2], ".", "", 1))
				if err != nil {
					t.Fatal(err)
				}
				tenths += x
			}
			if sum != whole || tenths != 1000 && whole > 0 {
				t.Fatalf("%s after %d events: %s and %d tenths of %s:\n%s", exec.Name(), n, sum, tenths, whole, text)
			}
		}
	}
	if seen < 300 {
		t.Errorf("only %d phases seen", seen)
	}
}

// TestTreeStyles: the cursor has the whole line if the pane has the focus, and
// states have the style of what they mean, beside their mark.
func TestTreeStyles(t *testing.T) {
	for _, m := range treeMoments(t)[2:3] {
		s := sceneAtTree(m.v)
		s.Root, s.Selected = m.m.ID(), m.m.ID()
		g := grid.New(100, 14)
		(&pane.Tree{}).Draw(g.All(), s, true)
		text := strings.Split(g.Plain(), "\n")
		for _, test := range []struct {
			line, mark string
			style      grid.Style
		}{
			{"exec#48", "▶", theme.Working}, {"append#51", "✓", theme.OK}, {"append-rpc#52", "✗", theme.Failed}, {"append#56", "◆", theme.Held},
		} {
			met := false
			for y, l := range text {
				before, _, ok := strings.Cut(l, test.mark)
				if !ok || !strings.Contains(l, test.line) {
					continue
				}
				met = true
				_, style := g.At(len([]rune(before)), y)
				if style&^grid.Marks != test.style || (style&grid.Selected != 0) != (test.line == "exec#48") {
					t.Errorf("%s: the mark %s has style %x", test.line, test.mark, style)
				}
			}
			if !met {
				t.Errorf("no %s with %s:\n%s", test.line, test.mark, g.Plain())
			}
		}
	}
}
