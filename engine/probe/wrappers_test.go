package probe_test

import (
	"errors"
	"io"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
)

// Raft asks for these interfaces and behaves otherwise with them than without.
func TestLogStoreOffersWhatInnerDoes(t *testing.T) {
	plain := raft.NewInmemStore()
	monotonic := struct {
		raft.LogStore
		raft.MonotonicLogStore
	}{plain, isMonotonic{}}
	for _, c := range []struct {
		name  string
		inner raft.LogStore
		want  bool
	}{{"LogStore", plain, false}, {"MonotonicLogStore", monotonic, true}} {
		p, _ := newProbe()
		m, is := p.LogStore(c.inner).(raft.MonotonicLogStore)
		if is != c.want || is && !m.IsMonotonic() {
			t.Errorf("%s: wrapped, it is monotonic: %v, want %v", c.name, is, c.want)
		}
		if got := (*probe.Probe)(nil).LogStore(c.inner); got != c.inner {
			t.Errorf("%s: a nil probe returns %T", c.name, got)
		}
	}
}

type isMonotonic struct{}

func (isMonotonic) IsMonotonic() bool { return true }

// plainFSM is words without its other interfaces.
type plainFSM struct{ inner *words }

func (f plainFSM) Apply(log *raft.Log) any             { return f.inner.Apply(log) }
func (f plainFSM) Snapshot() (raft.FSMSnapshot, error) { return f.inner.Snapshot() }
func (f plainFSM) Restore(r io.ReadCloser) error       { return f.inner.Restore(r) }

type batches struct{ inner *words }

func (b batches) ApplyBatch(logs []*raft.Log) []any {
	resps := make([]any, len(logs))
	for i, log := range logs {
		resps[i] = b.inner.Apply(log)
	}
	return resps
}

type configs struct{ inner *words }

func (c configs) StoreConfiguration(index uint64, conf raft.Configuration) {
	c.inner.StoreConfiguration(index, conf)
}

func TestFSMOffersWhatInnerDoes(t *testing.T) {
	w := &words{}
	f, b, c := plainFSM{w}, batches{w}, configs{w}
	for _, tc := range []struct {
		name              string
		inner             raft.FSM
		batching, configs bool
	}{
		{"FSM", f, false, false},
		{"BatchingFSM", struct {
			plainFSM
			batches
		}{f, b}, true, false},
		{"ConfigurationStore", struct {
			plainFSM
			configs
		}{f, c}, false, true},
		{"both", struct {
			plainFSM
			batches
			configs
		}{f, b, c}, true, true},
	} {
		p, _ := newProbe()
		outer := p.FSM(tc.inner)
		batching, isBatching := outer.(raft.BatchingFSM)
		config, isConfig := outer.(raft.ConfigurationStore)
		if isBatching != tc.batching || isConfig != tc.configs {
			t.Errorf("%s: wrapped, it batches: %v, stores configurations: %v", tc.name, isBatching, isConfig)
		}
		*w = words{}
		if got := outer.Apply(entries(1, 1)[0]); got != 1 {
			t.Errorf("%s: Apply returns %v, want 1", tc.name, got)
		}
		if isBatching {
			if got := batching.ApplyBatch(entries(2, 1, 1)); len(got) != 2 || got[1] != 3 {
				t.Errorf("%s: ApplyBatch returns %v, want 2 and 3", tc.name, got)
			}
		}
		if isConfig {
			if config.StoreConfiguration(4, raft.Configuration{}); w.configs != 1 {
				t.Errorf("%s: StoreConfiguration does not reach the inner one", tc.name)
			}
		}
		if got := (*probe.Probe)(nil).FSM(tc.inner); got != tc.inner {
			t.Errorf("%s: a nil probe returns %T", tc.name, got)
		}
	}
}

type preVotes struct{ asked *int }

func (v preVotes) RequestPreVote(raft.ServerID, raft.ServerAddress, *raft.RequestPreVoteRequest, *raft.RequestPreVoteResponse) error {
	*v.asked++
	return nil
}

type closes struct{ closed *int }

func (c closes) Close() error {
	*c.closed++
	return errDisk
}

func TestTransportOffersWhatInnerDoes(t *testing.T) {
	_, net := raft.NewInmemTransport("n3")
	base := struct{ raft.Transport }{net}
	var asked, closed int
	v, c := preVotes{&asked}, closes{&closed}
	for _, tc := range []struct {
		name           string
		inner          raft.Transport
		preVote, close bool
	}{
		{"Transport", base, false, false},
		{"WithPreVote", struct {
			raft.Transport
			preVotes
		}{net, v}, true, false},
		{"WithClose", struct {
			raft.Transport
			closes
		}{net, c}, false, true},
		{"both", struct {
			raft.Transport
			preVotes
			closes
		}{net, v, c}, true, true},
	} {
		p, _ := newProbe()
		outer, stop := p.Transport(tc.inner)
		preVote, isPreVote := outer.(raft.WithPreVote)
		closer, isClose := outer.(raft.WithClose)
		if isPreVote != tc.preVote || isClose != tc.close {
			t.Errorf("%s: wrapped, it asks for pre-votes: %v, closes: %v", tc.name, isPreVote, isClose)
		}
		asked, closed = 0, 0
		if isPreVote {
			if preVote.RequestPreVote("n1", "n1", &raft.RequestPreVoteRequest{}, &raft.RequestPreVoteResponse{}); asked != 1 {
				t.Errorf("%s: RequestPreVote does not reach the inner one", tc.name)
			}
		}
		if isClose {
			if err := closer.Close(); closed != 1 || !errors.Is(err, errDisk) {
				t.Errorf("%s: Close reaches the inner one %d times and returns %v", tc.name, closed, err)
			}
		}
		stop()
		stop()
		if _, is := outer.(raft.WithPeers); is {
			t.Errorf("%s: wrapped, it is WithPeers, which raft does not look for", tc.name)
		}
		if got, stop := (*probe.Probe)(nil).Transport(tc.inner); got != tc.inner {
			t.Errorf("%s: a nil probe returns %T", tc.name, got)
		} else {
			stop()
		}
	}
}

func TestNilProbeWrapsNothing(t *testing.T) {
	var p *probe.Probe
	logs, snaps := raft.NewInmemStore(), raft.NewInmemSnapshotStore()
	if got := p.StableStore(logs); got != raft.StableStore(logs) {
		t.Errorf("StableStore returns %T", got)
	}
	if got := p.SnapshotStore(snaps); got != raft.SnapshotStore(snaps) {
		t.Errorf("SnapshotStore returns %T", got)
	}
	p.Attach(&fakeRaft{})
	p.Loaded(&raft.Log{})
	p.Stop(0, "")
	p.Apply(nil, 1, []byte("x"), "").Answered(nil)
	p.Barrier(nil, 1).Answered(nil)
	call := p.Send("n1", &raft.RequestVoteRequest{}, 0, false)
	call.AnsweredDue(1)
	call.Delivered()
	call.Answered()
	call.Done(nil, nil)
	r := p.Receive("n1", call, &raft.RequestVoteRequest{}, false)
	r.Processing()
	r.Answered(&raft.RequestVoteResponse{}, nil)
	if p.Quiet() != 0 {
		t.Error("a nil probe counts")
	}
	p.Logger(0).Info("nothing")
}
