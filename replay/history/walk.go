package history

import (
	"cmp"
	"slices"
)

// walk visits the starts and ends of operations, which are sorted by their
// start, in order of their positions.
func walk(all []operation, visit func(o *operation, begins bool)) {
	ends := make([]*operation, len(all))
	for i := range all {
		ends[i] = &all[i]
	}
	slices.SortStableFunc(ends, func(a, b *operation) int { return cmp.Compare(a.to, b.to) })
	for i := range all {
		for len(ends) > 0 && ends[0].to < all[i].from {
			visit(ends[0], false)
			ends = ends[1:]
		}
		visit(&all[i], true)
	}
	for _, o := range ends {
		visit(o, false)
	}
}
