package history

import (
	"cmp"
	"slices"
)

// Result is what the check of a key, or of a history, says.
type Result uint8

// The results, from good to bad.
const (
	// Linearizable: one order explains all answers.
	Linearizable Result = iota
	// NotChecked: the events do not say what is needed.
	NotChecked
	// NotDecided: the bounds of the search were reached.
	NotDecided
	// NotLinearizable: no order explains all answers.
	NotLinearizable
)

var resultNames = [...]string{Linearizable: "linearizable", NotChecked: "not checked", NotDecided: "not decided", NotLinearizable: "not linearizable"}

// String returns the result's name.
func (r Result) String() string { return resultNames[r] }

// Verdict is what the check of a history says.
type Verdict struct {
	Result Result // the worst of the keys'
	Reason string // why nothing was checked, if so
	Calls  int
	Stale  int // reads that were left out, because stale reads promise nothing
	Keys   []KeyVerdict
}

// OK reports whether nothing was found to be wrong. That is also so if nothing
// could be checked or decided: Result tells.
func (v Verdict) OK() bool { return v.Result != NotLinearizable }

// KeyVerdict is what the check of one key says.
type KeyVerdict struct {
	Key    string // as labels show it
	Calls  int    // without stale reads
	Result Result
	Reason string // a sentence, if the key is not linearizable, not checked or not decided

	// Offending is the first call, in the order in which clients had their
	// answers, whose answer leaves no order that explains all answers so far. If
	// the bounds kept that from being found out it may be a later one, of which
	// this is true too.
	Offending *Call
	// Against are answered calls which alone contradict it: with the answer of
	// any of them forgotten, there would be an order. In the order in which
	// they began. Empty if the answer is impossible whatever others were told,
	// or if they are not known, see AgainstUnknown.
	Against []*Call
	// AgainstUnknown says that the budget did not last to find out Against.
	AgainstUnknown bool
	// Beside are the other calls of the key that might still have taken effect
	// when the offending one began, or began before its answer. None of them
	// explains it.
	Beside []*Call
}

// Check looks, for every key, for one order of all calls that explains what all
// clients were told. The same history always gets the same verdict.
func (h *History) Check() Verdict {
	c := &checker{left: budget, stepsMax: stepsMax}
	return c.check(h)
}

func (c *checker) check(h *History) Verdict {
	v := Verdict{Calls: len(h.Calls), Reason: h.problem}
	var keys []string // in the order of their first call
	byKey := map[string][]*Call{}
	for i := range h.Calls {
		call := &h.Calls[i]
		if call.Effect == Stale {
			v.Stale++
			continue
		}
		if byKey[call.Key] == nil {
			keys = append(keys, call.Key)
		}
		byKey[call.Key] = append(byKey[call.Key], call)
	}
	if v.Reason != "" {
		v.Result = NotChecked
		return v
	}
	for _, key := range keys {
		k := c.checkKey(key, byKey[key])
		v.Keys = append(v.Keys, k)
		v.Result = max(v.Result, k.Result)
	}
	return v
}

func (c *checker) checkKey(key string, calls []*Call) KeyVerdict {
	k := KeyVerdict{Key: key, Calls: len(calls)}
	for _, call := range calls {
		if call.Effect != None && call.problem != "" {
			k.Result, k.Reason = NotChecked, call.problem
			return k
		}
	}
	calls = slices.DeleteFunc(slices.Clone(calls), func(c *Call) bool { return c.Effect == None })
	g := &keyCheck{checker: c, calls: calls}
	for _, c := range calls {
		g.weight += c.weight()
	}
	a := unknown
	g.sharing(keyShare, func() { a = g.explained(open-1, nil) })
	switch a {
	case unknown:
		k.Result, k.Reason = NotDecided, "too many calls at once to try all orders"
	case no:
		k.Result = NotLinearizable
		g.sharing(blameShare, func() { g.blame(&k) })
	}
	return k
}

// keyCheck is the check of one key.
type keyCheck struct {
	*checker
	calls  []*Call // that count, in the order in which they began
	weight int     // work of making them ready for a search
}

// explained says whether an order explains all answers up to the position now,
// but for those of weak calls, which are forgotten. With the budget used up it
// does nothing, and says unknown.
func (g *keyCheck) explained(now int, weak map[*Call]bool) answer {
	if !g.afford(g.weight) {
		return unknown
	}
	all := make([]operation, 0, len(g.calls))
	for _, c := range g.calls {
		if c.from <= now {
			all = append(all, newOperation(c, now, weak[c]))
		}
	}
	kept, ok := g.reduce(all)
	if !ok {
		return unknown
	}
	return g.search(kept)
}

// answers returns the calls that have answers, in their order.
func (g *keyCheck) answers() []*Call {
	var out []*Call
	for _, c := range g.calls {
		if c.Effect == Took {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *Call) int { return cmp.Compare(a.to, b.to) })
	return out
}
