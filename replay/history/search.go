package history

import (
	"encoding/binary"
	"slices"

	"github.com/anishathalye/porcupine"
)

// Bounds of the search for an order. They bound work and memory and not time,
// so that verdicts are the same everywhere.
const (
	stepsMax  = 1_000_000            // operations tried, for one search
	memoryMax = 128 << 20            // bytes, for one search
	budget    = 10_000_000 * perStep // work, for one history
	textsMax  = 20_000_000           // comparisons of texts to find out who may show what, for one search
	crowdMax  = 100_000_000          // operations times operations at once, for one search
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
		return int(s.used[at]) | int(s.used[at+1])<<8
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
	if len(all) == 1 {
		return all[0].alone(start)
	}
	if !c.afford(perSegment+len(all)*perStep) || len(all)*crowd(all) > crowdMax {
		return unknown
	}
	p, ok := c.newPruner(all, start)
	if !ok {
		return unknown
	}
	p.workMax = c.left
	words, classes := (len(all)+63)/64, classes(all)
	limit := min(c.stepsMax, memoryMax/(len(all)/4+2*classes+400))
	steps, refused := 0, 0
	model := porcupine.Model{
		Init: func() any {
			s := &state{value: start, done: make([]uint64, words)}
			p.prepare(s)
			return s
		},
		Step: func(s, input, _ any) (bool, any) {
			if steps == limit || p.work > p.workMax {
				refused++
				return false, s
			}
			steps++
			p.work += perStep + words + classes/8
			return p.step(s.(*state), input.(int))
		},
		// What was done is the same whenever this is asked.
		Equal: func(a, b any) bool { return a.(*state).value == b.(*state).value && a.(*state).used == b.(*state).used },
		Hash:  func(s any) uint64 { return s.(*state).sum + uint64(len(s.(*state).used)) },
	}
	ok = porcupine.CheckEvents(model, events(all))
	c.left -= p.work + refused
	switch {
	case ok:
		return yes
	case refused > 0 || p.work > p.workMax:
		return unknown
	}
	return no
}

// alone is the search for an order of one operation.
func (o *operation) alone(start value) answer {
	v, applied := o.apply(start)
	if o.answered() && !(applied && o.saw.fits(v)) {
		return no
	}
	return yes
}

// classes returns of how many classes the operations are.
func classes(all []operation) (n int) {
	for i := range all {
		n = max(n, all[i].class+1)
	}
	return n
}

// step says whether the operation i may be the next to take effect on s, and
// what is there then.
func (p *pruner) step(s *state, i int) (bool, any) {
	o := &p.all[i]
	if o.op == opAppend {
		p.work += longer(len(o.text))
	}
	v, applied := o.apply(s.value)
	if o.answered() && !(applied && o.saw.fits(v)) || p.useless(s, i) {
		return false, s
	}
	if o.class != noClass && s.count(o.class) != o.nth%(1<<16) {
		return false, s
	}
	next := s.with(i, v)
	found, work := p.rising.leavesBehind(next, s.value)
	if p.work += work; found {
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
