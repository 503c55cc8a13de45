package pane_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

var updateTree = flag.Bool("update-tree", false, "write the goldens of tree and detail anew")

// recordedTree returns the timeline of a recording in testdata/tree. They are made
// from the scenarios of the same name, whose seeds are fixed:
//
//	go run ./cmd/raftscope run --record tui/pane/testdata/tree/truncation.rsc testdata/scenarios/truncation.txt
//	go run ./cmd/raftscope run --record tui/pane/testdata/tree/hold-quorum.rsc testdata/scenarios/hold-quorum.txt
func recordedTree(tb testing.TB, name string) *replay.Timeline {
	tb.Helper()
	f, err := frames.OpenFile(filepath.Join("testdata", "tree", name+".rsc"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	kinds, err := f.Kinds()
	if err != nil {
		tb.Fatal(err)
	}
	t := replay.NewTimeline()
	if err := t.AddKinds(kinds); err != nil {
		tb.Fatal(err)
	}
	if err := f.Each(1, t.Append); err != nil {
		tb.Fatal(err)
	}
	return t
}

// sceneAtTree returns a scene of a moment.
func sceneAtTree(v replay.View) *pane.Scene {
	return &pane.Scene{View: v, Last: v.Timeline().View(), Mode: pane.Replay, Theme: theme.New(theme.Dark, false),
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

func TestLook(t *testing.T) {
	tl := recordedTree(t, "truncation")
	s := sceneAtTree(tl.View())
	s.Root = tl.Exec(5).ID()
	s.Selected = s.Root
	var p pane.Tree
	t.Log("\n" + drawnTree(&p, s, 86, 20))
	t.Log("\n" + drawnTree(&p, s, 140, 40))
	t.Log("\n" + drawnTree(&p, s, 80, 8))
	v := tl.At(tl.Exec(5).BornEvent() + 40)
	s = sceneAtTree(v)
	s.Root = tl.Exec(5).ID()
	t.Log("\n" + drawnTree(&p, s, 86, 20))
	s = sceneAtTree(tl.View())
	t.Log("\n" + drawnTree(&p, s, 86, 20))
	s = sceneAtTree(tl.At(40))
	t.Log("\n" + drawnTree(&p, s, 86, 20))
	s = sceneAtTree(tl.View())
	s.Root = tl.Nth("truncate", 1).ID()
	p.Do("fit", s)
	t.Log("\n" + drawnTree(&p, s, 120, 20))
}

func TestLookDetail(t *testing.T) {
	tl := recordedTree(t, "truncation")
	for _, m := range []*replay.Machine{tl.Exec(5), tl.Exec(2), tl.Nth("truncate", 1), tl.Newest("append-rpc", "n1"), tl.Nth("node", 1)} {
		s := sceneAtTree(tl.View())
		s.Selected = m.ID()
		var p pane.Detail
		t.Log("\n" + drawnTree(&p, s, 32, 12))
		t.Log("\n" + drawnTree(&p, s, 60, 40))
	}
	s := sceneAtTree(tl.At(tl.Exec(5).BornEvent() + 40))
	for _, m := range []*replay.Machine{tl.Exec(5), tl.Nth("append", 8)} {
		s.Selected = m.ID()
		var p pane.Detail
		t.Log("\n" + drawnTree(&p, s, 60, 30))
		t.Log("\n" + p.Copy(s))
	}
}
