package replay_test

import (
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// TestHoldsOfEvent asks about single events of the story of a truncation.
func TestHoldsOfEvent(t *testing.T) {
	tl := truncated(t, false).timeline()
	tests := []struct {
		event int // position of the newest event; -1: none
		text  string
		holds bool
		saw   string
	}{
		{-1, "kind:append", false, "nothing has happened"},
		{-1, "attr:real > 0", false, "nothing has happened"},
		{-1, "not kind:append", true, "nothing has happened"},
		{94, "kind:append", true, "event 95: n1 append#13 pending > writing"},
		{94, "kind:append node:n1 state:WRITING", true, "event 95: n1 append#13 pending > writing"},
		{94, "kind:append node:n2", false, "event 95: n1 append#13 pending > writing"},
		{94, "kind:truncate", false, "event 95: n1 append#13 pending > writing"},
		{94, "move:pending>writing", true, "event 95: n1 append#13 pending > writing"},
		{94, "move:pending>", true, "event 95: n1 append#13 pending > writing"},
		{94, "move:>Writing", true, "event 95: n1 append#13 pending > writing"},
		{94, "move:>pending", false, "event 95: n1 append#13 pending > writing"},
		{94, "move:writing>", false, "event 95: n1 append#13 pending > writing"},
		{94, "type:move", true, "event 95: n1 append#13 pending > writing"},
		{94, `text:"> WRITING"`, true, "event 95: n1 append#13 pending > writing"},
		{94, `text:"> done"`, false, "event 95: n1 append#13 pending > writing"},
		{95, "slow>3ms", true, "event 96: n1 append#13 writing > DONE, after 3.100ms in writing"},
		{95, "slow>3100us", false, "event 96: n1 append#13 writing > DONE, after 3.100ms in writing"},
		{55, "kind:append state:start", true, "event 56: n1 append#13 born start: 4..6 3 entries"},
		{55, "move:>start", false, "event 56: n1 append#13 born start: 4..6 3 entries"},
		{55, "type:born", true, "event 56: n1 append#13 born start: 4..6 3 entries"},
		{55, "text:entries", true, "event 56: n1 append#13 born start: 4..6 3 entries"},
		{55, "slow>1ns", false, "event 56: n1 append#13 born start: 4..6 3 entries"},
		{146, "attr:real = 412345", true, "event 147: n1 truncate#30 real=...; truncate#30 has real 412345"},
		{146, "attr:real < 412345", false, "event 147: n1 truncate#30 real=...; truncate#30 has real 412345"},
		{146, "text:412345", false, "event 147: n1 truncate#30 real=..."},
		{145, "attr:real = 412345", false, "event 146: n1 truncate#30 start > deleting; truncate#30 has no attribute real"},
		{146, "state:deleting", false, "event 147: n1 truncate#30 real=..."},
		{146, "kind:truncate and leader n3", true, "event 147: n1 truncate#30 real=...; n3 is leader"},
		{165, "type:fail text:space", true, "event 166: n1 append#31 writing > FAILED: no space left on device, after 1.900ms in writing"},
		{165, "kind:exec or kind:append", true, "event 166: n1 append#31 writing > FAILED: no space left on device, after 1.900ms in writing"},
	}
	for _, test := range tests {
		c, err := cond.Parse(1, test.text, tl.Scope())
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		v := tl.At(test.event + 1)
		if got := v.Holds(c); got != test.holds {
			t.Errorf("%s of event %d: %t", test.text, test.event, got)
		}
		if got := v.Saw(c); strings.ReplaceAll(got, "1.900000", "1.900") != test.saw {
			t.Errorf("%s of event %d: saw %q, expected %q", test.text, test.event, got, test.saw)
		}
	}
}

// TestHoldsAllocatesNothing: it is asked at every event of a run.
func TestHoldsAllocatesNothing(t *testing.T) {
	h := truncated(t, false)
	m := h.Born("exec", "n1", 1, "", "9", "set x "+strings.Repeat("é", 400))
	h.End(m, sm.Abandoned)
	tl := h.timeline()
	for _, text := range []string{
		"node:n1", "kind:append", "state:writing", "move:pending>writing", "type:fail", "slow>1us", "attr:real > 5", "attr:reason = x",
		"text:nowhere", `kind:append node:n1 (state:writing or not text:"x y") and leader n3 and commit n1 >= 3`,
	} {
		c, err := cond.Parse(1, text, tl.Scope())
		if err != nil {
			t.Fatal(err)
		}
		ask := func() {
			for n := range tl.Events() + 1 {
				tl.At(n).Holds(c)
			}
		}
		if n := testing.AllocsPerRun(3, ask); n > 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

// TestSaysIgnoresCase compares as whoever types a word into a search would.
func TestSaysIgnoresCase(t *testing.T) {
	h := newHistory(t)
	h.Born("exec", "n1", 1, "", "1", "set straße ÄÖ")
	tl := h.timeline()
	for text, want := range map[string]bool{
		"STRASSE": false, "STRAßE": true, "äö": true, "ö": true, "öä": false, "EXEC#1 BORN": true, "x ä": false, "ÄÖÖ": false, "e ä": true,
	} {
		if got := (replay.Filter{Cond: cond.Says{Text: text}}).Event(tl, 0); got != want {
			t.Errorf("%q in %q: %t", text, tl.Describe(0, false), got)
		}
	}
}

func BenchmarkHolds(b *testing.B) {
	tl := build(b, decoded(b, 1<<16))
	for _, text := range []string{"kind:append node:n2 state:writing", "kind:append slow>5ms", "attr:bytes > 5", "text:nowhere", "commit n2 >= 5", "count append n2 DONE > 5000"} {
		c, err := cond.Parse(1, text, tl.Scope())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.ReplaceAll(text, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				tl.At(n + 1).Holds(c)
				n = (n + 1) % tl.Events()
			}
		})
	}
}
