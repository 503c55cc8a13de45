package engine

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/fault"
	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
	"raftscope/replay"
	"raftscope/sm"
)

// testDisk is a disk of which every operation takes 2ms.
func testDisk(dead chan struct{}) *disk {
	const took = 2 * time.Millisecond
	return &disk{
		clock: newClock(), faults: fault.NewBoard(fault.Options{}), gate: vtime.NewGate(dead, 127), stream: vtime.NewStream(1, "disk", 0),
		time: vtime.Range{Lo: took, Hi: took}, dead: dead,
	}
}

// Operations run one at a time in the order in which they came; each tells
// when it will end, and the real call is made exactly then.
func TestDiskQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := testDisk(make(chan struct{}))
		begin := time.Now()
		var told []string
		tell := func(format string, args ...any) {
			told = append(told, fmt.Sprintf("%v ", time.Since(begin))+fmt.Sprintf(format, args...))
		}
		failure := errors.New("no space")
		var got error
		for i := range 3 {
			go func() {
				err := d.Do(probe.Op{}, func(due sm.Time) { tell("%d began, due %v", i, time.Duration(due)) }, func() error {
					tell("%d called", i)
					if i == 1 {
						return failure
					}
					return nil
				})
				if i == 1 {
					got = err
				}
			}()
			synctest.Wait() // so that they come in this order
		}
		time.Sleep(time.Second)
		synctest.Wait()
		want := []string{
			"0s 0 began, due 2ms", "2ms 0 called",
			"2ms 1 began, due 4ms", "4ms 1 called",
			"4ms 2 began, due 6ms", "6ms 2 called",
		}
		if !slices.Equal(told, want) {
			t.Errorf("got %q, want %q", told, want)
		}
		if got != failure {
			t.Errorf("the call's error came back as %v", got)
		}
	})
}

// When the life ends, what runs and what waits never happens, and the calling
// goroutines end.
func TestDiskDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := make(chan struct{})
		d := testDisk(dead)
		var calls, ended atomic.Int32
		for range 4 {
			go func() {
				defer ended.Add(1)
				d.Do(probe.Op{}, func(sm.Time) {}, func() error { calls.Add(1); return nil })
				if calls.Load() != 1 {
					t.Error("an operation returned to raft after the crash")
				}
			}()
			synctest.Wait()
		}
		time.Sleep(3 * time.Millisecond) // one is done, one runs, two wait
		close(dead)
		synctest.Wait()
		if calls.Load() != 1 || ended.Load() != 4 {
			t.Errorf("%d real calls and %d goroutines ended, want 1 and 4", calls.Load(), ended.Load())
		}
	})
}

// The gate is shut exactly while an operation of the main goroutine runs.
func TestDiskShutsGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := testDisk(make(chan struct{}))
		for _, op := range []struct {
			main bool
			want time.Duration
		}{{false, vtime.Step}, {true, 2*time.Millisecond + vtime.Step}} {
			go d.Do(probe.Op{Main: op.main}, func(sm.Time) {}, func() error { return nil })
			synctest.Wait()
			from := time.Now()
			ticket := d.gate.Enter()
			if !ticket.Wait() {
				t.Fatal("the gate says that the life ended")
			}
			if got := time.Since(from); got < op.want || got >= op.want+2*vtime.Slots {
				t.Errorf("main %v: admitted after %v, want %v", op.main, got, op.want)
			}
			ticket.Done()
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// A crash in the middle of a write leaves the database without it, and the next
// life finds exactly what was durable.
func TestCrashDuringAppend(t *testing.T) {
	inWorld(t, "cluster nodes=1 disk=5ms", func(w *testWorld) {
		w.do("run until leader", "write n1 set x 1 wait", "write n1 set y 2", "run until append@n1 writing", "advance 4ms")
		w.expect("append@n1 writing", "entry@n1 created")
		lost := w.last("entry", "n1")
		durable := w.timeline.Log("n1")
		durable = durable[:len(durable)-1] // all but the one being written
		w.do("crash n1", "advance 10ms")
		sameLog(t, w, "n1", durable)
		if !lost.Abandoned() || lost.StateName() != "created" {
			t.Errorf("%s is %s, abandoned %v", lost.Name(), lost.StateName(), lost.Abandoned())
		}
		w.expect("told exec@2 error", "attr exec@2 stored = unknown", "fate exec@2 never-stored")
		w.do("restart n1", "advance 1ms")
		found := w.timeline.Log("n1")
		sameLog(t, w, "n1", found)
		for _, m := range found {
			if loaded, _ := m.Attr("loaded"); loaded.Num != 1 || m.Life() != 2 {
				t.Errorf("%s of life %d has loaded %d", m.Name(), m.Life(), loaded.Num)
			}
		}
		w.do("run until leader", "read n1 get y wait", "read n1 get x wait")
		w.expect(`attr read@3 result = "(none)"`, "attr read@4 result = 1")
	})
}

// The same wherever in a write's life the node crashes: 0.25ms apart, across
// the disk operations of two writes.
func TestCrashAnywhere(t *testing.T) {
	for i := range 40 {
		inWorld(t, "cluster nodes=1", func(w *testWorld) {
			w.do("run until leader", "run until idle", "write n1 set x 1", "write n1 set y 2")
			w.do(fmt.Sprintf("advance %dus", 1+250*i), "crash n1", "advance 10ms")
			durable := slices.DeleteFunc(w.timeline.Log("n1"), func(m *replay.Machine) bool { return m.StateName() == "created" })
			sameLog(t, w, "n1", durable)
			w.do("restart n1", "advance 1ms")
			sameLog(t, w, "n1", w.timeline.Log("n1"))
			w.do("run until leader", "run until answered", "run until idle")
			sameLog(t, w, "n1", w.timeline.Log("n1"))
		})
	}
}

// sameLog compares the entries that machines tell of with those in the
// database file.
func sameLog(t *testing.T, w *testWorld, node string, told []*replay.Machine) {
	t.Helper()
	logs := w.stored(node)
	if len(logs) != len(told) {
		t.Fatalf("%s: the database has %d entries, the machines tell of %d", node, len(logs), len(told))
	}
	for i, log := range logs {
		m := told[i]
		if got := fmt.Sprintf("%d/%d", log.Term, log.Index); got != m.Subject() {
			t.Errorf("%s: entry %d of the database is %s, of the machines %s", node, i, got, m.Subject())
		}
		if ws, err := kv.Decode(log.Data); err == nil && ws.String() != m.Label() {
			t.Errorf("%s: %s holds %q, its machine is %q", node, m.Subject(), ws, m.Label())
		}
	}
}
