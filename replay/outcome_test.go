package replay_test

import (
	"testing"

	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/sm"
)

func TestOutcome(t *testing.T) {
	const lost = "leadership lost while committing log"
	tests := []struct {
		name string
		play func(h *history)
		want replay.Outcome // without Entry
	}{
		{"not proposed yet", func(h *history) {
			h.Born("exec", "n1", 1, "", "1", "set x 1")
		}, replay.Outcome{Fate: replay.FateUndecided}},
		{"not leader", func(h *history) {
			e := h.Born("exec", "n1", 1, "", "1", "set x 1")
			h.Fail(e, "FAILED", 0, "node is not the leader")
			h.AttrText(e, "told", "node is not the leader")
			h.AttrText(e, "stored", "never")
		}, replay.Outcome{Answered: true, Told: "node is not the leader", Stored: "never", Fate: replay.FateNeverStored}},
		{"crashed before it was proposed", func(h *history) {
			e := h.Born("exec", "n1", 1, "", "1", "set x 1")
			h.End(e, sm.Abandoned)
		}, replay.Outcome{Fate: replay.FateNeverStored}},
		{"waits behind a barrier, which is no write", func(h *history) {
			e := h.Born("exec", "n1", 1, "", "1", "incr x")
			barrier := h.Born("apply", "n1", 1, "", "", "barrier")
			h.Link(e, barrier, "barrier")
			h.Link(barrier, h.entry("n1", 1, "committed", 2, 3, "barrier"), "becomes")
		}, replay.Outcome{Fate: replay.FateUndecided}},
		{"being written", func(h *history) {
			h.write("n1", 1, 2, 4, "set x 1")
		}, replay.Outcome{Fate: replay.FateUndecided}},
		{"crashed while being written", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			abandon(h, exec, apply, entry)
		}, replay.Outcome{Fate: replay.FateNeverStored}},
		{"crashed while being written, and yet on disk", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			abandon(h, exec, apply, entry)
			h.entry("n1", 2, "durable", 2, 4, "set x 1")
		}, replay.Outcome{Fate: replay.FateUndecided}},
		{"store failed", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Fail(entry, "FAILED", 5, "input/output error")
			h.answer(exec, apply, "input/output error", "", "unknown")
		}, replay.Outcome{Answered: true, Told: "input/output error", Stored: "unknown", Fate: replay.FateNeverStored}},
		{"durable on a node that is down", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable")
			abandon(h, exec, apply, entry)
		}, replay.Outcome{Fate: replay.FateUndecided}},
		{"told an error, and undecided", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateUndecided}},
		{"truncated here, durable there", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.entry("n2", 1, "durable", 2, 4, "set x 1")
			h.Move(entry, "durable", "TRUNCATED")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateUndecided}},
		{"truncated everywhere", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			other := h.entry("n2", 1, "durable", 2, 4, "set x 1")
			h.Move(entry, "durable", "TRUNCATED")
			h.Move(other, "OVERWRITTEN")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateTruncated}},
		{"overwritten, and nobody truncated it", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable", "OVERWRITTEN")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateOverwritten}},
		{"a snapshot took its place, and nobody truncated it", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable", "REPLACED")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateReplaced}},
		{"a snapshot took the place of the last one left", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			other := h.entry("n2", 1, "durable", 2, 4, "set x 1")
			h.Move(entry, "durable", "TRUNCATED")
			h.Move(other, "REPLACED")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateTruncated}},
		{"overwritten by itself", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable", "OVERWRITTEN")
			h.Move(h.entry("n1", 1, "created", 2, 4, "set x 1"), "durable")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateUndecided}},
		{"truncated in the next life", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable")
			abandon(h, exec, apply, entry)
			again := h.entry("n1", 2, "durable", 2, 4, "set x 1")
			h.Move(again, "TRUNCATED")
		}, replay.Outcome{Fate: replay.FateTruncated}},
		{"truncated, and brought again", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			h.Move(entry, "durable", "TRUNCATED")
			again := h.entry("n1", 1, "created", 2, 4, "set x 1")
			h.Move(again, "durable", "committed")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateCommitted}},
		{"told an error, and applied elsewhere", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "set x 1")
			other := h.entry("n2", 1, "durable", 2, 4, "set x 1")
			h.Move(entry, "durable", "TRUNCATED")
			h.Move(other, "committed", "applying", "APPLIED", "COMPACTED")
			h.answer(exec, apply, lost, "", "unknown")
		}, replay.Outcome{Answered: true, Told: lost, Stored: "unknown", Fate: replay.FateApplied}},
		{"done", func(h *history) {
			exec, apply, entry := h.write("n1", 1, 2, 4, "incr x")
			h.Move(entry, "durable", "committed", "applying", "APPLIED")
			h.answer(exec, apply, "ok", "7", "yes")
		}, replay.Outcome{Answered: true, Told: "ok", Result: "7", Stored: "yes", Fate: replay.FateApplied}},
		{"read", func(h *history) {
			r := h.Born("read", "n1", 1, "", "1", "get x")
			h.Move(r, "DONE")
			h.AttrText(r, "told", "ok")
			h.AttrText(r, "result", "7")
		}, replay.Outcome{Answered: true, Told: "ok", Result: "7"}},
	}
	for _, test := range tests {
		h := newHistory(t)
		test.play(h)
		tl := h.timeline()
		got := tl.Outcome(tl.Exec(1))
		got.Entry = nil
		if got != test.want {
			t.Errorf("%s: %+v, expected %+v", test.name, got, test.want)
		}
	}
}

func abandon(h *history, ids ...sm.ID) {
	for _, id := range ids {
		h.End(id, sm.Abandoned)
	}
}

func TestOutcomeNamesTheEntry(t *testing.T) {
	h := newHistory(t)
	_, _, entry := h.write("n1", 1, 2, 4, "set x 1")
	tl := h.timeline()
	if got := tl.Outcome(tl.LastExec()).Entry; got == nil || got.ID() != entry {
		t.Errorf("entry %v, expected entry#%d", got, entry)
	}
}

func TestNodesAndLogs(t *testing.T) {
	h := truncated(t, false)
	tl := h.timeline()
	want := replay.NodeState{Name: "n1", Life: 1, Role: "follower", Up: true, Leader: "n3", Term: 3,
		Last: 5, LastTerm: 3, Commit: 3, Applied: 3, Hash: "00000000000000a3"}
	if got := tl.Node("n1"); got != want {
		t.Errorf("%+v, expected %+v", got, want)
	}
	if got := subjects(tl.Log("n1")); got != "1/1 1/2 1/3 3/4 3/5" {
		t.Errorf("log of n1: %s", got)
	}
	if equal, why := tl.LogsEqual(); !equal {
		t.Errorf("logs differ: %s", why)
	}
	if equal, why := tl.HashesEqual(); equal || why != "n1 holds 00000000000000a3 after 1/3, n2 holds 00000000000000b5 after 3/5" {
		t.Errorf("hashes equal %t, %q", equal, why)
	}
	if equal, why := truncated(t, true).timeline().LogsEqual(); equal || why != "at index 4 n1 has term 2, n2 has term 3" {
		t.Errorf("before the truncation: equal %t, %q", equal, why)
	}
	if got := tl.Leader(); got != "n3" {
		t.Errorf("leader %q", got)
	}
	if got := tl.Entry("", 2, 4); got == nil || got.StateName() != "TRUNCATED" || tl.Entry("n2", 2, 4) != nil {
		t.Errorf("entry 2/4: %v", got)
	}
	if got := tl.Node("n7"); got != (replay.NodeState{Name: "n7"}) {
		t.Errorf("unknown node: %+v", got)
	}
}

func TestRestartBeginsAnew(t *testing.T) {
	h := truncated(t, false)
	h.End(1, sm.Abandoned)
	tl := h.timeline()
	if s := tl.Node("n1"); s.Up || s.Last != 5 {
		t.Errorf("down: %+v", s)
	}
	h.start("n1", 2, 3)
	e := h.entry("n1", 2, "durable", 1, 1, "set a 1")
	want := replay.NodeState{Name: "n1", Life: 2, Role: "follower", Up: true, Term: 3, Last: 1, LastTerm: 1}
	tl = h.timeline()
	if s := tl.Node("n1"); s != want {
		t.Errorf("restarted: %+v, expected %+v", s, want)
	}
	if equal, why := tl.LogsEqual(); equal || why != "n2 has entry 1/2, n1 has none at that index" {
		t.Errorf("logs equal %t, %q", equal, why)
	}
	h.Move(e, "committed")
	if s := h.timeline().Node("n1"); s.Commit != 1 || s.Applied != 0 || s.Hash != "" {
		t.Errorf("after a commit: %+v", s)
	}
}

func TestLogsOfOneIndexTwice(t *testing.T) {
	h := newHistory(t)
	h.start("n1", 1, 1)
	old := h.entry("n1", 1, "durable", 1, 1, "a")
	h.entry("n1", 1, "durable", 1, 2, "b")
	next := h.entry("n1", 1, "created", 2, 1, "c")
	if got := subjects(h.timeline().Log("n1")); got != "2/1 1/2" {
		t.Errorf("while it is written: %s", got)
	}
	h.Fail(next, "FAILED", 0, "disk")
	if got := subjects(h.timeline().Log("n1")); got != "1/1 1/2" {
		t.Errorf("after it failed: %s", got)
	}
	h.Move(old, "COMPACTED")
	if got := subjects(h.timeline().Log("n1")); got != "1/2" {
		t.Errorf("after the first was compacted: %s", got)
	}
}

// TestCompactedEndIsNotMissing: what a node holds in a snapshot it does not lack.
func TestCompactedEndIsNotMissing(t *testing.T) {
	h := newHistory(t)
	for _, name := range []string{"n1", "n2"} {
		h.start(name, 1, 1)
		h.entry(name, 1, "committed", 1, 1, "a")
		last := h.entry(name, 1, "committed", 1, 2, "b")
		if name == "n1" {
			h.Move(last, "COMPACTED")
		}
	}
	tl := h.timeline()
	if equal, why := tl.LogsEqual(); !equal || !tl.Holds(cond.LogsEqual{}) {
		t.Errorf("equal %t (%s), holds %t", equal, why, tl.Holds(cond.LogsEqual{}))
	}
}

func subjects(ms []*replay.Machine) (s string) {
	for i, m := range ms {
		if i > 0 {
			s += " "
		}
		s += m.Subject()
	}
	return s
}
