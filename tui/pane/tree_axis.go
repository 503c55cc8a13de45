package pane

import (
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// axis maps virtual time to the columns of the bars: from is in the first one,
// to in the last.
type axis struct {
	from, to sm.Time
	w        int
}

// axisMin is the shortest time that an axis spans.
const axisMin = sm.Time(10_000)

// axis returns the axis of the tree: the life of its root until it rested or
// now, or the life of all that is shown.
func (t *Tree) axis(s *Scene, w int) axis {
	a := axis{w: w}
	if w <= 0 {
		return a
	}
	root := t.book.of(s.View, t.rows[0].m).status(s.View)
	a.from, a.to = root.born, root.born+root.took
	if t.fit || t.up || !root.moved {
		for i := range t.rows {
			if t.rows[i].kind != treeMachine {
				continue
			}
			st := t.book.of(s.View, t.rows[i].m).status(s.View)
			a.from, a.to = min(a.from, st.born), max(a.to, st.born+st.took)
		}
	}
	if a.to-a.from < axisMin {
		a.to = a.from + axisMin
	}
	return a
}

// column returns the column of a time between from and to; earlier ones are in
// the first, later ones in the last.
func (a axis) column(at sm.Time) int {
	switch {
	case at <= a.from:
		return 0
	case at >= a.to:
		return a.w - 1
	}
	return int(float64(at-a.from) / float64(a.to-a.from) * float64(a.w-1))
}

// tickColumns is how far apart ticks are at least, for their times to fit.
const tickColumns = 12

// step returns the time between ticks, 1, 2 or 5 of a power of ten of
// microseconds, and how many digits behind the point their times have.
func (a axis) step() (d sm.Time, digits int) {
	most := max(1, a.w/tickColumns)
	d, digits = 1000, 6
	for i := 0; (a.to-a.from)/d > sm.Time(most) && d < 1e18; i++ {
		if i%3 == 1 {
			d = d / 2 * 5
		} else {
			d *= 2
		}
		if i%3 == 2 {
			digits = max(0, digits-1)
		}
	}
	return d, digits
}

// draw draws ticks with their absolute times, in seconds.
func (a axis) draw(c grid.Canvas, x, y int, th *theme.Theme, buf []byte) {
	if a.w < tickColumns {
		return
	}
	c.Fill(x, y, a.w, theme.Rule, th.Glyphs.H)
	step, digits := a.step()
	free := 0 // columns before it are drawn
	for at := (a.from + step - 1) / step * step; at <= a.to && at >= a.from; at += step {
		col := a.column(at)
		buf = appendMicros(append(buf[:0], ' '), int64(at)/1000)
		buf = append(buf[:len(buf)-6+digits], ' ')
		if digits == 0 {
			buf[len(buf)-2] = 's'
		}
		if col < free {
			continue
		}
		c.Rune(x+col, y, theme.Rule, th.Glyphs.Down)
		if col+1+len(buf) <= a.w {
			putBytes(c, x+col+1, y, len(buf), theme.Time, buf)
			free = col + 1 + len(buf)
		}
	}
}
