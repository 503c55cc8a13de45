package simnet_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/simnet"
)

func TestRefused(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, net *simnet.Network, h map[string]*host) {
		h["b"].Close()
		for _, to := range []raft.ServerAddress{"b", "nowhere"} {
			start := time.Now()
			if _, err := h["a"].vote(to); !errors.Is(err, simnet.ErrRefused) || !took(start, 20*ms, 22*us) {
				t.Errorf("%s: after %v: %v", to, time.Since(start), err)
			}
		}
		net.SetCut("a", "b", true)
		if _, err := h["a"].vote("b"); !errors.Is(err, simnet.ErrTimeout) {
			t.Errorf("behind a cut: %v", err)
		}
		net.SetCut("a", "b", false)
		old := h["b"]
		h["b"] = newHost(net, "b", nil) // the next life
		h["b"].serve(grant)
		old.Close() // late, and not the one that listens
		if _, err := h["a"].vote("b"); err != nil {
			t.Errorf("after the restart: %v", err)
		}
		old.kill()
	}, "a", "b")
}

func TestTimeout(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		h["b"].serve(func(raft.RPC) {})
		a := h["a"]
		for name, c := range map[string]struct {
			call func() error
			want time.Duration
		}{
			"RequestVote":    {func() error { _, err := a.vote("b"); return err }, 100 * ms},
			"RequestPreVote": {func() error { return a.RequestPreVote("", "b", &raft.RequestPreVoteRequest{}, nil) }, 100 * ms},
			"AppendEntries":  {func() error { return a.AppendEntries("", "b", entry(1), nil) }, 100 * ms},
			"TimeoutNow":     {func() error { return a.TimeoutNow("", "b", &raft.TimeoutNowRequest{}, nil) }, 100 * ms},
			"InstallSnapshot": {func() error {
				return a.InstallSnapshot("", "b", &raft.InstallSnapshotRequest{Term: 2, Size: 1}, nil, strings.NewReader("x"))
			}, time.Second},
		} {
			start := time.Now()
			if err := c.call(); !errors.Is(err, simnet.ErrTimeout) || !took(start, c.want, 20*us) {
				t.Errorf("%s: after %v: %v", name, time.Since(start), err)
			}
		}
	}, "a", "b")
}

// Every call arrives as it was sent, and its answer comes back as it was given.
func TestCalls(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		var got any
		var body string
		h["b"].serve(func(rpc raft.RPC) {
			got = rpc.Command
			if rpc.Reader != nil {
				data, _ := io.ReadAll(rpc.Reader)
				body = string(data)
			}
			grant(rpc)
		})
		a, head := h["a"], raft.RPCHeader{ProtocolVersion: 3, ID: []byte("a"), Addr: []byte("a")}
		ae, rv, pv := new(raft.AppendEntriesResponse), new(raft.RequestVoteResponse), new(raft.RequestPreVoteResponse)
		is, tn := new(raft.InstallSnapshotResponse), new(raft.TimeoutNowResponse)
		for _, c := range []struct {
			req, resp, want any
			call            func(req any) error
		}{
			{entry(9), ae, &raft.AppendEntriesResponse{Term: 2, Success: true, LastLog: 9}, func(req any) error {
				return a.AppendEntries("b", "b", req.(*raft.AppendEntriesRequest), ae)
			}},
			{&raft.RequestVoteRequest{RPCHeader: head, Term: 3, LastLogIndex: 4, LeadershipTransfer: true}, rv,
				&raft.RequestVoteResponse{Term: 3, Granted: true}, func(req any) error {
					return a.RequestVote("b", "b", req.(*raft.RequestVoteRequest), rv)
				}},
			{&raft.RequestPreVoteRequest{RPCHeader: head, Term: 3, LastLogTerm: 4}, pv,
				&raft.RequestPreVoteResponse{Term: 3, Granted: true}, func(req any) error {
					return a.RequestPreVote("b", "b", req.(*raft.RequestPreVoteRequest), pv)
				}},
			{&raft.InstallSnapshotRequest{RPCHeader: head, Term: 2, Size: 4}, is,
				&raft.InstallSnapshotResponse{Term: 2, Success: true}, func(req any) error {
					return a.InstallSnapshot("b", "b", req.(*raft.InstallSnapshotRequest), is, strings.NewReader("body, and more"))
				}},
			{&raft.TimeoutNowRequest{RPCHeader: head}, tn, &raft.TimeoutNowResponse{}, func(req any) error {
				return a.TimeoutNow("b", "b", req.(*raft.TimeoutNowRequest), tn)
			}},
		} {
			if err := c.call(c.req); err != nil {
				t.Errorf("%T: %v", c.req, err)
			}
			if !reflect.DeepEqual(got, c.req) || got == c.req {
				t.Errorf("sent %+v, arrived %+v", c.req, got)
			}
			if !reflect.DeepEqual(c.resp, c.want) {
				t.Errorf("%T: the answer is %+v, want %+v", c.req, c.resp, c.want)
			}
		}
		if body != "body" {
			t.Errorf("the snapshot arrives as %q", body)
		}
	}, "a", "b")
}

func TestAnswerIsError(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		h["b"].serve(func(rpc raft.RPC) { rpc.Respond(nil, raft.ErrUnsupportedProtocol) })
		if _, err := h["a"].vote("b"); err == nil || err.Error() != raft.ErrUnsupportedProtocol.Error() {
			t.Errorf("the error is %v", err)
		}
	}, "a", "b")
}

// Nodes share no memory: not the request's, and not the answer's.
func TestMessagesAreCopies(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		answer := &raft.AppendEntriesResponse{RPCHeader: raft.RPCHeader{ID: []byte("b")}, Success: true, LastLog: 5}
		var got *raft.AppendEntriesRequest
		h["b"].serve(func(rpc raft.RPC) {
			got = rpc.Command.(*raft.AppendEntriesRequest)
			rpc.Respond(answer, nil)
			go func() {
				time.Sleep(ms)
				synctest.Wait() // the answer is under way
				answer.LastLog, answer.ID[0] = 6, 'x'
			}()
		})
		sent := entry(5)
		go func() {
			time.Sleep(ms)
			synctest.Wait() // the request is under way
			sent.Entries[0].Data[0], sent.Entries[0].Index, sent.LeaderCommitIndex, sent.ID[0] = 'X', 77, 99, 'x'
		}()
		var resp raft.AppendEntriesResponse
		if err := h["a"].AppendEntries("b", "b", sent, &resp); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, entry(5)) {
			t.Errorf("arrived %+v, entry %+v", got, got.Entries[0])
		}
		if resp.LastLog != 5 || !bytes.Equal(resp.ID, []byte("b")) {
			t.Errorf("the answer is %+v", resp)
		}
	}, "a", "b")
}

// Requests wait at the gate while the receiver's main goroutine is busy, and
// answers at the sender's; heartbeats pass, both ways.
func TestGates(t *testing.T) {
	heartbeat := func(a *host) error {
		req := &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{ID: []byte("a"), Addr: []byte("a")}, Term: 2}
		return a.AppendEntries("b", "b", req, new(raft.AppendEntriesResponse))
	}
	vote := func(a *host) error { _, err := a.vote("b"); return err }
	for _, c := range []struct {
		name string
		busy string
		call func(a *host) error
		want time.Duration
	}{
		{"receiver busy", "b", vote, 60 * ms},
		{"sender busy", "a", vote, 50 * ms},
		{"receiver busy, heartbeat", "b", heartbeat, 20 * ms},
		{"sender busy, heartbeat", "a", heartbeat, 20 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
				h["b"].serve(grant)
				beats := 0
				h["b"].SetHeartbeatHandler(func(rpc raft.RPC) { beats++; grant(rpc) })
				h[c.busy].gate.Begin()
				go func() {
					time.Sleep(50 * ms)
					h[c.busy].gate.End()
				}()
				start := time.Now()
				if err := c.call(h["a"]); err != nil || !took(start, c.want, 25*us) {
					t.Errorf("after %v, want %v: %v", time.Since(start), c.want, err)
				}
				if fast := strings.Contains(c.name, "heartbeat"); fast != (beats == 1) {
					t.Errorf("the handler was called %d times", beats)
				}
			}, "a", "b")
		})
	}
}

// A heartbeat goes to main if raft set no handler for it.
func TestHeartbeatWithoutHandler(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		taken := 0
		h["b"].serve(func(rpc raft.RPC) { taken++; grant(rpc) })
		req := &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{Addr: []byte("a")}, Term: 2}
		if err := h["a"].AppendEntries("b", "b", req, new(raft.AppendEntriesResponse)); err != nil || taken != 1 {
			t.Errorf("main took %d: %v", taken, err)
		}
	}, "a", "b")
}

// A node's death ends the goroutines of its calls, wherever they are; its peers
// hear nothing more from it.
func TestDeath(t *testing.T) {
	for _, when := range []time.Duration{0, 5 * ms, 15 * ms} {
		hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
			h["b"].serve(grant)
			out := outcome(func() { h["a"].vote("b") })
			time.Sleep(when)
			h["a"].kill()
			if got := <-out; got != "ended" {
				t.Errorf("the caller died after %v: its call %s", when, got)
			}
		}, "a", "b")
	}
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		h["b"].serve(func(raft.RPC) { h["b"].kill() })
		if _, err := h["a"].vote("b"); !errors.Is(err, simnet.ErrTimeout) {
			t.Errorf("the receiver died with the request in hand: %v", err)
		}
	}, "a", "b")
	for range 30 { // which of the two Go sees first is left to chance
		hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
			h["b"].SetHeartbeatHandler(func(rpc raft.RPC) { h["b"].kill(); grant(rpc) }) // as raft's deferred answers
			beat := &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{Addr: []byte("a")}, Term: 2}
			if err := h["a"].AppendEntries("b", "b", beat, new(raft.AppendEntriesResponse)); !errors.Is(err, simnet.ErrTimeout) {
				t.Errorf("the receiver answered after its death: %v", err)
			}
		}, "a", "b")
	}
}

// A call for a leadership that is over ends its goroutine: before it is sent, or
// when it comes back.
func TestNotLeading(t *testing.T) {
	appendEntries := func(a *host) { a.AppendEntries("b", "b", entry(1), new(raft.AppendEntriesResponse)) }
	install := func(a *host) {
		a.InstallSnapshot("b", "b", &raft.InstallSnapshotRequest{Term: 2}, new(raft.InstallSnapshotResponse), strings.NewReader(""))
	}
	vote := func(a *host) { a.vote("b") }
	for _, c := range []struct {
		name string
		call func(a *host)
		over time.Duration
		want string
		sent int
	}{
		{"AppendEntries, before", appendEntries, 0, "ended", 0},
		{"AppendEntries, under way", appendEntries, 5 * ms, "ended", 1},
		{"AppendEntries, after", appendEntries, 30 * ms, "returned", 1},
		{"InstallSnapshot, under way", install, 5 * ms, "ended", 1},
		{"InstallSnapshot, after", install, 30 * ms, "returned", 1},
		{"a vote needs no leader", vote, 0, "returned", 1},
	} {
		hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
			arrived := 0
			h["b"].serve(func(rpc raft.RPC) { arrived++; grant(rpc) })
			h["a"].leading.Store(c.over > 0)
			out := outcome(func() { c.call(h["a"]) })
			time.Sleep(c.over)
			h["a"].leading.Store(false)
			got := <-out
			synctest.Wait()
			if got != c.want || arrived != c.sent {
				t.Errorf("%s: the call %s, want %s; %d requests arrived", c.name, got, c.want, arrived)
			}
		}, "a", "b")
	}
}

func TestAddresses(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a := h["a"]
		if a.LocalAddr() != "a" || a.DecodePeer(a.EncodePeer("id", "b")) != "b" {
			t.Errorf("the address is %s, a peer's is %s", a.LocalAddr(), a.DecodePeer(a.EncodePeer("id", "b")))
		}
	}, "a")
}

// What a replication does behind a pause, it does at an instant of its own: a
// leadership that ends just where the pause does has ended, whichever of the two
// Go runs first.
func TestPauseBesideTheEnd(t *testing.T) {
	for name, call := range map[string]func(a *host) error{
		"AppendEntries": func(a *host) error {
			return a.AppendEntries("b", "b", entry(1), new(raft.AppendEntriesResponse))
		},
		"InstallSnapshot": func(a *host) error {
			return a.InstallSnapshot("b", "b", &raft.InstallSnapshotRequest{Term: 2}, new(raft.InstallSnapshotResponse), strings.NewReader(""))
		},
	} {
		for range 30 {
			hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
				a, b := h["a"], h["b"]
				b.Close()
				arrived := 0
				out := outcome(func() {
					if err := call(a); !errors.Is(err, simnet.ErrRefused) {
						t.Errorf("%s: %v", name, err)
					}
					b.Open(func() (uint64, bool) { return 2, false })
					b.serve(func(rpc raft.RPC) { arrived++; grant(rpc) })
					end := time.Now().Add(10 * ms)
					time.AfterFunc(time.Until(end), func() { a.leading.Store(false) })
					time.Sleep(time.Until(end)) // raft's backoff
					a.EncodePeer("a", "a")
					if time.Now().Equal(end) {
						t.Errorf("%s: behind the pause it is still %v", name, end)
					}
					a.AppendEntries("b", "b", entry(1), new(raft.AppendEntriesResponse))
				})
				if got := <-out; got != "ended" || arrived != 0 {
					t.Errorf("%s: the call behind the pause %s; %d requests arrived", name, got, arrived)
				}
			}, "a", "b")
		}
	}
}
