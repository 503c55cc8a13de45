package replay_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
)

var update = flag.Bool("update", false, "write testdata anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with -update):\n%s", path, got)
	}
}

func TestTreeText(t *testing.T) {
	done := truncated(t, false).timeline()
	write := build(t, [][]sm.Event{workload()})
	tests := []struct {
		name    string
		t       *replay.Timeline
		root    *replay.Machine
		options replay.Options
		style   replay.Style
	}{
		{"write", write, write.Exec(1), replay.Options{}, replay.Style{}},
		{"write-moves", write, write.Exec(1), replay.Options{}, replay.Style{Moves: true}},
		{"write-kinds", write, write.Exec(1), replay.Options{Kinds: []string{"append-follower"}}, replay.Style{}},
		{"write-depth", write, write.Exec(1), replay.Options{Depth: 2}, replay.Style{}},
		{"truncation", done, done.Nth("append-follower", 1), replay.Options{}, replay.Style{}},
		{"truncation-real", done, done.Nth("append-follower", 1), replay.Options{}, replay.Style{Real: true, Moves: true}},
		{"rejected", done, done.Nth("append-rpc", 1), replay.Options{}, replay.Style{}},
		{"failed", done, done.Exec(2), replay.Options{}, replay.Style{Moves: true}},
		{"running", done, done.Exec(1), replay.Options{}, replay.Style{Moves: true}},
		{"node", done, done.Nth("node", 1), replay.Options{}, replay.Style{Moves: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			if err := test.t.Tree(test.root, test.options).Text(&b, test.style); err != nil {
				t.Fatal(err)
			}
			golden(t, "tree-"+test.name+".txt", b.String())
		})
	}
}

func TestTreeJSON(t *testing.T) {
	done := truncated(t, false).timeline()
	for name, style := range map[string]replay.Style{"": {}, "-real": {Moves: true, Real: true}} {
		var b strings.Builder
		if err := done.Tree(done.Nth("append-follower", 1), replay.Options{}).JSON(&b, style); err != nil {
			t.Fatal(err)
		}
		golden(t, "tree-truncation"+name+".json", b.String())
	}
}

func TestLogsAndNodesText(t *testing.T) {
	for name, h := range map[string]*history{
		"empty": newHistory(t), "conflict": truncated(t, true), "healed": truncated(t, false), "crashed": crashed(t),
	} {
		tl := h.timeline()
		var b strings.Builder
		for _, width := range []int{120, 48} {
			if err := tl.LogsText(&b, width); err != nil {
				t.Fatal(err)
			}
		}
		if err := tl.NodesText(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, "logs-"+name+".txt", b.String())
	}
}

// crashed is a node that compacts, crashes in the middle of an append, and
// another that restarts with what it has on disk.
func crashed(t *testing.T) *history {
	h := newHistory(t)
	n1, n2 := h.start("n1", 1, 1), h.start("n2", 1, 1)
	h.Move(n1, "candidate", "leader")
	for index := uint64(8); index <= 12; index++ {
		e := h.entry("n1", 1, "durable", 1, index, "set a 1")
		if index < 12 {
			h.Move(e, "committed", "applying", "APPLIED")
			h.AttrText(e, "hash", "c0ffee")
		}
		if index < 10 {
			h.Move(e, "COMPACTED")
		}
	}
	h.entry("n1", 1, "created", 1, 13, "set a 2")
	for index := uint64(8); index <= 11; index++ {
		h.entry("n2", 1, "durable", 1, index, "set a 1")
	}
	writing := h.entry("n2", 1, "created", 1, 12, "set a 1")
	h.Move(n2, "CRASHED")
	h.End(writing, sm.Abandoned)
	return h
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d    sm.Time
		want string
	}{
		{0, "0"}, {1, "0µs"}, {999, "0µs"}, {1000, "1µs"}, {999_999, "999µs"}, {1_000_000, "1.000ms"},
		{7_841_999, "7.841ms"}, {999_999_999, "999.999ms"}, {1_318_420_000, "1.318420s"}, {61_000_000_000, "61.000000s"},
		{-1500, "-1µs"}, {-1 << 63, "-9223372036.854775s"},
	}
	for _, test := range tests {
		if got := replay.Duration(test.d); got != test.want {
			t.Errorf("Duration(%d) = %s, expected %s", test.d, got, test.want)
		}
	}
}
