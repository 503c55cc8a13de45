package simnet_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/fault"
	"raftscope/engine/simnet"
	"raftscope/engine/vtime"
	"raftscope/sm"
)

var errReset = errors.New("connection reset by peer")

// rule is a rule for all messages from a to b.
func rule(action fault.Action, answers bool, by time.Duration) fault.Rule {
	return fault.Rule{
		Action: action, For: fault.Pattern{Class: fault.Message, Node: "a", Peer: "b", Answers: answers},
		Count: 1, Chance: 1, By: vtime.Range{Lo: by, Hi: by}, Err: errReset,
	}
}

// faulty is hosts on the network called fixed, with a board of faults, which
// must be made in the bubble.
func faulty(t *testing.T, f func(t *testing.T, board *fault.Board, h map[string]*host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		board := fault.NewBoard(fault.Options{Seed: 1, Patience: 200 * ms, Clock: func(time.Time) sm.Time { return 0 }})
		opt := fixed
		opt.Faults, opt.Nodes = board, []string{"a", "b"}
		net := simnet.New(opt)
		h := map[string]*host{"a": newHost(net, "a", nil), "b": newHost(net, "b", nil)}
		f(t, board, h)
		h["a"].kill()
		h["b"].kill()
		board.Close()
		time.Sleep(time.Minute)
		if n := board.UnderWay(); n != 0 {
			t.Errorf("%d messages are on the board for ever", n)
		}
	})
}

// TestFaultyCalls: what each fault does to a call, whether b hears of it, and
// that the next call is not touched.
func TestFaultyCalls(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  fault.Rule
		want  error // of the call; nil: it is answered
		took  time.Duration
		heard int
	}{
		{"drop", rule(fault.Drop, false, 0), simnet.ErrTimeout, 100 * ms, 0},
		{"drop the answer", rule(fault.Drop, true, 0), simnet.ErrTimeout, 100 * ms, 1},
		{"fail", rule(fault.Fail, false, 0), errReset, 10 * ms, 0},
		{"fail the answer", rule(fault.Fail, true, 0), errReset, 20 * ms, 1},
		{"delay", rule(fault.Delay, false, 30*ms), nil, 50 * ms, 1},
		{"delay the answer", rule(fault.Delay, true, 30*ms), nil, 50 * ms, 1},
		{"delay beyond the timeout", rule(fault.Delay, false, 200*ms), simnet.ErrTimeout, 100 * ms, 1},
		{"duplicate", rule(fault.Duplicate, false, 300*ms), nil, 20 * ms, 2},
		{"hold", rule(fault.Hold, false, 0), simnet.ErrTimeout, 100 * ms, 1}, // until it is released
	} {
		t.Run(c.name, func(t *testing.T) {
			faulty(t, func(t *testing.T, board *fault.Board, h map[string]*host) {
				heard := 0
				h["b"].serve(func(rpc raft.RPC) { heard++; grant(rpc) })
				board.Add(c.rule)
				start := time.Now()
				if _, err := h["a"].vote("b"); !errors.Is(err, c.want) || !took(start, c.took, 22*us) {
					t.Errorf("after %v: %v, want %v after %v", time.Since(start), err, c.want, c.took)
				}
				board.ReleaseAll()
				time.Sleep(time.Second)
				synctest.Wait()
				if heard != c.heard {
					t.Errorf("b heard %d requests, want %d", heard, c.heard)
				}
				if _, err := h["a"].vote("b"); err != nil {
					t.Errorf("the next call: %v", err)
				}
			})
		})
	}
}

// A lost message breaks the pipeline: nothing behind it arrives, and the reader
// learns it when the timeout is over. One that fails is told at once.
func TestFaultyPipelines(t *testing.T) {
	for _, c := range []struct {
		name string
		rule fault.Rule
		want error
		took time.Duration
	}{
		{"drop", rule(fault.Drop, false, 0), simnet.ErrTimeout, 100 * ms},
		{"fail", rule(fault.Fail, false, 0), errReset, 10 * ms},
		{"drop the answer", rule(fault.Drop, true, 0), simnet.ErrTimeout, 100 * ms},
		{"fail the answer", rule(fault.Fail, true, 0), errReset, 20 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			faulty(t, func(t *testing.T, board *fault.Board, h map[string]*host) {
				var heard []uint64
				h["b"].serve(func(rpc raft.RPC) {
					heard = append(heard, lastIndex(rpc.Command.(*raft.AppendEntriesRequest)))
					grant(rpc)
				})
				board.Add(c.rule)
				p := open(t, h["a"])
				start := time.Now()
				send(p, 1, 3)
				f := <-p.Consumer()
				if err := f.Error(); !errors.Is(err, c.want) || index(f) != 1 || !took(start, c.took, 60*us) {
					t.Errorf("entry %d after %v: %v, want %v after %v", index(f), time.Since(start), err, c.want, c.took)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				if len(heard) > 0 && !c.rule.For.Answers {
					t.Errorf("b heard of %v behind what was lost", heard)
				}
				p.Close()
				time.Sleep(time.Second)
				synctest.Wait()
			})
		})
	}
}

// A copy comes after the request itself, however long that is held; and it is
// held as well if its receiver is frozen.
func TestCopies(t *testing.T) {
	faulty(t, func(t *testing.T, board *fault.Board, h map[string]*host) {
		var heard []time.Duration
		start := time.Now()
		h["b"].serve(func(rpc raft.RPC) { heard = append(heard, time.Since(start).Round(ms)); grant(rpc) })
		board.Add(rule(fault.Duplicate, false, 30*ms))
		board.Add(rule(fault.Hold, false, 0))
		go h["a"].vote("b")
		time.Sleep(200 * ms)
		board.ReleaseAll() // it has 10ms to go
		time.Sleep(20 * ms)
		board.Freeze("b")
		time.Sleep(500 * ms)
		board.Thaw("b")
		time.Sleep(time.Second)
		synctest.Wait()
		if len(heard) != 2 || heard[0] != 210*ms || heard[1] != 740*ms {
			t.Errorf("b heard the request at %v, want at 210ms and, the copy, at 740ms", heard)
		}
	})
}

// A request that is kept back is overtaken by the next one on a connection of
// its own, and arrives behind it.
func TestReorder(t *testing.T) {
	faulty(t, func(t *testing.T, board *fault.Board, h map[string]*host) {
		var heard []uint64
		h["b"].serve(func(rpc raft.RPC) {
			heard = append(heard, rpc.Command.(*raft.RequestVoteRequest).LastLogIndex)
			grant(rpc)
		})
		board.Add(rule(fault.Reorder, false, 0))
		ask := func(index uint64) {
			var resp raft.RequestVoteResponse
			h["a"].RequestVote("", "b", &raft.RequestVoteRequest{Term: 2, LastLogIndex: index}, &resp)
		}
		go ask(1)
		time.Sleep(ms)
		go ask(2)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(heard) != 2 || heard[0] != 2 || heard[1] != 1 {
			t.Errorf("b heard %v, want 2 before 1", heard)
		}
	})
}
