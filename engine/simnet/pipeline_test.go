package simnet_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/engine/simnet"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// open opens a pipeline from a to b.
func open(t *testing.T, a *host) raft.AppendPipeline {
	t.Helper()
	p, err := a.AppendEntriesPipeline("b", "b")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends the entries first..last and returns how many sends have returned.
func send(p raft.AppendPipeline, first, last uint64) (sent *atomic.Uint64, failed chan error) {
	sent, failed = new(atomic.Uint64), make(chan error, 1)
	go func() {
		for i := first; i <= last; i++ {
			if _, err := p.AppendEntries(entry(i), new(raft.AppendEntriesResponse)); err != nil {
				failed <- err
				return
			}
			sent.Add(1)
		}
		failed <- nil
	}()
	return sent, failed
}

// index is the entry a future is about.
func index(f raft.AppendFuture) uint64 { return lastIndex(f.Request()) }

func TestPipelineOrder(t *testing.T) {
	hosts(t, varying, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		arrived := make(chan uint64, 100)
		h["b"].serve(func(rpc raft.RPC) {
			arrived <- lastIndex(rpc.Command.(*raft.AppendEntriesRequest))
			grant(rpc)
		})
		p := open(t, h["a"])
		defer p.Close()
		start := time.Now()
		_, failed := send(p, 1, 100)
		for i := range uint64(100) {
			f := <-p.Consumer()
			if err := f.Error(); err != nil || index(f) != i+1 || f.Response().LastLog != i+1 || f.Start().Before(start) {
				t.Fatalf("answer %d is about entry %d: %+v, %v", i+1, index(f), f.Response(), err)
			}
			if got := <-arrived; got != i+1 {
				t.Fatalf("request %d arrives as number %d", got, i+1)
			}
		}
		if err := <-failed; err != nil {
			t.Error(err)
		}
		if each := time.Since(start) / 100; each > 4*ms/2 {
			t.Errorf("each takes %v: they do not overlap", each)
		}
	}, "a", "b")
}

// As many as InFlight are sent and unanswered; the call that sends the last of
// them blocks, as raft's own pipelines do.
func TestPipelineInFlight(t *testing.T) {
	for _, inFlight := range []int{2, 3, 4, 9} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			opt := fixed
			opt.InFlight = inFlight
			hosts(t, opt, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
				release := make(chan struct{})
				h["b"].serve(func(rpc raft.RPC) { <-release; grant(rpc) })
				p := open(t, h["a"])
				sent, failed := send(p, 1, 20)
				time.Sleep(50 * ms)
				if got := int(sent.Load()); got != inFlight-1 {
					t.Errorf("%d sends have returned, want %d", got, inFlight-1)
				}
				release <- struct{}{}
				time.Sleep(15 * ms)
				<-p.Consumer()
				time.Sleep(ms)
				if got := int(sent.Load()); got != inFlight {
					t.Errorf("after an answer %d sends have returned, want %d", got, inFlight)
				}
				close(release)
				for range 19 {
					<-p.Consumer()
				}
				if err := <-failed; err != nil {
					t.Error(err)
				}
				p.Close()
			}, "a", "b")
		})
	}
	for _, none := range []int{1, 0} {
		opt := fixed
		opt.InFlight = none
		hosts(t, opt, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
			if _, err := h["a"].AppendEntriesPipeline("b", "b"); !errors.Is(err, raft.ErrPipelineReplicationNotSupported) {
				t.Errorf("with %d in flight: %v", none, err)
			}
		}, "a", "b")
	}
}

// watched is a network whose sender has a probe.
func watched(t *testing.T, f func(t *testing.T, net *simnet.Network, h map[string]*host), want ...string) {
	t.Helper()
	hosts(t, fixed, func(t *testing.T, net *simnet.Network, h map[string]*host) {
		calls := &calls{}
		tracker := sm.NewTracker(sm.Options{Clock: zero{}, Sink: calls, Strict: true})
		h["a"].kill()
		h["a"] = newHost(net, "a", probe.New(probe.Options{Buffer: tracker.Buffer("a", 1), Node: "a", Peers: []string{"a", "b"}}))
		f(t, net, h)
		synctest.Wait()
		tracker.Flush()
		if !slices.Equal(calls.all, want) {
			t.Errorf("the calls end as %q, want %q", calls.all, want)
		}
	}, "a", "b")
}

type zero struct{}

func (zero) Now() (sm.Time, int64) { return 0, 0 }

// calls is a sink that keeps where each append-rpc ended.
type calls struct {
	all []string
	at  map[sm.ID]int
}

func (c *calls) Take(events []sm.Event) error {
	for _, e := range events {
		if e.Type == sm.Born && e.Kind == catalog.AppendRPC.Name() {
			if c.at == nil {
				c.at = map[sm.ID]int{}
			}
			c.at[e.Machine] = len(c.all)
			c.all = append(c.all, "sent")
		}
		if i, ours := c.at[e.Machine]; ours && (e.Type == sm.Moved || e.Type == sm.Failed) {
			c.all[i] = catalog.AppendRPC.StateName(e.State)
		}
	}
	return nil
}

// A refusal, a newer term, an error and a lost message end a pipeline: raft
// stops reading its answers then.
func TestPipelineEnds(t *testing.T) {
	refuse := func(resp raft.AppendEntriesResponse, err error) func(rpc raft.RPC) {
		return func(rpc raft.RPC) {
			if lastIndex(rpc.Command.(*raft.AppendEntriesRequest)) == 2 {
				rpc.Respond(&resp, err)
				return
			}
			grant(rpc)
		}
	}
	for _, c := range []struct {
		name   string
		answer func(rpc raft.RPC)
		down   bool
		err    error // of the last answer; nil: it is no error
		good   int   // answers before
		want   []string
	}{
		{name: "refused", answer: refuse(raft.AppendEntriesResponse{Term: 2}, nil), good: 1, want: []string{"DONE", "REJECTED", "FAILED"}},
		{name: "newer term", answer: refuse(raft.AppendEntriesResponse{Term: 3, Success: true}, nil), good: 1, want: []string{"DONE", "DONE", "FAILED"}},
		{name: "error", answer: refuse(raft.AppendEntriesResponse{}, errDisk), err: errDisk, good: 1, want: []string{"DONE", "FAILED", "FAILED"}},
		{name: "no answer", answer: func(raft.RPC) {}, err: simnet.ErrTimeout, want: []string{"FAILED", "FAILED", "FAILED"}},
		{name: "down", down: true, err: simnet.ErrRefused, want: []string{"FAILED", "FAILED", "FAILED"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			watched(t, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
				if c.down {
					h["b"].Close()
				} else {
					h["b"].serve(c.answer)
				}
				p := open(t, h["a"])
				_, failed := send(p, 1, 3)
				for range c.good {
					if f := <-p.Consumer(); f.Error() != nil || !f.Response().Success {
						t.Errorf("entry %d: %+v, %v", index(f), f.Response(), f.Error())
					}
				}
				last := <-p.Consumer()
				if err := last.Error(); c.err == nil && err != nil || c.err != nil && (err == nil || !errors.Is(err, c.err) && err.Error() != c.err.Error()) {
					t.Errorf("the last answer is %v, want %v", err, c.err)
				}
				time.Sleep(time.Second)
				select {
				case f := <-p.Consumer():
					t.Errorf("an answer about entry %d comes after the end", index(f))
				default:
				}
				if err := <-failed; err != nil {
					t.Errorf("a send failed before the end: %v", err)
				}
				if _, err := p.AppendEntries(entry(4), nil); !errors.Is(err, probe.ErrOver) {
					t.Errorf("a send after the end: %v", err)
				}
				p.Close()
			}, c.want...)
		})
	}
}

var errDisk = errors.New("disk full")

// A message lost breaks the connection: what follows does not arrive, though
// the link is healed.
func TestPipelineLosesMessage(t *testing.T) {
	watched(t, func(t *testing.T, net *simnet.Network, h map[string]*host) {
		arrived := 0
		h["b"].serve(func(rpc raft.RPC) { arrived++; grant(rpc) })
		p := open(t, h["a"])
		send(p, 1, 1)
		time.Sleep(5 * ms)
		net.SetCut("a", "b", true)
		time.Sleep(ms)
		net.SetCut("a", "b", false)
		send(p, 2, 2)
		if f := <-p.Consumer(); !errors.Is(f.Error(), simnet.ErrTimeout) || index(f) != 1 {
			t.Errorf("entry %d: %v", index(f), f.Error())
		}
		p.Close()
		synctest.Wait()
		if arrived != 0 {
			t.Errorf("%d messages arrived", arrived)
		}
	}, "FAILED", "FAILED")
}

// Close while requests wait, are under way, or are answered and unread.
func TestPipelineClose(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		want  []string
	}{
		{"under way", 5 * ms, []string{"FAILED", "FAILED"}},
		{"at the peer", 15 * ms, []string{"FAILED", "FAILED"}},
		{"one answered, unread", 25 * ms, []string{"DONE", "FAILED"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			watched(t, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
				arrived := 0
				h["b"].serve(func(rpc raft.RPC) {
					if arrived++; arrived == 1 {
						grant(rpc)
					}
				})
				p := open(t, h["a"])
				send(p, 1, 2)
				time.Sleep(c.after)
				start := time.Now()
				if err := p.Close(); err != nil || !took(start, us, 20*us) {
					t.Errorf("Close takes %v: %v", time.Since(start), err)
				}
				p.Close()
			}, c.want...)
		})
	}
}

// When its node dies, raft's goroutines of a pipeline end: the one that sends
// wherever it is, and the one that reads answers because one fails.
func TestPipelineDeath(t *testing.T) {
	for _, after := range []time.Duration{5 * us, 5 * ms, 50 * ms} {
		hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
			h["b"].serve(func(raft.RPC) {})
			p := open(t, h["a"])
			decoded := make(chan struct{})
			go func() { // as raft's pipelineDecode
				defer close(decoded)
				for f := range p.Consumer() {
					if !f.Response().Success {
						return
					}
				}
			}()
			sender := outcome(func() { // as raft's pipelineReplicate
				defer p.Close()
				for i := range uint64(20) {
					if _, err := p.AppendEntries(entry(i+1), new(raft.AppendEntriesResponse)); err != nil {
						return
					}
				}
			})
			time.Sleep(after)
			h["a"].kill()
			if got := <-sender; got != "ended" {
				t.Errorf("dead after %v: the sender %s", after, got)
			}
			<-decoded
		}, "a", "b")
	}
}

func TestPipelineNotLeading(t *testing.T) {
	hosts(t, fixed, func(t *testing.T, _ *simnet.Network, h map[string]*host) {
		p := open(t, h["a"])
		h["a"].leading.Store(false)
		if _, err := p.AppendEntries(entry(1), nil); !errors.Is(err, probe.ErrOver) {
			t.Errorf("the error is %v", err)
		}
		if got := <-outcome(func() { p.Close() }); got != "ended" {
			t.Errorf("closed after the leadership: the sender %s", got)
		}
	}, "a", "b")
}
