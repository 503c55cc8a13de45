package replay_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// decoded returns batches of events as a reader delivers them, with strings
// that belong to their frame.
func decoded(tb testing.TB, n int) [][]sm.Event {
	tb.Helper()
	var b bytes.Buffer
	enc := recorder.NewEncoder(&b)
	if err := enc.WriteHeader(recorder.Header{}); err != nil {
		tb.Fatal(err)
	}
	if err := enc.WriteEvents(recordertest.Workload(n)[:n]); err != nil {
		tb.Fatal(err)
	}
	var out [][]sm.Event
	for r := frames.NewReader(&b); ; {
		f, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, append([]sm.Event(nil), f.Events...))
	}
}

func build(tb testing.TB, batches [][]sm.Event) *replay.Timeline {
	tb.Helper()
	t := replay.NewTimeline()
	if err := t.AddKinds(recordertest.Kinds()); err != nil {
		tb.Fatal(err)
	}
	for _, events := range batches {
		if err := t.Append(events); err != nil {
			tb.Fatal(err)
		}
	}
	return t
}

func BenchmarkTimeline(b *testing.B) {
	batches := decoded(b, 1<<18)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n += build(b, batches).Events()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	b.ReportMetric(perEvent(b, 1<<18), "B/event")
}

// perEvent returns how many bytes of memory a timeline takes an event, with
// its machines, moves, attributes, links and strings.
func perEvent(tb testing.TB, n int) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	batches := decoded(tb, n)
	t := build(tb, batches)
	clear(batches)
	runtime.GC()
	runtime.ReadMemStats(&after)
	bytes := float64(after.HeapAlloc) - float64(before.HeapAlloc)
	return bytes / float64(t.Events())
}

func BenchmarkTree(b *testing.B) {
	t := build(b, decoded(b, 1<<16))
	for b.Loop() {
		var out strings.Builder
		if err := t.Tree(t.Exec(100), replay.Options{}).Text(&out, replay.Style{}); err != nil {
			b.Fatal(err)
		}
	}
}
