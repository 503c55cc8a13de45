package probe_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm/catalog"
)

// wire is a transport whose two ends a test holds.
type wire struct {
	raft.Transport // of what no test calls
	in             chan raft.RPC
	handler        func(raft.RPC)
	lines          *line
	resp           any
	err            error
}

func (w *wire) Consumer() <-chan raft.RPC                               { return w.in }
func (w *wire) SetHeartbeatHandler(h func(raft.RPC))                    { w.handler = h }
func (w *wire) DecodePeer(b []byte) raft.ServerAddress                  { return raft.ServerAddress(b) }
func (w *wire) EncodePeer(_ raft.ServerID, a raft.ServerAddress) []byte { return []byte(a) }
func (w *wire) LocalAddr() raft.ServerAddress                           { return "n3" }
func (w *wire) AppendEntriesPipeline(raft.ServerID, raft.ServerAddress) (raft.AppendPipeline, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.lines, nil
}

func (w *wire) AppendEntries(_ raft.ServerID, _ raft.ServerAddress, _ *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	if w.err == nil {
		*resp = *w.resp.(*raft.AppendEntriesResponse)
	}
	return w.err
}

func (w *wire) RequestVote(_ raft.ServerID, _ raft.ServerAddress, _ *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	if w.err == nil {
		*resp = *w.resp.(*raft.RequestVoteResponse)
	}
	return w.err
}

func (w *wire) InstallSnapshot(_ raft.ServerID, _ raft.ServerAddress, _ *raft.InstallSnapshotRequest, _ *raft.InstallSnapshotResponse, data io.Reader) error {
	_, err := io.ReadAll(data)
	return errors.Join(err, w.err)
}

// ask sends a request to the node and returns where its answer comes.
func (w *wire) ask(command any) <-chan raft.RPCResponse {
	back := make(chan raft.RPCResponse, 1)
	w.in <- raft.RPC{Command: command, RespChan: back, Reader: strings.NewReader("snapshot")}
	return back
}

func appendRequest(from string, term uint64, logs ...*raft.Log) *raft.AppendEntriesRequest {
	return &raft.AppendEntriesRequest{RPCHeader: header(from), Term: term, Entries: logs}
}

// What goes out keeps its meaning, and is told with the peer's ID.
func TestTransportOut(t *testing.T) {
	p, h := newProbe()
	w := &wire{in: make(chan raft.RPC), resp: &raft.AppendEntriesResponse{Success: true, LastLog: 3}}
	tr, stop := p.Transport(w)
	defer stop()
	var resp raft.AppendEntriesResponse
	if err := tr.AppendEntries("n1", "127.0.0.1:1", appendRequest("n3", 1, entries(1, 1)...), &resp); err != nil || resp.LastLog != 3 {
		t.Errorf("AppendEntries: %v, %v", resp, err)
	}
	w.resp = &raft.RequestVoteResponse{Term: 4}
	var vote raft.RequestVoteResponse
	if err := tr.RequestVote("n1", "127.0.0.1:1", &raft.RequestVoteRequest{Term: 4}, &vote); err != nil || vote.Term != 4 {
		t.Errorf("RequestVote: %v, %v", vote, err)
	}
	w.err = errDisk
	if err := tr.AppendEntries("n2", "127.0.0.1:2", appendRequest("n3", 1, entries(1, 1)...), &resp); !errors.Is(err, errDisk) {
		t.Errorf("AppendEntries: %v", err)
	}
	if _, err := tr.AppendEntriesPipeline("n2", "127.0.0.1:2"); !errors.Is(err, errDisk) {
		t.Errorf("AppendEntriesPipeline: %v", err)
	}
	if err := tr.InstallSnapshot("n2", "", &raft.InstallSnapshotRequest{}, nil, strings.NewReader("x")); !errors.Is(err, errDisk) {
		t.Errorf("InstallSnapshot: %v", err)
	}
	h.wantStories(t,
		"append-rpc n3>n1: sent>DONE",
		"vote-rpc n3>n1: sent>REJECTED",
		"append-rpc n3>n2: sent>FAILED (disk full)",
		"install-rpc n3>n2: sent>FAILED (disk full)",
	)
}

// What comes in reaches raft in order, one at a time, and its answer comes back.
func TestTransportIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := newProbe()
		w := &wire{in: make(chan raft.RPC, 8)}
		tr, stop := p.Transport(w)
		commands := []any{
			appendRequest("n1", 2, entries(1, 2)...),
			&raft.RequestVoteRequest{RPCHeader: header("n2"), Term: 3},
			&raft.InstallSnapshotRequest{RPCHeader: header("n1"), Term: 3},
			&raft.RequestPreVoteRequest{RPCHeader: header("n2"), Term: 4},
			&raft.TimeoutNowRequest{RPCHeader: header("n1")},
			//lint:ignore SA1019 an old raft sends no header
			&raft.AppendEntriesRequest{Term: 2, Leader: []byte("n9"), Entries: entries(1, 2)},
			//lint:ignore SA1019 an old raft sends no header
			&raft.RequestVoteRequest{Term: 5, Candidate: []byte("n8")},
		}
		answers := []raft.RPCResponse{
			{Response: &raft.AppendEntriesResponse{Success: true}},
			{Response: &raft.RequestVoteResponse{Granted: true}},
			{Response: &raft.InstallSnapshotResponse{Success: true}},
			{Response: &raft.RequestPreVoteResponse{Term: 9}},
			{Response: &raft.TimeoutNowResponse{}},
			{Error: errDisk},
			{Response: &raft.RequestVoteResponse{Granted: true}},
		}
		var back []<-chan raft.RPCResponse
		for _, c := range commands {
			back = append(back, w.ask(c))
		}
		for i, c := range commands {
			rpc := <-tr.Consumer()
			if rpc.Command != c {
				t.Fatalf("request %d is %T, want %T", i, rpc.Command, c)
			}
			if data, _ := io.ReadAll(rpc.Reader); string(data) != "snapshot" {
				t.Errorf("request %d comes with %q", i, data)
			}
			synctest.Wait()
			select {
			case <-tr.Consumer():
				t.Fatalf("request %d comes before the one before it is answered", i+1)
			default:
			}
			rpc.Respond(answers[i].Response, answers[i].Error)
			if got := <-back[i]; got != answers[i] {
				t.Errorf("answer %d is %v, want %v", i, got, answers[i])
			}
		}
		stop()
		h.wantStories(t,
			"append-follower n1>n3: received>processing>DONE",
			"vote n2>n3: received>processing>DONE",
			"install n1>n3: received>processing>DONE",
			"vote n2>n3: received>processing>REJECTED",
			"append-follower n9>n3: received>processing>FAILED (disk full)",
			"vote n8>n3: received>processing>DONE",
		)
	})
}

// What main does belongs to the request it has in hand at that very moment: not
// to one that waits for it, and not to one it has answered. The loop makes
// it probable that each side is ahead of the other now and then.
func TestTransportHandoff(t *testing.T) {
	p, h := newProbe()
	w := &wire{in: make(chan raft.RPC, 1)}
	tr, stop := p.Transport(w)
	defer stop()
	logs, stable := p.LogStore(newStore()), p.StableStore(newStore())
	const rounds = 400
	for i := range uint64(rounds) {
		back := w.ask(&raft.RequestVoteRequest{RPCHeader: header("n1"), Term: i})
		stable.SetUint64([]byte("waiting"), i) // main is busy with something else
		rpc := <-tr.Consumer()
		stable.SetUint64([]byte("in hand"), i)
		rpc.Respond(&raft.RequestVoteResponse{Granted: true}, nil)
		stable.SetUint64([]byte("answered"), i)
		<-back
		back = w.ask(appendRequest("n1", 1, entries(i+1, 1)...))
		rpc = <-tr.Consumer()
		logs.DeleteRange(i+1, i+1)
		logs.StoreLogs(entries(i+1, 1))
		rpc.Respond(&raft.AppendEntriesResponse{Success: true}, nil)
		logs.StoreLogs(entries(i+2, 1)) // as if main had become leader
		<-back
	}
	want := map[string]int{"waiting": 0, "in hand": rounds, "answered": 0}
	got := map[string]int{"waiting": 0, "in hand": 0, "answered": 0}
	for _, m := range h.all(catalog.Meta) {
		got[m.key] += len(m.causes)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("writes that belong to a request: %v, want %v", got, want)
	}
	for i, m := range h.all(catalog.Append) {
		if n := len(m.from("stores by")); n != 1-i%2 {
			t.Fatalf("append %d is stored by %d requests, want %d", i, n, 1-i%2)
		}
	}
	if n := len(h.all(catalog.Compact)); n != 0 {
		t.Errorf("%d truncations were taken for compactions", n)
	}
}

// Heartbeats reach raft's handler on the goroutine that brings them.
func TestTransportHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := newProbe(showQuiet)
		w := &wire{in: make(chan raft.RPC)}
		tr, stop := p.Transport(w)
		stable := p.StableStore(newStore())
		tr.SetHeartbeatHandler(func(rpc raft.RPC) {
			switch term := rpc.Command.(*raft.AppendEntriesRequest).Term; term {
			case 1:
				stable.SetUint64([]byte("CurrentTerm"), term)
				rpc.Respond(&raft.AppendEntriesResponse{Success: true, Term: term}, nil)
			case 2:
				rpc.Respond(&raft.AppendEntriesResponse{Term: 9}, nil)
			}
		})
		for term := range uint64(3) {
			back := make(chan raft.RPCResponse, 1)
			w.handler(raft.RPC{Command: appendRequest("n1", term+1), RespChan: back})
			if answered := len(back) == 1; answered != (term < 2) {
				t.Errorf("the heartbeat of term %d is answered: %v", term+1, answered)
			}
		}
		stable.SetUint64([]byte("CurrentTerm"), 3)
		stop()
		h.wantStories(t,
			"append-follower n1>n3: received>processing>DONE",
			"meta CurrentTerm: start>writing>DONE; persists append-follower n1>n3",
			"append-follower n1>n3: received>processing>REJECTED",
			"append-follower n1>n3: received>processing>FAILED ("+raft.ErrRaftShutdown.Error()+")",
			"meta CurrentTerm: start>writing>DONE",
		)
		if w.handler == nil {
			t.Fatal("no handler reaches the inner transport")
		}
		if tr.SetHeartbeatHandler(nil); w.handler != nil {
			t.Error("taking the handler away does not reach the inner transport")
		}
	})
}

// stop ends the goroutine wherever it is: the bubble fails if one is left.
func TestTransportStop(t *testing.T) {
	for name, play := range map[string]func(w *wire, tr raft.Transport, p *probe.Probe){
		"idle":    func(*wire, raft.Transport, *probe.Probe) {},
		"waiting": func(w *wire, _ raft.Transport, _ *probe.Probe) { w.ask(appendRequest("n1", 1, entries(1, 1)...)) },
		"in hand": func(w *wire, tr raft.Transport, _ *probe.Probe) {
			w.ask(appendRequest("n1", 1, entries(1, 1)...))
			<-tr.Consumer()
		},
		"closed": func(w *wire, _ raft.Transport, _ *probe.Probe) { close(w.in) },
		"no taker": func(w *wire, tr raft.Transport, _ *probe.Probe) {
			w.in <- raft.RPC{Command: appendRequest("n1", 1, entries(1, 1)...), RespChan: make(chan raft.RPCResponse)}
			rpc := <-tr.Consumer()
			rpc.Respond(&raft.AppendEntriesResponse{Success: true}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, h := newProbe()
				w := &wire{in: make(chan raft.RPC)}
				tr, stop := p.Transport(w)
				play(w, tr, p)
				synctest.Wait()
				var wg sync.WaitGroup
				for range 3 {
					wg.Go(stop)
				}
				wg.Wait()
				p.LogStore(newStore()).StoreLogs(entries(1, 1)) // asks nobody any more
				want := map[string]string{
					"waiting":  "append-follower n1>n3: received>FAILED (transport shutdown)",
					"in hand":  "append-follower n1>n3: received>processing>FAILED (transport shutdown)",
					"no taker": "append-follower n1>n3: received>processing>DONE",
				}[name]
				if got := h.all(catalog.AppendFollower); want == "" && len(got) > 0 || want != "" && got[0].story() != want {
					t.Errorf("got %v, want %s", got, want)
				}
			})
		})
	}
}

// An answer given just before stop still counts.
func TestTransportStopAfterAnswer(t *testing.T) {
	for range 200 {
		p, h := newProbe()
		w := &wire{in: make(chan raft.RPC)}
		tr, stop := p.Transport(w)
		w.ask(appendRequest("n1", 1, entries(1, 1)...))
		rpc := <-tr.Consumer()
		rpc.Respond(&raft.AppendEntriesResponse{Success: true}, nil)
		stop()
		if m := h.only(t, catalog.AppendFollower); m.state() != "DONE" {
			t.Fatalf("%s", m.story())
		}
	}
}
