package engine

import (
	"fmt"
	"testing"
	"time"

	"raftscope/sm"
)

func TestElection(t *testing.T) {
	for _, nodes := range []int{1, 2, 3, 5, 9} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			inWorld(t, fmt.Sprintf("cluster nodes=%d", nodes), func(w *testWorld) {
				w.do("run until leader")
				leader := w.leads()
				if got := w.leader(); got != leader {
					t.Errorf("the world takes %q for the leader, the timeline %q", got, leader)
				}
				won := 0
				for _, m := range w.timeline.ByKind("election") {
					if m.StateName() == "WON" {
						won++
						if m.Node() != leader {
							t.Errorf("%s was won by %s, but %s leads", m.Name(), m.Node(), leader)
						}
					}
				}
				if won != 1 {
					t.Errorf("%d elections were won, want 1", won)
				}
				w.do("run until commit all >= 2") // the configuration and the no-op
				w.expect("logs equal", fmt.Sprintf("count node leader = %d", 1), fmt.Sprintf("count node = %d", nodes))
			})
		})
	}
}

func TestWriteWaits(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader")
		before := w.Now()
		w.do("write leader set x 1")
		if w.Now() != before {
			t.Errorf("write took %v of virtual time, want none", time.Duration(w.Now()-before))
		}
		w.expect("exec@1 start", "told exec@1 nothing")
		w.do("write leader set y 2 wait")
		w.expect("exec@2 DONE", "told exec@2 ok")
		if m := w.call(2); w.Now() != m.Since() {
			t.Errorf("wait stopped at %v, the client had its answer at %v", w.Now(), m.Since())
		}
		w.do("run until applied all >= 4", "run until idle")
		w.expect("logs equal", "states equal", "told exec@1 ok", "fate exec@1 applied", "fate exec@2 applied")
	})
}

func TestCutAndHeal(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "run until commit all >= 2")
		old := w.leads()
		others := "n1 n2 n3"
		switch old {
		case "n1":
			others = "n2 n3"
		case "n2":
			others = "n1 n3"
		case "n3":
			others = "n1 n2"
		}
		w.do("cut "+old+" | "+others, "write "+old+" set lost 1", "run until state "+old+" follower", "run until leader")
		if w.leads() == old {
			t.Fatalf("%s leads although it is cut off", old)
		}
		w.do("write leader set kept 1 wait")
		w.expect("told exec@1 error", "fate exec@1 undecided", "told exec@2 ok")
		w.do("heal", "run until logs equal", "run until idle", "advance 1s")
		w.expect("logs equal", "states equal", "fate exec@1 truncated", "fate exec@2 applied", "truncate@"+old+" DONE")
	})
}

// A link that is dead in one direction loses only what goes that way.
func TestCutOneWay(t *testing.T) {
	inWorld(t, "cluster nodes=2", func(w *testWorld) {
		w.do("run until leader", "run until idle", "cut n1 > n2", "advance 3s")
		for _, m := range w.timeline.ByKind("prevote-rpc") {
			if m.Subject() == "n1>n2" && m.Born() > w.Now()-sm.Time(2*time.Second) {
				if _, arrived := m.Entered(1); arrived {
					t.Errorf("%s was delivered over a cut link", m.Name())
				}
			}
		}
		if !w.net.IsCut("n1", "n2") || w.net.IsCut("n2", "n1") {
			t.Errorf("cut n1>n2 %v, n2>n1 %v, want true, false", w.net.IsCut("n1", "n2"), w.net.IsCut("n2", "n1"))
		}
		w.fails(ErrRefused, "heal n2 > n1", "nothing is cut there")
		w.do("heal n1 | n2", "run until leader", "run until logs equal")
		w.expect("logs equal")
	})
}

func TestLives(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 1 wait", "run until applied all >= 3")
		f := w.follower()
		w.do("stop "+f, "run until state "+f+" STOPPED", "write leader set x 2 wait", "restart "+f)
		w.do("run until applied "+f+" >= 4", "run until logs equal")
		if got := w.timeline.Node(f).Life; got != 2 {
			t.Errorf("%s is in life %d, want 2", f, got)
		}
		old := w.leads()
		w.do("crash " + old)
		w.expect("state " + old + " CRASHED")
		w.do("run until leader", "write leader set x 3 wait", "restart "+old, "run until logs equal", "run until idle", "advance 1s")
		w.expect("states equal", "logs equal", "told exec@3 ok")
	})
}

// A node ends and begins again and again, in good order or not, at whatever
// moment: nothing of its lives is left in the bubble.
func TestLivesLeaveNothing(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader")
		for i := range 20 {
			name := w.names[i%3]
			w.do(fmt.Sprintf("write %s set k %d", name, i), fmt.Sprintf("write %s incr c", name), fmt.Sprintf("read %s get k", name))
			w.do(fmt.Sprintf("advance %dus", 300+997*i)) // into the middle of something
			if i%2 == 0 {
				w.do("crash " + name)
			} else {
				w.do("stop "+name, "run until state "+name+" STOPPED")
			}
			w.do("restart " + name)
			if i%5 == 4 {
				w.do("run until leader")
			}
		}
		// Also a life that ends before raft has started in it.
		w.do("crash n1", "restart n1", "crash n1", "restart n1", "stop n1")
		w.do("run until state n1 STOPPED", "restart n1", "run until leader", "write leader set end 1 wait", "run until logs equal", "run until idle", "advance 1s")
		w.expect("logs equal", "states equal", "answered")
	})
}

func TestRefused(t *testing.T) {
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		for _, c := range []struct{ line, says string }{
			{"write leader set x 1", "there is no leader"},
			{"read leader get x", "there is no leader"},
			{"restart n1", "n1 is running"},
			{"heal n1 | n2", "nothing is cut there"},
			{"step exec@1", "there is no exec@1"},
			{"finish append#99", "there is no append#99"},
			{"expect leader", "is not for the world"},
			{"print logs", "is not for the world"},
		} {
			before := w.Now()
			w.fails(ErrRefused, c.line, c.says)
			if w.Now() != before {
				t.Errorf("%s: refused, and took %v", c.line, time.Duration(w.Now()-before))
			}
		}
		w.do("crash n1")
		w.fails(ErrRefused, "stop n1", "n1 is not running")
		w.fails(ErrRefused, "crash n1", "n1 is not running")
		w.do("advance 1ms")
		w.fails(ErrRefused, "step node@n1", "moves no more")
		w.do("run until leader")
		w.do("heal") // all cuts, of which there may be none
	})
}

// A node that does not exist is the parser's to refuse, yet must not bring the
// world down if it gets through.
func TestUnknownNode(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		for _, line := range []string{"write n5 set x 1", "read n5 get x", "stop n5", "crash n5", "restart n5"} {
			w.fails(ErrRefused, line, "there is no node n5")
		}
	})
}

func TestClientOfNodeThatIsDown(t *testing.T) {
	inWorld(t, "cluster nodes=1", func(w *testWorld) {
		w.do("run until leader", "crash n1", "write n1 set x 1 wait", "read n1 get x wait")
		w.expect("exec@1 FAILED", "told exec@1 error", "fate exec@1 never-stored", "attr exec@1 stored = never", "read@2 FAILED")
		for n := 1; n <= 2; n++ {
			if told := textAttr(w.call(n), "told"); told != errNodeDown.Error() {
				t.Errorf("call %d: the client was told %q, want %q", n, told, errNodeDown)
			}
		}
	})
}

// Heartbeats keep raft's fast path, and a leader with nothing else to do sends
// its entries through the pipeline.
func TestSteadyState(t *testing.T) {
	inWorld(t, "cluster nodes=3 quiet=off", func(w *testWorld) {
		w.do("run until leader", "write leader set x 0 wait", "run until commit all >= 3", "advance 1s")
		begin := w.Now()
		for i := range 20 {
			w.do(fmt.Sprintf("write leader set x %d wait", i), "advance 200ms")
		}
		heartbeats, slow, rpcs, pipelined := 0, 0, 0, 0
		for _, m := range w.timeline.ByKind("heartbeat") {
			heartbeats++
			if fast, _ := m.Attr("fast"); fast.Num != 1 {
				slow++
			}
		}
		for _, m := range w.timeline.ByKind("append-rpc") {
			if m.Born() < begin {
				continue
			}
			rpcs++
			if p, _ := m.Attr("pipelined"); p.Num == 1 {
				pipelined++
			}
		}
		if heartbeats < 50 || slow > 0 {
			t.Errorf("%d of %d heartbeats do not have the attribute fast, want at least 50 and all fast", slow, heartbeats)
		}
		if rpcs < 40 || pipelined*10 < rpcs*9 {
			t.Errorf("%d of %d append-rpcs are pipelined, want at least 40 and more than 90%%", pipelined, rpcs)
		}
		if n := w.Quiet(); n != 0 {
			t.Errorf("%d messages were counted instead of shown with quiet=off", n)
		}
		if n := w.timeline.Count("append-follower", "DONE"); n < 20 {
			t.Errorf("%d append-followers are done, want at least 20", n)
		}
	})
	inWorld(t, "cluster nodes=3", func(w *testWorld) {
		w.do("run until leader", "write leader set x 0 wait", "run until idle", "advance 1s")
		machines, quiet := w.tracker.Totals().Machines, w.Quiet()
		w.do("advance 10s")
		if born := w.tracker.Totals().Machines - machines; born != 0 {
			t.Errorf("%d machines were born in an idle cluster with quiet=on", born)
		}
		if n := w.Quiet() - quiet; n < 200 {
			t.Errorf("%d quiet messages in 10 s of two followers, want at least 200", n)
		}
	})
}
