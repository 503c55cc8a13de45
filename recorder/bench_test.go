package recorder_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
)

// BenchmarkFileTake measures what recording to a file costs altogether: rows,
// packing, digest and writing. Take gets the events as the debuggee's frames
// bring them.
func BenchmarkFileTake(b *testing.B) {
	for _, batch := range []int{16, recorder.FrameEvents} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) { benchTake(b, batch) })
	}
}

func benchTake(b *testing.B, batch int) {
	events := recordertest.Workload(1 << 16)[:1<<16]
	f, err := recorder.Create(filepath.Join(b.TempDir(), "a.rsc"), recorder.FileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		from := n % len(events)
		if err := f.Take(events[from : from+batch]); err != nil {
			b.Fatal(err)
		}
		n += batch
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(f.Stats().Bytes)/float64(n), "B/event")
}
