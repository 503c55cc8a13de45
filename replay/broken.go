package replay

import (
	"fmt"
	"slices"

	"raftscope/replay/cond"
	"raftscope/replay/rules"
)

// brokenAt is a rule found broken at an event.
type brokenAt struct {
	event uint32
	v     rules.Violation
}

// noteBroken keeps the newest n violations: they came to light at the newest
// event.
func (t *Timeline) noteBroken(n int) {
	at := uint32(max(0, int(t.rows.length)-1))
	all := t.watcher.Violations()
	n = min(n, len(all)-len(t.broken.all()))
	for _, v := range all[len(all)-max(0, n):] {
		t.broken.append(brokenAt{at, v})
	}
	if last, ok := t.notable.last(); n > 0 && (!ok || last != at) {
		t.notable.append(at)
	}
}

// BrokenRules returns the rules found broken so far, in order: all that package
// rules watches, those of the catalogue too. It keeps the first rules.KeptMax.
func (v View) BrokenRules() []rules.Violation {
	all := v.broken()
	out := make([]rules.Violation, len(all))
	for i := range all {
		out[i] = all[i].v
	}
	return out
}

// broken returns what was found until the view's moment.
func (v View) broken() []brokenAt {
	all := v.t.broken.all()
	return all[:brokenBefore(all, v.n)]
}

// brokenBefore returns how many violations were found before the event at a
// position.
func brokenBefore(all []brokenAt, at uint32) int {
	n, _ := slices.BinarySearchFunc(all, at, func(b brokenAt, at uint32) int {
		if b.event < at {
			return -1
		}
		return 1
	})
	return n
}

// BrokenRules returns the rules found broken, in order.
func (t *Timeline) BrokenRules() []rules.Violation { return t.View().BrokenRules() }

// BrokenAt returns the rules that were found broken at the event at position i.
func (t *Timeline) BrokenAt(i int) (found []rules.Violation) {
	if i < 0 || i >= t.Events() {
		return nil
	}
	all := t.broken.all()
	for _, b := range all[brokenBefore(all, uint32(i)):brokenBefore(all, uint32(i)+1)] {
		found = append(found, b.v)
	}
	return found
}

// CountBroken counts the violations of a rule found so far; of all rules if it
// is empty.
func (v View) CountBroken(rule string) (n int) {
	all := v.broken()
	if rule == "" {
		return len(all)
	}
	for i := range all {
		if all[i].v.Rule == rule {
			n++
		}
	}
	return n
}

// sawBroken says which rules of those asked about were found broken.
func (v View) sawBroken(rule string) string {
	n := v.CountBroken(rule)
	if n == 0 {
		if rule == "" {
			return "no rule is broken"
		}
		return rule + " is not broken"
	}
	for _, b := range v.broken() {
		if rule == "" || b.v.Rule == rule {
			return fmt.Sprintf("%d violations", n) + ", the first: " + b.v.String()
		}
	}
	return ""
}

func (v View) holdsBroken(c cond.Cond) bool {
	switch c := c.(type) {
	case cond.Violation:
		return v.CountBroken(c.Rule) > 0
	case cond.Violations:
		return cond.Compare(uint64(v.CountBroken(c.Rule)), c.Op, c.N)
	}
	return false
}
