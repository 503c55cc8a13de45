package simnet_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/simnet"
	"raftscope/engine/vtime"
)

var varying = simnet.Options{Seed: 7, Latency: vtime.Range{Lo: ms, Hi: 3 * ms}, Timeout: 100 * ms, InFlight: 4}

// travel measures n votes from one node to another: how long each took there,
// and in all. between runs before each.
func travel(t *testing.T, opt simnet.Options, from, to string, n int, between func(h map[string]*host)) (there, all []time.Duration) {
	hosts(t, opt, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		var start time.Time
		h[to].serve(func(rpc raft.RPC) {
			if string(rpc.Command.(*raft.RequestVoteRequest).Addr) == "" {
				there = append(there, time.Since(start))
			}
			grant(rpc)
		})
		h[from].serve(grant)
		for range n {
			if between != nil {
				between(h)
			}
			start = time.Now()
			if _, err := h[from].vote(raft.ServerAddress(to)); err != nil {
				t.Fatal(err)
			}
			all = append(all, time.Since(start))
		}
	}, "a", "b", "c")
	return there, all
}

func TestLatency(t *testing.T) {
	there, all := travel(t, varying, "a", "b", 300, nil)
	for i := range there {
		back := all[i] - there[i]
		if there[i] < ms+us || there[i] > 3*ms+20*us+slots || back < ms || back > 3*ms+slots {
			t.Errorf("message %d took %v there and %v back", i, there[i], back)
		}
	}
	if lo, hi := slices.Min(there), slices.Max(there); hi-lo < 1800*us {
		t.Errorf("latencies range from %v to %v only", lo, hi)
	}
	same, _ := travel(t, varying, "a", "b", 300, nil)
	if !slices.Equal(same, there) {
		t.Error("the same seed gives other latencies")
	}
	other := varying
	other.Seed++
	if differ, _ := travel(t, other, "a", "b", 300, nil); slices.Equal(differ, there) {
		t.Error("another seed gives the same latencies")
	}
}

// What other links carry does not change a link's latencies.
func TestStreamPerDirection(t *testing.T) {
	want, _ := travel(t, varying, "a", "b", 50, nil)
	got, _ := travel(t, varying, "a", "b", 50, func(h map[string]*host) {
		req := &raft.RequestVoteRequest{RPCHeader: raft.RPCHeader{Addr: []byte("c")}}
		h["c"].RequestVote("", "b", req, new(raft.RequestVoteResponse))
		h["c"].RequestVote("", "a", req, new(raft.RequestVoteResponse))
		time.Sleep(ms)
	})
	for i := range want {
		if d := got[i] - want[i]; d < -slots || d > slots {
			t.Fatalf("message %d takes %v with traffic on other links, %v without", i, got[i], want[i])
		}
	}
}

func TestEachDirectionDiffers(t *testing.T) {
	want, _ := travel(t, varying, "a", "b", 50, nil)
	for _, link := range [][2]string{{"b", "a"}, {"c", "b"}, {"a", "c"}} {
		got, _ := travel(t, varying, link[0], link[1], 50, nil)
		close := 0
		for i := range want {
			if d := got[i] - want[i]; d > -slots && d < slots {
				close++
			}
		}
		if close > 3 {
			t.Errorf("%d of 50 messages take the same time on %v as from a to b", close, link)
		}
	}
}

// A message that is under way on a link when it is cut is lost; so is one that
// leaves or arrives while it is cut. The other direction is another link.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string
		cut      time.Duration // after the call began; the message arrives at 10 ms, the answer at 20
		heal     time.Duration // zero: never
		arrives  bool
		ok       bool
	}{
		{"before it leaves", "a", "b", 0, 0, false, false},
		{"healed under way", "a", "b", 0, 5 * ms, false, false},
		{"under way", "a", "b", 5 * ms, 0, false, false},
		{"under way, healed", "a", "b", 5 * ms, 8 * ms, false, false},
		{"the answer under way, healed", "b", "a", 12 * ms, 13 * ms, true, false},
		{"after it arrived", "a", "b", 15 * ms, 0, true, true},
		{"the answer cannot leave", "b", "a", 0, 0, true, false},
		{"the answer under way", "b", "a", 15 * ms, 0, true, false},
		{"healed before the answer leaves", "b", "a", 0, 5 * ms, true, true},
		{"another link", "a", "c", 0, 0, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			hosts(t, fixed, func(t *testing.T, net *simnet.Network, h map[string]*host) {
				arrived := false
				h["b"].serve(func(rpc raft.RPC) { arrived = true; grant(rpc) })
				start := time.Now()
				go func() {
					time.Sleep(c.cut)
					net.SetCut(c.from, c.to, true)
					if c.heal > 0 {
						time.Sleep(c.heal - c.cut)
						net.SetCut(c.from, c.to, false)
					}
				}()
				synctest.Wait()
				if !net.IsCut(c.from, c.to) && c.cut == 0 || net.IsCut(c.to, c.from) {
					t.Error("IsCut says something else")
				}
				_, err := h["a"].vote("b")
				synctest.Wait()
				if arrived != c.arrives || (err == nil) != c.ok {
					t.Errorf("arrived: %v, want %v; the error is %v", arrived, c.arrives, err)
				}
				if !c.ok && (!errors.Is(err, simnet.ErrTimeout) || !took(start, 100*ms, 20*us)) {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
			}, "a", "b", "c")
		})
	}
}

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
			"TimeoutNow":     {func() error { return a.TimeoutNow("", "b", &raft.TimeoutNowRequest{}, nil) }, time.Second},
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

// A call for a leadership that is over ends its goroutine.
func TestNotLeading(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		h["b"].serve(grant)
		h["a"].leading.Store(false)
		if got := <-outcome(func() { h["a"].AppendEntries("b", "b", entry(1), new(raft.AppendEntriesResponse)) }); got != "ended" {
			t.Errorf("AppendEntries %s", got)
		}
		if _, err := h["a"].vote("b"); err != nil {
			t.Errorf("a vote needs no leader: %v", err)
		}
	}, "a", "b")
}

func TestAddresses(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		a := h["a"]
		if a.LocalAddr() != "a" || a.DecodePeer(a.EncodePeer("id", "b")) != "b" {
			t.Errorf("the address is %s, a peer's is %s", a.LocalAddr(), a.DecodePeer(a.EncodePeer("id", "b")))
		}
	}, "a")
}
