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

// Plus returns the range d later.
func (r Range) Plus(d time.Duration) Range { return Range{Lo: r.Lo + d, Hi: r.Hi + d} }

// Slots is how many streams a world may have. It is a power of two that
// divides the usual timeouts, so that what follows a stream's moment by 500ms
// is in the stream's slot too.
const Slots = 128

// Stream is a random stream of durations that belongs to one thing: a link, a
// disk, a state machine.
//
// No two things may happen at one instant, or it is left to the scheduler
// which comes first, and with it what raft draws from the one source of
// math/rand. So each stream has a slot: what it lets wait ends at a nanosecond
// whose number leaves the slot as remainder, and never twice at the same one.
type Stream struct {
	seed uint64
	slot *slot

	mu  sync.Mutex
	rng *rand.Rand
}

// slot is where the waits of a stream, or of several that share it, end.
type slot struct {
	number int64

	mu    sync.Mutex
	taken map[int64]int64 // ends of waits that may still be ahead, and behind each one that may be free
	sweep int             // how many ends are kept before those past are dropped
}

// takenMax is how many ends of waits are kept at least.
const takenMax = 256

// NewStream returns the stream called name of the run with the given seed. No
// other stream of the run may have its slot, which is below Slots, but its
// branches.
func NewStream(seed uint64, name string, number int) *Stream {
	s := &slot{number: int64(number % Slots), taken: map[int64]int64{}, sweep: takenMax}
	return &Stream{seed: seed, slot: s, rng: source(seed, name)}
}

func source(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// Branch returns a stream of its own random numbers that shares the slot of s:
// there are more things in a run than slots. Its waits and those of s never end
// together either.
func (s *Stream) Branch(name string) *Stream {
	return &Stream{seed: s.seed, slot: s.slot, rng: source(s.seed, name)}
}

// Draw returns how long a wait that begins now takes: evenly distributed over
// r, but for the nanoseconds (less than Slots, more if waits crowd) that bring
// its end into the stream's slot.
func (s *Stream) Draw(r Range) time.Duration {
	d := r.Lo
	if r.Hi > r.Lo {
		s.mu.Lock()
		d += time.Duration(s.rng.Int64N(int64(r.Hi-r.Lo) + 1))
		s.mu.Unlock()
	}
	return s.slot.take(d)
}

// exponentialMax bounds the waits of Exponential, in means. One in e^50 is
// longer.
const exponentialMax = 50

// Exponential is Draw for the time until the next of events that come at random
// and do not know of each other, so many apart on average.
func (s *Stream) Exponential(mean time.Duration) time.Duration {
	s.mu.Lock()
	x := min(s.rng.ExpFloat64(), exponentialMax)
	s.mu.Unlock()
	return s.slot.take(time.Duration(x * float64(mean)))
}

// IntN returns a number from 0 to n-1. It panics if n is not above zero.
func (s *Stream) IntN(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rng.IntN(n)
}

// take returns how long a wait of about d is that ends in the slot, where no
// other does.
func (s *slot) take(d time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now().UnixNano()
	first := now + int64(d)
	first += (s.number - first%Slots + Slots) % Slots
	end := first
	for next, ok := s.taken[end]; ok; next, ok = s.taken[end] {
		end = next
	}
	if len(s.taken) >= s.sweep {
		for t := range s.taken {
			if t < now {
				delete(s.taken, t)
			}
		}
		// Where most are ahead, looking at them all again soon would be in vain.
		s.sweep = max(takenMax, 2*len(s.taken))
	}
	s.taken[end] = end + Slots
	s.taken[first] = end + Slots // so that a crowd is not walked through each time
	return time.Duration(end - now)
}
