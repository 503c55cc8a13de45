package bench

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"raftscope/sm"
)

// format is one way to keep events in a file. It keeps every field.
type format struct {
	name   string
	create func(path string) (writer, error)
	// read calls do with all events of the file, in order, some thousand at a
	// time. They are valid during the call, strings excepted: those live on.
	read func(path string, do func([]sm.Event) error) error
}

// writer takes events, which are valid during the call. Close writes what is
// left and syncs the file.
type writer interface {
	Take([]sm.Event) error
	Close() error
}

var formats = []format{
	{"raftscope", createRaftscope, readRaftscope},
	{"mcap", createMCAP, readMCAP},
	{"ndjson", createNDJSON, readNDJSON},
	{"otlp", createOTLP, readOTLP},
}

// batchEvents is how many events readers hand on at once, and how many make
// one batch of those formats that need batches: as many as make a frame.
const batchEvents = 4096

// bufferBytes is the size of the buffers before and behind files.
const bufferBytes = 1 << 16

// output is a new file behind a buffer.
type output struct {
	*bufio.Writer
	file *os.File
}

func createOutput(path string) (output, error) {
	file, err := os.Create(path)
	if err != nil {
		return output{}, err
	}
	return output{bufio.NewWriterSize(file, bufferBytes), file}, nil
}

func (o output) Close() error { return errors.Join(o.Flush(), o.file.Sync(), o.file.Close()) }

// write writes n events of s.
func write(w writer, s *stream, n int, pause, resume func()) error {
	for n > 0 {
		if s.used() {
			pause()
			s.shift()
			resume()
		}
		events := s.take(n)
		if err := w.Take(events); err != nil {
			return err
		}
		n -= len(events)
	}
	return w.Close()
}

// BenchmarkWrite writes b.N events to a new file.
func BenchmarkWrite(b *testing.B) {
	for _, f := range formats {
		b.Run(f.name, func(b *testing.B) {
			s := newStream(b)
			path := filepath.Join(b.TempDir(), "recording")
			b.ReportAllocs()
			b.ResetTimer()
			w, err := f.create(path)
			if err != nil {
				b.Fatal(err)
			}
			if err := write(w, s, b.N, b.StopTimer, b.StartTimer); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			perEvent(b)
			b.ReportMetric(float64(info.Size())/float64(b.N), "file-B/event")
		})
	}
}

// BenchmarkRead reads a file of b.N events, all of it.
func BenchmarkRead(b *testing.B) {
	for _, f := range formats {
		b.Run(f.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "recording")
			w, err := f.create(path)
			if err != nil {
				b.Fatal(err)
			}
			if err := write(w, newStream(b), b.N, func() {}, func() {}); err != nil {
				b.Fatal(err)
			}
			n := 0
			b.ReportAllocs()
			b.ResetTimer()
			if err := f.read(path, func(events []sm.Event) error { n += len(events); return nil }); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if n != b.N {
				b.Fatalf("%d events read of %d", n, b.N)
			}
			perEvent(b)
		})
	}
}

// perEvent says ns/event instead of ns/op.
func perEvent(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/event")
}

// TestFormats holds every format to giving back what it got: a comparison with
// one that loses something would say nothing.
func TestFormats(t *testing.T) {
	const n = syntheticEvents + 10*batchEvents + 7 // a second round, no full batch at its end
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording")
			w, err := f.create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := write(w, newStream(t), n, func() {}, func() {}); err != nil {
				t.Fatal(err)
			}
			s, have := newStream(t), 0
			err = f.read(path, func(events []sm.Event) error {
				have += len(events)
				for len(events) > 0 {
					if s.used() {
						s.shift()
					}
					for _, want := range s.take(len(events)) {
						if events[0] != want {
							t.Fatalf("read %+v, written %+v", events[0], want)
						}
						events = events[1:]
					}
				}
				return nil
			})
			if err != nil || have != n {
				t.Errorf("%d events of %d: %v", have, n, err)
			}
		})
	}
}

// TestFormatsKept does the same with the events of a real run, which have
// every type and empty texts.
func TestFormatsKept(t *testing.T) {
	var want []sm.Event
	err := readRaftscope("../testdata/recordings/v1.rsc", func(events []sm.Event) error {
		want = append(want, events...)
		return nil
	})
	if err != nil || len(want) == 0 {
		t.Fatal(len(want), err)
	}
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording")
			w, err := f.create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(w.Take(want), w.Close()); err != nil {
				t.Fatal(err)
			}
			i := 0
			err = f.read(path, func(events []sm.Event) error {
				for _, e := range events {
					if i >= len(want) || e != want[i] {
						t.Fatalf("event %d reads %+v", i, e)
					}
					i++
				}
				return nil
			})
			if err != nil || i != len(want) {
				t.Errorf("%d events of %d: %v", i, len(want), err)
			}
		})
	}
}
