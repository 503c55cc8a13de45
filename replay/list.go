package replay

import (
	"slices"
	"sync/atomic"
)

// list is a sequence that one goroutine appends to while others read it,
// without a lock: what is below the length never changes, and the length is
// stored after the element. The zero list is empty.
type list[T any] struct {
	back   atomic.Pointer[[]T] // as long as it has room
	length atomic.Uint32
}

// all returns the elements there are now. The caller must not change them; what
// is appended later does not show in them.
func (l *list[T]) all() []T {
	n := l.length.Load() // before back: a newer back is never shorter
	if n == 0 {
		return nil
	}
	return (*l.back.Load())[:n:n]
}

// last returns the newest element, and whether there is one.
func (l *list[T]) last() (v T, ok bool) {
	if all := l.all(); len(all) > 0 {
		return all[len(all)-1], true
	}
	return v, false
}

// Lists double while they are short and grow by a quarter once memory counts.
const listShort = 1024

func (l *list[T]) append(v T) {
	n, back := l.length.Load(), l.back.Load()
	if back == nil || int(n) == len(*back) {
		room := max(4, 2*int(n))
		if n >= listShort {
			room = int(n) + int(n)/4
		}
		grown := make([]T, room)
		if back != nil {
			copy(grown, *back)
		}
		back = &grown
		l.back.Store(back)
	}
	(*back)[n] = v
	l.length.Store(n + 1)
}

// step is a value from an event on.
type step[T any] struct {
	event uint32
	value T
}

// stepAt returns the value after n events: that of the last step before
// position n, or the zero value.
func stepAt[T any](steps *list[step[T]], n uint32) (v T) {
	all := steps.all()
	k := len(all)
	if k > 0 && all[k-1].event >= n {
		k, _ = slices.BinarySearchFunc(all, n, func(s step[T], n uint32) int { return compare(s.event, n) })
	}
	if k == 0 {
		return v
	}
	return all[k-1].value
}

// set appends a step. A second one of the same event takes its place at every
// position that is ever asked for, for positions lie between events.
func set[T any](steps *list[step[T]], event uint32, v T) { steps.append(step[T]{event, v}) }

// before returns how many of the ascending positions are before n.
func before(positions []uint32, n uint32) int {
	k := len(positions)
	if k > 0 && positions[k-1] >= n {
		k, _ = slices.BinarySearch(positions, n)
	}
	return k
}

func compare(a, b uint32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// inserted returns a new list with v in the middle of l's elements.
func (l *list[T]) inserted(at int, v T) *list[T] {
	all := slices.Insert(slices.Clone(l.all()), at, v)
	more := new(list[T])
	more.back.Store(&all)
	more.length.Store(uint32(len(all)))
	return more
}
