package engine

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
)

// BenchmarkWorld measures how much faster than real time a cluster of three
// runs, bare (nothing is observed) and instrumented, idle and with ten writes
// a second. One operation is one virtual second. The settings are those of a
// debuggee: one goroutine at a time, garbage collected at fixed instants.
func BenchmarkWorld(b *testing.B) {
	for _, load := range []struct {
		name   string
		writes int // a second
	}{{"idle", 0}, {"writes10", 10}} {
		for _, bare := range []bool{true, false} {
			name := load.name + "/instrumented"
			if bare {
				name = load.name + "/bare"
			}
			b.Run(name, func(b *testing.B) { benchmarkWorld(b, bare, load.writes) })
		}
	}
}

func benchmarkWorld(b *testing.B, bare bool, writes int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	dir, err := makeDataDir()
	if err != nil {
		b.Fatal(err)
	}
	defer removeDataDir(dir)
	bubble(func() {
		w := NewWorld(grammar.DefaultCluster(), Options{Dir: dir, Bare: bare, GCEvery: gcInstants})
		w.advance(3 * time.Second)
		leader := leading(w)
		if leader == nil {
			b.Error("no leader after 3 seconds")
			return
		}
		began := nanotime()
		for i := 0; i < b.N; i++ {
			second(w, leader, writes)
		}
		real := time.Duration(nanotime() - began)
		w.Close()
		b.ReportMetric(float64(b.N)*float64(time.Second)/float64(real), "x-real")
		b.ReportMetric(float64(real.Nanoseconds())/float64(b.N), "real-ns/op")
	})
	b.ReportMetric(0, "ns/op") // virtual time, which says nothing
}

// second lets one virtual second pass, with writes spread over it.
func second(w *World, leader *node, writes int) {
	for i := range writes {
		w.request(leader, grammar.Write{Op: grammar.Set, Key: fmt.Sprintf("k%d", i), Args: []string{"v"}}, false)
		w.advance(time.Second / time.Duration(writes))
	}
	if writes == 0 {
		w.advance(time.Second)
	}
}

func leading(w *World) *node {
	for _, n := range w.nodes {
		if n.life.raft != nil && n.life.raft.State() == raft.Leader {
			return n
		}
	}
	return nil
}

// BenchmarkClients measures how much faster than real time a cluster of three
// runs with a client in the background that makes 200 calls a second, and that
// the goroutines do not grow in number. One operation is one virtual second.
func BenchmarkClients(b *testing.B) {
	for _, bare := range []bool{true, false} {
		name := "instrumented"
		if bare {
			name = "bare"
		}
		b.Run(name, func(b *testing.B) { benchmarkClients(b, bare) })
	}
}

func benchmarkClients(b *testing.B, bare bool) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	dir, err := makeDataDir()
	if err != nil {
		b.Fatal(err)
	}
	defer removeDataDir(dir)
	bubble(func() {
		w := NewWorld(grammar.DefaultCluster(), Options{Dir: dir, Bare: bare, GCEvery: gcInstants})
		w.advance(3 * time.Second)
		leader := leading(w)
		if leader == nil {
			b.Error("no leader after 3 seconds")
			return
		}
		c := grammar.DefaultClient()
		c.Rate, c.Mix, c.Node = 200, grammar.Mix{Set: 80, Incr: 20}, leader.name
		if err := w.startClient(c); err != nil {
			b.Error(err)
		}
		w.advance(time.Second)
		before, began := runtime.NumGoroutine(), nanotime()
		w.advance(time.Duration(b.N) * time.Second)
		real := time.Duration(nanotime() - began)
		b.ReportMetric(float64(b.N)*float64(time.Second)/float64(real), "x-real")
		b.ReportMetric(float64(real.Nanoseconds())/float64(b.N), "real-ns/op")
		b.ReportMetric(float64(runtime.NumGoroutine()-before), "more-goroutines")
		w.Close()
	})
	b.ReportMetric(0, "ns/op") // virtual time, which says nothing
}
