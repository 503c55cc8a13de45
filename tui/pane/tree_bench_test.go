package pane_test

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

// benchTree draws a pane as it does while events come: each time another moment.
func benchTree(b *testing.B, t *replay.Timeline, p pane.Pane, root sm.ID, w, h int, verbs ...keys.Verb) {
	g := grid.New(w, h)
	s := sceneAtTree(t.View())
	s.Root, s.Selected = root, root
	pressTree(p, s, append([]keys.Verb{pane.Up}, verbs...)...)
	n := t.Events()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		s.View = t.At(n - i%64) // as while events come
		p.Title(s)
		p.Draw(g.All(), s, true)
	}
}

// BenchmarkTreeDraw draws tree and detail over a run of a million machines.
func BenchmarkTreeDraw(b *testing.B) {
	t := millionMachines(b)
	exec := t.LastExec().ID()
	b.Run("tree", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, exec, 140, 30) })
	b.Run("detail", func(b *testing.B) { benchTree(b, t, &pane.Detail{}, exec, 60, 30) })
	b.Run("node", func(b *testing.B) { benchTree(b, t, &pane.Detail{}, 1, 60, 30) })
	b.Run("roots", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, 0, 140, 30) })
	b.Run("roots-end", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, 0, 140, 30, pane.Bottom) })
	b.Run("roots-slowest", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, 0, 140, 30, "sort", "sort") })
}

// BenchmarkTreeOfMillion draws a machine with a million events, of which each
// frame has a new one.
func BenchmarkTreeOfMillion(b *testing.B) {
	sc := recordertest.New()
	root := sc.Born("node", "n1", 1, "", "n1", "")
	for i := range 500_000 {
		sc.Attr(root, "term", int64(i))
		sc.Link(root, sc.Born("meta", "n1", 1, "", "", ""), "")
	}
	t := timelineOf(b, recordertest.Kinds(), sc.Take())
	b.Run("tree", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, root, 140, 30) })
	b.Run("tree-newest", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, root, 140, 30, "sort") })
	b.Run("detail", func(b *testing.B) { benchTree(b, t, &pane.Detail{}, root, 60, 30) })
	b.Run("roots", func(b *testing.B) { benchTree(b, t, &pane.Tree{}, 0, 140, 30) })
	b.Run("first", func(b *testing.B) {
		g := grid.New(140, 30)
		for b.Loop() {
			s := sceneAtTree(t.View())
			s.Root, s.Selected = root, root
			(&pane.Tree{}).Draw(g.All(), s, true)
		}
	})
}
