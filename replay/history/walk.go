package history

import (
	"cmp"
	"slices"
)

// walk visits the starts and ends of operations, which are sorted by their
// start, in order of their positions.
func walk(all []operation, visit func(i int, begins bool)) {
	ends := make([]int, len(all))
	for i := range all {
		ends[i] = i
	}
	slices.SortStableFunc(ends, func(a, b int) int { return cmp.Compare(all[a].to, all[b].to) })
	for i := range all {
		for len(ends) > 0 && all[ends[0]].to < all[i].from {
			visit(ends[0], false)
			ends = ends[1:]
		}
		visit(i, true)
	}
	for _, i := range ends {
		visit(i, false)
	}
}
