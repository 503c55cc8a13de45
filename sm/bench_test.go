package sm_test

import (
	"testing"
	"time"

	"raftscope/sm"
)

// movesPerFlush is how many moves the benchmarks record between two flushes.
const movesPerFlush = 64

var discard = sinkFunc(func([]sm.Event) error { return nil })

func benchMachine(b *testing.B, clock sm.Clock) (*sm.Tracker, *sm.Machine) {
	b.Helper()
	t := sm.NewTracker(sm.Options{Clock: clock, Sink: discard, Strict: true})
	m := t.Buffer("n1", 1).Born(pingPong, ping, 1, "1", "bench")
	return t, m
}

// BenchmarkMoveOn measures a move with its share of the flush: what recording
// costs altogether.
func BenchmarkMoveOn(b *testing.B) {
	t, m := benchMachine(b, &stepClock{step: 1000})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Move(sm.State((i + 1) & 1))
		if i%movesPerFlush == movesPerFlush-1 {
			flush(b, t)
		}
	}
}

// BenchmarkMoveOnRaw measures what the goroutine that moves a machine pays. The
// timer is stopped rarely, because stopping it takes longer than a flush.
func BenchmarkMoveOnRaw(b *testing.B) {
	const moves = 1024
	t, m := benchMachine(b, &stepClock{step: 1000})
	for i := 0; b.Loop(); i++ {
		m.Move(sm.State((i + 1) & 1))
		if i%moves == moves-1 {
			b.StopTimer()
			flush(b, t)
			b.StartTimer()
		}
	}
}

func BenchmarkMoveOff(b *testing.B) {
	var m *sm.Machine
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Move(sm.State((i + 1) & 1))
	}
}

// BenchmarkFlush measures the flush of one event (ns/event), by how the instants
// look; ns/op is an instant, recorded and flushed.
func BenchmarkFlush(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		t, _ := benchMachine(b, &stepClock{})
		flush(b, t)
		b.ReportAllocs()
		for b.Loop() {
			flush(b, t)
		}
	})
	b.Run("instant=8,nodes=3,lanes=2", func(b *testing.B) { benchFlush(b, 8, 3, 2) })
	b.Run("instant=20,nodes=3,lanes=4", func(b *testing.B) { benchFlush(b, 20, 3, 4) })
	b.Run("instant=10000,nodes=1,lanes=2", func(b *testing.B) { benchFlush(b, 10000, 1, 2) })
}

func benchFlush(b *testing.B, size, nodes, lanes int) {
	clock := &stepClock{}
	t := sm.NewTracker(sm.Options{Clock: clock, Sink: discard, Strict: true})
	var machines []*sm.Machine
	for _, name := range []string{"n1", "n2", "n3"}[:nodes] {
		for lane := range lanes {
			machines = append(machines, t.Buffer(name, 1).Born(pingPong, ping, sm.Lane(lane), "", ""))
		}
	}
	flush(b, t)
	b.ReportAllocs()
	events, flushing := 0, time.Duration(0)
	for b.Loop() {
		clock.at += 1000
		for i := range size {
			m := machines[i%len(machines)]
			m.Move(1 - m.State())
		}
		begin := time.Now()
		flush(b, t)
		flushing += time.Since(begin)
		events += size
	}
	b.ReportMetric(float64(flushing.Nanoseconds())/float64(events), "ns/event")
}

func flush(tb testing.TB, t *sm.Tracker) {
	if _, err := t.Flush(); err != nil {
		tb.Fatal(err)
	}
}
