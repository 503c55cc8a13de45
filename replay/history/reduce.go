package history

import (
	"cmp"
	"slices"
	"strconv"
)

// noClass is the class of operations that no other one is equal to.
const noClass = -1

// reduce makes the operations of one key fewer and their order surer without
// changing the verdict, and sorts them by their start. Operations with unknown
// outcome (open ones) pile up in a run with faults, and every one of them
// doubles what a search has to try. Three things are certain:
//
//  1. A write that no answer shows can be left out. If an order with it explains
//     all answers, so does the order without it: between it and the next write
//     that overwrites it nobody saw what it wrote.
//  2. A write that some answers show is needed only right before the first of
//     those, in any order that explains them. So it can be taken to begin when
//     the first call began whose answer may show it.
//  3. Of equal ones the first can be taken to take effect first: if an order
//     has it otherwise, they can change places, for none of them ever ends.
//
// To show a write means that the answer's text has what it wrote somewhere in
// it (appends put text behind text), or that a cas expects such a text. With an
// incr on the key that is not so (it makes another number of what was there), so
// then only the third is done.
//
// With an append on the key and very many of them only the third is done.
//
// It reports false if the budget does not last for it.
func (c *checker) reduce(all []operation) (kept []operation, ok bool) {
	counting := slices.ContainsFunc(all, func(o operation) bool { return o.op == opIncr })
	appending := slices.ContainsFunc(all, func(o operation) bool { return o.op == opAppend })
	var shown func(w *operation) int
	switch {
	case counting:
	case appending:
		compared := unsure(all) * len(all)
		if counting = compared > textsMax; !counting && !c.afford(compared+unsure(all)*longTexts(all)) {
			return nil, false
		}
		shown = func(w *operation) int { return firstThatShows(all, w) }
	default:
		shown = newShowings(all).first
	}
	kept = make([]operation, 0, len(all))
	for i := range all {
		o, from := &all[i], all[i].from
		switch {
		case o.op == opGet && !o.saw.something:
			continue // not answered: it shows nothing
		case o.answered() || counting || o.op == opDel && appending:
		default:
			first := shown(o)
			if first == open {
				continue
			}
			from = max(from, first)
		}
		kept = append(kept, *o)
		kept[len(kept)-1].from = from
	}
	// A write that begins with the call that shows it stands behind it: the
	// search tries the call first.
	slices.SortFunc(kept, func(a, b operation) int {
		if c := cmp.Compare(a.from, b.from); c != 0 || a.answered() == b.answered() {
			return cmp.Or(c, cmp.Compare(a.call.from, b.call.from))
		}
		if a.answered() {
			return -1
		}
		return 1
	})
	classify(kept)
	return kept, true
}

// unsure returns how many writes nobody knows the outcome of.
func unsure(all []operation) (n int) {
	for i := range all {
		if o := &all[i]; !o.answered() && o.op != opGet {
			n++
		}
	}
	return n
}

// classify numbers the equal ones among the open operations.
func classify(kept []operation) {
	last := map[string]int{} // index of the last one, by what it does
	classes := 0
	for i := range kept {
		o := &kept[i]
		if o.answered() {
			continue
		}
		key := strconv.Itoa(int(o.op)) + strconv.Quote(o.text) + strconv.Quote(o.old) + strconv.FormatInt(o.by, 10)
		if before, ok := last[key]; ok {
			b := &kept[before]
			if b.class == noClass {
				b.class = classes
				classes++
			}
			o.class, o.nth = b.class, b.nth+1
		}
		last[key] = i
	}
}
