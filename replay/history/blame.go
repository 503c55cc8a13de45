package history

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

// blame names the calls of a key for which there is no order. Which answer is
// the first too many is found by bisection: what explains more answers explains
// fewer. Undecided searches only make the naming less exact.
func (g *keyCheck) blame(k *KeyVerdict) {
	answers := g.answers()
	first := true // the offending one is known to be the first
	n := sort.Search(len(answers)-1, func(i int) bool {
		a := g.explained(answers[i].to, nil)
		if a != no { // the last of these is the one before the offending one
			first = a == yes
		}
		return a == no
	})
	k.Offending = answers[n]
	against, ok := g.contradicting(answers[:n], answers[n])
	k.Against, k.AgainstUnknown = against, !ok
	named := map[*Call]bool{k.Offending: true}
	for _, c := range k.Against {
		named[c] = true
	}
	for _, c := range g.calls {
		if c.from < k.Offending.to && (c.to > k.Offending.from || c.Effect == MayTake) && !named[c] {
			k.Beside = append(k.Beside, c)
		}
	}
	k.Reason = g.sentence(k, first)
}

// contradicting returns the fewest of the answers before that contradict the
// offending one. Forgetting an answer never makes it harder to explain the
// others; so first all reads are forgotten if they can be (that a write was
// told ok says more to people), then as many old answers as can be at once,
// then ever smaller groups of the rest. It reports false if the budget does not
// last for that.
func (g *keyCheck) contradicting(before []*Call, offending *Call) (against []*Call, ok bool) {
	forgotten := map[*Call]bool{}
	forget := func(group []*Call) bool {
		for _, c := range group {
			forgotten[c] = true
		}
		if g.explained(offending.to, forgotten) == no {
			return true
		}
		for _, c := range group {
			delete(forgotten, c)
		}
		return false
	}
	kept := before
	isRead := func(c *Call) bool { return c.op == opGet }
	if reads := filter(before, isRead); len(reads) > 0 && forget(reads) {
		kept = filter(before, func(c *Call) bool { return !isRead(c) })
	}
	before = kept
	for m := 0; m < len(before); m = 2*m + 1 {
		if forget(before[:len(before)-m]) {
			kept = before[len(before)-m:]
			break
		}
	}
	for size := (len(kept) + 1) / 2; size >= 1; size /= 2 {
		var still []*Call
		for group := range slices.Chunk(kept, size) {
			if g.left <= 0 { // each of the others would be unknown
				return nil, false
			}
			if !forget(group) {
				still = append(still, group...)
			}
		}
		kept = still
	}
	kept = slices.Clone(kept)
	slices.SortFunc(kept, func(a, b *Call) int { return cmp.Compare(a.from, b.from) })
	return kept, g.left > 0
}

func filter(calls []*Call, keep func(*Call) bool) (out []*Call) {
	for _, c := range calls {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

// namedMax is how many calls a sentence names.
const namedMax = 4

// sentence says what contradicts what; first is whether the offending call is
// known to be the first.
func (g *keyCheck) sentence(k *KeyVerdict, first bool) string {
	off := k.Offending
	s := off.who() + " was told " + off.answer() + " at " + seconds(off.End)
	if k.AgainstUnknown {
		s += ", and no order explains all answers up to this one"
		if !first {
			s += " (perhaps not even those before it)"
		}
		return s + ": there are too many calls to find out which of them contradict it"
	}
	if len(k.Against) == 0 {
		return s + ", but " + g.impossible(off) + ": no order explains this answer"
	}
	last := k.Against[len(k.Against)-1]
	if g.setBack(k, last) {
		return fmt.Sprintf("%s, but %s had been told %s at %s and nothing set it back since: no single order explains these answers",
			s, last.who(), last.answer(), seconds(last.End))
	}
	var parts []string
	for i, c := range k.Against {
		if i == namedMax {
			parts = append(parts, fmt.Sprintf("%d more", len(k.Against)-i))
			break
		}
		parts = append(parts, c.who()+" was told "+c.answer()+" at "+seconds(c.End))
	}
	return s + ", but " + join(parts) + ": no single order explains these answers"
}

// setBack reports whether the simplest of sentences is true: the last of the
// answers that contradict the offending one had come when it began, and no
// other call that could have made what it shows ended after that one began.
func (g *keyCheck) setBack(k *KeyVerdict, last *Call) bool {
	if last.to > k.Offending.from {
		return false
	}
	for _, c := range k.Against {
		if c != last && c.to > last.from {
			return false
		}
	}
	for _, c := range g.calls {
		late := c.to > last.from || c.Effect == MayTake
		if c != last && c != k.Offending && late && c.from < k.Offending.to && c.mayLeave(k.Offending) {
			return false
		}
	}
	return true
}

// mayLeave reports whether the call may have left the key as off needs it.
func (c *Call) mayLeave(off *Call) bool {
	switch {
	case c.op == opGet:
		return false
	case off.op != opGet || c.op == opIncr || c.op == opAppend:
		return true
	case c.op == opDel:
		return off.saw.none
	}
	return off.saw.mayShow(c.args[len(c.args)-1].text)
}

// impossible says why an answer is impossible whatever others were told.
func (g *keyCheck) impossible(off *Call) string {
	var writes []string
	n := 0
	for _, c := range g.calls {
		if c != off && c.op != opGet && c.from < off.to {
			if n++; n <= namedMax {
				writes = append(writes, c.who())
			}
		}
	}
	switch {
	case n == 0:
		return "nothing had been written to " + off.Key
	case n > namedMax:
		writes = append(writes, fmt.Sprintf("%d more", n-namedMax))
	}
	return "all that was written to " + off.Key + " by then is " + join(writes)
}

func join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// who names a call: read#57 (n3: get x).
func (c *Call) who() string { return c.Name + " (" + c.Node + ": " + c.Command + ")" }

// answer says what the client was told.
func (c *Call) answer() string {
	switch {
	case c.Result != "" && (c.op == opGet || c.op == opIncr || c.op == opAppend):
		return c.Result
	case c.Told != "":
		return c.Told
	}
	return "nothing"
}

// seconds prints a time as it is printed in tables.
func seconds(at sm.Time) string { return strings.TrimSpace(replay.Seconds(at)) }
