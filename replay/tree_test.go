package replay_test

import (
	"fmt"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/sm"
)

func treeText(t *testing.T, tl *replay.Timeline, root *replay.Machine, o replay.Options) string {
	t.Helper()
	var b strings.Builder
	if err := tl.Tree(root, o).Text(&b, replay.Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// names returns the first column of a print, without its header.
func names(text string) string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
		name, _, _ := strings.Cut(line, "  "+"start")
		if i := strings.Index(name, "#"); i >= 0 {
			fields := strings.Fields(name[i:])
			name = name[:i] + fields[0]
			if len(fields) > 1 && fields[1] == "(above)" {
				name += " (above)"
			}
		}
		out = append(out, name)
	}
	return strings.Join(out, "\n")
}

func TestTreeShapes(t *testing.T) {
	tests := []struct {
		name    string
		links   [][2]sm.ID // cause, effect; machine 1 is the root
		options replay.Options
		want    string
	}{
		{"alone", nil, replay.Options{}, "append#1"},
		{"circle", [][2]sm.ID{{1, 2}, {2, 3}, {3, 1}}, replay.Options{},
			"append#1\n└─ append#2\n   └─ append#3\n      └─ append#1 (above)"},
		{"shared", [][2]sm.ID{{1, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}}, replay.Options{},
			"append#1\n├─ append#2\n│  └─ append#4\n│     └─ append#5\n└─ append#3\n   └─ append#4 (above)"},
		{"order of links", [][2]sm.ID{{1, 3}, {1, 2}}, replay.Options{}, "append#1\n├─ append#3\n└─ append#2"},
		{"linked twice", [][2]sm.ID{{1, 2}, {1, 2}}, replay.Options{}, "append#1\n└─ append#2"},
		{"depth", [][2]sm.ID{{1, 2}, {2, 3}, {3, 4}}, replay.Options{Depth: 2}, "append#1\n└─ append#2\n   └─ append#3"},
		{"nothing of the kind", [][2]sm.ID{{1, 2}}, replay.Options{Kinds: []string{"meta"}}, "append#1"},
		{"path to the kind", [][2]sm.ID{{1, 2}, {1, 3}, {2, 9}}, replay.Options{Kinds: []string{"meta"}},
			"append#1\n└─ append#2\n   └─ meta#9"},
	}
	for _, test := range tests {
		h := newHistory(t)
		for range 8 {
			h.Born("append", "n1", 1, "", "", "")
		}
		h.Born("meta", "n1", 1, "", "", "")
		for _, l := range test.links {
			h.Link(l[0], l[1], "role")
		}
		tl := h.timeline()
		if got := names(treeText(t, tl, tl.Machine(1), test.options)); got != test.want {
			t.Errorf("%s:\n%s\nexpected\n%s", test.name, got, test.want)
		}
	}
}

func TestVeryDeepTree(t *testing.T) {
	h := newHistory(t)
	last := h.Born("append", "n1", 1, "", "", "")
	for range 2000 {
		next := h.Born("append", "n1", 1, "", "", "")
		h.Link(last, next, "role")
		last = next
	}
	tl := h.timeline()
	lines := strings.Split(treeText(t, tl, tl.Machine(1), replay.Options{}), "\n")
	if want := 1 + replay.DepthMax + 1 + 1; len(lines) != want || !strings.Contains(lines[len(lines)-2], "(1 below)") {
		t.Errorf("%d lines, expected %d; the last %q", len(lines), want, lines[len(lines)-2])
	}
}

func TestManyEffectsAndLongTexts(t *testing.T) {
	h := newHistory(t)
	root := h.Born("exec", "n1", 1, "", "1", strings.Repeat("ü", 1<<20))
	for i := range 3000 {
		h.Link(root, h.Born("append", "n1", 1, "", fmt.Sprint(i), ""), "role")
	}
	text := treeText(t, h.timeline(), h.timeline().Machine(root), replay.Options{})
	if n := strings.Count(text, "\n"); n != 3002 || len(text) > 3002*150 {
		t.Errorf("%d lines of %d bytes", n, len(text))
	}
}
