package replay_test

import (
	"testing"

	"raftscope/replay/cond"
	"raftscope/sm"
)

func TestHolds(t *testing.T) {
	h := truncated(t, false)
	tl := h.timeline()
	tests := []struct {
		text  string
		holds bool
		saw   string
	}{
		{"leader", true, "n1 is follower in term 3 of n3, n2 is follower in term 3 of n3, n3 is leader in term 3"},
		{"leader n3", true, "n3 is leader"},
		{"leader n1", false, "n1 is follower"},
		{"leader n9", false, "n9 has not started"},
		{"state n1 follower", true, "n1 is follower"},
		{"commit n2 >= 5", true, "n2 has committed 5"},
		{"commit n1 >= 5", false, "n1 has committed 3"},
		{"applied all >= 5", false, "n1 has applied 3, n2 has applied 5, n3 has applied 5"},
		{"last all = 5", true, "n1 has last entry 5, n2 has last entry 5, n3 has last entry 5"},
		{"term n1 = 3", true, "n1 has term 3"},
		{"term n9 = 3", false, "n9 has not started"},
		{"truncate@last done", true, "truncate#30 is DONE"},
		{"append@n1 writing", false, "append#31 is FAILED"},
		{"append@n1@1 DONE", true, "append#13 is DONE"},
		{"append@2 FAILED", true, "append#31 is FAILED"},
		{"append@n2 DONE", false, "there is no append@n2"},
		{"append#13 DONE", true, "append#13 is DONE"},
		{"truncate#13 DONE", false, "there is no truncate#13"},
		{"entry n1:2/4 truncated", true, "entry#16 is TRUNCATED"},
		{"entry n2:2/4 truncated", false, "there is no entry n2:2/4"},
		{"logs equal", true, "the logs are equal"},
		{"states equal", false, "n1 holds 00000000000000a3 after 1/3, n2 holds 00000000000000b5 after 3/5"},
		{"attr truncate@n1 real = 412345", true, "truncate#30 has real 412345"},
		{"attr truncate@n1 real < 5", false, "truncate#30 has real 412345"},
		{"attr truncate@n1 bytes = 5", false, "truncate#30 has no attribute bytes"},
		{"attr truncate@n1 bytes != 5", false, "truncate#30 has no attribute bytes"},
		{`attr append-rpc@1 reason = "previous entry 3/5 missing"`, true, "append-rpc#27 has reason previous entry 3/5 missing"},
		{"attr append-rpc@1 reason != x", true, "append-rpc#27 has reason previous entry 3/5 missing"},
		{"attr node@n3 term = x", false, "node#9 has term 3"},
		{"count entry n1 TRUNCATED = 3", true, "there are 3"},
		{"count append > 2", false, "there are 2"},
		{"count append n2 = 0", true, "there are 0"},
		{"told exec@2 error", true, "the client of exec#17 was told leadership lost while committing log"},
		{"told exec@1 nothing", true, "the client of exec#14 was told nothing yet"},
		{"told exec@1 ok", false, "the client of exec#14 was told nothing yet"},
		{"told exec@9 nothing", false, "there is no exec@9"},
		{"fate exec@1 truncated", true, "the entry of exec#14 is truncated"},
		{"fate exec@last never-stored", false, "the entry of exec#20 is truncated"},
		{"answered", false, "exec#14 is proposed"},
		{"idle", false, "exec#14 is proposed, append-rpc#28 is delivered"},
		{"order append#13 DONE < entry n1:2/4 TRUNCATED < append#31 FAILED", true,
			"append#13 DONE at 3.580ms, entry n1:2/4 TRUNCATED at 1.207280s, append#31 FAILED at 1.209180s"},
		{"order append#31 FAILED < append#13 DONE", false, "append#31 FAILED at 1.209180s, append#13 DONE at 3.580ms"},
		{"order append#13 start < append#13 FAILED", false, "append#13 start at 0, append#13 FAILED never"},
		{"order append@n2 DONE < append#13 DONE", false, "there is no append@n2, append#13 DONE at 3.580ms"},
		{"not leader n1", true, "n1 is follower"},
		{"leader and commit n1 >= 5", false, "n1 has committed 3"},
		{"leader n1 or leader n2", false, "n1 is follower; n2 is follower"},
	}
	for _, test := range tests {
		c, err := cond.Parse(1, test.text, cond.Scope{})
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got := tl.Holds(c); got != test.holds {
			t.Errorf("%s: %t", test.text, got)
		}
		if got := tl.Saw(c); got != test.saw {
			t.Errorf("%s: saw %q, expected %q", test.text, got, test.saw)
		}
		if n := testing.AllocsPerRun(5, func() { tl.Holds(c) }); n > 0 {
			t.Errorf("%s: %v allocations", test.text, n)
		}
	}
}

// TestLeaderMeansAgreement: a leader nobody knows, or of an old term, is none.
func TestLeaderMeansAgreement(t *testing.T) {
	h := newHistory(t)
	n1, n2, n3 := h.start("n1", 1, 1), h.start("n2", 1, 1), h.start("n3", 1, 1)
	leads := func(want bool, when string) {
		t.Helper()
		tl := h.timeline()
		if got := tl.Holds(cond.Leader{}); got != want {
			t.Errorf("%s: leader %t; saw %s", when, got, tl.Saw(cond.Leader{}))
		}
	}
	leads(false, "at the start")
	h.Move(n1, "candidate", "leader")
	h.Attr(n1, "term", 2)
	h.AttrText(n1, "leader", "n1")
	leads(false, "when only n1 knows")
	h.AttrText(n2, "leader", "n1")
	leads(true, "when a majority knows")
	h.Attr(n3, "term", 3)
	leads(false, "when n3 is in a higher term")
	h.Attr(n1, "term", 3)
	leads(true, "in the same term again")
	h.Move(n3, "candidate", "leader")
	leads(false, "with two leaders")
	h.Move(n3, "CRASHED")
	leads(true, "when n3 is down")
	h.Move(n2, "STOPPED")
	leads(false, "when most that knew are down")
}

func TestIdle(t *testing.T) {
	h := newHistory(t)
	idle := func(want bool) {
		t.Helper()
		if got := h.timeline().Holds(cond.Idle{}); got != want {
			t.Errorf("idle %t, expected %t", got, want)
		}
	}
	idle(true)
	a := h.Born("append", "n1", 1, "", "1..1", "")
	idle(false)
	h.Move(a, "DONE")
	idle(true)
	e := h.Born("exec", "n1", 1, "", "1", "")
	idle(false)
	h.End(e, sm.Abandoned)
	idle(true)
}
