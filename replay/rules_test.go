package replay_test

import (
	"fmt"
	"testing"

	"raftscope/sm"
)

// The journal says which rules are in force at each of its lines.
func TestRules(t *testing.T) {
	h := newHistory(t)
	for _, c := range []struct{ line, want string }{
		{"run until leader", "[]"},
		{"hold append n2", "[{1 hold append n2}]"},
		{"hold append@n2", "[{1 hold append n2}]"},
		{"fail append#57 with=EIO", "[{1 hold append n2}]"},
		{"delay entry n2:2/4 by=5ms", "[{1 hold append n2}]"},
		{"drop message all>n3 p=0.5", "[{1 hold append n2} {2 drop message all>n3 p=0.5}]"},
		{"clear 1", "[{2 drop message all>n3 p=0.5}]"},
		{"clear 7", "[{2 drop message all>n3 p=0.5}]"},
		{"clear x", "[{2 drop message all>n3 p=0.5}]"},
		{"reorder append-rpc n1>n2 count=1", "[{2 drop message all>n3 p=0.5} {3 reorder append-rpc n1>n2 count=1}]"},
		{"clear all", "[]"},
		{"delay disk n1 by=200ms", "[{4 delay disk n1 by=200ms}]"},
	} {
		h.Add(sm.Event{Type: sm.Command, Text: c.line})
		if got := fmt.Sprint(h.timeline().View().Rules()); got != c.want {
			t.Errorf("after %q: %s, want %s", c.line, got, c.want)
		}
	}
	if got := fmt.Sprint(h.timeline().At(2).Rules()); got != "[{1 hold append n2}]" {
		t.Errorf("after two lines: %s", got)
	}
	for range 300 {
		h.Add(sm.Event{Type: sm.Command, Text: "hold append all"})
	}
	if got := h.timeline().View().Rules(); len(got) != 100 || got[99].N != 103 {
		t.Errorf("%d rules, the last is %d", len(got), got[len(got)-1].N)
	}
}
