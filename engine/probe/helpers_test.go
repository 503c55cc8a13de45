package probe_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

var errDisk = errors.New("disk full")

// seen is a machine as its events tell it.
type seen struct {
	id                     sm.ID
	kind, node, key, label string
	states                 []string
	why                    string // of a failure
	nums                   map[string]int64
	texts                  map[string]string
	causes                 []cause
}

type cause struct {
	role string
	of   *seen
}

func (m *seen) String() string { return fmt.Sprintf("%s#%d %s of %s", m.kind, m.id, m.key, m.node) }

// state is the newest state.
func (m *seen) state() string { return m.states[len(m.states)-1] }

// from returns the causes in a role.
func (m *seen) from(role string) []*seen {
	var all []*seen
	for _, c := range m.causes {
		if c.role == role {
			all = append(all, c.of)
		}
	}
	return all
}

// story is a machine in a line: subject, moves, reason of a failure, causes.
func (m *seen) story() string {
	s := m.kind + " " + m.key + ": " + strings.Join(m.states, ">")
	if m.why != "" {
		s += " (" + m.why + ")"
	}
	for i, c := range m.causes {
		s += map[bool]string{true: "; ", false: ", "}[i == 0] + c.role + " " + c.of.kind + " " + c.of.key
	}
	return s
}

// history is a sink that keeps machines, in order of birth.
type history struct {
	tracker  *sm.Tracker
	machines []*seen
	broken   []string
	logs     []string
}

// ticks is a clock on which no two things happen at one instant, so that the
// order of events is the order in which they were recorded.
type ticks struct{ n atomic.Int64 }

func (c *ticks) Now() (sm.Time, int64) { return sm.Time(c.n.Add(1)), 0 }

// newHistory returns a history whose tracker panics on a violation.
func newHistory() *history {
	h := &history{}
	h.tracker = sm.NewTracker(sm.Options{Clock: &ticks{}, Sink: h, Strict: true})
	return h
}

// Take implements sm.Sink.
func (h *history) Take(events []sm.Event) error {
	for _, e := range events {
		switch e.Type {
		case sm.Born:
			h.machines = append(h.machines, &seen{
				id: e.Machine, kind: e.Kind, node: e.Node, key: e.Key, label: e.Text,
				nums: map[string]int64{}, texts: map[string]string{},
				states: []string{catalog.ByName(e.Kind).StateName(e.State)},
			})
		case sm.Log:
			h.logs = append(h.logs, e.Text)
		case sm.Violation:
			h.broken = append(h.broken, e.Text)
		}
		if e.Machine != 0 {
			h.tell(h.machines[e.Machine-1], e)
		}
	}
	return nil
}

func (h *history) tell(m *seen, e sm.Event) {
	switch e.Type {
	case sm.Moved, sm.Failed:
		m.states = append(m.states, catalog.ByName(m.kind).StateName(e.State))
		if e.Type == sm.Failed {
			m.why = e.Text
		}
	case sm.Linked:
		m.causes = append(m.causes, cause{e.Key, h.machines[e.Other-1]})
	case sm.Attributed:
		if e.IsText {
			m.texts[e.Key] = e.Text
		} else {
			m.nums[e.Key] = e.Num
		}
	}
}

// all flushes and returns the machines of a kind.
func (h *history) all(kind *sm.Kind) []*seen {
	h.tracker.Flush()
	var all []*seen
	for _, m := range h.machines {
		if m.kind == kind.Name() {
			all = append(all, m)
		}
	}
	return all
}

// only returns the one machine of a kind.
func (h *history) only(t *testing.T, kind *sm.Kind) *seen {
	t.Helper()
	all := h.all(kind)
	if len(all) != 1 {
		t.Fatalf("there are %d machines of kind %s, want 1: %v", len(all), kind.Name(), all)
	}
	return all[0]
}

// wantStories compares the stories of all machines but the nodes' own.
func (h *history) wantStories(t *testing.T, want ...string) {
	t.Helper()
	h.tracker.Flush()
	var got []string
	for _, m := range h.machines {
		if m.kind != catalog.Node.Name() {
			got = append(got, m.story())
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// newProbe returns the probe of a node called n3 and what becomes of it.
func newProbe(change ...func(*probe.Options)) (*probe.Probe, *history) {
	h := newHistory()
	return h.probe("n3", change...), h
}

func (h *history) probe(name string, change ...func(*probe.Options)) *probe.Probe {
	o := probe.Options{Buffer: h.tracker.Buffer(name, 1), Node: name, Peers: []string{"n1", "n2", "n3"}}
	for _, f := range change {
		f(&o)
	}
	return probe.New(o)
}

func showQuiet(o *probe.Options) { o.ShowQuiet = true }

// fakeRaft is what a probe asks a raft node.
type fakeRaft struct{ commit atomic.Uint64 }

func (r *fakeRaft) CommitIndex() uint64 { return r.commit.Load() }

// store is a log and stable store that can be made to fail.
type store struct {
	*raft.InmemStore
	fail map[string]error // by the name of the operation
}

func newStore() *store { return &store{raft.NewInmemStore(), map[string]error{}} }

func (s *store) StoreLogs(logs []*raft.Log) error {
	if err := s.fail["append"]; err != nil {
		return err
	}
	return s.InmemStore.StoreLogs(logs)
}

func (s *store) GetLog(index uint64, log *raft.Log) error {
	if err := s.fail["get"]; err != nil {
		return err
	}
	return s.InmemStore.GetLog(index, log)
}

func (s *store) DeleteRange(from, to uint64) error {
	if err := s.fail["delete"]; err != nil {
		return err
	}
	return s.InmemStore.DeleteRange(from, to)
}

func (s *store) SetUint64(key []byte, val uint64) error {
	if err := s.fail[string(key)]; err != nil {
		return err
	}
	return s.InmemStore.SetUint64(key, val)
}

func (s *store) GetUint64(key []byte) (uint64, error) {
	if err := s.fail["get "+string(key)]; err != nil {
		return 0, err
	}
	return s.InmemStore.GetUint64(key)
}

// words is a state machine that keeps the data of its entries.
type words struct {
	all     []string
	configs int
}

func (w *words) Apply(log *raft.Log) any {
	w.all = append(w.all, string(log.Data))
	return len(w.all)
}
func (w *words) Snapshot() (raft.FSMSnapshot, error)               { return discard{}, nil }
func (w *words) Restore(r io.ReadCloser) error                     { return r.Close() }
func (w *words) StoreConfiguration(_ uint64, _ raft.Configuration) { w.configs++ }
func (w *words) Hash() string                                      { return strings.Join(w.all, "+") }

// discard is a snapshot of nothing.
type discard struct{}

func (discard) Persist(sink raft.SnapshotSink) error { return sink.Close() }
func (discard) Release()                             {}

// entries returns commands with the given terms, from an index on.
func entries(first uint64, terms ...uint64) []*raft.Log {
	logs := make([]*raft.Log, len(terms))
	for i, term := range terms {
		index := first + uint64(i)
		logs[i] = &raft.Log{Index: index, Term: term, Type: raft.LogCommand, Data: fmt.Appendf(nil, "w%d/%d", term, index)}
	}
	return logs
}

func header(id string) raft.RPCHeader {
	return raft.RPCHeader{ProtocolVersion: raft.ProtocolVersionMax, ID: []byte(id), Addr: []byte("at " + id)}
}
