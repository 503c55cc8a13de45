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

// busy returns a run of n events.
func busy(tb testing.TB, n int) *replay.Timeline {
	tb.Helper()
	tl := recordedKinds(tb)
	if err := tl.Append(recordertest.Workload(n)); err != nil {
		tb.Fatal(err)
	}
	return tl
}

// BenchmarkEvents draws the events, what is next and the write as large as they get, each time another moment of a
// run of a million machines.
func BenchmarkEvents(b *testing.B) {
	tl := millionMachines(b)
	for _, c := range []struct {
		name   string
		pane   pane.Pane
		w, h   int
		filter string
	}{
		{"events", pane.NewEvents(), 200, 55, ""},
		{"events-filter", pane.NewEvents(), 200, 55, "node:n2 kind:append"},
		{"next", pane.NewNext(), 200, 10, ""},
		{"write", pane.NewWriteLine(), 200, 2, ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := &pane.Scene{Last: tl.View(), Theme: theme.New(theme.Dark, false), Filter: wanted(b, tl, c.filter)}
			g := grid.New(c.w, c.h)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				s.View = tl.At(tl.Events()/2 + i*7919%(tl.Events()/2))
				s.Write = s.View.LastExec().ID()
				g.Clear()
				c.pane.Draw(g.All(), s, true)
			}
		})
	}
}
