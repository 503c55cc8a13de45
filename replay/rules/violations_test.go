package rules_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/replay/frames"
	"raftscope/replay/rules"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

var update = flag.Bool("update", false, "write testdata/violations anew")

// folder holds a recording for each story of this file: RULE.rsc breaks the
// rule and no other, RULE-close.rsc comes close and breaks none.
const folder = "../../testdata/violations"

// violation is how a rule is broken, and how it nearly is.
type violation struct {
	rule          string
	broken, close func(t *testing.T) *story
	nodes         []string // that the violation names, in its order
}

var violations = []violation{
	{rules.ElectionSafety, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.leads("n2", 2)
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.leads("n2", 3) // n1 has not heard of it, and leads on
		s.follows("n1")
		s.leads("n1", 4)
		return s
	}, []string{"n1", "n2"}},

	{rules.LeaderAppendOnly, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1")
		s.truncates("n1", 2, 2)
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1")
		s.follows("n1")
		s.truncates("n1", 2, 2)
		s.leads("n1", 3)
		s.compacts("n1", 1, 1) // from the front it may drop them
		return s
	}, []string{"n1"}},

	{rules.LogMatching, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 set x=1", "n1", "n2")
		s.stores("2/2 set x=2", "n3")
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 set x=1", "n1")
		s.leads("n2", 3)
		s.stores("3/2 set x=2", "n2", "n3") // another entry of another term
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration", "3/2 set x=2")
		s.works("n3", 3)
		return s
	}, []string{"n1", "n3"}},

	{rules.LeaderCompleteness, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.commits(2, "n1")
		s.leads("n3", 3)
		return s
	}, func(t *testing.T) *story { // figure 8 of the paper: what is on a majority is not committed for that
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.leads("n3", 3)
		s.stores("3/2 no-op", "n3")
		s.follows("n1")
		s.truncates("n1", 2, 2)
		s.stores("3/2 no-op", "n1")
		s.commits(2, "n3")
		s.truncates("n2", 2, 2)
		return s
	}, []string{"n1", "n3"}},

	{rules.StateMachineSafety, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.commits(2, "n1")
		s.term("n3", 3)
		s.stores("3/2 no-op", "n3")
		s.commits(2, "n3")
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.stores("2/3 set x=1", "n1", "n2")
		s.commits(2, "n1", "n2")
		s.commits(3, "n1", "n2")
		s.applies(3, "aaaa", "n1", "n2")
		s.stores("1/2 set y=1", "n3") // of a leader that is long gone
		s.truncates("n3", 2, 2)
		s.stores("2/2 no-op", "n3")
		s.stores("2/3 set x=1", "n3")
		s.commits(2, "n3")
		s.commits(3, "n3")
		s.applies(3, "aaaa", "n3")
		return s
	}, []string{"n1", "n3"}},

	{rules.AcknowledgedWrite, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		x := s.writes("n1", "2/2 set x=1")
		s.stores("2/2 set x=1", "n2")
		s.commits(2, "n1")
		x.ok()
		s.truncates("n2", 2, 2)
		return s
	}, func(t *testing.T) *story { // a write whose client was told nothing yet
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.writes("n1", "2/2 set x=1")
		s.stores("2/2 set x=1", "n2")
		s.truncates("n2", 2, 2)
		s.leads("n3", 3)
		return s
	}, []string{"n2"}},

	{rules.DurableLog, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.stores("2/2 no-op", "n3")
		s.stores("2/3 set x=1", "n3")
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration", "2/2 no-op")
		s.works("n3", 2)
		return s
	}, func(t *testing.T) *story { // a truncation and a write that a crash cut off
		s := newStory(t, 3)
		s.stores("2/2 no-op", "n3")
		s.stores("2/3 set x=1", "n3")
		s.removes("n3", 3, 3)
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration", "2/2 no-op")
		s.works("n3", 2)
		s.entry(s.nodes["n3"], catalog.EntryCreated, "2/3 set x=2")
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration", "2/2 no-op")
		s.works("n3", 2)
		return s
	}, []string{"n3"}},

	{rules.CachedLastEntry, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.stores("2/2 no-op", "n3")
		s.truncates("n3", 2, 2)
		s.believes("n3", 2, 2)
		s.tick()
		s.term("n3", 3)
		return s
	}, func(t *testing.T) *story { // between a truncation and the append behind it
		s := newStory(t, 3)
		s.stores("2/2 no-op", "n3")
		s.truncates("n3", 2, 2)
		n := s.nodes["n3"]
		w := n.buf.Born(catalog.Append, catalog.AppendStart, 1, "2..2", "1 entry")
		w.Move(catalog.AppendPending)
		m, _, _ := s.entry(n, catalog.EntryCreated, "3/2 no-op")
		s.believes("n3", 2, 2)
		w.Move(catalog.AppendWriting)
		s.tick()
		w.Move(catalog.AppendDone)
		m.Move(catalog.EntryDurable)
		s.believes("n3", 2, 3)
		s.term("n3", 3)
		return s
	}, []string{"n3"}},

	{rules.OneConfiguration, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 configuration n1 n2 n3 n4", "n1", "n2")
		s.stores("2/2 configuration n1 n2 n3 n5", "n3")
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 configuration n1 n2 n3 n4", "n1")
		s.leads("n2", 3)
		s.stores("3/2 configuration n1 n2 n3 n5", "n2", "n3")
		return s
	}, []string{"n1", "n3"}},

	{rules.OneVote, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.votes("n3", "n1", 2, "")
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration")
		s.works("n3", 2)
		s.votes("n3", "n2", 2, "")
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.votes("n3", "n2", 2, "pre-vote ")
		s.votes("n3", "n1", 2, "")
		s.votes("n3", "n1", 2, "") // the request came twice
		s.crashes("n3")
		s.start("n3")
		s.load("n3", "1/1 configuration")
		s.works("n3", 2)
		s.votes("n3", "n1", 2, "")
		s.votesForItself("n3", 3)
		s.votes("n3", "n2", 4, "")
		return s
	}, []string{"n3"}},

	{rules.Catalogue, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.nodes["n2"].entries[2].Move(catalog.EntryApplied)
		s.tick()
		return s
	}, func(t *testing.T) *story {
		s := newStory(t, 3)
		s.leads("n1", 2)
		s.stores("2/2 no-op", "n1", "n2")
		s.commits(2, "n2")
		s.applies(2, "aaaa", "n2")
		return s
	}, []string{"n2"}},
}

// watched returns what a watcher finds in events.
func watched(kinds []sm.KindSpec, events []sm.Event) *rules.Watcher {
	w := rules.NewWatcher()
	w.AddKinds(kinds)
	for i := range events {
		w.Take(&events[i])
	}
	return w
}

func specs() (all []sm.KindSpec) {
	for _, k := range catalog.All() {
		all = append(all, k.Spec())
	}
	return all
}

// TestViolations: each rule is found broken, and only that one, where it is
// broken; and none where it nearly is. The recordings of that are those kept.
func TestViolations(t *testing.T) {
	for _, v := range violations {
		t.Run(v.rule, func(t *testing.T) {
			broken := v.broken(t)
			found := watched(specs(), broken.events).Violations()
			if len(found) != 1 || found[0].Rule != v.rule {
				t.Fatalf("found %v, want one violation of %s", found, v.rule)
			}
			got := found[0]
			if len(got.Events) == 0 || got.Seq == 0 || !slices.Equal(got.Nodes, v.nodes) {
				t.Errorf("%s: at event %d, nodes %v, want some events and nodes %v", got, got.Seq, got.Nodes, v.nodes)
			}
			for _, seq := range got.Events {
				if seq == 0 || seq > got.Seq {
					t.Errorf("%s names event %d, which was not there at event %d", got, seq, got.Seq)
				}
			}
			keep(t, v.rule, broken.events)
			near := v.close(t)
			if found := watched(specs(), near.events); found.Count() > 0 {
				t.Errorf("where it is nearly broken: %v", found.Violations())
			}
			keep(t, v.rule+"-close", near.events)
		})
	}
}

// TestEveryRuleHasItsViolation keeps the table complete.
func TestEveryRuleHasItsViolation(t *testing.T) {
	for _, name := range rules.Names() {
		if !slices.ContainsFunc(violations, func(v violation) bool { return v.rule == name }) {
			t.Errorf("no recording breaks %s", name)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.rsc"))
	if err != nil || len(files) != 2*len(violations) {
		t.Errorf("%d recordings in %s, want %d: %v", len(files), folder, 2*len(violations), err)
	}
}

// keep compares a recording that is kept with the events, or writes it anew.
func keep(t *testing.T, name string, events []sm.Event) {
	t.Helper()
	path := filepath.Join(folder, name+".rsc")
	if *update {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		record(t, path, events)
	}
	file, err := frames.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got []sm.Event
	if err := file.Each(0, func(events []sm.Event) error { got = append(got, events...); return context.Background().Err() }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, events) || len(file.Damage()) > 0 {
		t.Errorf("%s does not hold the events of the test, %d and %d; go test ./replay/rules -update writes it anew", path, len(got), len(events))
	}
}

func record(t *testing.T, path string, events []sm.Event) {
	t.Helper()
	start := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	f, err := recorder.Create(path, recorder.FileOptions{Header: recorder.Header{Start: start, Seed: 1}, Force: true})
	if err != nil {
		t.Fatal(err)
	}
	var used []sm.KindSpec
	for _, k := range catalog.All() {
		if slices.ContainsFunc(events, func(e sm.Event) bool { return e.Kind == k.Name() }) {
			used = append(used, k.Spec())
		}
	}
	if err := f.WriteKinds(used); err != nil {
		t.Fatal(err)
	}
	if err := f.Take(events); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
