package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/replay"
	"raftscope/sm/catalog"
)

// TestDatabases opens every node's database after each scenario with
// raft-boltdb alone, and compares all of its entries with what the machines
// tell.
func TestDatabases(t *testing.T) {
	files, err := scenarioFiles()
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", scenarios, err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			file := parse(t, path)
			s := play(t, file)
			for _, node := range file.Cluster.NodeNames() {
				told := durable(s.Timeline(), node)
				stored := storedLogs(t, filepath.Join(s.Status().Dir, node, engine.DatabaseName))
				covered := s.Timeline().View().Node(node).Snapshot
				if covered == 0 && len(stored) < 2 && !raceEnabled { // at least the configuration and a no-op
					t.Errorf("%s: the database has %d entries, want at least 2", node, len(stored))
				}
				stored = withoutReplaced(s.Timeline(), node, stored)
				for _, d := range differences(stored, told) {
					t.Errorf("%s: %s", node, d)
				}
			}
		})
	}
}

// A node that is down has on its disk what was durable when it went down.
func TestDatabaseOfCrashedNode(t *testing.T) {
	file := parseText(t, `cluster nodes=3 disk=5ms
run until leader
write leader set x 1 wait
write leader set y 2
run until count append writing >= 1
crash n1
crash n2
stop n3
run until state n3 STOPPED`)
	s := play(t, file)
	for _, node := range file.Cluster.NodeNames() {
		stored := storedLogs(t, filepath.Join(s.Status().Dir, node, engine.DatabaseName))
		for _, d := range differences(stored, durable(s.Timeline(), node)) {
			t.Errorf("%s: %s", node, d)
		}
	}
}

// What TestDatabases compares with must be able to tell a difference.
func TestDifferences(t *testing.T) {
	s := play(t, parseText(t, "cluster nodes=1\nrun until leader\nwrite n1 set x 1 wait\nwrite n1 set y 2 wait"))
	told := durable(s.Timeline(), "n1")
	logs := func() []raft.Log {
		return storedLogs(t, filepath.Join(s.Status().Dir, "n1", engine.DatabaseName))
	}
	if d := differences(logs(), told); len(d) > 0 || len(told) != 4 {
		t.Fatalf("%d entries, which differ: %q", len(told), d)
	}
	for what, change := range map[string]func([]raft.Log) []raft.Log{
		"one missing": func(l []raft.Log) []raft.Log { return l[:len(l)-1] },
		"none":        func([]raft.Log) []raft.Log { return nil },
		"one more":    func(l []raft.Log) []raft.Log { return append(l, raft.Log{Index: 5, Term: 2}) },
		"term":        func(l []raft.Log) []raft.Log { l[2].Term++; return l },
		"index":       func(l []raft.Log) []raft.Log { l[2].Index++; return l },
		"type":        func(l []raft.Log) []raft.Log { l[1].Type = raft.LogBarrier; return l },
		"data":        func(l []raft.Log) []raft.Log { l[2].Data = []byte(`set "x" "7"`); return l },
		"size":        func(l []raft.Log) []raft.Log { l[1].Data = []byte("z"); return l },
		"extensions":  func(l []raft.Log) []raft.Log { l[3].Extensions = []byte("exec@9"); return l },
		"exchanged":   func(l []raft.Log) []raft.Log { l[2], l[3] = l[3], l[2]; return l },
	} {
		if len(differences(change(logs()), told)) == 0 {
			t.Errorf("%s: no difference was found", what)
		}
	}
}

// play runs a scenario's commands, but those that only look, and leaves the
// debuggee waiting until the test ends.
func play(t *testing.T, file *grammar.File) *engine.Session {
	t.Helper()
	s, err := engine.Start(file.Cluster, engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, cmd := range file.Commands() {
		switch cmd.(type) {
		case grammar.Cluster, grammar.Expect, grammar.Print:
			continue
		}
		err := s.Do(cmd)
		if raceEnabled && errors.As(err, new(*engine.CommandError)) {
			return s // the run took another course than the scenario's; its databases must be right all the same
		}
		if err != nil {
			t.Fatalf("%s:%d: %s: %v", file.Name, cmd.Position().Line, cmd, err)
		}
	}
	return s
}

func parseText(t *testing.T, text string) *grammar.File {
	t.Helper()
	f, err := grammar.ParseFile("test.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// durable returns the machines of the entries that are on a node's disk, as far
// as the machines tell.
func durable(tl *replay.Timeline, node string) []*replay.Machine {
	return slices.DeleteFunc(tl.Log(node), func(m *replay.Machine) bool { return m.StateName() == "created" })
}

// withoutReplaced leaves out what gave way to an installed snapshot: raft may
// keep that on the disk, as TrailingLogs, and does not go by it.
func withoutReplaced(tl *replay.Timeline, node string, stored []raft.Log) []raft.Log {
	replaced := map[string]bool{}
	for _, m := range tl.ByKind(catalog.Entry.Name()) {
		if m.Node() == node && m.StateName() == "REPLACED" {
			replaced[m.Subject()] = true
		}
	}
	return slices.DeleteFunc(stored, func(log raft.Log) bool {
		return log.Index <= tl.View().Node(node).Snapshot && replaced[fmt.Sprintf("%d/%d", log.Term, log.Index)]
	})
}

// differences compares a database's entries with the machines'.
func differences(stored []raft.Log, told []*replay.Machine) []string {
	var all []string
	if len(stored) != len(told) {
		all = append(all, fmt.Sprintf("the database has %d entries, the machines tell of %d", len(stored), len(told)))
	}
	for i := range min(len(stored), len(told)) {
		want, got := entryOf(&stored[i]), machineOf(told[i])
		if got != want {
			all = append(all, fmt.Sprintf("the database has %+v, %s tells %+v", want, told[i].Name(), got))
		}
	}
	return all
}

// entry is what is compared.
type entry struct {
	subject, kind, label string
	bytes, exec          int64
}

func entryOf(log *raft.Log) entry {
	e := entry{subject: fmt.Sprintf("%d/%d", log.Term, log.Index), bytes: int64(len(log.Data))}
	switch log.Type {
	case raft.LogCommand:
		e.kind = "command"
		if ws, err := kv.Decode(log.Data); err != nil {
			e.label = err.Error()
		} else {
			e.label = ws.String()
		}
	case raft.LogNoop:
		e.kind, e.label = "no-op", "no-op"
	case raft.LogBarrier:
		e.kind, e.label = "barrier", "barrier"
	case raft.LogConfiguration:
		e.kind, e.label = "configuration", "configuration "+probe.ConfigText(raft.DecodeConfiguration(log.Data))
	default:
		e.kind = log.Type.String()
	}
	if n, err := fmt.Sscanf(string(log.Extensions), "exec@%d", &e.exec); n == 0 && len(log.Extensions) > 0 {
		e.label += ": extensions: " + err.Error()
	}
	return e
}

func machineOf(m *replay.Machine) entry {
	kind, _ := m.Attr("type")
	bytes, _ := m.Attr("bytes")
	exec, _ := m.Attr("exec")
	return entry{subject: m.Subject(), kind: kind.Text, label: m.Label(), bytes: bytes.Num, exec: exec.Num}
}

// storedLogs reads all entries of a copy of a database: the node itself holds
// the lock while it runs.
func storedLogs(t *testing.T, path string) []raft.Log {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), engine.DatabaseName)
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
		err := store.GetLog(i, &log)
		if errors.Is(err, raft.ErrLogNotFound) { // an installed snapshot leaves a gap before what came later
			continue
		}
		if err != nil {
			t.Fatalf("entry %d of %s: %v", i, path, err)
		}
		logs = append(logs, log)
	}
	return logs
}
