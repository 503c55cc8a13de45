//go:build !race

package pane_test

const raceEnabled = false
