package tui

import (
	"slices"
	"time"
)

// quantiles returns the median and the 99th percentile, zero of nothing. It
// sorts all.
func quantiles(all []time.Duration) (p50, p99 time.Duration) {
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[(len(all)*99)/100]
}
