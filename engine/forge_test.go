package engine

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/raft"
)

// A forged node has on its disk what was asked for, and starts with it.
func TestForge(t *testing.T) {
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.do("forge n1 terms=1,1,1,2 term=5 vote=n3@4", "forge n2 n3 terms=1,1,1,4,4 snapshot=3 from-index=3")
		if w.Now() != 0 {
			t.Errorf("it took until %v", w.Now())
		}
		logs := w.stored("n1")
		if len(logs) != 4 || logs[0].Type != raft.LogConfiguration || logs[3].Term != 2 || string(logs[3].Data) != `set "index4" "term2"` {
			t.Errorf("the log of n1 is %+v", logs)
		}
		if logs := w.stored("n2"); len(logs) != 3 || logs[0].Index != 3 {
			t.Errorf("the log of n2 is %+v", logs)
		}
		w.do("start n2 n3", "start all", "advance 50ms")
		w.expect("term n1 = 5", "last n1 = 4", "term n2 = 4", "entry n2:1/3 durable", "entry n2:4/5 durable",
			"attr node@n1 forged-entries = 4", "attr node@n2 forged-entries = 3", "count entry n1 = 4")
		text, _ := w.last("node", "n2").Attr("forged")
		if text.String() != "entries 3..5 of terms 1,4,4, a snapshot up to 3, term 4" {
			t.Errorf("the node says %q", text)
		}
		w.do("run until leader n2 or leader n3", "run until applied all >= 5", "read leader get index2 wait", "write leader set x 1 wait")
		w.expect("entry n1:2/4 truncated", "told exec@2 ok", `attr read@1 result = term1`)
		w.do("crash n1", "restart n1", "advance 10ms")
		if _, odd := w.last("node", "n1").Attr("forged"); odd {
			t.Error("its next life says that it is forged, too")
		}
	})
}

// What cannot be is refused in one line, and nothing is done.
func TestForgeRefuses(t *testing.T) {
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.do("timeouts n1 x0.5", "start all", "run until leader n1") // also where runs are not equal
		w.do("write n1 set x 1 wait", "run until applied all >= 3", "run until idle", "crash n3", "stop n2", "run until state n2 STOPPED")
		before := w.stored("n3")
		for line, says := range map[string]string{
			"forge n1 terms=1,1":        "n1 is running: stop or crash it first",
			"forge n3 n1 terms=1,1":     "n1 is running",
			"forge n3 term=1":           "refused: term 1",
			"forge n3 vote=none term=1": "term 1 is below that of the last entry of n3, which is 2",
			"forge n3 vote=n1@9":        "a vote in term 9: the term of n3 is 2",
			"forge n3 from=no/such.db":  "no such file",
			"start n1":                  "n1 is running",
		} {
			w.fails(ErrRefused, line, says)
		}
		if got := w.stored("n3"); len(got) != len(before) {
			t.Errorf("n3 had %d entries, and has %d", len(before), len(got))
		}
		if left, _ := filepath.Glob(filepath.Join(w.dir, "*.forged")); len(left) > 0 {
			t.Errorf("%v is left behind", left)
		}
		w.do("forge n3 vote=none", "start all", "run until logs equal")
		w.fails(ErrRefused, "start all", "all nodes run")
		w.expect("count node n3 = 2")
	})
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.do("forge n1 terms=1x3,2x6 snapshot=9 from-index=10")
		w.fails(ErrRefused, "forge n1 term=1", "term 1 is below that of the last entry of n1, which is 2") // the snapshot's
	})
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.fails(ErrRefused, "forge n3 term=4", "n3 has no log yet")
		w.fails(ErrRefused, "crash n1", "n1 is not running")
		w.fails(ErrRefused, "write leader set x 1", "there is no leader")
		w.do("write n1 set x 1 wait", "advance 1ms")
		w.expect("told exec@1 error")
	})
}

// A node that forgot its vote gives it again.
func TestForgedVotesCount(t *testing.T) {
	for vote, denied := range map[string]bool{"vote=n2@3": true, "vote=none": false, "vote=n1@3": false} {
		inWorld(t, "cluster nodes=3 start=off PreVoteDisabled=true", func(w *testWorld) {
			w.do("forge n1 terms=1,1 term=2", "forge n2 terms=1,1 term=3 vote=n2@3", "forge n3 terms=1,1 term=3 "+vote, "timeouts n1 x0.5", "start n1 n3",
				"run until state n1 candidate", "run until kind:vote node:n3 (state:DONE or state:REJECTED)")
			if got := w.last("vote", "n3").StateName() == "REJECTED"; got != denied {
				t.Errorf("%s: denied is %v", vote, got)
			}
		})
	}
}

// An empty node knows no cluster: it waits to be told.
func TestForgeEmpty(t *testing.T) {
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.do("forge n3 empty", "start n3", "advance 5s")
		w.expect("state n3 follower", "count entry n3 = 0", "count election = 0")
		w.do("start all", "run until leader", "run until logs equal")
		w.expect("count append-follower n3 REJECTED >= 1")
	})
}

// Timeouts change while a node runs if raft can do that, and at its start.
func TestTimeouts(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("timeouts n2 x0.5", "run until leader n2", "timeouts n3 x0.5", "timeouts n2 x10")
		w.expect(`attr node@n3 timeouts = x0.5`)
		w.fails(ErrRefused, "timeouts n3 x0.2", "200ms, below its LeaderLeaseTimeout of 500ms", "stop n3 first")
		w.do("crash n1", "timeouts n1 x0.1", "advance 10ms", "restart n1")
		w.expect(`attr node@n1 timeouts = x0.1`)
		w.do("advance 3s")
		if got := w.nodes["n1"].life.raft.ReloadableConfig().HeartbeatTimeout; got != 100*time.Millisecond {
			t.Errorf("n1's heartbeat timeout is %v", got)
		}
		if got := w.nodes["n2"].life.raft.ReloadableConfig().ElectionTimeout; got != 10*time.Second {
			t.Errorf("n2's election timeout is %v", got)
		}
	})
	for _, first := range []string{"n1", "n2", "n3"} {
		inWorld(t, "cluster nodes=3", func(w *testWorld) {
			w.do("timeouts "+first+" x0.5", "run until leader")
			w.expect("leader " + first)
		})
	}
}
