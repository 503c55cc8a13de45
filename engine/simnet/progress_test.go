package simnet_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/simnet"
)

// upTo is an AppendEntries request for the entries behind prev up to last.
func upTo(prev, last uint64) *raft.AppendEntriesRequest {
	req := entry(prev + 1)
	req.PrevLogEntry, req.Entries = prev, nil
	for i := prev + 1; i <= last; i++ {
		req.Entries = append(req.Entries, &raft.Log{Index: i, Term: 2})
	}
	return req
}

// send makes a call in a goroutine of its own, as each of raft's replications does.
func (h *host) send(to raft.ServerAddress, req *raft.AppendEntriesRequest) <-chan string {
	return outcome(func() { h.AppendEntries("", to, req, new(raft.AppendEntriesResponse)) })
}

// Behind knows of whom raft would choose from, by what it does.
func TestBehind(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a, all := h["a"], []string{"a", "b", "c", "d"}
		h["b"].serve(grant)
		h["c"].serve(func(rpc raft.RPC) { rpc.Respond(&raft.AppendEntriesResponse{Term: 2, LastLog: 1}, nil) })
		is := func(when string, peer string, last uint64, want ...string) {
			t.Helper()
			if got := a.Behind(peer, all, 2, last); !slices.Equal(got, want) {
				t.Errorf("%s: behind %d are %v, want %v", when, last, got, want)
			}
		}
		is("before all", "", 4, "b", "c", "d")
		is("of nothing", "", 0)
		b, c, d := a.send("b", upTo(4, 4)), a.send("c", upTo(4, 4)), a.send("d", upTo(4, 4)) // d does not answer
		time.Sleep(time.Millisecond)
		is("all were sent what there was", "", 4)
		is("an entry is new, and raft assumes the same of all", "", 5, "b", "c", "d")
		<-b
		<-c
		is("c has refused, and raft goes back", "", 5, "b", "d")
		is("asked for by name", "c", 5, "c")
		is("by name, and not behind", "c", 4)
		<-a.send("b", upTo(4, 6))
		is("b is ahead of the others, and was sent it", "", 6)
		is("b is ahead, and would be taken", "", 7, "b")
		<-d
		is("d has timed out, and b is still ahead", "", 7, "b")
		if got := a.Behind("", all, 3, 1); len(got) != 3 {
			t.Errorf("in another term only %v are behind", got)
		}
	}, "a", "b", "c", "d")
}

// A replication that is stalled stands still where its call comes back; others
// and heartbeats go on.
func TestStall(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a := h["a"]
		h["b"].serve(grant)
		h["c"].serve(grant)
		first, second := a.Stall([]string{"b"}), a.Stall([]string{"b", "c"})
		b, c := a.send("b", upTo(0, 1)), a.send("c", upTo(0, 1))
		beat := a.send("b", &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{Addr: []byte("a")}, Term: 2})
		time.Sleep(50 * ms)
		if len(b) != 0 || len(c) != 0 || len(beat) != 1 {
			t.Errorf("came back: b %d, c %d, the heartbeat %d", len(b), len(c), len(beat))
		}
		second()
		time.Sleep(ms)
		if len(b) != 0 || len(c) != 1 {
			t.Errorf("one is released: b %d, c %d came back", len(b), len(c))
		}
		first()
		start := time.Now()
		if said := <-b; said != "returned" || !took(start, us, us) {
			t.Errorf("both are released: it %s after %v", said, time.Since(start))
		}
		a.Stall([]string{"b"})
		ends := a.send("b", upTo(1, 2))
		time.Sleep(50 * ms)
		a.kill()
		if said := <-ends; said != "ended" {
			t.Errorf("the node died: its call %s", said)
		}
	}, "a", "b", "c")
}

// A snapshot for a leadership that is over is still sent. It is nothing that the
// present one has sent, and who replicates now is not forgotten over it.
func TestOldLeadership(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a := h["a"]
		h["b"].serve(grant)
		again, calls := make(chan struct{}), 0
		sender := outcome(func() {
			for range 2 {
				a.AppendEntries("", "b", upTo(0, 3), new(raft.AppendEntriesResponse))
				calls++
				<-again
			}
		})
		time.Sleep(30 * ms)
		old := outcome(func() {
			a.InstallSnapshot("", "b", &raft.InstallSnapshotRequest{Term: 1, LastLogIndex: 1}, new(raft.InstallSnapshotResponse), strings.NewReader(""))
		})
		if said := <-old; said != "ended" {
			t.Errorf("the snapshot's sender %s", said)
		}
		if behind := a.Behind("b", nil, 2, 3); len(behind) > 0 {
			t.Errorf("%v were not sent what they were", behind)
		}
		a.Removed("b", 3)
		close(again)
		if said := <-sender; said != "ended" || calls != 1 {
			t.Errorf("who was told to stop %s, after %d calls that came back", said, calls)
		}
	}, "a", "b")
}

// A goroutine that replicates to a removed peer makes one more call, of what the
// peer is still to be sent, and ends, also if the peer is back by then. Whoever
// begins afterwards goes on.
func TestRemovedEndsOnce(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a := h["a"]
		var sent []uint64
		h["b"].serve(func(rpc raft.RPC) {
			sent = append(sent, uint64(len(rpc.Command.(*raft.AppendEntriesRequest).Entries)))
			grant(rpc)
		})
		pause, calls := make(chan struct{}), 0
		old := outcome(func() {
			for range 3 {
				a.AppendEntries("", "b", upTo(0, 3), new(raft.AppendEntriesResponse))
				calls++
				<-pause
			}
		})
		time.Sleep(30 * ms)
		a.Removed("b", 2)
		close(pause)
		if said := <-old; said != "ended" || calls != 1 {
			t.Errorf("the goroutine %s, after %d calls that came back", said, calls)
		}
		if said := <-a.send("b", upTo(0, 3)); said != "returned" {
			t.Errorf("its successor %s", said)
		}
		if !slices.Equal(sent, []uint64{3, 2, 3}) {
			t.Errorf("%v entries were sent", sent)
		}
	}, "a", "b")
}
