package pane_test

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// recordedKinds returns an empty timeline that knows the kinds of made-up runs.
func recordedKinds(tb testing.TB) *replay.Timeline {
	tb.Helper()
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	return tl
}

// million returns a run of n events; a million machines have about nine million.
func million(tb testing.TB, n int) *replay.Timeline {
	tb.Helper()
	tl := recordedKinds(tb)
	if err := tl.Append(recordertest.Workload(n)); err != nil {
		tb.Fatal(err)
	}
	return tl
}

// BenchmarkDraw draws panes as large as they get, each time another moment of a
// run of a million machines.
func BenchmarkDraw(b *testing.B) {
	tl := million(b, 9<<20)
	b.Logf("%d machines", len(tl.View().Machines()))
	for _, c := range []struct {
		name   string
		pane   pane.Pane
		w, h   int
		filter string
	}{
		{"events", pane.NewEvents(), 200, 55, ""},
		{"events-filter", pane.NewEvents(), 200, 55, "node:n2 kind:append"},
		{"next", pane.NewNext(), 200, 10, ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := &pane.Scene{Last: tl.View(), Theme: theme.New(theme.Dark, false), Filter: wanted(b, tl, c.filter)}
			g := grid.New(c.w, c.h)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				s.View = tl.At(4<<20 + i*7919%(4<<20))
				g.Clear()
				c.pane.Draw(g.All(), s, true)
			}
		})
	}
}
