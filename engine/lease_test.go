package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"raftscope/engine/grammar"
	"raftscope/sm"
)

// TestLeaseFollowsRafts holds the derived lease against raft's own: with a
// peer out of contact, raft says so in its log at every check.
func TestLeaseFollowsRafts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(grammar.DefaultCluster(), Options{Dir: t.TempDir(), Strict: true})
		defer w.Close()
		do := func(line string) {
			t.Helper()
			cmds, err := grammar.ParseLine(1, line)
			if err != nil {
				t.Fatal(err)
			}
			for _, cmd := range cmds {
				if err := w.Do(cmd); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
		}
		do("run until leader; run until idle")
		leader := w.timeline.Leader()
		other := map[string]string{"n1": "n2", "n2": "n3", "n3": "n1"}[leader]
		do("cut " + leader + " | " + other)
		checks, seen := 0, w.timeline.Events()
		for end := w.Now() + sm.Time(10*time.Second); w.Now() < end; {
			w.request(w.nodes[leader], grammar.Write{Op: grammar.Set, Key: "k", Args: []string{"v"}}, false)
			do("advance 7ms")
			for ; seen < w.timeline.Events(); seen++ {
				e := w.timeline.Event(seen)
				if e.Node == leader && e.Type == sm.Log && strings.HasPrefix(e.Text, "failed to contact: ") {
					checks++
					if got := w.clock.at(w.nodes[leader].life.lease.checked); got != e.At {
						t.Fatalf("raft checked its lease at %d, the last derived check was at %d", e.At, got)
					}
				}
			}
		}
		if checks < 15 {
			t.Errorf("only %d checks in 10 seconds", checks)
		}
	})
}
