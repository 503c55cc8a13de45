package engine

import (
	"time"
	_ "unsafe" // for go:linkname

	"raftscope/sm"
)

// clock tells virtual time since the start of the run, and real time beside
// it. Every event asks it, so it also knows that something happened: it wakes
// the world's root, which is how the root stops at the very instant.
type clock struct {
	start     time.Time // virtual
	wallStart int64
	wake      chan struct{}
}

func newClock() *clock {
	return &clock{start: time.Now(), wallStart: nanotime(), wake: make(chan struct{}, 1)}
}

// Now implements sm.Clock.
func (c *clock) Now() (sm.Time, int64) {
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return sm.Time(time.Since(c.start)), nanotime() - c.wallStart
}

// now is virtual time without telling the root.
func (c *clock) now() sm.Time { return sm.Time(time.Since(c.start)) }

// at converts a virtual time of package time.
func (c *clock) at(t time.Time) sm.Time { return sm.Time(t.Sub(c.start)) }

// nanotime is the runtime's monotonic clock, which stays real inside a bubble.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64
