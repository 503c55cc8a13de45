package frames_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

var benchEvents = flag.Int("recording-events", 1_000_000, "events in the recording that BenchmarkFile opens")

// synthetic writes a recording of benchEvents events: a workload, again and
// again, numbered on.
func synthetic(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "synthetic.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	if err := w.WriteKinds(recordertest.Kinds()); err != nil {
		b.Fatal(err)
	}
	events := recordertest.Workload(100_000)
	machines := sm.ID(0)
	for i := range events {
		machines = max(machines, events[i].Machine)
	}
	last := events[len(events)-1]
	for written := 0; written < *benchEvents; {
		n := min(len(events), *benchEvents-written)
		if err := w.Take(events[:n]); err != nil {
			b.Fatal(err)
		}
		written += n
		for i := range events {
			e := &events[i]
			e.Seq, e.At, e.Wall = e.Seq+last.Seq, e.At+last.At, e.Wall+last.Wall
			if e.Machine != 0 {
				e.Machine += machines
			}
			if e.Other != 0 {
				e.Other += machines
			}
			if e.Due != 0 {
				e.Due += last.At
			}
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkFile opens a long recording, seeks in it, and reads all of it.
func BenchmarkFile(b *testing.B) {
	path := synthetic(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("open-and-seek", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := frames.OpenFile(path)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Read(f.SeekEvent(1 + rand.Uint64N(uint64(*benchEvents)))); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
		b.ReportMetric(float64(info.Size())/float64(*benchEvents), "B/event")
	})
	b.Run("seek", func(b *testing.B) { benchSeek(b, path) })
	b.Run("walk", func(b *testing.B) {
		for b.Loop() { // without its last bytes it has no index
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := frames.Open(f, info.Size()-wire.TrailerLen); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
	})
	b.Run("decode", func(b *testing.B) {
		n := 0
		for b.Loop() {
			f, err := frames.OpenFile(path)
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Each(1, func(events []sm.Event) error { n += len(events); return nil }); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	})
}

func benchSeek(b *testing.B, path string) {
	f, err := frames.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for b.Loop() {
		if _, err := f.Read(f.SeekEvent(1 + rand.Uint64N(uint64(*benchEvents)))); err != nil {
			b.Fatal(err)
		}
	}
}
