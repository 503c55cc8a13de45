package random

import (
	"fmt"
	"slices"
	"strings"

	"raftscope/replay"
	"raftscope/replay/cond/words"
	"raftscope/replay/history"
	"raftscope/replay/rules"
	"raftscope/sm"
)

// Rules that are not those of package rules.
const (
	ruleRecovery = "recovery"            // the cluster finds together once everything is mended
	ruleDied     = "process"             // the cluster's process lives
	ruleHistory  = "linearizability"     // what clients were told
	rulePanic    = "raft-does-not-panic" // without faults of disks
)

// Violation is a rule that was broken.
type Violation struct {
	Rule   string
	Text   string   // a sentence
	At     sm.Time  // when it was seen
	Events []uint64 // numbers of the events that show it, if they are known
	Nodes  []string
	Expect string // a condition that should hold then; empty if a run sees the violation by itself
}

// watcher looks at an epoch while it goes on.
type watcher interface {
	// look is called after every command, and returns the first violation since,
	// nil if there is none.
	look(*replay.Timeline) *Violation
}

func newWatchers(opt *Options, families []*family) []watcher {
	all := []watcher{rulesOfRaft{known: slices.ContainsFunc(families, func(f *family) bool { return f.known })}}
	if !slices.ContainsFunc(families, func(f *family) bool { return f.panics }) {
		all = append(all, &panics{})
	}
	if opt.watch != nil {
		all = append(all, opt.watch())
	}
	return all
}

// rulesOfRaft watches the rules of package rules, which the timeline is held
// against at every event; that machines move as their kinds allow is one of them.
type rulesOfRaft struct {
	known bool // what raft is known to break counts too
}

func (r rulesOfRaft) look(t *replay.Timeline) *Violation {
	for _, v := range t.BrokenRules() {
		// One append that fails behind a truncation is enough for this one: the
		// follower is stuck, which is counted (see stuck.go).
		if v.Rule == rules.CachedLastEntry && !r.known {
			continue
		}
		return &Violation{Rule: v.Rule, Text: v.Sentence, At: v.At, Events: v.Events, Nodes: v.Nodes}
	}
	return nil
}

// wouldPanic is how the reason of a crash begins that raft brought about itself.
const wouldPanic = "raft would panic here"

// panics watches that raft does not get where it would panic.
type panics struct{ seen int }

func (p *panics) look(t *replay.Timeline) *Violation {
	if t.Count("node", "CRASHED") == p.seen {
		return nil
	}
	p.seen = t.Count("node", "CRASHED")
	v := t.View()
	for _, m := range v.ByKind("node") {
		for _, a := range v.Of(m).Attrs() {
			if a.Key == "reason" && strings.HasPrefix(a.Text, wouldPanic) {
				return &Violation{
					Rule: rulePanic, Text: fmt.Sprintf("%s: %s", m.Node(), a.Text), At: a.At, Nodes: []string{m.Node()},
					Expect: fmt.Sprintf("not attr node@%s reason = %s", m.Node(), words.Quote(a.Text)),
				}
			}
		}
	}
	return nil
}

// ofHistory is a history that no order explains as a violation.
func ofHistory(v history.Verdict) *Violation {
	out := &Violation{Rule: ruleHistory}
	for _, k := range v.Keys {
		if k.Result == history.NotLinearizable {
			out.Text = fmt.Sprintf("key %s: %s", k.Key, k.Reason)
			if k.Offending != nil {
				out.At = k.Offending.End
				out.Nodes = []string{k.Offending.Node}
			}
			return out
		}
	}
	return out
}
