package engine

import (
	"math/rand"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/vtime"
	"raftscope/replay"
)

func TestManyWrites(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle")
		at := w.Now()
		w.do("write leader incr c x100", "read leader get c")
		if w.Now() != at || w.ordinal != 101 {
			t.Errorf("100 writes and a read took %v and the ordinals up to %d", time.Duration(w.Now()-at), w.ordinal)
		}
		execs := w.timeline.ByKind("exec")
		for i, m := range execs {
			if want := w.call(i + 1); m != want || m.Born() != at {
				t.Errorf("the %dth exec is %s of %v, want %s of %v", i+1, m.Name(), m.Born(), want.Name(), at)
			}
		}
		w.do("write leader incr c x100 wait")
		w.expect("count exec = 200", "count exec DONE >= 100", "told exec@last ok")
		w.do("run until answered")
		w.expect("count exec DONE = 200")
		if got := w.finalValue("c"); got != "200" {
			t.Errorf("200 increments gave %s", got)
		}
		w.do("write leader set k v x10000 wait")
		w.expect("count exec DONE = 10200")
	})
}

// A command that waits for many says how many answers are missing.
func TestManyWritesUnanswered(t *testing.T) {
	inWorld(t, "cluster nodes=2 LeaderLeaseTimeout=2m HeartbeatTimeout=2m ElectionTimeout=2m", func(w *testWorld) {
		w.do("run until leader timeout=1h", "cut n1 | n2")
		w.fails(ErrTimeout, "write leader set x 1 x7 wait", "7 of 7 answers are missing", "waited for exec#", "as one of them, which is proposed")
		w.fails(ErrTimeout, "write leader set x 1 wait", "to rest, it is proposed")
	})
}

// tries are the calls that clients made of the request whose first was ordinal.
func (w *testWorld) tries(ordinal int) (all []*replay.Machine) {
	v := w.timeline.View()
	for m := v.Of(w.call(ordinal)); m.Known(); m = v.RetriedAs(m.Machine) {
		all = append(all, m.Machine)
	}
	return all
}

// Answers are not asked for again.
func TestRetryOfAnswers(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "write leader set s abc wait", "write leader set n 9223372036854775807 wait")
		w.do("write leader incr s retry wait", "write leader incr n retry wait", "write leader cas s x y retry wait",
			"write leader cas s abc y retry wait", "read leader get s retry wait")
		w.expect("count exec = 6", "count read = 1", "count exec FAILED = 3", "told exec@6 ok", "attr read@7 result = y")
	})
}

// A client that retries goes to whichever node leads then.
func TestRetryElsewhere(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until idle")
		f := w.follower()
		w.do("write "+f+" set x 1 retry wait", "read "+f+" get x retry wait", "crash "+f, "write "+f+" incr y retry wait")
		for _, n := range []int{1, 3, 5} {
			tries := w.tries(n)
			if len(tries) != 2 || tries[0].Node() != f || tries[1].Node() != w.leads() || tries[1].StateName() != "DONE" {
				t.Fatalf("call %d was made as %v", n, tries)
			}
			if a, _ := tries[1].Attr("attempt"); a.Num != 2 {
				t.Errorf("call %d: attempt %d, want 2", n, a.Num)
			}
			if wait := time.Duration(tries[1].Born() - tries[0].Since()); wait < 50*time.Millisecond || wait > 101*time.Millisecond {
				t.Errorf("call %d: made again after %v", n, wait)
			}
		}
		w.expect("told exec@1 error", "attr exec@1 retry = 2", "attr exec@6 result = 1")
	})
}

// A client that retries gives up after ten calls, and until then it is not
// answered.
func TestRetryGivesUp(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "crash n1", "write n1 set x 1 retry", "advance 10ms")
		w.expect("exec@1 FAILED", "not answered", "not idle")
		began := w.Now()
		w.do("run until answered")
		tries := w.tries(1)
		if len(tries) != attemptsMax || w.ordinal != attemptsMax {
			t.Errorf("the call was made %d times, want %d", len(tries), attemptsMax)
		}
		w.expect("attr exec@last attempt = 10", "answered", "idle")
		if _, again := tries[len(tries)-1].Attr("retry"); again {
			t.Error("the last try says that there will be another")
		}
		if took := time.Duration(w.Now() - began); took < 4*time.Second || took > 10*time.Second {
			t.Errorf("ten calls took %v, want about seven seconds", took)
		}
		w.do("write n1 set x 1 retry wait")
		w.expect("count exec = 20", "answered")
	})
}

// A write that is told an error may count, and then its retry counts again.
func TestRetryCountsTwice(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "write n1 incr c retry", "run until fate exec@1 committed", "crash n1")
		w.expect("told exec@1 error", "attr exec@1 stored = unknown")
		w.do("restart n1", "run until answered")
		if got := w.finalValue("c"); got != "2" {
			t.Errorf("the increment made twice gave %s", got)
		}
		twice, untold := w.timeline.View().Doubtful()
		if len(twice) != 1 || len(twice[0].Applied) != 2 || twice[0].First != w.call(1) || len(untold) != 0 {
			t.Errorf("doubtful are %v, %v", twice, untold)
		}
	})
}

func TestBackoff(t *testing.T) {
	const ms = time.Millisecond
	for attempt, want := range map[int]time.Duration{2: 50 * ms, 3: 100 * ms, 4: 200 * ms, 5: 400 * ms, 6: 800 * ms, 7: 800 * ms, 10: 800 * ms} {
		if got := backoff(attempt); got.Lo != want || got.Hi != 2*want {
			t.Errorf("before attempt %d: %v, want %v", attempt, got, want)
		}
	}
}

// Which of the calls that fail at one instant waits how long does not depend on
// the order in which their goroutines come.
func TestBackoffsInOrder(t *testing.T) {
	const n = 200
	drawn := func(seed int64) (waits [2 * n]time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			start, now := time.Now(), 0
			out := make(chan *request, 2*n)
			rs := newRetries(vtime.NewStream(1, "retries", 9), func(r *request) {
				waits[r.call.n] = time.Since(start)
				out <- r
			})
			for range 2 { // the second half fails while the backoffs of the first are not yet drawn
				for _, i := range rand.New(rand.NewSource(seed)).Perm(n) {
					r := &request{attempt: 1}
					r.call = &call{n: now + i, request: r}
					rs.add(r.call)
				}
				now += n
				time.Sleep(500 * time.Nanosecond)
			}
			ends := map[time.Duration]bool{}
			for range 2 * n {
				<-out
				ends[time.Since(start)] = true
			}
			if len(ends) != 2*n {
				t.Errorf("%d calls are made again at %d moments", 2*n, len(ends))
			}
			rs.close()
		})
		return waits
	}
	want := drawn(0)
	for seed := range int64(5) {
		if got := drawn(seed + 1); got != want {
			t.Fatal("the order in which calls failed at one instant changed how long they wait")
		}
	}
	if lo, hi := slices.Min(want[:]), slices.Max(want[:]); lo < 50*time.Millisecond || hi > 101*time.Millisecond {
		t.Errorf("waits from %v to %v", lo, hi)
	}
}

// Requests that wait to be made again end with the world.
func TestRetriesClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		rs := newRetries(vtime.NewStream(1, "retries", 9), func(*request) { made++ })
		for i := range 3 {
			rs.add(&call{n: i, request: &request{attempt: 1}})
		}
		time.Sleep(10 * time.Millisecond)
		rs.close()
		rs.add(&call{n: 9, request: &request{attempt: 1}})
		time.Sleep(time.Second)
		if made != 0 {
			t.Errorf("%d calls were made after the end", made)
		}
	})
}
