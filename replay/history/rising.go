package history

import (
	"cmp"
	"slices"
	"strconv"
)

// rising knows, for a key that is only counted up, at which number each answer
// was given: incr told 5 found 4, get told 5 found 5. Whoever goes past a number
// at which somebody is still to come goes wrong, since there is no way back.
// Without this, writes of unknown outcome are tried at every number.
type rising []needed

type needed struct {
	at int64 // the number that the operation found
	i  int   // the operation
}

// newRising returns nil if the key is not only counted up.
func newRising(all []operation, start value) rising {
	if _, ok := start.number(); !ok {
		return nil
	}
	needs := rising{}
	for i := range all {
		o := &all[i]
		at, ok := int64(0), true
		if v, seen := o.saw.value(); seen {
			at, ok = v.number()
		}
		switch {
		case o.op != opGet && o.op != opIncr, o.op == opIncr && o.by <= 0, !ok:
			return nil
		case !o.answered() || !o.saw.something:
			continue
		case o.op == opIncr:
			at -= o.by
		}
		needs = append(needs, needed{at, i})
	}
	slices.SortFunc(needs, func(a, b needed) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.i, b.i)) })
	return needs
}

// number returns the number that a key holds; no value counts as 0.
func (v value) number() (int64, bool) {
	if !v.exists {
		return 0, true
	}
	text, ok := v.text()
	n, err := strconv.ParseInt(text, 10, 64)
	return n, ok && err == nil
}

// leavesBehind reports whether somebody is still to come at a number from that
// before to that of s, which is not before it any more, and how much work that was.
func (r rising) leavesBehind(s *state, before value) (found bool, work int) {
	if len(r) == 0 {
		return false, 0
	}
	from, _ := before.number()
	to, _ := s.number()
	if to <= from {
		return false, 1
	}
	k, _ := slices.BinarySearchFunc(r, from, func(n needed, at int64) int { return cmp.Compare(n.at, at) })
	for ; k < len(r) && r[k].at < to; k++ {
		work++
		if !s.has(r[k].i) {
			return true, work
		}
	}
	return false, work
}
