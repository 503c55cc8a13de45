package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/raft"
)

func TestReads(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1 wait", "run until applied all >= 3")
		f := w.follower()
		w.do("read leader get x wait", "read "+f+" get x stale wait", "read "+f+" get x wait", "read leader get nothing wait")
		for n, want := range map[int][3]string{ // told, result, path
			2: {"ok", "1", "VerifyLeader"},
			3: {"ok", "1", "stale"},
			4: {raft.ErrNotLeader.Error(), "", "VerifyLeader"},
			5: {"ok", "(none)", "VerifyLeader"},
		} {
			m := w.call(n)
			if got := [3]string{textAttr(m, "told"), textAttr(m, "result"), textAttr(m, "path")}; got != want {
				t.Errorf("read %d: told, result, path are %q, want %q", n, got, want)
			}
		}
		w.expect("read@4 FAILED")
		// Stale means stale: a follower that is cut off does not know better.
		others := slices.DeleteFunc(slices.Clone(w.names), func(n string) bool { return n == f })
		w.do("cut "+f+" | "+strings.Join(others, " "), "write leader set x 2 wait", "read "+f+" get x stale wait")
		w.expect("attr read@7 result = 1")
	})
}

// After a restart the state machine has to catch up with the log first.
func TestReadBehindBarrier(t *testing.T) {
	inWorld(t, "cluster nodes=1 apply=30ms", func(w *testWorld) {
		w.do("run until leader")
		for i := range 5 {
			w.do(fmt.Sprintf("write leader set x %d wait", i))
		}
		w.do("crash n1", "restart n1", "run until leader", "read leader get x", "run until read@6 await-fsm", "finish read@6")
		w.expect("told read@6 ok", "attr read@6 result = 4", "attr read@6 path = Barrier")
	})
}

// A read right after an election: the new leader may not yet know what is
// committed, so it must not answer from what it has.
func TestReadAfterElection(t *testing.T) {
	for seed := 1; seed <= 8; seed++ {
		inWorld(t, fmt.Sprintf("cluster nodes=3 seed=%d", seed), func(w *testWorld) {
			w.do("run until leader", "write leader set x 1 wait", "write leader set x 2 wait")
			w.do("crash "+w.leads(), "run until leader", "read leader get x wait")
			if m := w.call(3); textAttr(m, "told") == "ok" && textAttr(m, "result") != "2" {
				t.Errorf("the new leader read %q by %s, want 2", textAttr(m, "result"), textAttr(m, "path"))
			}
		})
	}
}
