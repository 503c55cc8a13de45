package replay_test

import (
	"strings"
	"testing"

	"raftscope/replay"
)

// Each way in which the views of a log can contradict each other is found, in the
// right view, and nowhere else.
func TestLogViews(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  func(h *history)
		which replay.WhichView
		says  string // of n2; empty: nothing
	}{
		{"all is well", func(h *history) {}, 0, ""},
		{"raft's memory", func(h *history) {
			h.Attr(2, "raft-last-index", 6)
			h.Attr(2, "raft-last-term", 2)
		}, replay.RaftView, "n2's raft takes entry 6 of term 2 for the last of its log, but its store ends with entry 3 of term 1"},
		{"raft's memory, well again", func(h *history) {
			h.Attr(2, "raft-last-index", 6)
			h.Attr(2, "raft-last-term", 2)
			h.Attr(2, "raft-last-index", 0)
			h.Attr(2, "raft-last-term", 0)
		}, 0, ""},
		{"applied and truncated", func(h *history) {
			for _, id := range h.applied["n2"][1:] {
				h.Move(id, "TRUNCATED")
			}
		}, replay.FSMView, "n2's FSM has applied entry 3, but its store ends with entry 1 of term 1"},
		{"applied and compacted", func(h *history) {
			for _, id := range h.applied["n2"] {
				h.Move(id, "COMPACTED")
			}
		}, 0, ""},
		{"other contents", func(h *history) { h.AttrText(h.applied["n2"][2], "hash", "00000000000000ff") },
			replay.FSMView, "n2's FSM and n1's differ after entry 3"},
		{"acknowledged and not there", func(h *history) {
			h.rpc(1, "n1>n2", 3, 1)
		}, replay.DerivedView, "n1 takes entry 4 for stored on n2, but n2's store ends with entry 3 of term 1"},
		{"acknowledged and there", func(h *history) { h.rpc(1, "n1>n2", 2, 1) }, 0, ""},
	} {
		h := newHistory(t)
		h.applied = map[string][]id{}
		for _, name := range []string{"n1", "n2"} {
			h.start(name, 1, 1)
		}
		for _, name := range []string{"n1", "n2"} {
			for index := uint64(1); index <= 3; index++ {
				e := h.entry(name, 1, "durable", 1, index, "set x 1")
				h.Move(e, "committed", "applying", "APPLIED")
				h.AttrText(e, "hash", "00000000000000aa")
				h.applied[name] = append(h.applied[name], e)
			}
		}
		h.Move(1, "candidate", "leader")
		c.make(h)
		tl := h.timeline()
		v := tl.View()
		for _, l := range v.LogViews() {
			var all []string
			for _, d := range l.Differences {
				all = append(all, d.Text)
			}
			got, want := strings.Join(all, "; "), ""
			if l.Node.Name == "n2" {
				want = c.says
			}
			if got != want {
				t.Errorf("%s: %s: %q, want %q", c.name, l.Node.Name, got, want)
			}
			if want != "" && (!l.Differs(c.which) || l.Differs((c.which+1)%4)) {
				t.Errorf("%s: the wrong view is marked: %+v", c.name, l.Differences)
			}
		}
		n2 := v.NodesJSON([]string{"n2"}, true)[0].Views
		if r, s, f, l := n2.Raft, n2.Store, n2.FSM, n2.Leader; s == nil || (r == nil) != (s.Last == 0) || f == nil || l == nil || l.Leader != "n1" || f.Hash == "" {
			t.Errorf("%s: views are missing: %+v", c.name, n2)
		}
		if c.says == "" && len(n2.Differences) > 0 || c.says != "" && (len(n2.Differences) != 1 || n2.Differences[0].Text != c.says ||
			n2.Differences[0].View != [...]string{"raft", "store", "fsm", "leader_knows"}[c.which]) {
			t.Errorf("%s: differences %+v", c.name, n2.Differences)
		}
		var b strings.Builder
		if err := tl.ViewsText(&b); err != nil {
			t.Fatal(err)
		}
		if says := strings.Contains(b.String(), "the four views agree"); says != (c.says == "") || strings.Contains(b.String(), " !") == says {
			t.Errorf("%s:\n%s", c.name, b.String())
		}
	}
}
