package pane_test

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// millionMachines returns a timeline of at least a million machines.
func millionMachines(tb testing.TB) *replay.Timeline {
	tb.Helper()
	c := recordertest.NewCluster()
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	for c.Machines() < 1_000_000 {
		for range 100 {
			c.Write()
		}
		if err := t.Append(append([]sm.Event(nil), c.Take()...)); err != nil {
			tb.Fatal(err)
		}
	}
	return t
}

// BenchmarkLogs draws the panes of a 200x60 screen over a million machines, at
// the newest event and in the middle of the run.
func BenchmarkLogs(b *testing.B) {
	t := millionMachines(b)
	s := &pane.Scene{Last: t.View(), Theme: theme.New(theme.Dark, false), Alias: pane.NewAliases(t.Nodes())}
	for _, moment := range []struct {
		name   string
		events int
	}{{"newest", t.Events()}, {"middle", t.Events() / 2}} {
		s.View = t.At(moment.events)
		s.Selected = s.View.LastExec().ID()
		for _, test := range []struct {
			p    pane.Pane
			w, h int
		}{{pane.NewLogs(), 200, 8}, {pane.NewLogsFull(), 200, 55}, {pane.NewOverview(), 200, 1}} {
			g := grid.New(test.w, test.h)
			b.Run(test.p.Name()+"/"+moment.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					test.p.Draw(g.All(), s, true)
				}
			})
		}
	}
}
