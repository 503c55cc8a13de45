package history

import (
	"encoding/binary"
	"slices"

	"github.com/anishathalye/porcupine"
)

// Bounds of the search for an order. They bound work and memory and not time,
// so that verdicts are the same everywhere.
const (
	stepsMax  = 1_000_000   // operations tried, for one search
	memoryMax = 128 << 20   // bytes, for one search
	budget    = 10_000_000  // operations tried, for one history
	textsMax  = 20_000_000  // comparisons of texts to find out who may show what, for one search
	crowdMax  = 100_000_000 // operations times operations at once, for one search
	perStep   = 64          // so many of such small things count as one operation tried
)

// answer is what a search finds.
type answer uint8

const (
	yes     answer = iota // there is an order
	no                    // there is none
	unknown               // the bounds were reached first
)

// state is what a key holds after some operations took effect.
type state struct {
	value
	used string   // how many of each class of equal open operations did, two bytes a class
	done []uint64 // which operations did, a bit each
	low  int      // the operations before are open or did
	plan plan
}

func (s *state) has(i int) bool { return s.done[i/64]>>(i%64)&1 != 0 }

func (s *state) count(class int) int {
	if at := 2 * class; at < len(s.used) {
		return int(binary.LittleEndian.Uint16([]byte(s.used[at:])))
	}
	return 0
}

// with returns the state after operation i, which left v.
func (s *state) with(i int, v value) *state {
	next := &state{value: v, used: s.used, done: slices.Clone(s.done), low: s.low}
	next.done[i/64] |= 1 << (i % 64)
	return next
}

func (s *state) counted(class int) {
	used := make([]byte, max(len(s.used), 2*class+2))
	copy(used, s.used)
	binary.LittleEndian.PutUint16(used[2*class:], uint16(s.count(class)+1))
	s.used = string(used)
}

// checker holds what is left of the budget of a history.
type checker struct {
	left     int // operations that may yet be tried
	stepsMax int // in one search
}

// search looks for an order of one key's operations, reduced and sorted, that
// explains all answers. The key is absent at first.
func (c *checker) search(all []operation) answer {
	start := value{}
	for len(all) > 0 {
		n, after, cut := segment(all)
		if a := c.searchSegment(all[:n], start); a != yes || !cut {
			return a
		}
		all, start = all[n:], after
	}
	return yes
}

// segment returns how many of the operations can be looked at apart from those
// behind them: the last of them is at no time beside another one, and its answer
// tells what the key holds after it. cut is false if it is all of them, and
// nothing is known of the value after.
func segment(all []operation) (n int, after value, cut bool) {
	busy := -1 // until where the operations so far go
	for i := range all {
		o := &all[i]
		alone := o.answered() && o.from > busy && (i == len(all)-1 || all[i+1].from > o.to)
		busy = max(busy, o.to)
		if alone {
			if v, ok := o.after(); ok {
				return i + 1, v, true
			}
		}
	}
	return len(all), value{}, false
}

// searchSegment lets porcupine look for an order. It cannot be told to stop but
// by the clock; instead, once enough was tried, the model takes no operation
// any more, so that the search soon comes to its end.
func (c *checker) searchSegment(all []operation, start value) answer {
	limit := min(c.stepsMax, c.left, memoryMax/(len(all)/4+400))
	if limit <= 0 || len(all)*crowd(all) > crowdMax {
		return unknown
	}
	steps, p := 0, newPruner(all, start)
	model := porcupine.Model{
		Init: func() any {
			s := &state{value: start, done: make([]uint64, (len(all)+63)/64)}
			p.prepare(s)
			return s
		},
		Step: func(s, input, _ any) (bool, any) {
			if steps++; steps > limit {
				return false, s
			}
			return p.step(s.(*state), input.(int))
		},
		// What was done is the same whenever this is asked.
		Equal: func(a, b any) bool { return a.(*state).value == b.(*state).value && a.(*state).used == b.(*state).used },
		Hash:  func(s any) uint64 { return s.(*state).sum + uint64(len(s.(*state).used)) },
	}
	ok := porcupine.CheckEvents(model, events(all))
	c.left -= min(steps, limit) + p.compared/perStep
	switch {
	case ok:
		return yes
	case steps > limit:
		return unknown
	}
	return no
}

// step says whether the operation i may be the next to take effect on s, and
// what is there then.
func (p *pruner) step(s *state, i int) (bool, any) {
	o := &p.all[i]
	v, applied := o.apply(s.value)
	if o.answered() && !(applied && o.saw.fits(v)) || p.useless(s, i) {
		return false, s
	}
	if o.class != noClass && s.count(o.class) != o.nth%(1<<16) {
		return false, s
	}
	next := s.with(i, v)
	if p.rising.leavesBehind(next, s.value) {
		return false, s
	}
	if o.class != noClass {
		next.counted(o.class)
	}
	p.prepare(next)
	return true, next
}

// crowd returns how many operations are there at once at most.
func crowd(all []operation) int {
	most, now := 0, 0
	walk(all, func(_ int, begins bool) {
		if begins {
			now++
			most = max(most, now)
		} else {
			now--
		}
	})
	return most
}

// events returns the starts and ends of operations, named by their numbers, in
// order. Open ones end after all others: one that never took effect is put
// there by the search.
func events(all []operation) []porcupine.Event {
	out := make([]porcupine.Event, 0, 2*len(all))
	walk(all, func(i int, begins bool) {
		e := porcupine.Event{Kind: porcupine.ReturnEvent, Id: i}
		if begins {
			e = porcupine.Event{Kind: porcupine.CallEvent, Value: i, Id: i}
		}
		out = append(out, e)
	})
	return out
}
