package replay_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"raftscope/sm"
)

// What is what Describe says behind node and machine, of every event.
func TestWhat(t *testing.T) {
	h := truncated(t, false)
	h.Events = append(h.Events, sm.Event{Seq: uint64(len(h.Events) + 1), At: 1 << 40, Type: sm.Log, Node: "n1", Key: "WARN", Text: "heartbeat timeout reached"})
	tl := h.timeline()
	for i := range tl.Events() {
		e := tl.Event(i)
		want := tl.Describe(i, false)
		if m := tl.Machine(e.Machine); m != nil {
			want = strings.TrimPrefix(want, e.Node+" ")
			want = strings.TrimPrefix(want, m.Name()+" ")
		}
		want = strings.TrimPrefix(want, e.Node+" log ")
		if got := tl.What(i, false, 1000); got != want {
			t.Errorf("event %d: got %q, want %q", i, got, want)
		}
		if got := tl.What(i, false, 9); utf8.RuneCountInString(got) > 9 || !strings.HasPrefix(want, strings.TrimSuffix(got, "…")) {
			t.Errorf("event %d in 9 characters: %q", i, got)
		}
		if text, ok := tl.Notable(i); ok != tl.IsNotable(i) || ok && text == "" {
			t.Errorf("event %d is notable: %v, text %q", i, tl.IsNotable(i), text)
		}
	}
	if tl.IsNotable(-1) || tl.IsNotable(tl.Events()) {
		t.Error("what does not exist is notable")
	}
}
