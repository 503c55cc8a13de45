package replay_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/sm"
)

const us = time.Microsecond

// cluster starts n nodes and plays a write on n1 up to its durable entry:
// 100 to execute, 10 in raft's queue, 40 on disk.
func cluster(h *history, n int) (exec, apply, entry sm.ID) {
	for i := range n {
		h.start(fmt.Sprintf("n%d", i+1), 1, 2)
	}
	exec = h.Born("exec", "n1", 1, "", "1", "set x 1")
	h.Wait(100 * us)
	h.Move(exec, "executed", "proposed")
	apply = h.Born("apply", "n1", 1, "", "", "set x 1")
	h.Link(exec, apply, "proposes")
	h.Wait(10 * us)
	entry = h.entry("n1", 1, "created", 2, 4, "set x 1")
	h.Link(apply, entry, "becomes")
	h.Move(apply, "appending")
	disk := h.Born("append", "n1", 1, "", "4..4", "1 entry")
	h.Link(entry, disk, "stored by")
	h.Wait(40 * us)
	h.Move(disk, "DONE")
	h.Move(entry, "durable")
	h.Move(apply, "replicating")
	return exec, apply, entry
}

func send(h *history, entry sm.ID, peer string) sm.ID {
	rpc := h.Born("append-rpc", "n1", 1, "", "n1>"+peer, "1 entry")
	h.Link(entry, rpc, "sent by")
	return rpc
}

func deliver(h *history, rpc sm.ID, peer string) sm.ID {
	h.Move(rpc, "delivered")
	f := h.Born("append-follower", peer, 1, "", "n1>"+peer, "1 entry")
	h.Link(rpc, f, "arrives as")
	h.Move(f, "processing", "appending")
	return f
}

func respond(h *history, rpc, f sm.ID) {
	h.Move(f, "DONE")
	h.Move(rpc, "answered")
}

// finish commits and applies the entry in 30 and answers in 5.
func finish(h *history, exec, apply, entry sm.ID) {
	h.Move(entry, "committed")
	h.Move(apply, "committed")
	h.Move(entry, "applying")
	h.Wait(30 * us)
	h.Move(entry, "APPLIED")
	h.Wait(5 * us)
	h.answerDone(exec, apply)
}

func (h *history) answerDone(exec, apply sm.ID) {
	h.Move(apply, "DONE")
	h.AttrText(exec, "told", "ok")
	h.Move(exec, "DONE")
	h.Wait(time.Millisecond) // what comes later is not the write's time
	h.Add(sm.Event{Type: sm.Note, Text: "later"})
}

const begins = "execute 100 exec, queue 10 apply, leader disk 40 append, "

func TestPhases(t *testing.T) {
	tests := []struct {
		name string
		play func(h *history)
		want string
	}{
		{"one node", func(h *history) {
			exec, apply, entry := cluster(h, 1)
			finish(h, exec, apply, entry)
		}, begins + "FSM 30 entry, reply 5 exec"},
		{"the faster follower decides", func(h *history) {
			exec, apply, entry := cluster(h, 3)
			slow, fast := send(h, entry, "n2"), send(h, entry, "n3")
			h.Wait(200 * us)
			f := deliver(h, fast, "n3")
			h.Wait(300 * us)
			respond(h, fast, f)
			h.Wait(50 * us)
			g := deliver(h, slow, "n2")
			h.Wait(50 * us)
			h.Move(fast, "DONE")
			finish(h, exec, apply, entry)
			respond(h, slow, g)
			h.Move(slow, "DONE")
		}, begins + "network 200 append-rpc, follower disk 300 append-follower, network 100 append-rpc, FSM 30 entry, reply 5 exec"},
		{"the second of four decides", func(h *history) {
			exec, apply, entry := cluster(h, 5)
			var rpcs, requests [4]sm.ID
			for i := range rpcs {
				rpcs[i] = send(h, entry, fmt.Sprintf("n%d", i+2))
				h.Wait(10 * us)
			}
			for i := range rpcs {
				requests[i] = deliver(h, rpcs[i], fmt.Sprintf("n%d", i+2))
				h.Wait(20 * us)
			}
			for i := range rpcs[:2] {
				respond(h, rpcs[i], requests[i])
				h.Wait(30 * us)
				h.Move(rpcs[i], "DONE")
			}
			finish(h, exec, apply, entry)
		}, begins + "waiting for the quorum 10 apply, network 50 append-rpc, follower disk 90 append-follower, network 30 append-rpc, FSM 30 entry, reply 5 exec"},
		{"the first try is lost", func(h *history) {
			exec, apply, entry := cluster(h, 3)
			lost := send(h, entry, "n2")
			h.Wait(500 * us)
			h.Fail(lost, "FAILED", 0, "rpc timeout")
			again := send(h, entry, "n2")
			h.Wait(10 * us)
			f := deliver(h, again, "n2")
			h.Wait(20 * us)
			respond(h, again, f)
			h.Wait(10 * us)
			h.Move(again, "DONE")
			h.Wait(7 * us)
			finish(h, exec, apply, entry)
		}, begins + "waiting for the quorum 500 apply, network 10 append-rpc, follower disk 20 append-follower, network 10 append-rpc, waiting for the quorum 7 apply, FSM 30 entry, reply 5 exec"},
		{"leadership lost", func(h *history) {
			exec, apply, entry := cluster(h, 3)
			lost := send(h, entry, "n2")
			h.Wait(500 * us)
			h.Fail(lost, "FAILED", 0, "rpc timeout")
			h.Wait(100 * us)
			h.answer(exec, apply, "leadership lost while committing log", "", "unknown")
			h.Wait(time.Second)
			h.Move(entry, "TRUNCATED")
		}, begins + "waiting for the quorum 600 apply"},
		{"on its way to a follower's disk", func(h *history) {
			_, _, entry := cluster(h, 3)
			rpc := send(h, entry, "n2")
			send(h, entry, "n3")
			h.Wait(10 * us)
			deliver(h, rpc, "n2")
			h.Wait(25 * us)
			h.Add(sm.Event{Type: sm.Note, Text: "now"})
		}, begins + "network 10 append-rpc, follower disk 25 append-follower"},
		{"a real network does not tell of the arrival", func(h *history) {
			exec, apply, entry := cluster(h, 3)
			rpc := send(h, entry, "n2")
			h.Wait(90 * us)
			h.Move(rpc, "DONE")
			finish(h, exec, apply, entry)
		}, begins + "network 90 append-rpc, FSM 30 entry, reply 5 exec"},
		{"crashed while writing", func(h *history) {
			exec := h.Born("exec", "n1", 1, "", "1", "set x 1")
			h.Wait(100 * us)
			h.Move(exec, "executed", "proposed")
			h.Wait(70 * us)
			h.End(exec, sm.Abandoned)
			h.Wait(time.Second)
			h.Add(sm.Event{Type: sm.Note, Text: "later"})
		}, "execute 100 exec, queue 70 exec"},
		{"waits for those before it", func(h *history) {
			h.start("n1", 1, 2)
			exec := h.Born("exec", "n1", 1, "", "1", "incr x")
			h.Wait(100 * us)
			h.Move(exec, "queued")
			h.Wait(20 * us)
			h.Move(exec, "await-fsm")
			barrier := h.Born("apply", "n1", 1, "", "", "barrier")
			h.Link(exec, barrier, "barrier")
			h.Link(barrier, h.entry("n1", 1, "created", 2, 3, "barrier"), "becomes")
			h.Wait(30 * us)
			h.Add(sm.Event{Type: sm.Note, Text: "now"})
		}, "execute 100 exec, queue 20 exec, queue 30 exec"},
		{"refused at once", func(h *history) {
			exec := h.Born("exec", "n1", 1, "", "1", "set x 1")
			h.Fail(exec, "FAILED", 0, "node is down")
		}, ""},
		{"just begun", func(h *history) { h.Born("exec", "n1", 1, "", "1", "set x 1") }, "execute 0 exec"},
		{"a read", func(h *history) { h.Born("read", "n1", 1, "", "1", "get x") }, ""},
	}
	for _, test := range tests {
		h := newHistory(t)
		test.play(h)
		v := h.timeline().View()
		exec := v.Exec(1).Machine
		var got []string
		for _, p := range v.Phases(exec) {
			got = append(got, fmt.Sprintf("%s %d %s", p.Name, time.Duration(p.To-p.From)/us, p.Machine.Kind().Name()))
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s:\n%s\nexpected\n%s", test.name, strings.Join(got, ", "), test.want)
		}
		for n := range v.Events() + 1 {
			addUp(t, v.Timeline().At(n), exec)
		}
	}
}

// addUp checks that phases follow each other without gaps and cover the time
// from the birth to the answer, or to now.
func addUp(t *testing.T, v replay.View, exec *replay.Machine) {
	t.Helper()
	m, phases := v.Of(exec), v.Phases(exec)
	if !m.Known() || exec.Kind().Name() != "exec" {
		if phases != nil {
			t.Errorf("phases of what is no write: %v", phases)
		}
		return
	}
	_, took := m.Motion()
	at := m.Born()
	for _, p := range phases {
		if p.From != at || p.To < p.From || p.Machine == nil {
			t.Errorf("%s after %d events: %s from %d to %d, expected to begin at %d", m.Name(), v.Events(), p.Name, p.From, p.To, at)
		}
		at = p.To
	}
	if want := m.Born() + max(took, 0); at != want {
		t.Errorf("%s after %d events: phases end at %d, expected %d", m.Name(), v.Events(), at, want)
	}
}

func TestPhasesAlwaysAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	whole := append(restarted(t).Events, recordertest.Workload(900)...)
	for range 60 {
		tl := build(t, [][]sm.Event{mutilated(r, whole)})
		for range 20 {
			v := tl.At(r.IntN(tl.Events() + 1))
			for _, exec := range v.ByKind("exec") {
				addUp(t, v, exec)
			}
		}
	}
}
