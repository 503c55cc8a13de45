package replay_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

// TestReadersWhileItGrows: a view taken while another goroutine appends answers
// as it does when all is quiet, and go on doing so. Under the race detector it
// shows that readers touch nothing the writer still changes.
func TestReadersWhileItGrows(t *testing.T) {
	const readers = 4
	var events []sm.Event
	for _, e := range append(restarted(t).Events, recordertest.Workload(8000)...) {
		e.Seq = uint64(len(events) + 1)
		events = append(events, e) // what contradicts is left out, as from a bad file
	}
	tl := replay.NewTimeline()
	if err := tl.AddKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	type seen struct {
		view   replay.View
		answer string
	}
	var all [readers][]seen
	var done atomic.Bool
	var wg sync.WaitGroup
	for i := range readers {
		wg.Go(func() {
			for !done.Load() {
				v := tl.View()
				if back := v.Events() / (i + 1); i > 0 {
					v = tl.At(back)
				}
				answer := glance(v)
				if again := glance(v); again != answer {
					t.Errorf("a view changed:\n%s\nthen\n%s", answer, again)
					return
				}
				all[i] = append(all[i], seen{v, answer})
			}
		})
	}
	for from := 0; from < len(events); from += 37 {
		if err := tl.Append(events[from:min(from+37, len(events))]); err != nil {
			t.Error(err)
		}
		runtime.Gosched() // on a busy machine the readers may else come when all is over
	}
	done.Store(true)
	wg.Wait()
	views := 0
	for _, each := range all {
		for _, s := range each {
			views++
			if got := glance(s.view); got != s.answer {
				t.Fatalf("after %d events:\n%s\nlater\n%s", s.view.Events(), s.answer, got)
			}
		}
	}
	if views == 0 {
		t.Error("nobody looked")
	}
	t.Logf("%d views", views)
}
