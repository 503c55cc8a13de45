package engine

import (
	"errors"
	"strings"
	"testing"

	"raftscope/engine/grammar"
)

// play starts a session of n nodes and has it carry out the commands.
func playCommands(t *testing.T, nodes int, text string) *Session {
	t.Helper()
	cluster := grammar.DefaultCluster()
	cluster.Nodes = nodes
	return playOn(t, cluster, text)
}

// playOn is playCommands on a cluster whose first configuration or start is not the
// usual one.
func playOn(t *testing.T, cluster grammar.Cluster, text string) *Session {
	t.Helper()
	cluster.Seed = 7
	s, err := Start(cluster, SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	cmds, err := grammar.ParseLine(1, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range cmds {
		if err := s.Do(cmd); err != nil {
			t.Fatalf("%s: %v", cmd, err)
		}
	}
	return s
}

// TestTruncateRefuses: what cannot be is refused with the reason, and nothing
// is done.
func TestTruncateRefuses(t *testing.T) {
	const settled = "run until leader ; write leader set x 0 wait ; run until states equal ; run until idle"
	for _, c := range []struct {
		name    string
		nodes   int
		before  string
		command string
		want    string
	}{
		{"one node", 1, settled, "truncate", "a cluster of one node never truncates"},
		{"two nodes", 2, settled, "truncate n1", "nothing is ever truncated"},
		{"committed", 3, settled, "truncate n3 from=3", "entry 3 is committed: raft never truncates what is"},
		{"committed, whichever node", 3, settled, "truncate from=2", "entry 2 is committed"},
		{"too far ahead", 3, settled, "truncate n3 from=5000", "a plan writes at most 1000 entries to get to 5000"},
		{"down", 3, settled + " ; crash n2", "truncate n2", "n2 is not running: restart it first"},
		{"no majority", 3, settled + " ; crash n2", "truncate n3", "2 of them are needed, and 1 are running"},
		{"frozen", 3, settled + " ; freeze n2", "truncate n2", "n2 is frozen: thaw it first"},
		{"another one frozen", 3, settled + " ; freeze n2", "truncate n3", "n2 is frozen: thaw it first"},
		{"not the first that nobody has", 3, settled + " ; cut n3 | n1 n2 ; write n3 set a 1 x3 ; advance 50ms", "truncate n3 from=6",
			"n3 is cut off with entries from 4 on that nobody else has: all of them go"},
		{"not where the logs part", 3, settled + " ; cut n3 | n1 n2 ; write n3 set a 1 x3 ; run until leader n1 or leader n2 ; advance 100ms", "truncate n3 from=5",
			"the leader, at 4: all goes from there on"},
		{"not yet lost", 3, settled + " ; delay append-rpc all>all by=200ms ; write n3 set a 1 ; advance 20ms", "truncate n3 from=4",
			"entry 4 of n3 is not known to be lost: the others may yet commit it"},
		{"something is held", 3, settled + " ; write n3 set a 1 ; run until append@n3 writing ; hold append@n3", "truncate n3", "is held: release it first"},
		{"a rule in the way", 3, settled + " ; hold append all", "truncate n3", "rule 1 (hold append all) is in the way: clear it first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raceEnabled {
				t.Skip("names nodes that lead only without the race detector")
			}
			s := playCommands(t, c.nodes, c.before)
			mustRefuse(t, s, c.command, c.want)
		})
	}
}

// mustRefuse checks that a command is refused with a reason, and that nothing
// comes of it.
func mustRefuse(t *testing.T, s *Session, command, want string) {
	t.Helper()
	events, digest := s.Timeline().Events(), s.Digest()
	cmd, err := grammar.ParseLine(1, command)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Do(cmd[0])
	var refused *CommandError
	if !errors.As(err, &refused) || refused.Class != "refused" || !strings.Contains(refused.Message, want) {
		t.Errorf("%s: %v, want %q", command, err, want)
	}
	if s.Timeline().Events() != events || s.Digest() != digest {
		t.Errorf("%d events came of it", s.Timeline().Events()-events)
	}
}

// memberLed and memberSettled have n1 lead whoever else there is, so that these tests
// do not depend on what the race detector makes different.
const (
	memberLed     = "timeouts n1 x0.5 ; run until leader n1 ; timeouts n1 x1 ; write leader set x 0 wait ; run until states equal ; run until idle"
	memberSettled = "timeouts n1 x0.5 ; start all ; run until leader n1 ; timeouts n1 x1 ; write leader set x 0 wait ; run until states equal ; run until idle"
)

// TestTruncateRefusesMembers: who does not vote does not count, and whom nobody
// sends anything has nothing to remove.
func TestTruncateRefusesMembers(t *testing.T) {
	settled := memberSettled
	for _, c := range []struct{ name, cluster, before, command, want string }{
		{"outside", "nodes=4 voters=3", settled, "truncate n4", "n4 is no member of the cluster: no leader sends it entries"},
		{"removed", "nodes=4", settled + " ; remove n2 wait", "truncate n2", "n2 is no member of the cluster"},
		{"not started", "nodes=4 voters=3", "start n1 n2 ; " + memberLed, "truncate n3", "n3 is not running"},
		{"the others have not started", "nodes=3", "start n1 n2 ; " + memberLed, "truncate n1", "2 of them are needed, and 1 are running"},
		{"one voter", "nodes=3 nonvoters=2", settled, "truncate n2", "a cluster in which n1 alone votes never truncates"},
		{"two voters", "nodes=5 nonvoters=2 voters=2", settled, "truncate n3", "of n1 and n2, who vote, the one with an entry that the other lacks"},
		{"whichever of two voters", "nodes=4 nonvoters=2", settled, "truncate", "of n1 and n2, who vote"},
		{"a voter down", "nodes=5 nonvoters=2", settled + " ; crash n2", "truncate n3",
			"without n3, for which 2 of those who vote are needed, and 1 are running"},
		{"a voter down, of one without a vote", "nodes=5 nonvoters=2", settled + " ; crash n2", "truncate n4",
			"n4 has no vote, so it can only lose what a leader sends it"},
		{"a member without a vote frozen", "nodes=4 nonvoters=1", settled + " ; freeze n4", "truncate n1", "n4 is frozen: thaw it first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := playOn(t, clusterOf(t, "cluster start=off "+c.cluster), c.before)
			mustRefuse(t, s, c.command, c.want)
		})
	}
}

// TestTruncateWithMembers: a plan goes by who votes, whoever leads.
func TestTruncateWithMembers(t *testing.T) {
	settled := memberSettled
	for _, c := range []struct {
		name, cluster, before, command string
		without                        string // what the plan must not do
	}{
		{"one without a vote", "nodes=4 nonvoters=1", settled, "truncate n4", "hold"},
		{"a voter, of whom others only few vote", "nodes=5 nonvoters=2", settled, "truncate n1", "prevote-rpc n4"},
		{"another one", "nodes=5 nonvoters=2", settled, "truncate n2", "prevote-rpc n4"},
		{"and another one", "nodes=5 nonvoters=2", settled, "truncate n3", "prevote-rpc n4"},
		{"whichever", "nodes=6 voters=3 nonvoters=2", settled, "truncate", "prevote-rpc n4"},
		{"who is outside is cut off", "nodes=4 voters=3", settled + " ; cut n4 | n1 n2 n3", "truncate n1 plan", "nothing"},
		{"who is outside is frozen", "nodes=4 voters=3", settled + " ; freeze n4", "truncate n2", "n4>all"},
		{"who is outside has not started", "nodes=4 voters=3", "start n1 n2 n3 ; " + memberLed, "truncate n3", "n4>all"},
		{"one of four down that is no voter", "nodes=4 nonvoters=1", settled + " ; crash n4", "truncate n2", "n4>all"},
		{"while one is being added", "nodes=4 voters=3", settled + " ; add voter n4 ; run until config-change@last appended", "truncate n4", "nothing"},
		{"cut off with entries of its own", "nodes=4 nonvoters=1", settled + " ; cut n1 | n2 n3 n4 ; write n1 set a 1 ; advance 50ms", "truncate n1", "set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := playOn(t, clusterOf(t, "cluster start=off "+c.cluster), c.before)
			from, done := s.Timeline().Events(), s.Timeline().Count("truncate", "DONE")
			cmd, err := grammar.ParseLine(1, c.command)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Do(cmd[0]); err != nil {
				t.Fatalf("%s: %v; the plan was %s", c.command, err, lastPlan(s, from))
			}
			plan := lastPlan(s, from)
			t.Log(plan)
			if strings.Contains(plan, c.without) {
				t.Errorf("%s: the plan is %s", c.command, plan)
			}
			if truncated := s.Timeline().Count("truncate", "DONE") > done; truncated == cmd[0].(grammar.Truncate).Plan {
				t.Errorf("%s: truncated: %v", c.command, truncated)
			}
		})
	}
}

// TestTruncatePlans: how many lines a plan has in each situation, and that it
// does what it says.
func TestTruncatePlans(t *testing.T) {
	const settled = "run until leader ; write leader set x 0 wait ; run until states equal ; run until idle"
	for _, c := range []struct {
		name    string
		nodes   int
		before  string
		command string
		lines   int // of the last plan
	}{
		{"the leader", 3, settled, "truncate n3", 6},
		{"whichever", 3, settled, "truncate", 6},
		{"a follower", 3, settled, "truncate n1", 10},
		{"a follower of five", 5, settled, "truncate n2", 6},
		{"a follower of four", 4, settled, "truncate n2", 12},
		{"further ahead", 3, settled, "truncate n3 from=20", 8},
		{"cut off with entries of its own", 3, settled + " ; cut n3 | n1 n2 ; write n3 set a 1 ; advance 50ms", "truncate n3", 3},
		{"parted from the leader", 3, settled + " ; cut n3 | n1 n2 ; write n3 set a 1 ; run until leader n1 or leader n2 ; advance 100ms", "truncate n3", 2},
		{"whichever parted", 3, settled + " ; cut n3 | n1 n2 ; write n3 set a 1 ; run until leader n1 or leader n2 ; advance 100ms", "truncate", 2},
		{"before there is a leader", 3, "advance 10ms", "truncate n2", 10},
		{"cuts in the way", 3, settled + " ; cut n1 > n2", "truncate n3", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raceEnabled {
				t.Skip("names nodes that lead only without the race detector")
			}
			s := playCommands(t, c.nodes, c.before)
			rules := 0
			cmd, err := grammar.ParseLine(1, c.command)
			if err != nil {
				t.Fatal(err)
			}
			from := s.Timeline().Events()
			if err := s.Do(cmd[0]); err != nil {
				t.Fatalf("%s: %v", c.command, err)
			}
			plan := lastPlan(s, from)
			if n := strings.Count(plan, ";") + 1; n != c.lines {
				t.Errorf("the plan has %d lines, want %d: %s", n, c.lines, plan)
			}
			if _, err := grammar.ParseLine(1, plan); err != nil {
				t.Errorf("the plan is no line of the grammar: %v: %s", err, plan)
			}
			if s.Timeline().Count("truncate", "DONE") == 0 {
				t.Error("nothing was truncated")
			}
			for _, r := range s.Status().Rules {
				rules++
				t.Log(r.Text)
			}
			if rules > 0 {
				t.Errorf("%d rules are left over", rules)
			}
		})
	}
}

// lastPlan is the newest plan told since an event.
func lastPlan(s *Session, from int) (plan string) {
	tl := s.Timeline()
	for i := from; i < tl.Events(); i++ {
		if text, ok := strings.CutPrefix(tl.Event(i).Text, "plan: "); ok {
			plan = text
		}
	}
	return plan
}

// TestTruncateStops: a breakpoint on the way stops the plan, and what is left
// of it is told.
func TestTruncateStops(t *testing.T) {
	if raceEnabled {
		t.Skip("names nodes that lead only without the race detector")
	}
	s := playCommands(t, 3, "run until leader ; run until logs equal ; break state n3 follower ; truncate n3")
	if stop := s.Stop(); stop == nil || stop.Break != 1 {
		t.Errorf("stopped by %+v, want breakpoint 1", stop)
	}
	tl, left := s.Timeline(), ""
	for i := range tl.Events() {
		if text, ok := strings.CutPrefix(tl.Event(i).Text, "plan stopped by a breakpoint, left of it: "); ok {
			left = text
		}
	}
	if want := "heal ; run until count truncate n3 DONE > 0 timeout=1m"; left != want {
		t.Errorf("left is %q, want %q", left, want)
	}
	if s.Timeline().Count("truncate", "") != 0 {
		t.Error("the plan went on")
	}
}
