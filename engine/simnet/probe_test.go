package simnet_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/engine/simnet"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// told is a sink that keeps one machine's moves, bytes and links as text.
type told struct {
	kinds map[sm.ID]*sm.Kind
	lines []string
	bytes []int64
}

func (s *told) Take(events []sm.Event) error {
	for _, e := range events {
		if e.Type == sm.Born {
			s.kinds[e.Machine] = catalog.ByName(e.Kind)
		}
		switch k := s.kinds[e.Machine]; {
		case k == nil || k == catalog.Node:
		case e.Type == sm.Born, e.Type == sm.Moved, e.Type == sm.Failed:
			s.lines = append(s.lines, k.Name()+" "+k.StateName(e.State))
		case e.Type == sm.Linked:
			s.lines = append(s.lines, k.Name()+" "+e.Key+" "+s.kinds[e.Other].Name())
		case e.Type == sm.Attributed && e.Key == "bytes":
			s.bytes = append(s.bytes, e.Num)
		}
	}
	return nil
}

// virtual tells the time of a bubble.
type virtual struct{ start time.Time }

func (v virtual) Now() (sm.Time, int64) { return sm.Time(time.Since(v.start)), 0 }

// twoProbes runs f with two hosts that have probes, and returns what they tell.
func twoProbes(t *testing.T, f func(a, b *host)) *told {
	t.Helper()
	s := &told{kinds: map[sm.ID]*sm.Kind{}}
	hosts(t, fixed, func(t *testing.T, net *simnet.Network, h map[string]*host) {
		tracker := sm.NewTracker(sm.Options{Clock: virtual{time.Now()}, Sink: s, Strict: true})
		for _, name := range []string{"a", "b"} {
			h[name].kill()
			p := probe.New(probe.Options{Buffer: tracker.Buffer(name, 1), Node: name, Peers: []string{"a", "b"}})
			h[name] = newHost(net, name, p)
		}
		f(h["a"], h["b"])
		tracker.Flush()
	}, "a", "b")
	return s
}

// Both ends are told how far a message got, and that they are the same one.
func TestBothEndsAreTold(t *testing.T) {
	s := twoProbes(t, func(a, b *host) {
		b.serve(func(rpc raft.RPC) { time.Sleep(ms); grant(rpc) })
		if err := a.AppendEntries("b", "b", entry(1), new(raft.AppendEntriesResponse)); err != nil {
			t.Error(err)
		}
	})
	want := []string{
		"append-rpc sent", "append-rpc delivered",
		"append-follower received", "append-follower arrives as append-rpc", "append-follower processing",
		"append-rpc answered", "append-follower DONE", // at one instant: by node
		"append-rpc DONE",
	}
	if got := strings.Join(s.lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s", got)
	}
}

// A call that is refused was not delivered, and one without an answer was.
func TestSenderIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		play func(a, b *host)
		want string
	}{
		"down":      {func(_, b *host) { b.Close() }, "vote-rpc sent, vote-rpc FAILED"},
		"no answer": {func(_, b *host) { b.serve(func(raft.RPC) {}) }, "vote-rpc sent, vote-rpc delivered, vote-rpc FAILED"},
	} {
		s := twoProbes(t, func(a, b *host) {
			c.play(a, b)
			a.vote("b")
		})
		var got []string
		for _, line := range s.lines {
			if strings.HasPrefix(line, "vote-rpc ") {
				got = append(got, line)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %s", name, got, c.want)
		}
	}
}

// The bytes told are those raft's own transport puts on the wire.
func TestBytesAreTrue(t *testing.T) {
	req := entry(300)
	req.Entries[0].AppendedAt = time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC)
	s := twoProbes(t, func(a, b *host) {
		b.serve(grant)
		a.AppendEntries("b", "b", req, new(raft.AppendEntriesResponse))
	})
	layer := &meter{closed: make(chan struct{}), wrote: make(chan int64, 1)}
	real := raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream: layer, Timeout: 10 * time.Second, Logger: hclog.NewNullLogger(),
	})
	defer real.Close()
	real.AppendEntries("b", "b", req, new(raft.AppendEntriesResponse)) // fails: nobody answers
	if want := <-layer.wrote; len(s.bytes) != 1 || s.bytes[0] != want {
		t.Errorf("told %v bytes, want %d", s.bytes, want)
	}
}

// meter is a raft.StreamLayer that counts what is written to a connection and
// then breaks it.
type meter struct {
	closed chan struct{}
	wrote  chan int64
}

func (m *meter) Dial(raft.ServerAddress, time.Duration) (net.Conn, error) {
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		buf := make([]byte, 1<<16) // raft flushes a request of this size at once
		n, _ := far.Read(buf)
		m.wrote <- int64(n)
	}()
	return near, nil
}

func (m *meter) Accept() (net.Conn, error) {
	<-m.closed
	return nil, io.EOF
}
func (m *meter) Close() error   { close(m.closed); return nil }
func (m *meter) Addr() net.Addr { return &net.TCPAddr{} }
