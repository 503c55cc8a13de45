package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
)

// testWorld is a world in this process, driven by lines of the grammar. A line
// that does not do what the test expects ends the test.
type testWorld struct {
	*World
	t *testing.T
}

// inWorld runs f with the world of a cluster line. Strict mode makes every
// violation of the catalogue a panic, and the bubble itself fails the test if a
// goroutine of the world outlives Close.
func inWorld(t *testing.T, cluster string, f func(w *testWorld)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &testWorld{World: NewWorld(clusterOf(t, cluster), Options{Dir: dir, Strict: true}), t: t}
		defer w.Close()
		f(w)
		if d := w.timeline.Damage(); d.Events > 0 {
			t.Errorf("the timeline left out %d events: %v", d.Events, d.Reasons)
		}
	})
}

func clusterOf(t *testing.T, line string) grammar.Cluster {
	t.Helper()
	cmds, err := grammar.ParseLine(1, line)
	if err != nil {
		t.Fatal(err)
	}
	return cmds[0].(grammar.Cluster)
}

func commandsOf(t *testing.T, line string) []grammar.Command {
	t.Helper()
	cmds, err := grammar.ParseLine(1, line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return cmds
}

// do carries out lines.
func (w *testWorld) do(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		for _, cmd := range commandsOf(w.t, line) {
			if err := w.Do(cmd); err != nil {
				w.t.Fatalf("%s: %v", cmd, err)
			}
		}
	}
}

// fails carries out a command that must end with an error that wraps want and
// says every one of the words.
func (w *testWorld) fails(want error, line string, says ...string) {
	w.t.Helper()
	err := w.Do(commandsOf(w.t, line)[0])
	if !errors.Is(err, want) {
		w.t.Fatalf("%s: got error %v, want one that wraps %q", line, err, want)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			w.t.Errorf("%s: error %q does not say %q", line, err, s)
		}
	}
}

// expect insists on conditions of the grammar.
func (w *testWorld) expect(conds ...string) {
	w.t.Helper()
	expectOf(w.t, w.timeline, conds...)
}

func expectOf(t *testing.T, tl *replay.Timeline, conds ...string) {
	t.Helper()
	for _, text := range conds {
		c, err := cond.Parse(1, text, cond.Scope{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !tl.Holds(c) {
			t.Errorf("expected %s, saw %s", text, tl.Saw(c))
		}
	}
}

// last is the newest machine of a kind on a node, or anywhere if node is empty.
func (w *testWorld) last(kind, node string) *replay.Machine {
	w.t.Helper()
	m := w.timeline.Newest(kind, node)
	if m == nil {
		w.t.Fatalf("there is no %s on %q", kind, node)
	}
	return m
}

// call is the machine of a client's call by its ordinal.
func (w *testWorld) call(ordinal int) *replay.Machine {
	w.t.Helper()
	for _, kind := range []string{"exec", "read"} {
		for _, m := range w.timeline.ByKind(kind) {
			if m.Subject() == strconv.Itoa(ordinal) {
				return m
			}
		}
	}
	w.t.Fatalf("there is no call %d", ordinal)
	return nil
}

// leads is the node that leads.
func (w *testWorld) leads() string {
	w.t.Helper()
	name := w.timeline.Leader()
	if name == "" {
		w.t.Fatal("there is no leader")
	}
	return name
}

// follower is some node that does not lead.
func (w *testWorld) follower() string {
	w.t.Helper()
	leader := w.leads()
	for _, name := range w.names {
		if name != leader {
			return name
		}
	}
	w.t.Fatal("there is no follower")
	return ""
}

// stored opens a copy of a node's database with raft-boltdb alone. A copy,
// because the node itself holds the lock while it runs.
func (w *testWorld) stored(node string) []raft.Log {
	w.t.Helper()
	return storedLogs(w.t, filepath.Join(w.dir, node, DatabaseName))
}

func storedLogs(t *testing.T, path string) []raft.Log {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), DatabaseName)
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := raftboltdb.New(raftboltdb.Options{Path: copied, BoltOptions: &bbolt.Options{ReadOnly: true, Timeout: time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	first, err := store.FirstIndex()
	if err != nil {
		t.Fatal(err)
	}
	last, err := store.LastIndex()
	if err != nil {
		t.Fatal(err)
	}
	var logs []raft.Log
	for i := first; i <= last && i > 0; i++ {
		var log raft.Log
		if err := store.GetLog(i, &log); err != nil {
			t.Fatalf("entry %d of %s: %v", i, path, err)
		}
		logs = append(logs, log)
	}
	return logs
}

func textAttr(m *replay.Machine, key string) string {
	v, _ := m.Attr(key)
	return v.Text
}
