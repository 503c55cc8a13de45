package load_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/load"
)

// million is the size of the recording in the budgets.
const million = 1_000_000

func millionFile(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "million.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{})
	if err := errors.Join(err, w.WriteKinds(recordertest.Kinds()), w.Take(recordertest.Workload(million)[:million]), w.Close()); err != nil {
		b.Fatal(err)
	}
	runtime.GC() // what made the file is no part of reading it
	return path
}

// BenchmarkLoad reads a recording of a million events, to its end and to the
// first events that show.
func BenchmarkLoad(b *testing.B) {
	path := millionFile(b)
	size, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l := open(b, path, load.Options{})
			if err := l.Run(context.Background()); err != nil || l.Timeline().Events() != million {
				b.Fatal(err, l.Timeline().Events())
			}
			l.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/million, "ns/event")
		b.ReportMetric(float64(size.Size())/million, "file-B/event")
	})
	b.Run("first-events", func(b *testing.B) {
		for b.Loop() {
			ctx, stop := context.WithCancel(context.Background())
			var l *load.Loader
			l = open(b, path, load.Options{Changed: func() {
				if l.Timeline().Events() > 0 {
					stop()
				}
			}})
			if err := l.Run(ctx); err != context.Canceled {
				b.Fatal(err)
			}
			l.Close()
		}
	})
}

// BenchmarkProgress is what a screen asks for each frame, while the file is
// read.
func BenchmarkProgress(b *testing.B) {
	l, _, _ := following(b, millionFile(b), load.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if l.Progress().Size == 0 {
			b.Fatal("no size")
		}
	}
}
