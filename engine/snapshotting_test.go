package engine

import (
	"strings"
	"testing"
)

// trio is a world of three nodes whose lines call n3 whoever leads first: in this
// process that is left to chance.
type trio struct {
	*testWorld
	name func(string) string
}

// inTrio runs f with a leader elected.
func inTrio(t *testing.T, cluster string, f func(w trio)) {
	t.Helper()
	inWorld(t, cluster, func(w *testWorld) {
		w.do("run until leader")
		others := map[string][]string{"n1": {"n3", "n2"}, "n2": {"n3", "n1"}, "n3": {"n1", "n2"}}[w.leads()]
		f(trio{w, strings.NewReplacer("n3", w.leads(), "n1", others[0], "n2", others[1]).Replace})
	})
}

func (w trio) do(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		w.testWorld.do(w.name(line))
	}
}

func (w trio) expect(conds ...string) {
	w.t.Helper()
	for _, c := range conds {
		w.testWorld.expect(w.name(c))
	}
}

func (w trio) fails(want error, line, says string) {
	w.t.Helper()
	w.testWorld.fails(want, w.name(line), w.name(says))
}

const snapshotCluster = "cluster nodes=3 seed=7 SnapshotInterval=1h TrailingLogs=1"

// What cannot be asked is refused with the reason, and nothing is done.
func TestSnapshotRefused(t *testing.T) {
	inTrio(t, snapshotCluster, func(w trio) {
		w.do("write leader set x 1 wait", "run until states equal", "hold snapshot n3", "snapshot n3")
		w.fails(ErrRefused, "snapshot n3", "asked for a snapshot already")
		w.do("run until attr snapshot@n3 held = 1")
		w.fails(ErrRefused, "snapshot n3", "asked for a snapshot already")
		w.fails(ErrRefused, "stop n3", "is held")
		w.do("release snapshot@n3", "run until snapshot@n3 DONE", "clear all", "advance 10ms", "snapshot n3 wait")
		w.expect("count snapshot n3 DONE = 2")
		w.do("stop n1", "run until state n1 STOPPED")
		w.fails(ErrRefused, "snapshot n1", "is not running")
		w.do("hold fsm n2", "write leader set x 2", "advance 100ms", "snapshot n2")
		w.expect("snapshot@n2 start") // it waits for the state machine
		w.do("clear all", "run until snapshot@n2 DONE")
	})
}

// A node may be told to stop, or crash, at every moment of a snapshot, an install
// or a restore, and comes back.
func TestEndsDuringSnapshots(t *testing.T) {
	for _, kind := range []string{"snapshot", "restore", "compact"} {
		for _, end := range []string{"crash n1", "freeze n1 ; advance 1s ; crash n1"} {
			t.Run(kind+", "+end, func(t *testing.T) {
				inTrio(t, snapshotCluster, func(w trio) {
					w.do("write leader set x 1 x4 wait", "run until states equal", "cut n1 | n2 n3",
						"write n3 set x 2 x4 wait", "snapshot n3 wait", "heal", "hold "+kind+" n1", "run until attr "+kind+"@n1 held = 1", end,
						"clear all", "restart n1", "run until states equal", "write leader set x 3 wait", "run until states equal", "snapshot n1 wait")
					w.expect("logs equal", "snapshot@n1 DONE")
				})
			})
		}
	}
	t.Run("stop", func(t *testing.T) {
		inTrio(t, snapshotCluster, func(w trio) {
			w.do("write leader set x 1 x4 wait", "run until states equal", "snapshot n1 wait", "crash n1", "delay restore n1 by=1s", "restart n1",
				"run until restore@n1 writing", "stop n1", "run until state n1 STOPPED")
			w.expect("restore@n1 DONE") // raft was started first
			w.do("clear all", "restart n1", "run until states equal")
		})
	})
}

// The compaction behind a node's own snapshot is told of that, though main installs
// another one then; and an install that comes while raft takes a snapshot waits for
// nothing of it but the disk.
func TestCompactionDuringInstall(t *testing.T) {
	inTrio(t, snapshotCluster, func(w trio) {
		w.do("write leader set x 1 x4 wait", "run until states equal", "cut n1 | n2 n3",
			"write n3 set x 2 x4 wait", "snapshot n3 wait", "hold compact n1 count=1", "snapshot n1", "run until attr compact@n1 held = 1", "heal",
			"run until install@n1 processing", "advance 100ms")
		w.expect("install@n1 processing", "snapshot@n1 start", "compact@n1 start")
		w.do("release compact@n1", "run until install@n1 DONE", "run until states equal")
		w.expect("count compact n1 = 1", "compact@n1 DONE", "entry n1:2/3 COMPACTED", "logs equal")
		for _, l := range w.Timeline().Newest("compact", w.name("n1")).Causes() {
			if l.Machine == nil || l.Machine.Kind().Name() != "snapshot" {
				t.Errorf("it is told of %v", l.Machine)
			}
		}
	})
}

// A node whose newest snapshot cannot be read starts with the one before; what its
// log lacks behind that is where raft would panic.
func TestOlderSnapshot(t *testing.T) {
	for _, c := range []struct{ trailing, want, reason string }{
		{"100", "follower", ""},
		{"1", "CRASHED", "raft would panic here: start from entry 7: log not found"},
	} {
		t.Run("TrailingLogs="+c.trailing, func(t *testing.T) {
			inTrio(t, "cluster nodes=3 seed=7 SnapshotInterval=1h TrailingLogs="+c.trailing, func(w trio) {
				w.do("write leader set x 1 x4 wait", "run until states equal", "snapshot n1 wait",
					"write leader set x 2 x4 wait", "run until states equal", "snapshot n1 wait", "crash n1", "fail restore n1 count=1", "restart n1",
					"run until count restore n1 DONE = 1", "advance 5ms")
				w.expect("state n1 " + c.want)
				if c.reason != "" {
					w.expect(`attr node@n1 reason = "` + c.reason + `"`)
					return
				}
				w.do("run until states equal")
				w.expect("logs equal", "attr restore@n1 index = 6")
			})
		})
	}
}

// Whoever starts without putting its snapshot into its state machine is told so: raft
// counts it as applied.
func TestNoRestoreAtStart(t *testing.T) {
	inTrio(t, snapshotCluster+" NoSnapshotRestoreOnStart=true", func(w trio) {
		w.do("write leader set x 1 x4 wait", "run until states equal", "snapshot n1 wait", "crash n1", "restart n1",
			"write leader set x 2 wait", "run until applied n1 = 7")
		w.expect("count restore n1 = 0", "attr node@n1 snapshot = 2/6", "logs equal")
	})
}
