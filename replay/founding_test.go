package replay_test

import (
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/sm"
)

// TestRoster: the cluster's line tells of nodes that have not started, from the
// event on at which it stands; what cannot be tells nothing.
func TestRoster(t *testing.T) {
	for _, test := range []struct{ lines, starts, roster, members string }{
		{"", "", "", ""},
		{"", "b a", "a b", ""},
		{"cluster", "", "n1 n2 n3", "1: n1 n2 n3"},
		{"cluster", "n2 n9", "n1 n2 n3 n9", "1: n1 n2 n3"},
		{"cluster seed=7 nodes=5 voters=3 nonvoters=1 start=off", "n1", "n1 n2 n3 n4 n5", "1: n1 n2 n3, n4 nonvoter"},
		{"cluster nodes=4 nonvoters=2", "n1 n2 n3 n4", "n1 n2 n3 n4", "1: n1 n2, n3 nonvoter, n4 nonvoter"},
		{"cluster nodes=2;cluster nodes=5", "", "n1 n2", "1: n1 n2"},
		{"clusters nodes=2", "", "", ""},
		{"cluster nodes=99999999", "", "", ""},
		{"cluster nodes=-1", "", "", ""},
		{"cluster nodes=x", "", "", ""},
		{"cluster nodes=3 voters=4", "", "", ""},
		{"cluster nodes=3 nonvoters=3", "", "", ""},
	} {
		s := recordertest.New()
		for _, line := range strings.Split(test.lines, ";") {
			s.Add(sm.Event{Type: sm.Command, Text: line})
		}
		for _, name := range strings.Fields(test.starts) {
			s.Born("node", name, 1, "", name, "")
		}
		tl := build(t, [][]sm.Event{s.Events})
		v := tl.View()
		if got := strings.Join(v.Roster(), " "); got != test.roster {
			t.Errorf("%q, %q start: the roster is %q, want %q", test.lines, test.starts, got, test.roster)
		}
		members := ""
		if m := v.Cluster(); m != nil {
			members = m.String()
		}
		if members != test.members {
			t.Errorf("%q: the members are %q, want %q", test.lines, members, test.members)
		}
		if got := tl.At(0).Roster(); len(got) > 0 {
			t.Errorf("%q: before all events the roster is %q", test.lines, got)
		}
	}
}

// TestLogsOfTheUnborn: a node that never started has one line, whether clients have
// called it or not.
func TestLogsOfTheUnborn(t *testing.T) {
	h := newHistory(t)
	h.Add(sm.Event{Type: sm.Command, Text: "cluster nodes=3"})
	h.start("n1", 1, 2)
	h.Born("exec", "n3", 0, "", "1", "set x 1")
	var b strings.Builder
	if err := h.timeline().View().LogsText(&b, 80); err != nil {
		t.Fatal(err)
	}
	for _, node := range []string{"n1", "n2", "n3"} {
		if strings.Count(b.String(), node) != 1 {
			t.Errorf("%s stands there other than once:\n%s", node, b.String())
		}
	}
}

// TestConfiguration: a change shows whom it is about until it is committed, and
// is taken back with its entry.
func TestConfiguration(t *testing.T) {
	h := newHistory(t)
	h.Add(sm.Event{Type: sm.Command, Text: "cluster nodes=4 voters=3"})
	var nodes []id
	for _, name := range []string{"n1", "n2", "n3", "n4"} {
		nodes = append(nodes, h.start(name, 1, 2))
	}
	by := func(newest, committed string) {
		h.AttrText(nodes[0], "config", newest)
		h.AttrText(nodes[0], "config-committed", committed)
	}
	check := func(what string, allVote, pending bool, n4 string) {
		t.Helper()
		v := h.timeline().View()
		c := v.Configuration()
		is := c.Of("n4")
		if was := c.Was("n4"); was != "" {
			is = was + " > " + is
		}
		if v.AllVote() != allVote || c.Pending() != pending || is != n4 {
			t.Errorf("%s: all vote %v, pending %v, n4 %s; want %v, %v, %s", what, v.AllVote(), c.Pending(), is, allVote, pending, n4)
		}
	}
	check("by the cluster's line", false, false, "outside")
	by("1: n1 n2 n3", "none")
	check("the first one", false, false, "outside")
	by("1: n1 n2 n3", "1: n1 n2 n3")
	check("the first one, committed", false, false, "outside")
	by("5: n1 n2 n3, n4 nonvoter", "1: n1 n2 n3")
	check("added", false, true, "outside > nonvoter")
	by("5: n1 n2 n3, n4 nonvoter", "5: n1 n2 n3, n4 nonvoter")
	check("added, committed", false, false, "nonvoter")
	by("6: n1 n2 n3 n4", "5: n1 n2 n3, n4 nonvoter")
	check("promoted", false, true, "nonvoter > voter")
	by("6: n1 n2 n3 n4", "6: n1 n2 n3 n4")
	check("promoted, committed", true, false, "voter")
	by("7: n1 n2 n4", "6: n1 n2 n3 n4")
	check("another one removed", false, true, "voter")
	by("6: n1 n2 n3 n4", "6: n1 n2 n3 n4")
	check("and taken back", true, false, "voter")
	by("8: n1 n2 n3 n4", "6: n1 n2 n3 n4")
	h.AttrText(nodes[1], "config", "8: n1 n2 n3")
	h.AttrText(nodes[1], "config-committed", "8: n1 n2 n3")
	check("another one of that index is committed elsewhere", false, true, "voter")
	h.AttrText(nodes[1], "config", "8: n1 n2 n3 n4")
	h.AttrText(nodes[1], "config-committed", "8: n1 n2 n3 n4")
	check("it is known elsewhere to be committed", true, false, "voter")
	h.End(nodes[0], sm.Abandoned)
	check("when nobody is up who knows", true, false, "voter")
}
