package simnet_test

import (
	"errors"
	"slices"
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
