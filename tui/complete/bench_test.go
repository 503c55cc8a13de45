package complete

import (
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/tui/command"
)

// timeline returns a run of so many events under writes.
func timeline(t testing.TB, events int) *replay.Timeline {
	t.Helper()
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	if err := tl.Append(recordertest.Workload(events)); err != nil {
		t.Fatal(err)
	}
	return tl
}

func BenchmarkComplete(b *testing.B) {
	tl := timeline(b, 1_000_000)
	s := Scope{Parser: command.ParserOf(tl), View: tl.View()}
	for _, line := range []string{"", "run until ", "run until append@n2 ", "break kind:append state:", "cluster ", "cluster nodes=", "hold ", "write leader set x 1 ", "filter a ", "print tree append@"} {
		b.Run(line, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Complete(line, len(line), s)
			}
		})
	}
}
