package survey

import (
	"math"
	"math/bits"
	"slices"

	"raftscope/replay"
	"raftscope/sm"
)

// Cell is a column of the overview: a stretch of time.
type Cell struct {
	Events int    // how many fall into it
	Level  int    // the same on a logarithmic scale, LevelMax for the busiest column
	Marks  Mark   // what notable happened in it
	Leader string // which node became leader in it, the last one; empty if none
	Term   uint64 // and in which term
}

// LevelMax is the highest Level. A column with events is at least at 1.
const LevelMax = 8

// levelEvents is how busy a column must be at least to reach LevelMax: a run of
// a few events does not look like a storm.
const levelEvents = 16

// Overview draws a whole run as one line. It keeps where the notable events are,
// and reads on from there when the run has grown. It belongs to one goroutine.
type Overview struct {
	t       *replay.Timeline
	last    int               // position of the last notable event kept, -1: none
	marks   [classes][]uint32 // positions, by class
	leaders []leadership      // as many as positions in the class of MarkLeader
	cached  overviewKey       // what cells is the answer to
	cells   []Cell
}

type leadership struct {
	node string
	term uint64
}

type overviewKey struct {
	events, width int
	from, to      sm.Time
}

// NewOverview returns an overview of a run.
func NewOverview(t *replay.Timeline) *Overview { return &Overview{t: t, last: -1} }

// Cells divides the time between two moments, both included, into columns of
// one width and returns them in dst, which is used again if it has the room. It
// tells what v knew. Without room or time it returns no columns.
func (o *Overview) Cells(v replay.View, from, to sm.Time, width int, dst []Cell) []Cell {
	dst = dst[:0]
	if width <= 0 || to < from {
		return dst
	}
	key := overviewKey{v.Events(), width, from, to}
	if key != o.cached || o.cells == nil {
		o.read(v.Events())
		o.fill(v, key)
	}
	return append(dst, o.cells...)
}

// read keeps the notable events up to a number of events.
func (o *Overview) read(events int) {
	for {
		i := o.t.NextNotable(o.last, 1)
		if i < 0 || i >= events {
			return
		}
		o.last = i
		class := Class(o.t, i)
		if class == 0 {
			continue
		}
		if class == MarkLeader {
			node := o.t.Event(i).Node
			then := o.t.At(o.t.EndOfInstant(i)).Node(node)
			o.leaders = append(o.leaders, leadership{node, then.Term})
		}
		k := bits.TrailingZeros16(uint16(class))
		o.marks[k] = append(o.marks[k], uint32(i))
	}
}

func (o *Overview) fill(v replay.View, key overviewKey) {
	o.cached, o.cells = key, slices.Grow(o.cells[:0], key.width)[:key.width]
	var at [classes]int // how many marks lie before the column
	begin := o.before(v, key.from)
	for k := range at {
		at[k] = from(o.marks[k], 0, begin)
	}
	busiest := levelEvents
	for c := range o.cells {
		end := min(v.Events(), o.t.AtTime(key.to).Events())
		if c+1 < key.width {
			end = o.before(v, key.boundary(c+1))
		}
		end = max(end, begin)
		cell := Cell{Events: end - begin}
		for k := range at {
			next := from(o.marks[k], at[k], end)
			if next > at[k] {
				cell.Marks |= 1 << k
				if Mark(1<<k) == MarkLeader {
					cell.Leader, cell.Term = o.leaders[next-1].node, o.leaders[next-1].term
				}
			}
			at[k] = next
		}
		busiest = max(busiest, cell.Events)
		o.cells[c], begin = cell, end
	}
	for c := range o.cells {
		o.cells[c].Level = level(o.cells[c].Events, busiest)
	}
}

// boundary returns when a column begins.
func (k overviewKey) boundary(c int) sm.Time {
	span, width := uint64(k.to)-uint64(k.from), uint64(k.width)
	hi, lo := bits.Mul64(span%width, uint64(c))
	rest, _ := bits.Div64(hi%width, lo, width)
	return sm.Time(uint64(k.from) + span/width*uint64(c) + rest)
}

// before returns how many of v's events are earlier than a time.
func (o *Overview) before(v replay.View, at sm.Time) int {
	if at == math.MinInt64 {
		return 0
	}
	return min(v.Events(), o.t.AtTime(at-1).Events())
}

// from returns the first place, at or behind k, of a position that is not before
// n.
func from(positions []uint32, k, n int) int {
	if k == len(positions) || int(positions[k]) >= n {
		return k
	}
	i, _ := slices.BinarySearch(positions[k:], uint32(n))
	return k + i
}

func level(events, busiest int) int {
	if events == 0 {
		return 0
	}
	return max(1, min(LevelMax, int(math.Ceil(LevelMax*math.Log1p(float64(events))/math.Log1p(float64(busiest))))))
}
