package probe_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm/catalog"
)

// snapshots is a snapshot store that can be made to fail.
type snapshots struct {
	*raft.InmemSnapshotStore
	fail      map[string]error // by the name of the operation
	cancelled int
}

func newSnapshots() *snapshots {
	return &snapshots{InmemSnapshotStore: raft.NewInmemSnapshotStore(), fail: map[string]error{}}
}

func (s *snapshots) Create(version raft.SnapshotVersion, index, term uint64, c raft.Configuration, at uint64, trans raft.Transport) (raft.SnapshotSink, error) {
	if err := s.fail["create"]; err != nil {
		return nil, err
	}
	sink, err := s.InmemSnapshotStore.Create(version, index, term, c, at, trans)
	return &failingSink{sink, s}, err
}

type failingSink struct {
	raft.SnapshotSink
	store *snapshots
}

func (s *failingSink) Close() error {
	if err := s.store.fail["close"]; err != nil {
		return err
	}
	return s.SnapshotSink.Close()
}

func (s *failingSink) Cancel() error {
	s.store.cancelled++
	return s.SnapshotSink.Cancel()
}

// peers encodes addresses for a snapshot store.
var _, peers = raft.NewInmemTransport("n3")

var servers = raft.Configuration{Servers: []raft.Server{
	{ID: "n1"}, {ID: "n3"}, {ID: "n9", Suffrage: raft.Nonvoter},
}}

// take does what raft's snapshot goroutine does for a snapshot, and closes the sink
// twice as that does.
func take(t *testing.T, p *probe.Probe, inner raft.SnapshotStore, f raft.FSM, index, term uint64) error {
	t.Helper()
	snap, err := f.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	sink, err := p.SnapshotStore(inner).Create(1, index, term, servers, 1, peers)
	if err != nil {
		return err
	}
	if err := snap.Persist(sink); err != nil {
		sink.Cancel()
		return err
	}
	return sink.Close()
}

// A snapshot that raft finds due, and what it removes behind it.
func TestSnapshotTaken(t *testing.T) {
	p, h := newProbe()
	p.Attach(&fakeRaft{})
	logs, logger := p.LogStore(newStore()), p.Logger(hclog.Error)
	f := p.FSM(&words{})
	logs.StoreLogs(entries(1, 1, 2, 2))
	f.Apply(entries(1, 1)[0])
	if err := take(t, p, newSnapshots(), f, 2, 2); err != nil {
		t.Fatal(err)
	}
	logs.DeleteRange(1, 1)
	logger.Info("snapshot complete up to", "index", 2)
	h.wantStories(t,
		"entry 1/1: created>durable>committed>applying>APPLIED>COMPACTED",
		"entry 2/2: created>durable",
		"entry 2/3: created>durable",
		"append 1..3: start>pending>writing>DONE; stored by entry 1/1, stored by entry 2/2, stored by entry 2/3",
		"snapshot 2/2: start>writing>DONE",
		"compact 1..1: start>deleting>DONE; compacts by snapshot 2/2",
	)
	m := h.only(t, catalog.Snapshot)
	if m.nums["index"] != 2 || m.nums["term"] != 2 || m.texts["why"] != "threshold" || m.texts["hash"] != "w1/1" || m.texts["configuration"] != "n1 n3, n9 nonvoter" {
		t.Errorf("the snapshot has %v %v", m.nums, m.texts)
	}
	if node := h.only(t, catalog.Node); node.texts["snapshot"] != "2/2" {
		t.Errorf("the node has %v", node.texts)
	}
}

// A snapshot that a user asked for, that raft took none of, and those that fail.
func TestSnapshotFails(t *testing.T) {
	p, h := newProbe()
	p.Attach(&fakeRaft{})
	f, logger := p.FSM(&words{}), p.Logger(hclog.Off)
	p.AskedSnapshot(p.AskSnapshot())
	logger.Error("failed to take snapshot", "error", raft.ErrNothingNewToSnapshot)
	logger.Error("failed to take snapshot", "error", errors.New("cannot take snapshot now"))
	p.AskedSnapshot(p.AskSnapshot())
	inner := newSnapshots()
	for _, op := range []string{"create", "close"} {
		inner.fail = map[string]error{op: errDisk}
		err := take(t, p, inner, f, 2, 2)
		if !errors.Is(err, errDisk) {
			t.Errorf("%s fails with %v", op, err)
		}
		logger.Error("failed to take snapshot", "error", err)
	}
	h.wantStories(t,
		"snapshot : start>FAILED (nothing new to snapshot)",
		"snapshot : start>FAILED (cannot take snapshot now)",
		"snapshot : start>FAILED (disk full)",
		"snapshot 2/2: start>writing>FAILED (disk full)",
	)
	if inner.cancelled == 0 {
		t.Error("what was written of the snapshot is left on the disk")
	}
	if _, told := h.only(t, catalog.Node).texts["snapshot"]; told {
		t.Error("the node goes by a snapshot that failed")
	}
}

// An install: written, restored, and what it covers is replaced.
func TestInstall(t *testing.T) {
	p, h := newProbe()
	p.Attach(&fakeRaft{})
	logs, inner := p.LogStore(newStore()), newSnapshots()
	snaps, f := p.SnapshotStore(inner), p.FSM(&words{})
	logs.StoreLogs(entries(1, 1, 1, 1))
	req := &raft.InstallSnapshotRequest{RPCHeader: header("n1"), Term: 3, LastLogIndex: 9, LastLogTerm: 2, Size: 5}
	r := p.Receive("n1", nil, req, false)
	r.Processing()
	sink, err := snaps.Create(1, 9, 2, servers, 1, peers)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(sink, strings.NewReader("image"))
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	meta, image, err := snaps.Open(sink.ID())
	if err != nil || probe.SnapshotOf(image) != meta {
		t.Fatalf("open gives %v of the snapshot, %v", meta, err)
	}
	if err := f.Restore(image); err != nil {
		t.Fatal(err)
	}
	logs.DeleteRange(1, 1)
	r.Answered(&raft.InstallSnapshotResponse{Success: true, Term: 3}, nil)
	h.wantStories(t,
		"entry 1/1: created>durable>REPLACED; replaces install n1>n3",
		"entry 1/2: created>durable>REPLACED; replaces install n1>n3",
		"entry 1/3: created>durable>REPLACED; replaces install n1>n3",
		"append 1..3: start>pending>writing>DONE; stored by entry 1/1, stored by entry 1/2, stored by entry 1/3",
		"install n1>n3: received>processing>DONE",
		"snapshot 2/9: start>writing>DONE; writes install n1>n3",
		"restore 2/9: start>writing>DONE; restores by install n1>n3",
		"compact 1..1: start>deleting>DONE; compacts by install n1>n3",
	)
	if i := h.only(t, catalog.Install); i.texts["kept"] != "2..3" || i.nums["last-index"] != 9 || i.nums["last-term"] != 2 || i.nums["term"] != 3 || i.nums["size"] != 5 {
		t.Errorf("the install has %v %v", i.nums, i.texts)
	}
	if m := h.only(t, catalog.Restore); m.texts["why"] != "install" || m.nums["bytes"] != 5 || m.nums["index"] != 9 {
		t.Errorf("the restore has %v %v", m.nums, m.texts)
	}
	if m := h.only(t, catalog.Snapshot); m.texts["why"] != "install" {
		t.Errorf("the snapshot has %v", m.texts)
	}
}

// What an install left in front of a gap is found again at the next start, and
// replaced; a log that ends in the snapshot's own entry is not.
func TestRestoreAtStart(t *testing.T) {
	for _, c := range []struct {
		name  string
		found []*raft.Log
		want  string // of each entry up to the snapshot's
	}{
		{"a gap behind them", entries(4, 1, 1), "REPLACED"},
		{"another entry there", entries(8, 1, 1), "REPLACED"},
		{"its own entry", entries(8, 2, 2, 3), "durable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inner := newSnapshots()
			sink, _ := inner.Create(1, 9, 2, servers, 1, peers)
			sink.Close()
			p, h := newProbe()
			for _, log := range c.found {
				p.Loaded(log)
			}
			_, image, err := p.SnapshotStore(inner).Open(sink.ID())
			if err != nil {
				t.Fatal(err)
			}
			if err := p.FSM(&words{}).Restore(image); err != nil {
				t.Fatal(err)
			}
			for i, e := range h.all(catalog.Entry) {
				if c.found[i].Index <= 9 && e.state() != c.want {
					t.Errorf("%s is %s, want %s", e, e.state(), c.want)
				}
			}
			if m := h.only(t, catalog.Restore); m.texts["why"] != "start" || m.state() != "DONE" {
				t.Errorf("%s: %v", m.story(), m.texts)
			}
		})
	}
}

// An election that a TimeoutNow starts begins with the vote, and is its effect.
func TestElectionByTimeoutNow(t *testing.T) {
	p, h := newProbe()
	p.Attach(&fakeRaft{})
	sender := h.probe("n1")
	call := sender.Send("n3", &raft.TimeoutNowRequest{}, 0, false)
	r := p.Receive("n1", call, &raft.TimeoutNowRequest{RPCHeader: header("n1")}, false)
	r.Processing()
	r.Answered(&raft.TimeoutNowResponse{}, nil)
	call.Done(&raft.TimeoutNowResponse{}, nil)
	p.Logger(hclog.Off).Info("entering candidate state", "term", 3)
	p.Logger(hclog.Off).Info("entering candidate state", "term", 4)
	h.wantStories(t,
		"timeout-now n1>n3: sent>DONE",
		"election term 3: voting>TIMEOUT; starts timeout-now n1>n3",
		"election term 4: prevote",
	)
}
