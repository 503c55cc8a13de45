package pane_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

func timelineOf(tb testing.TB, kinds []sm.KindSpec, events []sm.Event) *replay.Timeline {
	tb.Helper()
	t := replay.NewTimeline()
	if err := t.AddKinds(kinds); err != nil {
		tb.Fatal(err)
	}
	if err := t.Append(events); err != nil {
		tb.Fatal(err)
	}
	return t
}

const hostileText = "a\x1b[31mb\tc\u202ed\u0301e漢字👩‍👩‍👧\xff\"\n"

// hostileTree is a run of what no cluster would do: texts that could change the
// terminal, names too long, a value of a megabyte, links in circles and twice,
// a chain of a thousand effects, a kind that nobody knows.
func hostileTree(tb testing.TB) *replay.Timeline {
	tb.Helper()
	node := "6a1f0c1e-9d6b-4a52-8a2f-0d7a3f1b2c3d"
	s := recordertest.New()
	kinds := append(recordertest.Kinds(), sm.KindSpec{Name: "odd" + hostileText + strings.Repeat("k", 500), Doc: hostileText, States: []sm.StateSpec{
		{Name: hostileText + strings.Repeat("s", 500), Doc: strings.Repeat(hostileText, 50), Flags: sm.Initial | sm.Final}}})
	root := s.Born("exec", node, 1, "", "48210377", strings.Repeat("x", 1<<20))
	s.AttrText(root, "told", hostileText)
	s.AttrText(root, hostileText, strings.Repeat(hostileText, 1000))
	s.Move(root, "executed", "proposed")
	for i := range 400 {
		s.Attr(root, fmt.Sprint("a", i), int64(i))
	}
	apply := s.Born("apply", node, 1, "", hostileText, hostileText)
	entry := s.Born("entry", node, 1<<31, "", "18446744073709551615/48210377", hostileText)
	for range 3 {
		s.Link(root, apply, hostileText)
	}
	s.Link(apply, entry, "becomes")
	s.Link(entry, root, "circle")
	s.Link(root, root, "itself")
	last := entry
	for range 1000 {
		next := s.Born("append", node, 1, "", "", "")
		s.Link(last, next, "")
		last = next
	}
	for i := range 500 {
		s.Wait(1)
		e := s.Born("append-rpc", "n"+strings.Repeat("漢", i%9), 1, "", "n1>n2", "")
		s.Link(apply, e, "")
		s.Fail(e, "FAILED", -1, hostileText)
	}
	s.Wait(1 << 62)
	s.Attr(root, "held", 1)
	s.AttrText(root, "held-by", hostileText)
	odd := s.Born("append", node, 1, "", "", "")
	s.Events[len(s.Events)-1].Kind = kinds[len(kinds)-1].Name
	s.Link(root, odd, "")
	return timelineOf(tb, kinds, s.Events)
}

// TestTreeHostile draws at every size, after every key, and wants nothing but a
// screen of the right size without control characters.
func TestTreeHostile(t *testing.T) {
	tl := hostileTree(t)
	if tl.Damage().Events > 0 {
		t.Log(tl.Damage())
	}
	verbs := []keys.Verb{pane.Down, pane.Open, pane.Bottom, pane.Open, "sort", pane.PageUp, "sort", pane.Unfold, "sort", "fit", "causes",
		pane.Down, "kinds", pane.Bottom, "browse", pane.Top, pane.Fold, pane.PageDown, "kinds", "browse", "causes", pane.Up}
	kinds := tl.Kinds()
	ids := []sm.ID{0, 1, 2, 3, 700, 1003, 1 << 40, tl.Newest(kinds[len(kinds)-1].Name(), "").ID()}
	for _, id := range ids {
		for _, p := range []pane.Pane{&pane.Tree{}, &pane.Detail{}} {
			s := sceneAtTree(tl.View())
			s.Root, s.Selected = id, id
			p.Do(pane.Down, s) // before anything was drawnTree
			for i, v := range verbs {
				pressTree(p, s, v)
				size := [][2]int{{1, 1}, {2, 3}, {7, 2}, {20, 5}, {31, 7}, {48, 4}, {60, 9}, {86, 30}, {200, 60}, {0, 0}}[i%10]
				g := grid.New(size[0], size[1])
				p.Draw(g.All(), s, i%2 == 0)
				if text := g.Plain() + p.Title(s) + p.Copy(s); strings.ContainsAny(text, "\x1b\t\u202e\u0301") || !utf8.ValidString(text) {
					t.Fatalf("%s of %d after %s: %q", p.Name(), id, v, text)
				}
				p.Click(i%size0(size[0]), i%size0(size[1]), s)
				p.Wheel(i%7-3, s)
			}
		}
	}
}

func size0(n int) int { return max(1, n) }

// TestTreeHostileLooks pins what hostile texts look like: quoted, cut, aligned.
func TestTreeHostileLooks(t *testing.T) {
	tl := hostileTree(t)
	s := sceneAtTree(tl.View())
	s.Root, s.Selected = 1, 1
	goldenTree(t, "hostile", drawnTree(&pane.Tree{}, s, 120, 30)+drawnTree(&pane.Detail{}, s, 60, 30))
}

// TestTreeEverySize draws a real run at all small sizes.
func TestTreeEverySize(t *testing.T) {
	tl := recorded(t, "truncation")
	for w := 1; w < 130; w += 1 + w/20 {
		for h := 1; h < 12; h += 2 {
			s := sceneAtTree(tl.View())
			s.Root, s.Selected = tl.Exec(5).ID(), tl.Exec(5).ID()
			for _, p := range []pane.Pane{&pane.Tree{}, &pane.Detail{}} {
				drawnTree(p, s, w, h)
				pressTree(p, s, pane.Bottom)
				drawnTree(p, s, w, h)
			}
		}
	}
}

// TestTreeManyEffects: of a machine with a hundred thousand effects a few are rows,
// and a line stands for the others.
func TestTreeManyEffects(t *testing.T) {
	sc := recordertest.New()
	root := sc.Born("exec", "n1", 1, "", "1", "set x 1")
	for range 100_000 {
		sc.Link(root, sc.Born("append", "n1", 1, "", "", ""), "")
	}
	tl := timelineOf(t, recordertest.Kinds(), sc.Events)
	s := sceneAtTree(tl.View())
	s.Root, s.Selected = root, root
	var p pane.Tree
	drawnTree(&p, s, 86, 12)
	pressTree(&p, s, pane.Bottom)
	if text := drawnTree(&p, s, 86, 12); !strings.Contains(text, "… 99,976 more") {
		t.Errorf("the end:\n%s", text)
	}
	pressTree(&p, s, pane.Open, pane.Bottom)
	if text := drawnTree(&p, s, 86, 12); !strings.Contains(text, "… 99,876 more") || !strings.Contains(text, "append#125") {
		t.Errorf("the end after more:\n%s", text)
	}
	pressTree(&p, s, "sort")
	if text := drawnTree(&p, s, 86, 12); !strings.Contains(text, "append#100001") && !strings.Contains(text, "more") {
		t.Errorf("newest first:\n%s", text)
	}
	var d pane.Detail
	if text := drawnTree(&d, s, 86, 40); !strings.Contains(text, "… 99,980 earlier ones") || !strings.Contains(text, "append#100001") {
		t.Errorf("detail:\n%s", text)
	}
}

// TestTreeWalksOnce: of a machine with very many events only the new ones are
// read by a frame.
func TestTreeWalksOnce(t *testing.T) {
	sc := recordertest.New()
	root := sc.Born("node", "n1", 1, "", "n1", "")
	for i := range 300_000 {
		sc.Attr(root, "term", int64(i))
		if i%3 == 0 {
			sc.Link(root, sc.Born("meta", "n1", 1, "", "", ""), "")
		}
	}
	tl := timelineOf(t, recordertest.Kinds(), sc.Events)
	n := tl.Events()
	s := sceneAtTree(tl.View())
	s.Root, s.Selected = root, root
	g := grid.New(120, 40)
	for _, p := range []pane.Pane{&pane.Tree{}, &pane.Detail{}} {
		p.Draw(g.All(), s, true)
		i := 0
		allocs := testing.AllocsPerRun(200, func() {
			i++
			s.View = tl.At(n - i)
			p.Draw(g.All(), s, true)
		})
		if allocs > 100 {
			t.Errorf("%s: %.0f allocations a frame", p.Name(), allocs)
		}
	}
}
