package probe_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// follower is a real raft node that only answers: what refuses a request here
// is raft itself, and its own log lines are read.
type follower struct {
	raft  *raft.Raft
	wire  *wire
	store *store
	probe *probe.Probe
	h     *history
	stop  func()
}

// newFollower starts n3 in term 3, with entries of the terms 1, 1, 2, 2 of which
// the first is the configuration.
func newFollower(t *testing.T) *follower {
	t.Helper()
	f := &follower{wire: &wire{in: make(chan raft.RPC)}, store: newStore()}
	f.probe, f.h = newProbe()
	logs := entries(1, 1, 1, 2, 2)
	logs[0].Type, logs[0].Data = raft.LogConfiguration, raft.EncodeConfiguration(configuration("n1", "n2", "n3"))
	f.store.StoreLogs(logs)
	f.store.SetUint64([]byte("CurrentTerm"), 3)
	for _, log := range logs {
		f.probe.Loaded(log)
	}
	cfg := raft.DefaultConfig()
	cfg.LocalID, cfg.Logger = "n3", f.probe.Logger(hclog.Error)
	cfg.HeartbeatTimeout, cfg.ElectionTimeout = time.Hour, time.Hour
	tr, stop := f.probe.Transport(f.wire)
	r, err := raft.NewRaft(cfg, f.probe.FSM(&words{}), f.probe.LogStore(f.store), f.probe.StableStore(f.store),
		f.probe.SnapshotStore(raft.NewInmemSnapshotStore()), tr)
	if err != nil {
		t.Fatal(err)
	}
	f.probe.Attach(r)
	r.RegisterObserver(f.probe.Observer())
	f.raft, f.stop = r, stop
	return f
}

func configuration(ids ...raft.ServerID) (c raft.Configuration) {
	for _, id := range ids {
		c.Servers = append(c.Servers, raft.Server{ID: id, Address: raft.ServerAddress(id)})
	}
	return c
}

func (f *follower) end() {
	f.raft.Shutdown().Error()
	f.stop()
}

func (f *follower) ask(command any) raft.RPCResponse { return <-f.wire.ask(command) }

// after is a request of n1 that follows the entry prev.
func after(term, prev, prevTerm uint64, logs ...*raft.Log) *raft.AppendEntriesRequest {
	return &raft.AppendEntriesRequest{RPCHeader: header("n1"), Term: term, PrevLogEntry: prev, PrevLogTerm: prevTerm, Entries: logs}
}

func voteFor(id string, term, last, lastTerm uint64) *raft.RequestVoteRequest {
	return &raft.RequestVoteRequest{RPCHeader: header(id), Term: term, LastLogIndex: last, LastLogTerm: lastTerm}
}

func preVoteFor(id string, term, last, lastTerm uint64) *raft.RequestPreVoteRequest {
	return &raft.RequestPreVoteRequest{RPCHeader: header(id), Term: term, LastLogIndex: last, LastLogTerm: lastTerm}
}

func TestWhyRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		first  any    // asked before, if any
		fail   string // operation of the store that fails
		req    any
		want   string // reason; empty: granted
		failed string // error instead of an answer
	}{
		{name: "accepted", req: after(3, 4, 2, entries(5, 3)...)},
		{name: "older term", req: after(2, 4, 2), want: "older term: the request has 2, n3 is in 3"},
		{name: "previous entry missing", req: after(3, 7, 3, entries(8, 3)...), want: "previous entry 7 missing: the log ends at 4"},
		{name: "previous term differs", req: after(3, 3, 1, entries(4, 3)...), want: "previous term differs: entry 3 has term 2 here, 1 on the leader"},
		{name: "last term differs", req: after(3, 4, 3, entries(5, 3)...), want: "previous term differs: entry 4 has term 2 here, 3 on the leader"},
		{name: "append fails", fail: "append", req: after(3, 4, 2, entries(5, 3)...), want: "store failed: disk full"},
		{name: "truncation fails", fail: "delete", req: after(3, 2, 1, entries(3, 3)...), want: "store failed: disk full"},
		{name: "read of the previous entry fails", fail: "get", req: after(3, 3, 2, entries(4, 2)...), want: "store failed: disk full"},
		{name: "read of an entry fails", fail: "get", req: after(3, 4, 2, entries(4, 2)...), want: "store failed: disk full"},
		{name: "protocol", req: &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{ID: []byte("n1")}, Term: 3, Entries: entries(5, 3)},
			failed: "operation not supported with current protocol version"},

		{name: "vote granted", req: voteFor("n1", 4, 4, 2)},
		{name: "vote: older term", req: voteFor("n1", 2, 4, 2), want: "older term: the request has 2, n3 is in 3"},
		{name: "vote: has a leader", first: after(3, 4, 2), req: voteFor("n2", 4, 4, 2), want: "we have a leader (n1)"},
		{name: "vote: already voted", first: voteFor("n1", 4, 4, 2), req: voteFor("n2", 4, 4, 2), want: "already voted in this term"},
		{name: "vote: the same again", first: voteFor("n1", 4, 4, 2), req: voteFor("n1", 4, 4, 2)},
		{name: "vote: last term behind", req: voteFor("n1", 4, 9, 1), want: "our last term is greater"},
		{name: "vote: last index behind", req: voteFor("n1", 4, 3, 2), want: "our last index is greater"},
		{name: "vote: not a member", req: voteFor("n7", 4, 4, 2), want: "node is not in configuration"},
		{name: "vote: write fails", fail: "LastVoteTerm", req: voteFor("n1", 4, 4, 2), want: "store failed: disk full"},
		{name: "vote: read fails", fail: "get LastVoteTerm", req: voteFor("n1", 4, 4, 2), want: "store failed: disk full"},

		{name: "pre-vote granted", req: preVoteFor("n1", 4, 4, 2)},
		{name: "pre-vote: older term", req: preVoteFor("n1", 2, 4, 2), want: "older term: the request has 2, n3 is in 3"},
		{name: "pre-vote: has a leader", first: after(3, 4, 2), req: preVoteFor("n2", 4, 4, 2), want: "we have a leader (n1)"},
		{name: "pre-vote: last term behind", req: preVoteFor("n1", 4, 9, 1), want: "our last term is greater"},
		{name: "pre-vote: last index behind", req: preVoteFor("n1", 4, 3, 2), want: "our last index is greater"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFollower(t)
				defer f.end()
				if c.first != nil {
					f.ask(c.first)
				}
				if c.fail != "" {
					f.store.fail[c.fail] = errDisk
				}
				answer := f.ask(c.req)
				m := f.newest(t, c.req)
				want := "DONE"
				if c.want != "" {
					want = "REJECTED"
				} else if c.failed != "" {
					want = "FAILED"
				}
				if m.state() != want || m.texts["reason"] != c.want || m.why != c.failed {
					t.Errorf("raft answers %+v; the machine: %s, reason %q, want %s, %q", answer, m.story(), m.texts["reason"], want, c.want)
				}
			})
		})
	}
}

// newest returns the machine of the request asked last.
func (f *follower) newest(t *testing.T, req any) *seen {
	t.Helper()
	kind := catalog.Vote
	if _, ok := req.(*raft.AppendEntriesRequest); ok {
		kind = catalog.AppendFollower
	}
	return last(t, f.h, kind)
}

func last(t *testing.T, h *history, kind *sm.Kind) *seen {
	t.Helper()
	all := h.all(kind)
	if len(all) == 0 {
		t.Fatalf("there is no %s", kind.Name())
	}
	return all[len(all)-1]
}

// What raft writes for a vote belongs to the vote.
func TestVoteWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFollower(t)
		defer f.end()
		f.ask(voteFor("n1", 4, 4, 2))
		vote := f.h.only(t, catalog.Vote)
		metas := f.h.all(catalog.Meta)[1:] // NewRaft writes the term it read
		for i, key := range []string{"CurrentTerm", "LastVoteTerm", "LastVoteCand"} {
			if i >= len(metas) || metas[i].key != key || len(metas[i].from("persists")) != 1 || metas[i].causes[0].of != vote {
				t.Errorf("write %d is none of %s for the vote: %v", i, key, metas)
			}
		}
	})
}

// A real truncation by real raft, through all wrappers.
func TestRaftTruncates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFollower(t)
		defer f.end()
		f.ask(after(3, 2, 1, entries(3, 3, 3)...))
		follower, truncate := f.h.only(t, catalog.AppendFollower), f.h.only(t, catalog.Truncate)
		if got := follower.story(); got != "append-follower n1>n3: received>processing>truncating>appending>DONE" {
			t.Error(got)
		}
		if got := truncate.story(); got != "truncate 3..4: start>await-barrier>deleting>DONE; truncates by append-follower n1>n3" {
			t.Error(got)
		}
		for _, e := range f.h.all(catalog.Entry)[2:4] {
			if e.state() != "TRUNCATED" || len(e.from("removes")) != 1 {
				t.Error(e.story())
			}
		}
	})
}
