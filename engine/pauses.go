package engine

import (
	"math/rand/v2"
	"os"
	"time"
)

// pauseEnv makes a debuggee stand still now and then, for up to the duration
// it names, to show that real time plays no part: see `run --verify --pause`.
const pauseEnv = "RAFTSCOPE_PAUSE"

// pauses are random real pauses between instants. Their source is not the
// world's: they must not be the same in every run.
type pauses struct{ longest time.Duration }

func newPauses() pauses {
	d, err := time.ParseDuration(os.Getenv(pauseEnv))
	if err != nil || d < 0 {
		return pauses{}
	}
	return pauses{d}
}

// maybe pauses in one instant of a hundred, mostly for a short time: a pause
// is as likely to be between 1 and 10 microseconds as between 0.1 and 1 second.
func (p pauses) maybe() {
	if p.longest == 0 || rand.IntN(100) != 0 {
		return
	}
	d := p.longest
	for range rand.IntN(7) {
		d /= 10
	}
	rawSleep(time.Duration(rand.Int64N(int64(d) + 1)))
}
