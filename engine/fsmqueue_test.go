package engine

import (
	"testing"
	"testing/synctest"

	"raftscope/engine/grammar"
)

// TestFSMQueueFull fills the queue before a held state machine: the gate must
// shut before raft's main goroutine waits there, and open again afterwards. It
// fails too if raft's queue is not found any more.
func TestFSMQueueFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := grammar.DefaultCluster()
		c.Nodes, c.MaxAppendEntries = 1, 2
		w := NewWorld(c, Options{Dir: t.TempDir(), Strict: true})
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
		do("run until leader; run until idle; hold fsm n1 count=1; write n1 set x 1 x400; advance 3s")
		queue := &w.nodes["n1"].life.fsmQueue
		if !queue.isFull() || queue.queue.Len() == queue.queue.Cap() {
			t.Fatalf("%d of %d batches are queued", queue.queue.Len(), queue.queue.Cap())
		}
		do("read n1 get x; advance 1s; release all; run until answered timeout=60s")
		if n := w.timeline.Count("exec", "DONE") + w.timeline.Count("read", "DONE"); n != 401 {
			t.Errorf("%d of 401 calls were told ok", n)
		}
		if queue.isFull() {
			t.Error("the queue is full at the end")
		}
	})
}
