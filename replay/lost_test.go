package replay_test

import (
	"testing"
	"time"

	"raftscope/sm"
)

// A message that is lost is due no more, and is called lost; one that is held or
// at its receiver is not.
func TestLost(t *testing.T) {
	for _, c := range []struct {
		name, why string
		lost      bool
		due       bool
		play      func(h *history, rpc sm.ID)
	}{
		{"on its way", "", false, true, func(*history, sm.ID) {}},
		{"dropped by hand", "dropped", true, false, func(h *history, rpc sm.ID) { h.AttrText(rpc, "fault", "dropped") }},
		{"failed by hand", "failed: connection reset by peer", true, false, func(h *history, rpc sm.ID) {
			h.AttrText(rpc, "fault", "failed: connection reset by peer")
		}},
		{"delayed", "", false, true, func(h *history, rpc sm.ID) { h.AttrText(rpc, "fault", "delayed by 5ms") }},
		{"held", "", false, false, func(h *history, rpc sm.ID) { h.Attr(rpc, "held", 1) }},
		{"delivered", "", false, false, func(h *history, rpc sm.ID) { h.Move(rpc, "delivered") }},
		{"answered on a cut link", "left on a cut link", true, true, func(h *history, rpc sm.ID) {
			h.Move(rpc, "delivered")
			h.Add(sm.Event{Type: sm.Command, Text: "cut n2 > n1"})
			h.MoveDue(rpc, "answered", time.Millisecond)
		}},
		{"answered, its way there is cut", "", false, true, func(h *history, rpc sm.ID) {
			h.Move(rpc, "delivered")
			h.Add(sm.Event{Type: sm.Command, Text: "cut n1 > n2"})
			h.MoveDue(rpc, "answered", time.Millisecond)
		}},
		{"healed", "", false, true, func(h *history, rpc sm.ID) {
			h.Add(sm.Event{Type: sm.Command, Text: "cut n1 | n2"})
			h.Add(sm.Event{Type: sm.Command, Text: "heal"})
			h.Move(rpc, "delivered")
			h.MoveDue(rpc, "answered", time.Millisecond)
		}},
	} {
		h := newHistory(t)
		h.start("n1", 1, 1)
		h.start("n2", 1, 1)
		rpc := h.Born("append-rpc", "n1", 1, "", "n1>n2", "entries 1..1")
		h.Attr(rpc, "due", int64(h.Now())+1e6)
		c.play(h, rpc)
		v := h.timeline().View()
		m := v.Machine(rpc).Machine
		if why, lost := v.Lost(m); lost != c.lost || why != c.why {
			t.Errorf("%s: %q, %v", c.name, why, lost)
		}
		if p, ok := v.PendingOf(m); !ok || p.Known() != c.due {
			t.Errorf("%s: pending %v, due is known: %v", c.name, ok, p.Known())
		}
	}
}
