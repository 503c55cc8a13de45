package probe_test

import (
	"errors"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm/catalog"
)

func TestCallEnds(t *testing.T) {
	appendEntries := &raft.AppendEntriesRequest{RPCHeader: header("n3"), Term: 2, Entries: entries(1, 2), LeaderCommitIndex: 1}
	vote, preVote := &raft.RequestVoteRequest{Term: 2}, &raft.RequestPreVoteRequest{Term: 2}
	all := func(c *probe.Call) { c.Delivered(); c.Answered() }
	none := func(*probe.Call) {}
	for _, c := range []struct {
		name   string
		req    any
		way    func(*probe.Call)
		resp   any
		err    error
		story  string
		reason string
	}{
		{"simulated", appendEntries, all, &raft.AppendEntriesResponse{Success: true}, nil, "append-rpc n3>n1: sent>delivered>answered>DONE", ""},
		{"real network", appendEntries, none, &raft.AppendEntriesResponse{Success: true}, nil, "append-rpc n3>n1: sent>DONE", ""},
		{"real network, vote", vote, none, &raft.RequestVoteResponse{Granted: true}, nil, "vote-rpc n3>n1: sent>DONE", ""},
		{"real network, pre-vote", preVote, none, &raft.RequestPreVoteResponse{Granted: true}, nil, "prevote-rpc n3>n1: sent>DONE", ""},
		{"lost", appendEntries, none, nil, errors.New("timeout"), "append-rpc n3>n1: sent>FAILED (timeout)", ""},
		{"answer lost", appendEntries, all, nil, errors.New("timeout"), "append-rpc n3>n1: sent>delivered>answered>FAILED (timeout)", ""},
		{"log differs", appendEntries, none, &raft.AppendEntriesResponse{Term: 2, LastLog: 7}, nil, "append-rpc n3>n1: sent>REJECTED", "its log ends at 7 or differs before"},
		{"newer term", appendEntries, all, &raft.AppendEntriesResponse{Term: 3}, nil, "append-rpc n3>n1: sent>delivered>answered>REJECTED", "newer term 3"},
		{"vote denied", vote, all, &raft.RequestVoteResponse{Term: 2}, nil, "vote-rpc n3>n1: sent>delivered>answered>REJECTED", "term 2"},
		{"pre-vote denied", preVote, none, &raft.RequestPreVoteResponse{Term: 9}, nil, "prevote-rpc n3>n1: sent>REJECTED", "term 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, h := newProbe()
			call := p.Send("n1", c.req, 0, false)
			c.way(call)
			call.Done(c.resp, c.err)
			call.Done(nil, errors.New("told twice"))
			call.Delivered() // the message of a call that timed out
			h.wantStories(t, c.story)
			if got := h.machines[1].texts["reason"]; got != c.reason {
				t.Errorf("the reason is %q, want %q", got, c.reason)
			}
		})
	}
}

func TestCallAttributes(t *testing.T) {
	p, h := newProbe()
	req := &raft.AppendEntriesRequest{Term: 3, PrevLogEntry: 4, PrevLogTerm: 2, Entries: entries(5, 3, 3), LeaderCommitIndex: 4}
	p.Send("n1", req, 123, true)
	p.Send("n1", &raft.RequestVoteRequest{Term: 6, LastLogIndex: 7, LastLogTerm: 5}, 0, false)
	want := map[string]int64{"term": 3, "prev-index": 4, "prev-term": 2, "entries": 2, "commit": 4, "bytes": 123, "pipelined": 1}
	m := h.only(t, catalog.AppendRPC)
	for key, n := range want {
		if m.nums[key] != n {
			t.Errorf("%s is %d, want %d", key, m.nums[key], n)
		}
	}
	if m.label != "entries 5..6" {
		t.Errorf("the label is %q", m.label)
	}
	v := h.only(t, catalog.VoteRPC)
	if _, told := v.nums["pipelined"]; told || v.nums["term"] != 6 || v.nums["last-index"] != 7 || v.nums["last-term"] != 5 {
		t.Errorf("the vote has %v", v.nums)
	}
}

// Of a TimeoutNow only its sender has a machine: at its receiver the election
// that follows tells of it.
func TestCallsOfSnapshotsAndTransfers(t *testing.T) {
	p, h := newProbe()
	for _, req := range []any{&raft.InstallSnapshotRequest{}, &raft.TimeoutNowRequest{}} {
		p.Send("n1", req, 0, false).Done(nil, nil)
		r := p.Receive("n1", nil, req, false)
		r.Processing()
		r.Answered(nil, errDisk)
	}
	h.wantStories(t,
		"install-rpc n3>n1: sent>DONE",
		"install n1>n3: received>processing>FAILED (disk full)",
		"timeout-now n3>n1: sent>DONE")
}

// Heartbeats, and AppendEntries that tell nothing new, are counted.
func TestQuietCalls(t *testing.T) {
	heartbeat := &raft.AppendEntriesRequest{RPCHeader: header("n3"), Term: 2}
	commit := func(n uint64) *raft.AppendEntriesRequest {
		return &raft.AppendEntriesRequest{RPCHeader: header("n3"), Term: 2, PrevLogEntry: 9, PrevLogTerm: 2, LeaderCommitIndex: n}
	}
	p, h := newProbe()
	ok := &raft.AppendEntriesResponse{Success: true, Term: 2}
	for _, c := range []struct {
		req   any
		err   error
		quiet uint64 // counted so far
		born  int    // so far
	}{
		{heartbeat, nil, 1, 0},
		{commit(5), nil, 1, 1},
		{commit(5), nil, 2, 1},
		{commit(4), nil, 3, 1},
		{commit(6), errors.New("timeout"), 3, 2},
		{commit(6), nil, 3, 3}, // the peer may not have learned it
		{commit(6), nil, 4, 3},
		{heartbeat, errors.New("timeout"), 5, 3},
	} {
		p.Send("n1", c.req, 0, false).Done(ok, c.err)
		if n := len(h.all(catalog.AppendRPC)) + len(h.all(catalog.Heartbeat)); p.Quiet() != c.quiet || n != c.born {
			t.Fatalf("after %v, %v: %d quiet and %d born, want %d and %d", c.req, c.err, p.Quiet(), n, c.quiet, c.born)
		}
	}
	p.Send("n2", commit(6), 0, false)
	if n := len(h.all(catalog.AppendRPC)); n != 4 {
		t.Errorf("what one peer was told counts for another: %d born", n)
	}
}

func TestShowQuiet(t *testing.T) {
	p, h := newProbe(showQuiet)
	heartbeat := &raft.AppendEntriesRequest{RPCHeader: header("n3"), Term: 2}
	p.Send("n1", heartbeat, 0, false).Done(&raft.AppendEntriesResponse{Success: true}, nil)
	r := p.Receive("n2", nil, heartbeat, true)
	r.Processing()
	r.Answered(&raft.AppendEntriesResponse{Success: true}, nil)
	h.wantStories(t, "heartbeat n3>n1: sent>DONE", "append-follower n2>n3: received>processing>DONE")
	if p.Quiet() != 0 {
		t.Errorf("%d are counted as well", p.Quiet())
	}
}

// A quiet heartbeat that turns out to matter gets its machines late, on both
// nodes and linked: here it is refused over a newer term.
func TestQuietHeartbeatRefused(t *testing.T) {
	h := newHistory()
	n1, n2 := h.probe("n1"), h.probe("n2")
	req := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 2}
	no := &raft.AppendEntriesResponse{Term: 3}
	call := n1.Send("n2", req, 10, false)
	call.Delivered()
	r := n2.Receive("n1", call, req, true)
	r.Processing()
	h.wantStories(t)
	r.Answered(no, nil)
	call.Answered()
	call.Done(no, nil)
	h.wantStories(t,
		"heartbeat n1>n2: sent>delivered>answered>REJECTED",
		"append-follower n1>n2: received>processing>REJECTED; arrives as heartbeat n1>n2",
	)
	if got := h.only(t, catalog.AppendFollower).texts["reason"]; got != "older term: the request has 2, n2 is in 3" {
		t.Errorf("the follower's reason is %q", got)
	}
	if got := h.only(t, catalog.Heartbeat).texts["reason"]; got != "newer term 3" {
		t.Errorf("the leader's reason is %q", got)
	}
}

// A quiet request that raises the term is told when it does.
func TestQuietHeartbeatRaisesTerm(t *testing.T) {
	p, h := newProbe()
	r := p.Receive("n1", nil, &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 7}, true)
	r.Processing()
	p.StableStore(newStore()).SetUint64([]byte("CurrentTerm"), 7)
	r.Answered(&raft.AppendEntriesResponse{Success: true, Term: 7}, nil)
	h.wantStories(t,
		"append-follower n1>n3: received>processing>DONE",
		"meta CurrentTerm: start>writing>DONE; persists append-follower n1>n3",
	)
}

// A message links what one node sends to what it becomes on the other.
func TestLinksAcrossNodes(t *testing.T) {
	h := newHistory()
	n1, n2 := h.probe("n1"), h.probe("n2")
	n1.LogStore(newStore()).StoreLogs(entries(1, 1, 1))
	req := &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: 1, Entries: entries(1, 1, 1)}
	call := n1.Send("n2", req, 0, true)
	call.Delivered()
	r := n2.Receive("n1", call, req, false)
	r.Processing()
	n2.LogStore(newStore()).StoreLogs(req.Entries)
	r.Answered(&raft.AppendEntriesResponse{Success: true}, nil)
	call.Answered()
	call.Done(&raft.AppendEntriesResponse{Success: true}, nil)
	h.tracker.Flush()
	follower := h.only(t, catalog.AppendFollower)
	for _, e := range h.all(catalog.Entry)[2:] {
		brought := e.from("brings")
		if e.node != "n2" || len(brought) != 1 || brought[0] != follower {
			t.Errorf("%s: %s", e, e.story())
		}
	}
	arrived := follower.from("arrives as")
	if len(arrived) != 1 || arrived[0].story() != "append-rpc n1>n2: sent>delivered>answered>DONE; sent by entry 1/1, sent by entry 1/2" {
		t.Errorf("%s comes from %v", follower, arrived)
	}
	for _, e := range arrived[0].from("sent by") {
		if e.node != "n1" {
			t.Errorf("%s was sent, of another node", e)
		}
	}
}

// Entries that were replaced since are not the ones sent.
func TestSentByOtherTerm(t *testing.T) {
	p, h := newProbe()
	p.LogStore(newStore()).StoreLogs(entries(1, 1, 2))
	p.Send("n1", &raft.AppendEntriesRequest{Term: 2, Entries: entries(1, 1, 1)}, 0, false)
	if got := h.only(t, catalog.AppendRPC).story(); got != "append-rpc n3>n1: sent; sent by entry 1/1" {
		t.Error(got)
	}
}

// An election, told by raft's log lines, its observer and its writes.
func TestElection(t *testing.T) {
	p, h := newProbe()
	log, stable := p.Logger(hclog.Error), p.StableStore(newStore())
	p.Observe(raft.Candidate)
	log.Info("entering candidate state", "node", "n3", "term", 2)
	p.Send("n1", &raft.RequestPreVoteRequest{Term: 2}, 0, false)
	log.Info("entering candidate state", "node", "n3", "term", 2) // nobody answered
	p.Send("n1", &raft.RequestPreVoteRequest{Term: 2}, 0, false)
	stable.SetUint64([]byte("CurrentTerm"), 2)
	p.Send("n1", &raft.RequestVoteRequest{Term: 2}, 0, false)
	stable.SetUint64([]byte("LastVoteTerm"), 2)
	p.Observe(raft.Leader)
	p.LogStore(newStore()).StoreLogs([]*raft.Log{{Index: 1, Term: 2, Type: raft.LogNoop}})
	stable.SetUint64([]byte("CurrentTerm"), 3)
	p.Observe(raft.Follower)
	h.wantStories(t,
		"election term 2: prevote>TIMEOUT",
		"prevote-rpc n3>n1: sent; asks election term 2",
		"election term 2: prevote>voting>WON",
		"prevote-rpc n3>n1: sent; asks election term 2",
		"meta CurrentTerm: start>writing>DONE; persists election term 2",
		"vote-rpc n3>n1: sent; asks election term 2",
		"meta LastVoteTerm: start>writing>DONE; persists election term 2",
		"entry 2/1: created>durable; asserts election term 2",
		"append 1..1: start>pending>writing>DONE; stored by entry 2/1",
		"meta CurrentTerm: start>writing>DONE",
	)
	if n := h.only(t, catalog.Node); n.story() != "node n3: follower>candidate>leader>follower" {
		t.Error(n.story())
	}
	if len(h.logs) != 0 {
		t.Errorf("lines below the level are shown: %q", h.logs)
	}
}

func TestElectionLost(t *testing.T) {
	p, h := newProbe(func(o *probe.Options) { o.NoPreVote = true })
	p.Observe(raft.Candidate)
	p.Logger(hclog.Info).Info("entering candidate state", "node", "n3", "term", 5)
	p.Observe(raft.Follower)
	p.Observe(raft.LeaderObservation{LeaderID: "n1"})
	h.wantStories(t, "election term 5: voting>LOST")
	if got := h.only(t, catalog.Node).texts["leader"]; got != "n1" {
		t.Errorf("the leader is %q", got)
	}
	if len(h.logs) != 1 || h.logs[0] != "entering candidate state: node=n3 term=5" {
		t.Errorf("the log is %q", h.logs)
	}
}

func TestLogLines(t *testing.T) {
	said := ""
	p, h := newProbe(func(o *probe.Options) { o.OnLog = func(s, _ string) { said = s } })
	l := p.Logger(hclog.Info).With("id", 7).Named("snapshots")
	l.Debug("hidden")
	if said != "hidden" {
		t.Errorf("OnLog was told %q", said)
	}
	l.Warn("a b", "text", "two words", "format", hclog.Fmt("%02d", 3), "odd")
	l.Error("lost", "error", probe.ErrOver)
	h.tracker.Flush()
	if len(h.logs) != 1 || h.logs[0] != `a b: id=7 text="two words" format=03 odd` {
		t.Errorf("the log is %q", h.logs)
	}
}
