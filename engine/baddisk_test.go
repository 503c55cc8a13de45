package engine

import (
	"strings"
	"testing"

	"github.com/hashicorp/raft"
)

const alone = "cluster nodes=1 seed=7 disk-mode=pipelined disk=2ms"

// Whatever order a disk is told things in, its file holds what the machines
// tell, the log has no gap, and raft starts on it.
func TestDiskQueueCommands(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		last  uint64
	}{
		{"writes", []string{"disk-queue n1 append 2", "disk-queue n1 append 3", "advance 10ms"}, 8},
		{"a removal in between", []string{"disk-queue n1 append 3", "disk-queue n1 truncate from=5", "disk-queue n1 append 1", "advance 20ms"}, 5},
		{"what is queued is removed", []string{"disk-queue n1 append 3", "disk-queue n1 truncate from=4", "advance 20ms"}, 3},
		{"a write fails", []string{"fail append n1 count=1", "disk-queue n1 append 3", "disk-queue n1 append 2", "advance 10ms", "disk-queue n1 append 1", "advance 10ms"}, 4},
		{"a write fails while it waits", []string{"disk-queue n1 append 3", "disk-queue n1 append 2", "disk-queue n1 append 2", "fail append@n1@4", "disk-queue n1 append 1", "advance 20ms"}, 7},
		{"a removal fails", []string{"disk-queue n1 append 3", "fail truncate n1 count=1", "disk-queue n1 truncate from=5", "disk-queue n1 append 1", "advance 20ms", "disk-queue n1 append 1", "advance 10ms"}, 7},
		{"a write fails in part", []string{"fail append n1 wrote=2 count=1", "disk-queue n1 append 3", "disk-queue n1 append 3", "advance 20ms", "disk-queue n1 append 1", "advance 10ms"}, 6},
		{"a crash", []string{"disk-queue n1 append 3", "disk-queue n1 truncate from=5", "disk-queue n1 append 1", "advance 3ms", "crash n1"}, 6},
		{"a crash at an operation", []string{"crash truncate n1 after", "disk-queue n1 append 3", "disk-queue n1 truncate from=5", "disk-queue n1 append 1", "advance 20ms", "clear all"}, 4},
		{"closed at once", []string{"disk-queue n1 append 3", "disk-queue n1 truncate from=5", "disk-queue n1 append 1", "disk-queue n1 close", "advance 20ms"}, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, alone, func(w *testWorld) {
				w.do("run until leader", "write n1 set x 1 wait", "run until idle", "stop n1", "run until state n1 STOPPED")
				w.do(tt.lines...)
				if w.nodes["n1"].onBench() != nil {
					w.do("disk-queue n1 close", "advance 1ms")
				}
				w.expect("state n1 STOPPED or state n1 CRASHED", "count disk-barrier n1 blocking = 0 or state n1 CRASHED")
				logs := w.stored("n1")
				if last := logs[len(logs)-1].Index; last != tt.last {
					t.Errorf("the log ends with %d, want %d", last, tt.last)
				}
				for i, log := range logs {
					if log.Index != uint64(i+1) || log.Type == raft.LogCommand && len(log.Data) == 0 {
						t.Errorf("entry %d of the file has the index %d and %d bytes", i+1, log.Index, len(log.Data))
					}
				}
				w.do("restart n1", "advance 5ms")
				sameLog(t, w, "n1", w.timeline.Log("n1"))
				w.do("run until leader", "run until idle", "write n1 set y 1 wait")
			})
		})
	}
}

// What makes no sense is refused, with the reason.
func TestDiskQueueRefused(t *testing.T) {
	inWorld(t, alone, func(w *testWorld) {
		w.do("run until leader", "write n1 set x 1 wait", "run until idle")
		w.fails(ErrRefused, "disk-queue n1 append 1", "n1 is running")
		w.fails(ErrRefused, "disk-queue n1 close", "nothing is queued on the disk of n1")
		w.do("stop n1", "run until state n1 STOPPED", "disk-queue n1 append 1")
		for line, want := range map[string]string{
			"disk-queue n1 truncate from=5": "ends with entry 4, with all that is queued",
			"disk-queue n1 compact to=9":    "holds entries 1..3, and one must stay",
			"disk-queue n1 compact to=1":    "no snapshot of n1 holds entry 1",
			"restart n1":                    "disk-queue n1 close first",
			"start n1":                      "disk-queue n1 close first",
			"forge n1 terms=1,1":            "disk-queue n1 close first",
			"stop n1":                       "n1 is not running",
			"freeze n1":                     "n1 is not running",
			"write n1 set y 1":              "",
		} {
			if want != "" {
				w.fails(ErrRefused, line, want)
			}
		}
		w.do("hold append n1", "disk-queue n1 append 1", "disk-queue n1 close")
		w.do("run until state n1 STOPPED", "restart n1", "clear all", "run until leader")
	})
	// What is refused first leaves the node as it was.
	inWorld(t, alone, func(w *testWorld) {
		w.do("run until leader", "stop n1", "run until state n1 STOPPED")
		w.fails(ErrRefused, "disk-queue n1 truncate from=9", "the log of n1 ends with entry 2")
		w.fails(ErrRefused, "disk-queue n1 compact to=1", "no snapshot of n1 holds entry 1")
		w.expect("state n1 STOPPED", "count node n1 = 1")
		w.do("restart n1", "run until leader")
	})
	inWorld(t, alone+" start=off", func(w *testWorld) {
		w.fails(ErrRefused, "disk-queue n1 append 1", "n1 has no files yet")
		w.do("start n1", "run until leader")
	})
	inWorld(t, strings.ReplaceAll(alone, "pipelined", "sync"), func(w *testWorld) {
		w.do("run until leader", "stop n1", "run until state n1 STOPPED")
		w.fails(ErrRefused, "disk-queue n1 append 1", "say disk-mode=pipelined in its cluster line")
	})
}

// Where a snapshot ends behind the log, a disk goes on behind the snapshot, in its
// term: raft looks at nothing before that.
func TestDiskQueueBehindASnapshot(t *testing.T) {
	inWorld(t, alone+" start=off", func(w *testWorld) {
		w.do("forge n1 terms=1x3,2x6 snapshot=9 from-index=10", "disk-queue n1 append 2", "advance 10ms")
		w.expect("entry n1:2/10 durable", "last n1 = 11")
		w.fails(ErrRefused, "disk-queue n1 truncate from=9", "a snapshot of n1 holds the entries up to 9")
		w.do("disk-queue n1 truncate from=10", "advance 10ms", "disk-queue n1 append 1", "disk-queue n1 close", "run until state n1 STOPPED")
		if logs := w.stored("n1"); len(logs) != 1 || logs[0].Index != 10 || logs[0].Term != 2 {
			t.Errorf("the log is %+v", logs)
		}
		w.do("start n1", "run until leader", "write n1 set x 1 wait")
	})
}

// A bad disk: what is refused, and what outlives a restart.
func TestBadDisk(t *testing.T) {
	inWorld(t, "cluster nodes=1 seed=7", func(w *testWorld) {
		w.do("run until leader", "write n1 set x 1 wait", "run until idle")
		w.fails(ErrRefused, "disk n1 heal", "the disk of n1 is a good one")
		w.fails(ErrRefused, "disk n1 unreadable 4", "n1 has no entry 4")
		w.do("disk n1 full", "disk n1 unreadable 3")
		w.fails(ErrRefused, "disk n1 full", "is full already")
		w.fails(ErrRefused, "disk n1 unreadable 3", "cannot read entry 3 as it is")
		w.expect("attr node@n1 disk-full = 1", "attr node@n1 unreadable = 3")
		w.do("crash n1", "restart n1", "advance 10ms")
		w.expect("state n1 CRASHED", "attr node@n1 disk-full = 1", "attr node@n1 unreadable = 3")
		w.do("disk n1 heal", "restart n1", "run until leader", "run until idle")
		w.expect("count node n1 CRASHED = 2", "commit n1 >= 4")
	})
}

// What raft is told failed may be on the disk: the machines tell what is there.
func TestEntriesBehindRaft(t *testing.T) {
	for _, tt := range []struct{ fault, durable string }{
		{"fail append n2 wrote=2 count=1", "5"}, {"fail append n2 after count=1", "6"}, {"fail append n2 count=1", "3"}, {"fail append n2 wrote=9 count=1", "6"},
		{"crash append n2 before count=1", "3"}, {"crash append n2 after count=1", "6"},
	} {
		inWorld(t, "cluster nodes=3 seed=7 start=off", func(w *testWorld) {
			w.do("timeouts n3 x0.5", "start all", "run until leader n3") // also where runs are not equal
			w.do("write leader set x 0 wait", "run until states equal", "run until idle")
			w.do("cut n3 | n2", "write leader set a 1", "write leader set b 2", "write leader set c 3", "run until answered", tt.fault, "heal")
			w.do("run until append@n2 FAILED or state n2 CRASHED")
			if strings.HasPrefix(tt.fault, "fail") {
				w.expect("last n2 = " + tt.durable)
				w.do("crash n2", "advance 10ms")
			}
			w.do("restart n2", "advance 4ms")
			w.expect("last n2 = " + tt.durable)
			sameLog(t, w, "n2", w.timeline.Log("n2"))
			w.do("run until states equal", "run until logs equal")
		})
	}
}
