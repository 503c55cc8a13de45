package vtime

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// Range is a span of durations, both ends included.
type Range struct{ Lo, Hi time.Duration }

// String prints the range as the grammar writes it.
func (r Range) String() string {
	if r.Lo == r.Hi {
		return r.Lo.String()
	}
	return fmt.Sprintf("%s..%s", r.Lo, r.Hi)
}

// Stream is a random stream of durations that belongs to one thing (a link, a
// disk, a state machine). One stream per thing makes what that thing draws
// independent of what all others do, and draws at nanosecond grain make it
// practically certain that no two things happen at one instant.
type Stream struct {
	mu  sync.Mutex
	rng *rand.Rand
}

// NewStream returns the stream called name of the run with the given seed.
func NewStream(seed uint64, name string) *Stream {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &Stream{rng: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// Draw returns the next duration of the stream, uniform over r.
func (s *Stream) Draw(r Range) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Hi <= r.Lo {
		return r.Lo
	}
	return r.Lo + time.Duration(s.rng.Int64N(int64(r.Hi-r.Lo)+1))
}
