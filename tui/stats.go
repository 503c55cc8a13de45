package tui

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

// stats are figures of the cockpit itself, for --stats.
type stats struct {
	on      bool
	views   [viewsMax]time.Duration // of the newest views
	count   int
	allocs  uint64 // of the views that were looked at
	looked  uint64
	peak    int // most events in one frame
	waiting int // most commands that waited
	keys    int
	worst   time.Duration
	events  int // seen at the last frame
	pressed time.Time
	answer  time.Duration // longest from a key to its screen
}

const (
	viewsMax  = 4096
	lookEvery = 16 // views: looking at allocations stops the program for a moment
)

// view begins to measure a view; what it returns ends it.
func (s *stats) view() (end func()) {
	if !s.on {
		return func() {}
	}
	look := s.count%lookEvery == 0
	var before runtime.MemStats
	if look {
		runtime.ReadMemStats(&before)
	}
	began := time.Now()
	return func() {
		took := time.Since(began)
		s.views[s.count%viewsMax] = took
		s.count++
		s.worst = max(s.worst, took)
		if !s.pressed.IsZero() {
			s.answer = max(s.answer, time.Since(s.pressed))
			s.pressed = time.Time{}
		}
		if look {
			var after runtime.MemStats
			runtime.ReadMemStats(&after)
			s.allocs += after.Mallocs - before.Mallocs
			s.looked++
		}
	}
}

// key tells that a key was taken.
func (s *stats) key() {
	if s.on {
		s.keys++
		s.pressed = time.Now()
	}
}

// frame tells how many events there are at a frame.
func (s *stats) frame(events int) {
	s.peak = max(s.peak, events-s.events)
	s.events = events
}

// queued tells how many commands wait.
func (s *stats) queued(n int) { s.waiting = max(s.waiting, n) }

// write prints the figures.
func (s *stats) write(w io.Writer, m *Model) {
	n := min(s.count, viewsMax)
	p50, p99 := quantiles(append([]time.Duration(nil), s.views[:n]...))
	allocs := uint64(0)
	if s.looked > 0 {
		allocs = s.allocs / s.looked
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	t := m.timeline()
	fmt.Fprintf(w, "views       %d, %dus p50, %dus p99, %dus at most, %d allocations\n",
		s.count, p50.Microseconds(), p99.Microseconds(), s.worst.Microseconds(), allocs)
	fmt.Fprintf(w, "keys        %d, %.1fms at most from key to view\n", s.keys, float64(s.answer)/1e6)
	fmt.Fprintf(w, "queue       %d events in a frame at most, %d commands waiting at most\n", s.peak, s.waiting)
	fmt.Fprintf(w, "run         %d events, %d machines\n", t.Events(), len(t.View().Machines()))
	fmt.Fprintf(w, "goroutines  %d here, %d in the cluster\n", runtime.NumGoroutine(), m.last.Goroutines)
	fmt.Fprintf(w, "memory      %.1f MiB of heap here, %.1f MiB in the cluster\n",
		float64(mem.HeapAlloc)/(1<<20), float64(m.last.Heap)/(1<<20))
}
