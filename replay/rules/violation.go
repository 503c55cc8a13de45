package rules

import (
	"fmt"
	"slices"
	"strings"

	"raftscope/sm"
)

// KeptMax is how many violations a Watcher keeps; more are only counted.
const KeptMax = 1000

// Violation is a rule that does not hold.
type Violation struct {
	Rule     string   `json:"rule"`
	Sentence string   `json:"sentence"`
	Events   []uint64 `json:"events"`   // numbers of the events that together break it, the last one last
	Nodes    []string `json:"nodes"`    // concerned
	Machines []sm.ID  `json:"machines"` // concerned; may be empty
	At       sm.Time  `json:"at"`       // virtual time at which it was found
	Seq      uint64   `json:"seq"`      // number of the event at which it was found
}

// String returns the violation in one line: "rule: sentence (events 12, 57; n1
// n3)".
func (v Violation) String() string {
	return fmt.Sprintf("%s: %s (%s)", v.Rule, v.Sentence, v.Where())
}

// Where names the events and nodes: "events 12, 57; n1 n3".
func (v Violation) Where() string {
	var b strings.Builder
	for i, seq := range v.Events {
		switch {
		case i > 0:
			b.WriteString(", ")
		case len(v.Events) == 1:
			b.WriteString("event ")
		default:
			b.WriteString("events ")
		}
		fmt.Fprint(&b, seq)
	}
	if len(v.Nodes) > 0 {
		b.WriteString("; " + strings.Join(v.Nodes, " "))
	}
	return b.String()
}

// Undecided is what a rule could not be judged on.
type Undecided struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
	Times  int    `json:"times"`
}

// finding builds a violation.
type finding struct {
	w *Watcher
	v Violation
}

// found begins a violation of a rule.
func (w *Watcher) found(rule, format string, args ...any) *finding {
	return &finding{w, Violation{Rule: rule, Sentence: fmt.Sprintf(format, args...)}}
}

// by names an event and the node it happened on; zero and nil are left out.
func (f *finding) by(seq uint64, n *node) *finding {
	if seq != 0 && !slices.Contains(f.v.Events, seq) {
		f.v.Events = append(f.v.Events, seq)
	}
	if n != nil && n.name != "" && !slices.Contains(f.v.Nodes, n.name) {
		f.v.Nodes = append(f.v.Nodes, n.name)
	}
	return f
}

// of names a machine; zero is left out.
func (f *finding) of(ids ...sm.ID) *finding {
	for _, id := range ids {
		if id != 0 && !slices.Contains(f.v.Machines, id) {
			f.v.Machines = append(f.v.Machines, id)
		}
	}
	return f
}

// report keeps the violation, which is found at the event that is being taken.
func (f *finding) report() {
	w := f.w
	w.count++
	f.v.At, f.v.Seq = w.at, w.seq
	if len(w.kept) < KeptMax {
		w.kept = append(w.kept, f.v)
	}
}
