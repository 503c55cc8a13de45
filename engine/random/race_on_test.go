//go:build race

package random

// raceEnabled: the race detector makes Go's scheduler pick goroutines at
// random, so runs of one scenario are not equal.
const raceEnabled = true
