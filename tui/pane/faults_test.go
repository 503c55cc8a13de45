package pane_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/tui/pane"
)

// rests are what a user may put behind the beginning of a line.
var rests = map[string]string{"terms=": "1,1,2", " x": "2.5", "by=": "5ms", "with=": "ENOSPC", "p=": "0.5"}

// finished returns the command of an item, with a rest behind it if it wants one.
func finished(tb testing.TB, v replay.View, item pane.Item) string {
	tb.Helper()
	if !item.Prompt {
		return item.Command
	}
	if node, ok := strings.CutSuffix(item.Command, " unreadable "); ok {
		node = strings.TrimPrefix(node, "disk ")
		_, unreadable := v.BadDisk(node)
		for index := v.LogSpan(node).Last; ; index-- { // of which some are so already
			if text := fmt.Sprint(index); !slices.Contains(strings.Split(unreadable, ", "), text) {
				return item.Command + text
			}
		}
	}
	for option, rest := range rests {
		if strings.HasSuffix(item.Command, option) {
			return item.Command + rest
		}
	}
	tb.Fatalf("%q is the beginning of what?", item.Command)
	return ""
}

// startCluster starts a cluster of which nothing is left when the test ends.
func startCluster(tb testing.TB, line string) *engine.Session {
	tb.Helper()
	s, err := engine.Start(parsed(tb, line)[0].(grammar.Cluster), engine.SessionOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func parsed(tb testing.TB, line string) []grammar.Command {
	tb.Helper()
	all, err := grammar.ParseLine(1, line)
	if err != nil {
		tb.Fatalf("%q does not parse: %v", line, err)
	}
	return all
}

func carryOut(tb testing.TB, s *engine.Session, lines ...string) {
	tb.Helper()
	for _, line := range lines {
		for _, c := range parsed(tb, line) {
			if err := s.Do(c); err != nil {
				tb.Fatalf("%s: %v", c, err)
			}
		}
	}
}

// everything returns what is offered at a moment.
func everything(v replay.View) (all []pane.Item) {
	for _, p := range v.Pending() {
		all = append(all, pane.FaultsFor(v, p.Machine.ID())...)
	}
	for _, n := range v.Roster() {
		if log := v.Log(n); len(log) > 0 {
			all = append(all, pane.EntryFaults(v, log[len(log)/2].ID())...)
		}
		all = append(all, pane.NodeFaults(v, n)...)
	}
	return append(all, pane.WorldFaults(v)...)
}

// TestFaultsAccepted lets a cluster go on and does what the menus offer: nothing
// of it may be refused, whatever was done before. It must print itself back, too.
func TestFaultsAccepted(t *testing.T) {
	done := map[string]int{}
	for seed := range 8 {
		line, first := "cluster nodes=3", "run until leader"
		if seed >= 6 { // nodes that have not started, no vote, and no place in the cluster
			line, first = "cluster nodes=6 voters=3 nonvoters=1 start=off", "start n1 n2 n3 n5 ; run until leader"
		}
		s := startCluster(t, fmt.Sprintf("%s seed=%d", line, seed+1))
		carryOut(t, s, first, "client rate=300 retry=on")
		for i := range 150 {
			v := s.Timeline().View()
			items := everything(v)
			for _, item := range items {
				c := parsed(t, finished(t, v, item))
				if len(c) != 1 || !item.Prompt && fmt.Sprint(c[0]) != item.Command {
					t.Fatalf("%+v prints itself back as %v", item, c)
				}
			}
			item := least(items, done)
			line := finished(t, v, item)
			done[sortOf(line)]++
			err := s.Do(parsed(t, line)[0])
			if raceEnabled && errors.As(err, new(*engine.CommandError)) {
				continue // another run each time, and what arrived late before it had a machine may be on its way back
			}
			if err != nil && !isStopping(err) {
				t.Fatalf("seed %d, at %s, after %d: %q: %v", seed+1, replay.Seconds(v.Now()), i, line, err)
			}
			if c := parsed(t, "step")[0]; s.Do(c) != nil { // nothing moves: make it whole again
				carryOut(t, s, "heal", "advance 200ms")
			}
		}
	}
	for _, want := range []string{"hold", "release", "drop", "delay", "duplicate", "reorder", "fail", "crash"} {
		if done[want+" #"] == 0 {
			t.Errorf("%s of one operation was never offered", want)
		}
	}
	for _, want := range []string{"hold", "drop", "delay", "duplicate", "reorder", "fail", "cut", "heal", "crash", "stop", "restart", "freeze", "thaw", "clear", "release", "disk full", "disk unreadable", "disk heal", "start", "add", "promote"} {
		if done[want] == 0 {
			t.Errorf("%s was never offered", want)
		}
	}
	t.Log(done)
}

// least returns the item of a sort that was done least so far.
func least(items []pane.Item, done map[string]int) pane.Item {
	return slices.MinFunc(items, func(a, b pane.Item) int { return done[sortOf(a.Command)] - done[sortOf(b.Command)] })
}

// sortOf is the verb of a line, and whether it is about one machine.
func sortOf(line string) string {
	words := strings.Fields(line)
	if words[0] == "disk" {
		return "disk " + words[2]
	}
	if len(words) > 1 && strings.Contains(words[1], "#") {
		return words[0] + " #"
	}
	return words[0]
}

// isStopping reports whether a command was refused because a node is about to
// stop: no event tells that before it has.
func isStopping(err error) bool {
	var refused *engine.CommandError
	return errors.As(err, &refused) && strings.Contains(refused.Message, "is stopping")
}

// A disk that is used alone is told nothing of what it cannot read, so nothing of
// it is offered.
func TestEntryFaultsAlone(t *testing.T) {
	s := startCluster(t, "cluster nodes=1 seed=7 disk-mode=pipelined")
	carryOut(t, s, "run until leader n1 ; write n1 set x 1 wait ; run until idle")
	entry := s.Timeline().Log("n1")[2].ID()
	if got := pane.EntryFaults(s.Timeline().View(), entry); len(got) != 1 || got[0].Command != "disk n1 unreadable 3" {
		t.Errorf("of an entry in the log: %v", got)
	}
	carryOut(t, s, "stop n1 ; run until state n1 STOPPED")
	if got := pane.EntryFaults(s.Timeline().View(), entry); len(got) > 0 {
		t.Errorf("of an entry of a node that has stopped: %v", got)
	}
	carryOut(t, s, "disk-queue n1 append 1 ; run until state n1 alone")
	for _, m := range s.Timeline().Log("n1") {
		if got := pane.EntryFaults(s.Timeline().View(), m.ID()); len(got) > 0 {
			t.Errorf("of %s on a disk that is used alone: %v", m.Name(), got)
		}
	}
}

// What is offered fits what was done before.
func TestFaultsFit(t *testing.T) {
	for _, c := range []struct {
		recording, when, node string
		has, hasNot           []string
	}{
		{"hold-quorum", "attr append@n2 held = 1", "n2", []string{"crash n2", "freeze n2", "cut n2 | n1 n3", "cut n2 > n1 n3", "cut n1 n3 > n2"}, []string{"stop n2", "restart n2", "thaw n2", "heal n2 | n1 n3"}},
		{"hold-quorum", "attr append@n2 held = 1", "n1", []string{"restart n1"}, []string{"crash n1", "stop n1", "freeze n1"}},
		{"hold-quorum", "attr append@n2 held = 1", "n3", []string{"stop n3"}, nil},
		{"hold-quorum", "attr append@n2 held = 1", "n9", nil, []string{"crash n9"}},
		{"hold-quorum", "attr append@n2 held = 1", "", []string{"release all", "clear all", "clear 1", "restart n1", "crash n3"}, []string{"heal", "clear 2"}},
		{"freeze", "attr node@n3 frozen = 1", "n3", []string{"thaw n3", "stop n3"}, []string{"freeze n3"}},
		{"freeze", "attr node@n3 frozen = 1", "", []string{"thaw n3"}, []string{"release all", "clear all"}},
		{"lost-write", "append-rpc#53 sent", "n3", []string{"heal n3 | n1 n2"}, []string{"cut n3 | n1 n2", "cut n3 > n1 n2"}},
		{"lost-write", "append-rpc#53 sent", "n1", []string{"heal n1 | n2 n3", "cut n1 | n2 n3"}, nil},
		{"lost-write", "append-rpc#53 sent", "", []string{"heal"}, []string{"cut n3 | n1 n2"}},
	} {
		v := sceneAt(t, recorded(t, c.recording), c.when).View
		items := pane.WorldFaults(v)
		if c.node != "" {
			items = pane.NodeFaults(v, c.node)
		}
		offers := func(line string) bool {
			return slices.ContainsFunc(items, func(i pane.Item) bool { return i.Command == line })
		}
		for _, line := range c.has {
			if !offers(line) {
				t.Errorf("%s at %s, %q: no %q in %v", c.recording, c.when, c.node, line, items)
			}
		}
		for _, line := range c.hasNot {
			if offers(line) {
				t.Errorf("%s at %s, %q: %q is offered", c.recording, c.when, c.node, line)
			}
		}
	}
}
