package pane

import (
	"sort"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// bar draws the states of one machine along an axis: a piece a state, with its
// name, as long as it took.
type bar struct {
	c    grid.Canvas
	x, y int
	a    axis
	th   *theme.Theme
	v    replay.View
	f    *facts
	st   status
	buf  []byte
}

func (b *bar) draw() {
	moves := b.f.movesAt(b.v)
	if b.a.w <= 0 || len(moves) == 0 {
		return
	}
	last := moves[len(moves)-1]
	end := b.end(last)
	switch {
	case b.st.born > b.a.to:
		b.later()
		return
	case end < b.a.from:
		b.earlier(end)
		return
	}
	b.pieces(moves, end)
	if moves[0].at < b.a.from {
		b.c.Rune(b.x, b.y, theme.Dim, b.th.Glyphs.Earlier)
	}
	if end > b.a.to {
		b.c.Rune(b.x+b.a.w-1, b.y, theme.Dim, b.th.Glyphs.Later)
	}
}

// end returns until when there is something to draw.
func (b *bar) end(last factMove) sm.Time {
	switch {
	case b.st.open:
		return b.v.Now()
	case b.st.gone:
		return b.st.born + b.st.took
	}
	return last.at
}

// pieces draws the states that reach into the axis. Of many moves within one
// column only the last one shows: a machine may have moved a million times.
func (b *bar) pieces(moves []factMove, end sm.Time) {
	behind := func(col int) int { // the first move behind a column
		return sort.Search(len(moves), func(i int) bool {
			return moves[i].at > b.a.to || b.a.column(moves[i].at) > col
		})
	}
	for next := behind(0); ; {
		i := max(0, next-1)
		switch {
		case i+1 < len(moves):
			b.piece(moves[i], moves[i+1].at, false)
		case b.st.open || b.st.gone:
			b.piece(moves[i], end, true)
		default:
			b.rest(moves[i])
		}
		if next >= len(moves) || moves[next].at > b.a.to {
			return
		}
		next = max(next+1, behind(b.a.column(moves[next].at)))
	}
}

func (b *bar) stateName(s sm.State) string {
	return shortClean(b.f.m.Kind().StateName(s), 40)
}

// piece draws a state from its beginning to its end.
func (b *bar) piece(m factMove, to sm.Time, last bool) {
	x0, x1 := b.a.column(m.at), b.a.column(to)
	if last && b.st.open {
		x1++
	}
	if x1 <= x0 {
		return
	}
	name, fill := theme.Text, theme.Dim
	switch {
	case last && b.st.held:
		name, fill = theme.Held, theme.Held
	case last && b.st.open:
		name, fill = theme.Working, theme.Working
	case last && b.st.gone:
		name = theme.Dim
	}
	b.c.Rune(b.x+x0, b.y, theme.Rule, b.th.Glyphs.StateBar)
	at := b.c.Cut(b.x+x0+1, b.y, x1-x0-1, name, b.stateName(m.state))
	b.c.Fill(at, b.y, b.x+x1-at, fill, b.th.Glyphs.StateFill)
	switch {
	case last && b.st.held:
		b.c.Rune(b.x+x1-1, b.y, theme.Held, b.th.Glyphs.Held)
	case last && b.st.gone:
		b.c.Rune(b.x+x1, b.y, theme.Down, b.th.Glyphs.Crash)
	}
}

// rest draws the mark of the state in which the machine rests, what it is
// called if that is not done, and why.
func (b *bar) rest(m factMove) {
	x := b.a.column(m.at)
	glyph, style := restMark(b.th, b.f.m.Kind(), b.st)
	at := b.c.Rune(b.x+x, b.y, style, glyph)
	left := b.a.w - x - 1
	if name := b.stateName(m.state); name != "DONE" && grid.Width(name) <= left {
		end := b.c.Cut(at, b.y, left, style, name)
		left -= end - at
		at = end
	}
	if !b.st.failed || left < 8 {
		return
	}
	if why := failureOf(b.v, b.f); why != "" {
		b.c.Cut(at+1, b.y, left-1, theme.Dim, shortClean(why, clipMax))
	}
}

// earlier says how long before the axis the machine came to rest.
func (b *bar) earlier(end sm.Time) {
	b.buf = appendShort(append(b.buf[:0], ' '), b.a.from-end)
	b.buf = append(b.buf, " earlier "...)
	at := b.c.Rune(b.x, b.y, theme.Dim, b.th.Glyphs.Earlier)
	at = putBytes(b.c, at, b.y, b.a.w-1, theme.Dim, b.buf)
	b.outside(at)
}

// later says how long behind the axis the machine was born.
func (b *bar) later() {
	b.buf = appendShort(append(b.buf[:0], ' '), b.st.born-b.a.to)
	b.buf = append(b.buf, " later "...)
	w := grid.Width(string(b.buf)) + 1
	x := b.x + max(0, b.a.w-w)
	at := putBytes(b.c, x, b.y, b.a.w-1, theme.Dim, b.buf)
	b.c.Rune(min(at, b.x+b.a.w-1), b.y, theme.Dim, b.th.Glyphs.Later)
}

// outside shows in words how a machine ended that is outside of the axis.
func (b *bar) outside(at int) {
	if b.st.failed {
		if why := failureOf(b.v, b.f); why != "" {
			b.c.Cut(at, b.y, b.x+b.a.w-at, theme.Dim, shortClean(why, clipMax))
		}
	}
}

// failureOf returns why a machine failed or was rejected: its own words, else
// the attribute.
func failureOf(v replay.View, f *facts) string {
	moves := f.movesAt(v)
	for i := len(moves) - 1; i >= 0 && i >= len(moves)-4; i-- {
		if moves[i].failed {
			if why := v.Timeline().Event(int(moves[i].event)).Text; why != "" {
				return why
			}
			break
		}
	}
	return f.text(v, attrReason)
}

// restMark returns the mark of a machine at rest.
func restMark(th *theme.Theme, kind *replay.Kind, st status) (rune, grid.Style) {
	if st.failed {
		return th.Glyphs.Bad, theme.Failed
	}
	if kind.Name() == "entry" {
		switch kind.StateName(st.state) {
		case "TRUNCATED", "OVERWRITTEN":
			return th.Glyphs.Truncate, theme.Failed
		}
	}
	return th.Glyphs.Done, theme.OK
}

// statusMark returns the mark and style of a machine's state.
func statusMark(th *theme.Theme, kind *replay.Kind, st status) (rune, grid.Style) {
	switch {
	case st.held:
		return th.Glyphs.Held, theme.Held
	case st.open:
		return th.Glyphs.Running, theme.Working
	case st.gone:
		return th.Glyphs.Crash, theme.Down
	}
	return restMark(th, kind, st)
}
