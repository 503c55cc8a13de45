package probe_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

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

// An AppendEntries that replaces a conflicting suffix.
func TestTruncation(t *testing.T) {
	p, h := newProbe()
	p.Attach(&fakeRaft{})
	inner := newStore()
	logs := p.LogStore(inner)
	logs.StoreLogs(entries(1, 1, 1, 1))
	req := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 2, PrevLogEntry: 1, PrevLogTerm: 1, Entries: entries(2, 2)}
	r := p.Receive("n1", nil, req, false)
	r.Processing()
	logs.DeleteRange(2, 3)
	logs.StoreLogs(req.Entries)
	r.Answered(&raft.AppendEntriesResponse{Success: true, Term: 2}, nil)
	h.wantStories(t,
		"entry 1/1: created>durable",
		"entry 1/2: created>durable>TRUNCATED; removes truncate 2..3",
		"entry 1/3: created>durable>TRUNCATED; removes truncate 2..3",
		"append 1..3: start>pending>writing>DONE; stored by entry 1/1, stored by entry 1/2, stored by entry 1/3",
		"append-follower n1>n3: received>processing>truncating>appending>DONE",
		"truncate 2..3: start>await-barrier>deleting>DONE; truncates by append-follower n1>n3",
		"entry 2/2: created>durable; brings append-follower n1>n3",
		"append 2..2: start>pending>writing>DONE; stores by append-follower n1>n3",
	)
	f := h.only(t, catalog.AppendFollower)
	if f.nums["new-entries"] != 1 || f.nums["entries"] != 1 || f.nums["prev-index"] != 1 || f.nums["prev-term"] != 1 || f.nums["term"] != 2 {
		t.Errorf("the append-follower has %v", f.nums)
	}
}

// The commit index cannot tell truncation from compaction: what raft has in
// hand can, and which entries a snapshot covers.
func TestTruncationOrCompaction(t *testing.T) {
	appendEntries := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 2, Entries: entries(2, 2)}
	heartbeat := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 2}
	for _, c := range []struct {
		name     string
		inHand   any
		fast     bool
		snapshot uint64 // index a snapshot covers
		from, to uint64
		fail     error
		want     *sm.Kind
		fate     string // of the deleted entries
	}{
		{name: "nothing in hand", from: 1, to: 2, want: catalog.Compact, fate: "COMPACTED"},
		{name: "AppendEntries", inHand: appendEntries, from: 2, to: 3, want: catalog.Truncate, fate: "TRUNCATED"},
		{name: "AppendEntries, store fails", inHand: appendEntries, from: 2, to: 3, fail: errDisk, want: catalog.Truncate, fate: "durable"},
		{name: "AppendEntries, covered by a snapshot", inHand: appendEntries, snapshot: 2, from: 1, to: 2, want: catalog.Compact, fate: "COMPACTED"},
		{name: "AppendEntries, not all covered", inHand: appendEntries, snapshot: 2, from: 2, to: 3, want: catalog.Truncate, fate: "TRUNCATED"},
		{name: "InstallSnapshot", inHand: &raft.InstallSnapshotRequest{RPCHeader: header("n1")}, from: 1, to: 3, want: catalog.Compact, fate: "COMPACTED"},
		{name: "heartbeat past main", inHand: heartbeat, fast: true, from: 1, to: 2, want: catalog.Compact, fate: "COMPACTED"},
		{name: "compaction fails", from: 1, to: 2, fail: errDisk, want: catalog.Compact, fate: "durable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, h := newProbe()
			inner := newStore()
			logs := p.LogStore(inner)
			logs.StoreLogs(entries(1, 1, 1, 1))
			if c.snapshot > 0 {
				takeSnapshot(t, p, c.snapshot)
			}
			if c.inHand != nil {
				p.Receive("n1", nil, c.inHand, c.fast).Processing()
			}
			inner.fail["delete"] = c.fail
			if err := logs.DeleteRange(c.from, c.to); !errors.Is(err, c.fail) {
				t.Errorf("DeleteRange returns %v", err)
			}
			m, end := h.only(t, c.want), "DONE"
			if c.fail != nil {
				end = "FAILED"
			}
			if m.state() != end || len(h.all(catalog.Truncate))+len(h.all(catalog.Compact)) != 1 {
				t.Errorf("%s ends in %s, want %s", m, m.state(), end)
			}
			for i, e := range h.all(catalog.Entry) {
				want := "durable"
				if n := uint64(i + 1); n >= c.from && n <= c.to {
					want = c.fate
				}
				if e.state() != want {
					t.Errorf("%s is %s, want %s", e, e.state(), want)
				}
			}
		})
	}
}

func takeSnapshot(t *testing.T, p *probe.Probe, index uint64) {
	t.Helper()
	_, trans := raft.NewInmemTransport("n3")
	sink, err := p.SnapshotStore(raft.NewInmemSnapshotStore()).Create(1, index, 1, raft.Configuration{}, 1, trans)
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
}

// After a truncation and a compaction the probe knows where the log begins and
// ends: a rejection's reason says so.
func TestLogEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		from   uint64
		to     uint64
		prev   uint64
		reason string
	}{
		{"all is left", 0, 0, 9, "previous entry 9 missing: the log ends at 4"},
		{"suffix removed", 3, 4, 4, "previous entry 4 missing: the log ends at 2"},
		{"prefix removed", 1, 2, 2, "previous entry 2 missing: the log begins at 3"},
		{"all removed", 1, 4, 1, "previous entry 1 missing: the log ends at 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, h := newProbe()
			logs := p.LogStore(newStore())
			logs.StoreLogs(entries(1, 1, 1, 1, 1))
			if c.from > 0 {
				logs.DeleteRange(c.from, c.to)
			}
			req := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 1, PrevLogEntry: c.prev, PrevLogTerm: 1, LeaderCommitIndex: 9}
			r := p.Receive("n1", nil, req, false)
			r.Processing()
			r.Answered(&raft.AppendEntriesResponse{Term: 1}, nil)
			if got := h.only(t, catalog.AppendFollower).texts["reason"]; got != c.reason {
				t.Errorf("the reason is %q, want %q", got, c.reason)
			}
		})
	}
}

// The same index stored again without a delete: raft does so after a failed
// truncation.
func TestOverwrite(t *testing.T) {
	p, h := newProbe()
	logs := p.LogStore(newStore())
	logs.StoreLogs(entries(1, 1, 1))
	logs.StoreLogs(entries(2, 3))
	want := []string{"durable", "OVERWRITTEN", "durable"}
	for i, e := range h.all(catalog.Entry) {
		if e.state() != want[i] {
			t.Errorf("%s is %s, want %s", e, e.state(), want[i])
		}
	}
}

func TestLoaded(t *testing.T) {
	p, h := newProbe()
	node := &fakeRaft{}
	p.Attach(node)
	for _, log := range entries(4, 1, 2) {
		p.Loaded(log)
	}
	node.commit.Store(4)
	p.LogStore(newStore()).StoreLogs(entries(6, 3))
	want := []string{"durable>committed", "durable", "created>durable"}
	for i, e := range h.all(catalog.Entry) {
		if got := e.story(); got != "entry "+e.key+": "+want[i] || e.nums["loaded"] == 1 != (i < 2) {
			t.Errorf("%s, loaded is %d", got, e.nums["loaded"])
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

// A failed write ends its entries and makes the request's refusal.
func TestAppendFails(t *testing.T) {
	p, h := newProbe()
	inner := newStore()
	inner.fail["append"] = errDisk
	logs := p.LogStore(inner)
	r := p.Receive("n1", nil, &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 1, Entries: entries(1, 1)}, false)
	r.Processing()
	if err := logs.StoreLogs(entries(1, 1)); !errors.Is(err, errDisk) {
		t.Errorf("StoreLogs returns %v", err)
	}
	r.Answered(&raft.AppendEntriesResponse{Term: 1}, nil)
	h.wantStories(t,
		"append-follower n1>n3: received>processing>appending>REJECTED",
		"entry 1/1: created>FAILED (disk full); brings append-follower n1>n3",
		"append 1..1: start>pending>writing>FAILED (disk full); stores by append-follower n1>n3",
	)
	if got := h.only(t, catalog.AppendFollower).texts["reason"]; got != "store failed: disk full" {
		t.Errorf("the reason is %q", got)
	}
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
