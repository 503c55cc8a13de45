package probe_test

import (
	"errors"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

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
		{name: "InstallSnapshot", inHand: &raft.InstallSnapshotRequest{RPCHeader: header("n1")}, from: 1, to: 3, want: catalog.Compact, fate: "REPLACED"},
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
