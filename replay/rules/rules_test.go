package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/replay/rules"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

func TestRulesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules.All() {
		for what, text := range map[string]string{"name": r.Name, "doc": r.Doc, "source": r.Source, "needs": r.Needs, "beyond": r.Beyond} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", r.Name, what)
			}
		}
		if seen[r.Name] || !rules.Known(r.Name) || r.Name != strings.ToLower(r.Name) || strings.ContainsAny(r.Name, " _") {
			t.Errorf("%q is no name for a rule, or there is another one of it", r.Name)
		}
		seen[r.Name] = true
		if !strings.HasSuffix(r.Doc, ".") || !strings.HasSuffix(r.Beyond, ".") {
			t.Errorf("%s: the doc is no sentence", r.Name)
		}
	}
	if rules.Known("") || rules.Known("nonsense") {
		t.Error("a rule is known that does not exist")
	}
}

// found returns the rules that a story breaks.
func found(s *story) (names []string) {
	for _, v := range watched(specs(), s.events).Violations() {
		names = append(names, v.Rule)
	}
	return names
}

// What breaks a rule in other ways than the recordings of testdata.
func TestOtherViolations(t *testing.T) {
	for _, c := range []struct {
		name string
		want string // rules, with blanks between them
		tell func(s *story)
	}{
		{"the entry before is of another term", rules.LogMatching, func(s *story) {
			s.stores("1/2 set a=1", "n1")
			s.stores("2/2 set a=2", "n2")
			s.stores("3/3 no-op", "n1", "n2")
		}},
		{"the entry before is replaced, the one behind it stays", rules.LogMatching, func(s *story) {
			s.stores("2/2 set a=1", "n1", "n2")
			s.stores("2/3 set a=2", "n1", "n2")
			s.stores("3/2 no-op", "n2")
		}},
		{"loaded entries are not those stored", rules.DurableLog, func(s *story) {
			s.stores("2/2 set a=1", "n1")
			s.crashes("n1")
			s.start("n1")
			s.load("n1", "1/1 configuration", "3/2 no-op")
			s.works("n1", 3)
		}},
		{"nothing is left after a restart", rules.DurableLog, func(s *story) {
			s.crashes("n1")
			s.start("n1")
			s.works("n1", 1)
		}},
		{"a hole", rules.DurableLog, func(s *story) { s.stores("2/4 set a=1", "n1") }},
		{"a leader stores over its own entry", rules.LeaderAppendOnly, func(s *story) {
			s.stores("2/2 set a=1", "n1")
			s.leads("n1", 3)
			s.stores("3/2 no-op", "n1")
		}},
		{"an acknowledged write, unknown to a later leader", rules.LeaderCompleteness + " " + rules.AcknowledgedWrite, func(s *story) {
			s.leads("n1", 2)
			x := s.writes("n1", "2/2 set x=1")
			s.stores("2/2 set x=1", "n2")
			s.commits(2, "n1")
			x.ok()
			s.leads("n3", 3)
		}},
		{"a commit known late, of a leader's predecessor", rules.LeaderCompleteness, func(s *story) {
			s.leads("n1", 2)
			s.stores("2/2 no-op", "n1", "n2")
			s.leads("n3", 3)
			s.commits(2, "n1") // n1 has not heard of term 3
		}},
		{"a commit known late, in the later term", "", func(s *story) {
			s.leads("n1", 2)
			s.stores("2/2 no-op", "n1", "n2")
			s.leads("n3", 3)
			s.follows("n1")
			s.term("n1", 3)
			s.commits(2, "n1") // it may have been committed by n3 only
		}},
		{"other contents after the same entry", rules.StateMachineSafety, func(s *story) {
			s.stores("2/2 set x=1", "n1", "n2")
			s.commits(1, "n1", "n2")
			s.applies(1, "0", "n1", "n2")
			s.commits(2, "n1", "n2")
			s.applies(2, "aaaa", "n1")
			s.applies(2, "bbbb", "n2")
		}},
		{"contents of a state machine that began in the middle", "", func(s *story) {
			s.stores("2/2 set x=1", "n1", "n2")
			s.commits(2, "n1", "n2")
			s.applies(2, "aaaa", "n1")
			s.applies(2, "bbbb", "n2")
		}},
		{"a vote for itself and one for another", rules.OneVote, func(s *story) {
			s.votesForItself("n3", 2)
			s.votes("n3", "n1", 2, "")
		}},
		{"raft needs an entry that is gone", rules.DurableLog, func(s *story) {
			s.stores("2/2 set x=1", "n3")
			s.nodes["n3"].node.AttrText("reason", "raft would panic here: apply entry 2: log not found")
			s.crashes("n3")
		}},
		{"raft cannot read an entry", "", func(s *story) {
			s.stores("2/2 set x=1", "n3")
			s.nodes["n3"].node.AttrText("reason", "raft would panic here: apply entry 2: input/output error")
			s.crashes("n3")
		}},
		{"raft's last entry is wrong for a moment only", "", func(s *story) {
			s.stores("2/2 set x=1", "n3")
			s.nodes["n3"].node.Attr("raft-last-index", 3)
			s.nodes["n3"].node.Attr("raft-last-term", 2)
			s.nodes["n3"].node.Attr("raft-last-index", 0)
			s.nodes["n3"].node.Attr("raft-last-term", 0)
			s.tick()
			s.stores("2/3 set x=1", "n3")
		}},
		{"raft's last entry is wrong twice", rules.CachedLastEntry + " " + rules.CachedLastEntry, func(s *story) {
			s.stores("2/2 set x=1", "n3")
			s.believes("n3", 3, 2)
			s.believes("n3", 0, 0)
			s.believes("n3", 4, 2)
			s.believes("n3", 5, 2) // it goes on being wrong
			s.tick()
			s.term("n3", 3)
		}},
		{"a forged log begins another story", "", func(s *story) {
			s.leads("n1", 2)
			s.stores("2/2 set x=1", "n1", "n2")
			s.commits(2, "n1", "n2")
			s.crashes("n1")
			s.crashes("n2")
			s.tracker.Buffer("", 0).Command("forge n1 n2 terms=1,2,2")
			s.tick()
			for _, n := range []string{"n1", "n2"} {
				s.start(n)
				s.load(n, "1/1 configuration", "2/2 set f2=1", "2/3 set f3=1")
				s.works(n, 2)
			}
			s.leads("n2", 3)
		}},
		{"a log that began behind a snapshot", "", func(s *story) {
			s.stores("2/2 set x=1", "n1")
			s.stores("2/3 set x=2", "n1")
			s.compacts("n1", 1, 2)
			s.crashes("n1")
			s.start("n1")
			s.load("n1", "2/3 set x=2")
			s.works("n1", 2)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t, 3)
			c.tell(s)
			if got := strings.Join(found(s), " "); got != c.want {
				t.Errorf("broken: %q, want %q\n%v", got, c.want, watched(specs(), s.events).Violations())
			}
		})
	}
}

// In recordings of before installs were machines, a hole in a log may be covered
// by an installed snapshot that nobody told of.
func TestHolesOfOldRecordings(t *testing.T) {
	s := newStory(t, 3)
	s.stores("2/2 set x=1", "n1")
	s.compacts("n1", 1, 1)
	s.stores("2/9 set x=3", "n2")
	old := slices.DeleteFunc(specs(), func(k sm.KindSpec) bool { return k.Name == "install" })
	if w := watched(old, s.events); w.Count() != 0 || len(w.Undecided()) == 0 {
		t.Errorf("%v, not decided %v", w.Violations(), w.Undecided())
	}
	if w := watched(specs(), s.events); w.Count() != 1 {
		t.Errorf("where installs are told: %v", w.Violations())
	}
}

// A snapshot that is restored ends right before the log, and holds what others
// hold after its last entry.
func TestRestoredSnapshots(t *testing.T) {
	for _, c := range []struct {
		index int64
		hash  string
		want  string
	}{
		{3, "cccc", ""}, {4, "", ""}, {2, "bbbb", rules.DurableLog}, {3, "dddd", rules.StateMachineSafety},
	} {
		s := newStory(t, 3)
		for i, hash := range []string{"aaaa", "bbbb", "cccc", "eeee"} {
			if i > 0 {
				s.stores(fmt.Sprintf("2/%d set x=%d", i+1, i), "n1", "n2")
			}
			s.commits(uint64(i+1), "n1", "n2")
			s.applies(uint64(i+1), hash, "n1", "n2")
		}
		s.compacts("n1", 1, 3)
		n := s.nodes["n1"]
		m := n.buf.Born(catalog.Restore, catalog.RestoreStart, 2, "", "")
		m.Attr("index", c.index)
		m.Attr("term", 2)
		m.Move(catalog.RestoreWriting)
		s.tick()
		if c.hash != "" {
			m.AttrText("hash", c.hash)
		}
		m.Move(catalog.RestoreDone)
		s.tick()
		if got := strings.Join(found(s), " "); got != c.want {
			t.Errorf("a snapshot up to %d, hash %q: broken %q, want %q\n%v", c.index, c.hash, got, c.want, watched(specs(), s.events).Violations())
		}
	}
}

// A client may call a node that starts before it has read its log.
func TestCallsBeforeTheLogIsRead(t *testing.T) {
	s := newStory(t, 3)
	s.stores("2/2 set x=1", "n1")
	s.crashes("n1")
	s.start("n1")
	s.nodes["n1"].buf.Born(catalog.Apply, catalog.ApplyQueued, 100, "", "set y=1")
	s.tick()
	s.load("n1", "1/1 configuration", "2/2 set x=1")
	s.works("n1", 2)
	if got := found(s); len(got) > 0 {
		t.Errorf("broken %q", got)
	}
}

// A watcher that was fed the same events finds the same, however they are cut.
func TestPureFunction(t *testing.T) {
	for _, v := range violations {
		events := v.broken(t).events
		a, b := watched(specs(), events), rules.NewWatcher()
		b.AddKinds(specs())
		n := 0
		for i := range events {
			n += b.Take(&events[i])
		}
		if n != b.Count() || len(a.Violations()) != n || a.Violations()[0].String() != b.Violations()[0].String() {
			t.Errorf("%s: %v and %v", v.rule, a.Violations(), b.Violations())
		}
	}
}

// Whatever a recording claims: nothing panics, and what is kept is bounded.
func TestHostileEvents(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	kinds := specs()
	for range 60 {
		w := rules.NewWatcher()
		w.AddKinds(kinds)
		seq := uint64(0)
		for range 4000 {
			seq++
			if rnd.IntN(500) == 0 {
				seq = rnd.Uint64()
			}
			e := hostile(rnd, kinds)
			e.Seq = seq
			w.Take(&e)
		}
		if n := len(w.Violations()); n > rules.KeptMax || n > w.Count() {
			t.Errorf("%d violations kept of %d", n, w.Count())
		}
	}
}

func hostile(rnd *rand.Rand, kinds []sm.KindSpec) sm.Event {
	one := func(of ...string) string { return of[rnd.IntN(len(of))] }
	k := kinds[rnd.IntN(len(kinds))].Name
	if rnd.IntN(2) == 0 {
		k = one("entry", "node", "truncate", "meta", "vote", "exec", "apply")
	}
	return sm.Event{
		At: sm.Time(rnd.IntN(1000)), Node: one("n1", "n2", "n3", "", "n1>n2"), Life: uint32(rnd.IntN(3)),
		Type: sm.EventType(rnd.IntN(14)), From: sm.State(rnd.IntN(70)), State: sm.State(rnd.IntN(12)),
		Machine: sm.ID(rnd.IntN(60)), Other: sm.ID(rnd.IntN(60)), Kind: k, IsText: rnd.IntN(2) == 0,
		Key: one("1/1", "2/2", "2/3", "3/2", "18446744073709551615/18446744073709551615", "0/0", "1..2", "9..1", "term", "type", "hash", "reason",
			"raft-last-index", "raft-last-term", "proposes", "becomes", "LastVoteTerm", "LastVoteCand", "n1>n2", "n2>n1", "index", "", "/"),
		Text: one("term 2", "vote in term 3", "vote for n1", "configuration", "forge n1 terms=1", "forge", "raft would panic here: apply entry 2: log not found", "", "\x1b[2J"),
		Num:  int64(rnd.IntN(5)) - 1,
	}
}

// BenchmarkTake watches a run of three nodes as a probe tells it.
func BenchmarkTake(b *testing.B) {
	events := recordertest.Workload(1 << 18)
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for n < b.N {
		w := watched(recordertest.Kinds(), events)
		n += len(events)
		if w.Count() > 0 {
			b.Fatal(w.Violations()[0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
}
