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
	mu    sync.Mutex
	rng   *rand.Rand
	slot  int64
	taken map[int64]bool // ends of waits that may still be ahead
}

// takenMax is how many ends of waits are kept before those past are dropped.
const takenMax = 256

// NewStream returns the stream called name of the run with the given seed. No
// other stream of the run may have its slot, which is below Slots.
func NewStream(seed uint64, name string, slot int) *Stream {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &Stream{rng: rand.New(rand.NewPCG(seed, h.Sum64())), slot: int64(slot % Slots), taken: map[int64]bool{}}
}

// Draw returns how long a wait that begins now takes: evenly distributed over
// r, but for the nanoseconds (less than Slots, more if waits crowd) that bring
// its end into the stream's slot.
func (s *Stream) Draw(r Range) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := r.Lo
	if r.Hi > r.Lo {
		d += time.Duration(s.rng.Int64N(int64(r.Hi-r.Lo) + 1))
	}
	now := time.Now().UnixNano()
	end := now + int64(d)
	end += (s.slot - end%Slots + Slots) % Slots
	for s.taken[end] {
		end += Slots
	}
	if len(s.taken) >= takenMax {
		for t := range s.taken {
			if t < now {
				delete(s.taken, t)
			}
		}
	}
	s.taken[end] = true
	return time.Duration(end - now)
}
