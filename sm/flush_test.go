package sm_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"raftscope/sm"
)

func TestAbandonAll(t *testing.T) {
	tr, k, clock := newTracker(true)
	b := tr.Buffer("n1", 1)
	first := b.Born(job, start, 9, "1", "")
	resting := b.Born(job, start, 1, "2", "")
	closed := b.Born(job, start, 1, "3", "")
	again := b.Born(job, start, 1, "4", "")
	loose := b.Born(job, start, 1, "5", "")
	flush(t, tr)
	clock.at = 1
	last := b.Born(job, start, 1, "6", "")
	ball := b.Born(pingPong, ping, 1, "7", "")
	resting.Move(done)
	closed.Move(done)
	closed.Close()
	again.Move(done)
	again.Move(busy)
	loose.Abandon()
	ball.Move(1)
	flush(t, tr)
	k.events = nil
	b.AbandonAll()
	b.AbandonAll()
	flush(t, tr)
	// Born at time 0: again in lane 1 is #3, first in lane 9 is #5.
	wantLines(t, k.events,
		"1 n1/1 abandon #3<0 0>1 |||0",
		"1 n1/1 abandon #5<0 0>0 |||0",
		"1 n1/1 abandon #6<0 0>0 |||0",
		"1 n1/1 abandon #7<0 0>1 |||0",
	)
	for want, m := range map[sm.ID]*sm.Machine{3: again, 5: first, 6: last, 7: ball} {
		if m.ID() != want {
			t.Errorf("machine %d has the id %d", want, m.ID())
		}
	}
}

func TestBufferEnds(t *testing.T) {
	tr, k, _ := newTracker(true)
	b := tr.Buffer("n1", 1)
	m := b.Born(job, start, 1, "", "")
	b.AbandonAll()
	b.End()
	if got := b.Born(job, start, 1, "", "late"); got != nil {
		t.Error("an ended buffer bears a machine")
	}
	m.Move(busy) // no violation either: the goroutine is late, not wrong
	m.Close()
	b.Note("late")
	if b2 := tr.Buffer("n1", 1); b2 == b {
		t.Error("an ended buffer is given out")
	}
	flush(t, tr)
	b.Note("later")
	flush(t, tr)
	wantLines(t, k.events,
		"0 n1/1 born #1<0 0>0 job|||0",
		"0 n1/1 abandon #1<0 0>0 |||0",
	)
	if got := tr.Totals(); got.Late != 5 || got.Violations != 0 {
		t.Errorf("totals %+v", got)
	}
	if b := tr.Buffer("n2", 3); b.Node() != "n2" || b.Life() != 3 || tr.Buffer("n2", 3) != b {
		t.Error("buffers are mixed up")
	}
}

// The tracker keeps nothing alive of lives that ended and machines that rest.
func TestTrackerLetsGo(t *testing.T) {
	tr, _, _ := newTracker(true)
	var gone atomic.Int32
	func() {
		world := tr.Buffer("", 0)
		for range 10 {
			m := world.Born(job, start, 1, "", "")
			m.Move(done)
			runtime.AddCleanup(m, func(int) { gone.Add(1) }, 0)
			b := tr.Buffer("n1", 1)
			m = b.Born(job, start, 1, "", "")
			m.LinkFrom(m, "causes")
			runtime.AddCleanup(m, func(int) { gone.Add(1) }, 0)
			b.End()
			flush(t, tr)
		}
	}()
	for deadline := time.Now().Add(5 * time.Second); gone.Load() < 20 && time.Now().Before(deadline); {
		runtime.GC()
		runtime.Gosched()
	}
	if got := gone.Load(); got != 20 {
		t.Errorf("%d of 20 machines were collected", got)
	}
	runtime.KeepAlive(tr)
}

func TestSinkError(t *testing.T) {
	errFull := errors.New("disk full")
	fail := true
	var seen []uint64
	tr := sm.NewTracker(sm.Options{Clock: &stepClock{}, Sink: sinkFunc(func(events []sm.Event) error {
		for _, e := range events {
			seen = append(seen, e.Seq)
		}
		if fail {
			return errFull
		}
		return nil
	})})
	b := tr.Buffer("", 0)
	b.Note("a")
	b.Note("b")
	if n, err := tr.Flush(); n != 2 || !errors.Is(err, errFull) {
		t.Errorf("got %d, %v", n, err)
	}
	fail = false
	b.Note("c")
	if n, err := tr.Flush(); n != 1 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	if len(seen) != 3 || seen[2] != 3 {
		t.Errorf("the sink saw %v", seen)
	}
	if n, err := tr.Flush(); n != 0 || err != nil || len(seen) != 3 {
		t.Errorf("an empty flush: %d, %v, %v", n, err, seen)
	}
}

func TestWithoutSinkEventsAreDigested(t *testing.T) {
	tr := sm.NewTracker(sm.Options{Clock: &stepClock{}})
	tr.Buffer("", 0).Note("a")
	if n, err := tr.Flush(); n != 1 || err != nil || tr.Digest() == 0 {
		t.Errorf("got %d, %v, %s", n, err, tr.Digest())
	}
}

func TestTrackerNeedsClock(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	sm.NewTracker(sm.Options{})
}

// lockedClock may be asked by many goroutines.
type lockedClock struct{ now atomic.Int64 }

func (c *lockedClock) Now() (sm.Time, int64) { n := c.now.Add(1); return sm.Time(n / 8), n }

// Recording, flushing and ending lives at the same time: no event is lost, none
// comes before its cause, time does not run backwards. Meant for -race.
func TestFlushWhileRecording(t *testing.T) {
	const lives, moves = 20, 100
	k := &keeper{}
	tr := sm.NewTracker(sm.Options{Clock: &lockedClock{}, Sink: k, Strict: true})
	var causes [3]atomic.Pointer[sm.Machine]
	var wg sync.WaitGroup
	for i, node := range []string{"n1", "n2", "n3"} {
		wg.Go(func() {
			for life := range uint32(lives) {
				b := tr.Buffer(node, life+1)
				m := b.Born(job, start, 1, "", "")
				causes[i].Store(m)
				m.LinkFrom(causes[(i+1)%3].Load(), "causes")
				for range moves {
					m.Move(busy)
				}
				b.AbandonAll()
				b.End()
			}
		})
	}
	stop := make(chan struct{})
	var flusher sync.WaitGroup
	flusher.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				flush(t, tr)
				tr.Digest()
			}
		}
	})
	wg.Wait()
	close(stop)
	flusher.Wait()
	flush(t, tr)
	checkCauses(t, k.events)
	last, counts := sm.Time(0), map[sm.EventType]int{}
	for i, e := range k.events {
		counts[e.Type]++
		if e.At < last || e.Seq != uint64(i+1) {
			t.Fatalf("event %d has the number %d and is at %d, after %d", i+1, e.Seq, e.At, last)
		}
		last = e.At
	}
	if counts[sm.Born] != 3*lives || counts[sm.Moved] != 3*lives*moves || counts[sm.Abandoned] != 3*lives {
		t.Errorf("got %v", counts)
	}
}
