package probe_test

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// One write on a leader, from the client's request to the client's answer.
func TestWriteOnLeader(t *testing.T) {
	p, h := newProbe(func(o *probe.Options) { o.Describe = func(data []byte) string { return "says " + string(data) } })
	node, machine := &fakeRaft{}, &words{}
	p.Attach(node)
	logs, fsm := p.LogStore(raft.NewInmemStore()), p.FSM(machine)
	exec := h.tracker.Buffer("n3", 1).Born(catalog.Exec, catalog.ExecStart, probe.ClientLane(7), "7", "set x 1")
	data := []byte("x=1")
	apply := p.Apply(exec, 7, data, "set x 1")
	log := &raft.Log{Index: 5, Term: 2, Type: raft.LogCommand, Data: data, Extensions: probe.Extension(7)}
	if err := logs.StoreLogs([]*raft.Log{log}); err != nil {
		t.Fatal(err)
	}
	node.commit.Store(5)
	fsm.Apply(log)
	apply.Answered(nil)
	h.wantStories(t,
		"exec 7: start",
		"apply : queued>appending>replicating>committed>DONE; proposes exec 7",
		"entry 2/5: created>durable>committed>applying>APPLIED; becomes apply ",
		"append 5..5: start>pending>writing>DONE; stored by entry 2/5",
	)
	e, a := h.only(t, catalog.Entry), h.only(t, catalog.Append)
	if e.label != "says x=1" || e.nums["bytes"] != 3 || e.nums["exec"] != 7 || e.texts["type"] != "command" || e.texts["hash"] != "x=1" {
		t.Errorf("the entry has label %q and %v %v", e.label, e.nums, e.texts)
	}
	if a.label != "1 entry" || a.nums["bytes"] != 3 {
		t.Errorf("the append has label %q and %v", a.label, a.nums)
	}
	if _, told := a.nums["real"]; !told {
		t.Error("the append does not say how long the real call took")
	}
}

// What raft hands to the state machine is committed, whether or not the probe
// was told yet which node to ask.
func TestApplyBeforeAttach(t *testing.T) {
	p, h := newProbe()
	log := entries(1, 1)[0]
	p.LogStore(raft.NewInmemStore()).StoreLog(log)
	p.FSM(&words{}).Apply(log)
	h.wantStories(t,
		"entry 1/1: created>durable>committed>applying>APPLIED",
		"append 1..1: start>pending>writing>DONE; stored by entry 1/1",
	)
}

// A request that raft never stores, and one whose entry's fate is open.
func TestStored(t *testing.T) {
	p, h := newProbe()
	never, open := p.Apply(nil, 1, []byte("a"), "a"), []byte("b")
	unknown := p.Apply(nil, 2, open, "b")
	p.LogStore(raft.NewInmemStore()).StoreLog(&raft.Log{Index: 1, Term: 1, Data: open})
	for _, c := range []struct {
		apply *probe.Apply
		err   error
		want  string
	}{
		{never, nil, "yes"}, {never, raft.ErrNotLeader, "never"}, {never, raft.ErrEnqueueTimeout, "never"},
		{never, raft.ErrLeadershipTransferInProgress, "never"}, {never, raft.ErrLeadershipLost, "unknown"},
		{never, raft.ErrRaftShutdown, "unknown"}, {unknown, raft.ErrLeadershipLost, "unknown"}, {unknown, nil, "yes"},
	} {
		if got := c.apply.Stored(c.err); got != c.want {
			t.Errorf("told %v, stored is %q, want %q", c.err, got, c.want)
		}
	}
	never.Answered(raft.ErrNotLeader)
	unknown.Answered(raft.ErrLeadershipLost)
	h.wantStories(t,
		"apply : queued>FAILED ("+raft.ErrNotLeader.Error()+")",
		"apply : queued>appending>replicating>FAILED ("+raft.ErrLeadershipLost.Error()+")",
		"entry 1/1: created>durable; becomes apply ",
		"append 1..1: start>pending>writing>DONE; stored by entry 1/1",
	)
}

// Barriers carry no data: raft stores them in the order in which it got them.
func TestBarriers(t *testing.T) {
	p, h := newProbe()
	logs := p.LogStore(raft.NewInmemStore())
	first, refused, second := p.Barrier(nil, 1), p.Barrier(nil, 2), p.Barrier(nil, 3)
	refused.Answered(raft.ErrEnqueueTimeout)
	logs.StoreLog(&raft.Log{Index: 1, Term: 1, Type: raft.LogBarrier})
	logs.StoreLog(&raft.Log{Index: 2, Term: 1, Type: raft.LogBarrier})
	for _, a := range []*probe.Apply{first, second} {
		a.Answered(raft.ErrRaftShutdown)
	}
	for i, m := range h.all(catalog.Apply) {
		want := []string{"queued", "appending", "replicating", "FAILED"}
		if i == 1 {
			want = []string{"queued", "FAILED"}
		}
		if !slices.Equal(m.states, want) {
			t.Errorf("barrier %d: %v, want %v", i, m.states, want)
		}
	}
}

// device notes what main waits for.
type device struct {
	mu  sync.Mutex
	ops []probe.Op
}

func (d *device) Do(op probe.Op, began func(sm.Time), call func() error) error {
	d.mu.Lock()
	d.ops = append(d.ops, op)
	d.mu.Unlock()
	began(42)
	return call()
}

// A term that a heartbeat raises is written on the transport's goroutine, while
// main has another request in hand: each write belongs to its own.
func TestTermOfHeartbeat(t *testing.T) {
	d := &device{}
	p, h := newProbe(func(o *probe.Options) { o.Device = d })
	stable := p.StableStore(newStore())
	vote := p.Receive("n1", nil, &raft.RequestVoteRequest{RPCHeader: header("n1"), Term: 4}, false)
	vote.Processing()
	var wg sync.WaitGroup
	wg.Go(func() {
		beat := p.Receive("n2", nil, &raft.AppendEntriesRequest{RPCHeader: header("n2"), Term: 5}, true)
		beat.Processing()
		stable.SetUint64([]byte("CurrentTerm"), 5)
		beat.Answered(&raft.AppendEntriesResponse{Success: true, Term: 5}, nil)
	})
	wg.Wait()
	stable.SetUint64([]byte("LastVoteTerm"), 4)
	stable.Set([]byte("LastVoteCand"), []byte("n1"))
	vote.Answered(&raft.RequestVoteResponse{Granted: true, Term: 4}, nil)
	stable.SetUint64([]byte("CurrentTerm"), 6)
	h.wantStories(t,
		"vote n1>n3: received>processing>DONE",
		"append-follower n2>n3: received>processing>DONE",
		"meta CurrentTerm: start>writing>DONE; persists append-follower n2>n3",
		"meta LastVoteTerm: start>writing>DONE; persists vote n1>n3",
		"meta LastVoteCand: start>writing>DONE; persists vote n1>n3",
		"meta CurrentTerm: start>writing>DONE",
	)
	if f := h.only(t, catalog.AppendFollower); f.nums["fast"] != 1 {
		t.Errorf("%s is not fast: %v", f, f.nums)
	}
	if got := []bool{d.ops[0].Main, d.ops[1].Main, d.ops[2].Main, d.ops[3].Main}; !slices.Equal(got, []bool{false, true, true, true}) {
		t.Errorf("main waits for %v", got)
	}
	if term := h.only(t, catalog.Node).nums["term"]; term != 6 {
		t.Errorf("the node's term is %d, want 6", term)
	}
}

// Raft panics if it cannot store its term, and over nothing else here.
func TestWouldPanic(t *testing.T) {
	for key, want := range map[string]string{
		"CurrentTerm": "store the current term: disk full", "LastVoteTerm": "",
	} {
		place := ""
		p, h := newProbe(func(o *probe.Options) { o.WouldPanic = func(s string) { place = s } })
		inner := newStore()
		inner.fail[key] = errDisk
		if err := p.StableStore(inner).SetUint64([]byte(key), 3); !errors.Is(err, errDisk) {
			t.Errorf("%s: the error is %v", key, err)
		}
		if place != want {
			t.Errorf("%s: raft would panic at %q, want %q", key, place, want)
		}
		if m := h.only(t, catalog.Meta); m.state() != "FAILED" || m.why != errDisk.Error() {
			t.Errorf("%s: %s", key, m.story())
		}
		if _, told := h.only(t, catalog.Node).nums["term"]; told {
			t.Errorf("%s: the node has a term that is not stored", key)
		}
	}
}

// Raft panics if an entry behind its newest snapshot is missing when it starts,
// but only denies a request that speaks of a missing one.
func TestWouldPanicOverEntry(t *testing.T) {
	place := ""
	p, _ := newProbe(func(o *probe.Options) { o.WouldPanic = func(s string) { place = s; runtime.Goexit() } })
	store := newStore()
	store.StoreLogs(entries(1, 1, 1, 1))
	store.SetUint64([]byte("CurrentTerm"), 1)
	cfg := raft.DefaultConfig()
	cfg.LocalID, cfg.Logger = "n3", p.Logger(hclog.Off)
	logs := p.LogStore(hole{store, 2})
	if err := logs.GetLog(2, new(raft.Log)); !errors.Is(err, raft.ErrLogNotFound) || place != "" {
		t.Fatalf("a read of a missing entry: %v, panic at %q", err, place)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, inner := raft.NewInmemTransport("n3")
		raft.NewRaft(cfg, p.FSM(&words{}), logs, p.StableStore(store), p.SnapshotStore(raft.NewInmemSnapshotStore()), inner)
	}()
	<-ended
	if want := "start from entry 2: log not found"; place != want {
		t.Errorf("raft would panic at %q, want %q", place, want)
	}
}

// hole is a store that has lost an entry.
type hole struct {
	raft.LogStore
	lost uint64
}

func (h hole) GetLog(index uint64, log *raft.Log) error {
	if index == h.lost {
		return raft.ErrLogNotFound
	}
	return h.LogStore.GetLog(index, log)
}

// When a life ends, what is open is abandoned, and its goroutines' late calls
// are not recorded.
func TestStop(t *testing.T) {
	p, h := newProbe()
	p.Apply(nil, 1, []byte("a"), "a")
	call := p.Send("n1", &raft.RequestVoteRequest{Term: 1}, 0, false)
	r := p.Receive("n1", nil, &raft.RequestVoteRequest{RPCHeader: header("n1"), Term: 1}, false)
	r.Processing()
	p.Stop(catalog.NodeCrashed, "pulled the plug")
	p.Stop(catalog.NodeStopped, "again")
	call.Done(&raft.RequestVoteResponse{Granted: true}, nil)
	r.Answered(&raft.RequestVoteResponse{}, nil)
	p.LogStore(newStore()).StoreLogs(entries(1, 1))
	h.wantStories(t, "apply : queued", "vote-rpc n3>n1: sent", "vote n1>n3: received>processing")
	if n := h.only(t, catalog.Node); n.state() != "CRASHED" || n.texts["reason"] != "pulled the plug" {
		t.Errorf("the node: %s, %v", n.story(), n.texts)
	}
}
