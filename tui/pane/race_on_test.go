//go:build race

package pane_test

// raceEnabled: the race detector makes Go's scheduler pick goroutines at random,
// so runs with the same seed differ.
const raceEnabled = true
