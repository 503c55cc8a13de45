package replay

import (
	"cmp"
	"slices"
	"sync/atomic"

	"raftscope/sm"
)

// group is the machines of one kind on one node, with what it takes to count
// those in a state at any event.
type group struct {
	kind     *Kind
	node     string
	machines list[*Machine] // in order of birth
	changes  list[change]
	marks    list[uint32]    // the tally before every changesPerMark-th change, one number a state
	tally    []atomic.Uint32 // machines in each state at the newest event, stored after changes
}

// change is a birth, which comes from no state, or the entry into a state.
type change struct {
	event    uint32
	from, to sm.State
}

const (
	noState        = sm.State(255)
	changesPerMark = 64
)

func (g *group) change(event uint32, from, to sm.State) {
	if len(g.changes.all())%changesPerMark == 0 {
		for i := range g.tally {
			g.marks.append(g.tally[i].Load())
		}
	}
	g.changes.append(change{event, from, to})
	if from != noState {
		g.tally[from].Add(^uint32(0))
	}
	g.tally[to].Add(1)
}

// count returns how many machines were in state s after n events. The tally is
// loaded before the changes, which the writer stores first: if none of these is
// too new, neither is the tally.
func (g *group) count(s sm.State, n uint32) int {
	now := g.tally[s].Load()
	if last, ok := g.changes.last(); !ok || last.event < n {
		return int(now)
	}
	changes := g.changes.all()
	k, _ := slices.BinarySearchFunc(changes, n, func(c change, n uint32) int { return compare(c.event, n) })
	if k == 0 {
		return 0
	}
	mark := (k - 1) / changesPerMark
	sum := int(g.marks.all()[mark*len(g.tally)+int(s)])
	for _, c := range changes[mark*changesPerMark : k] {
		if c.to == s {
			sum++
		}
		if c.from == s {
			sum--
		}
	}
	return sum
}

// born returns the machines of an ascending list that were born before n.
func born(machines []*Machine, n uint32) []*Machine {
	k := len(machines)
	if k > 0 && machines[k-1].born >= n {
		k, _ = slices.BinarySearchFunc(machines, n, func(m *Machine, n uint32) int { return cmp.Compare(m.born, n) })
	}
	return machines[:k:k]
}

// openings tell which machines of a kind were open at any event: a list of
// openings and closings, and now and then the whole set. The next set is
// written when there were as many changes as twice its machines, so that sets
// never take more memory than changes do.
type openings struct {
	steps list[opening]
	marks list[openMark]

	which  int        // of a machine's places
	open   []*Machine // now, in no order; for the writer
	marked int        // steps when the last mark was made
}

// The sets a machine may be in, each with its place there in Machine.openAt.
const (
	inOpen    = iota // of its kind
	inPending        // what may be under way
	inHeld
	sets
)

// opening says that a machine opened or closed, and how many were open then.
type opening struct {
	event, id, open uint32
}

type openMark struct {
	step int // the mark is the set before this step
	ids  []uint32
}

const stepsPerMark = 64

// turn notes that m is open from the event on, or not any more.
func (o *openings) turn(event uint32, m *Machine, open bool) {
	if n := len(o.steps.all()); n-o.marked >= max(stepsPerMark, 2*len(o.open)) {
		ids := make([]uint32, len(o.open))
		for i, m := range o.open {
			ids[i] = m.id
		}
		o.marks.append(openMark{n, ids})
		o.marked = n
	}
	if open {
		m.openAt[o.which] = uint32(len(o.open))
		o.open = append(o.open, m)
	} else {
		end := len(o.open) - 1
		moved := o.open[end]
		o.open[m.openAt[o.which]], moved.openAt[o.which] = moved, m.openAt[o.which]
		o.open[end] = nil
		o.open = o.open[:end]
	}
	o.steps.append(opening{event, m.id, uint32(len(o.open))})
}

// before returns the steps before event n.
func (o *openings) before(n uint32) []opening {
	steps := o.steps.all()
	k := len(steps)
	if k > 0 && steps[k-1].event >= n {
		k, _ = slices.BinarySearchFunc(steps, n, func(s opening, n uint32) int { return compare(s.event, n) })
	}
	return steps[:k]
}

// count returns how many machines were open after n events.
func (o *openings) count(n uint32) int {
	steps := o.before(n)
	if len(steps) == 0 {
		return 0
	}
	return int(steps[len(steps)-1].open)
}

// set returns the numbers of the machines open after n events, ascending.
func (o *openings) set(n uint32) []uint32 {
	steps := o.before(n)
	if len(steps) == 0 || steps[len(steps)-1].open == 0 {
		return nil
	}
	from, marked := 0, []uint32(nil)
	marks := o.marks.all()
	k, _ := slices.BinarySearchFunc(marks, len(steps)+1, func(m openMark, n int) int { return cmp.Compare(m.step, n) })
	if k > 0 {
		from, marked = marks[k-1].step, marks[k-1].ids
	}
	var ids []uint32
	seen := make(map[uint32]struct{}, len(steps)-from)
	for i := len(steps) - 1; i >= from; i-- { // the last word on each machine counts
		s := steps[i]
		if _, ok := seen[s.id]; ok {
			continue
		}
		seen[s.id] = struct{}{}
		if i == 0 || s.open > steps[i-1].open {
			ids = append(ids, s.id)
		}
	}
	for _, id := range marked {
		if _, ok := seen[id]; !ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
