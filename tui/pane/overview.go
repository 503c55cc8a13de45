package pane

import (
	"strconv"
	"time"

	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// Overview is the whole run in one line: how much happened when, who led, where
// something went wrong, and the cursor of time. A click on it moves the cursor.
type Overview struct {
	run   *survey.Overview
	of    *replay.Timeline
	cells []survey.Cell
	lay   overviewLayout // of the last Draw: clicks are meant for it
}

// overviewLayout is where the columns of time are, and what time they divide.
type overviewLayout struct {
	x, w int
	end  sm.Time
}

// NewOverview returns the pane.
func NewOverview() *Overview { return &Overview{} }

// Name is "overview".
func (p *Overview) Name() string { return "overview" }

// Title explains the marks.
func (p *Overview) Title(s *Scene) string {
	g := &s.Theme.Glyphs
	title := "overview"
	for _, mark := range [...]struct {
		r    rune
		what string
	}{{g.Leader, "leads"}, {g.Truncate, "truncated"}, {g.Reject, "rejected"}, {g.Error, "client told an error"},
		{g.Crash, "crashed"}, {g.Fault, "fault"}, {g.Violation, "violation"}} {
		title += "  " + string(mark.r) + " " + mark.what
	}
	return title
}

// Version never changes: what the pane shows is all in the scene.
func (p *Overview) Version() uint64 { return 0 }

var overviewKeys = keys.Map{Name: "overview"}

// Keys: the pane has none but those of Motion.
func (p *Overview) Keys() *keys.Map { return &overviewKeys }

// Below overviewLabelled columns there are no labels, and the line is all bars.
const overviewLabelled = 30

// Draw draws the line.
func (p *Overview) Draw(c grid.Canvas, s *Scene, focused bool) {
	c.Clear()
	w, h := c.Size()
	if w == 0 || h == 0 {
		return
	}
	p.arrange(s, w)
	lay := &p.lay
	if lay.x > 0 {
		c.Text(1, 0, theme.Time, "0s")
		c.Text(lay.x+lay.w+1, 0, theme.Time, overviewTime(lay.end))
	}
	p.drawBars(c, s)
	p.drawMarks(c, s)
	p.drawLeaders(c, s)
	style := theme.Key
	if focused {
		style |= grid.Selected
	}
	if s.Last.Events() == 0 {
		return
	}
	// A mark is not hidden by the cursor: it is in reverse instead.
	at := lay.column(s.View.Now())
	if at < len(p.cells) && p.cells[at].Marks&overviewShown != 0 {
		c.Mark(lay.x+at, 0, 1, grid.Selected)
	} else {
		c.Rune(lay.x+at, 0, style, s.Theme.Glyphs.Cursor)
	}
}

// arrange divides the run's time into columns.
func (p *Overview) arrange(s *Scene, w int) {
	if t := s.Last.Timeline(); p.of != t {
		p.of, p.run = t, survey.NewOverview(t)
	}
	lay := overviewLayout{w: w, end: max(0, s.Last.Now())}
	if w >= overviewLabelled {
		lay.x = len(" 0s ")
		lay.w -= lay.x + 1 + len(overviewTime(lay.end)) + 1
	}
	p.lay = lay
	p.cells = p.run.Cells(s.Last, 0, lay.end, lay.w, p.cells)
}

// column returns in which column a time is.
func (l *overviewLayout) column(at sm.Time) int {
	if l.end <= 0 || at >= l.end {
		return max(0, l.w-1)
	}
	c := int(float64(max(0, at)) / float64(l.end) * float64(l.w))
	for c > 0 && l.begin(c) > at {
		c--
	}
	for c+1 < l.w && l.begin(c+1) <= at {
		c++
	}
	return max(0, min(c, l.w-1))
}

// begin returns when a column begins, as survey divides time.
func (l *overviewLayout) begin(c int) sm.Time {
	w := sm.Time(max(1, l.w))
	return l.end/w*sm.Time(c) + l.end%w*sm.Time(c)/w
}

// moment returns the time to which a click on a column moves: its end, so that
// what is marked in it has happened.
func (l *overviewLayout) moment(c int) sm.Time {
	if c = max(0, min(c, l.w-1)); c == l.w-1 {
		return l.end
	}
	return l.begin(c+1) - 1
}

// drawBars draws how much happened when: dim behind the cursor of time.
func (p *Overview) drawBars(c grid.Canvas, s *Scene) {
	now := p.lay.column(s.View.Now())
	for i := range p.cells {
		style := theme.Time
		if i > now || p.cells[i].Level == 0 {
			style = theme.Dim
		}
		level := max(0, min(p.cells[i].Level, len(s.Theme.Glyphs.Bars)-1))
		c.Rune(p.lay.x+i, 0, style, s.Theme.Glyphs.Bars[level])
	}
}

// overviewShown are the marks with a sign of their own; drawMarks has them by
// importance.
const overviewShown = survey.MarkViolation | survey.MarkDeath | survey.MarkCrash | survey.MarkTruncation | survey.MarkRejection |
	survey.MarkError | survey.MarkFault

// drawMarks draws the most important mark of each column.
func (p *Overview) drawMarks(c grid.Canvas, s *Scene) {
	g := &s.Theme.Glyphs
	for i := range p.cells {
		sign, style := rune(0), theme.Failed
		switch marks := p.cells[i].Marks; {
		case marks&survey.MarkViolation != 0:
			sign = g.Violation
		case marks&(survey.MarkDeath|survey.MarkCrash) != 0:
			sign, style = g.Crash, theme.Down
		case marks&survey.MarkTruncation != 0:
			sign = g.Truncate
		case marks&survey.MarkRejection != 0:
			sign = g.Reject
		case marks&survey.MarkError != 0:
			sign = g.Error
		case marks&survey.MarkFault != 0:
			sign, style = g.Fault, theme.Fault
		default:
			continue
		}
		c.Rune(p.lay.x+i, 0, style, sign)
	}
}

// drawLeaders draws who leads from where on, with the term: "n3★t1". Where
// another mark or the next leader would be hidden there is only the star.
func (p *Overview) drawLeaders(c grid.Canvas, s *Scene) {
	for i := range p.cells {
		cell := &p.cells[i]
		if cell.Leader == "" {
			continue
		}
		name := logClean(s.Alias.Of(cell.Leader), nameMax)
		w := grid.Width(name) + 2 + logDigits(cell.Term) // star and t
		if p.lay.x == 0 || !p.free(i, w+1) {
			c.Rune(p.lay.x+i, 0, theme.Leader, s.Theme.Glyphs.Leader)
			continue
		}
		x := c.Rune(p.lay.x+i, 0, theme.Text, ' ')
		x = c.Text(x, 0, theme.Node, name)
		x = c.Rune(x, 0, theme.Leader, s.Theme.Glyphs.Leader)
		x = c.Rune(x, 0, theme.Term(cell.Term), 't')
		x = logNumber(c, x, 0, theme.Term(cell.Term), cell.Term)
		c.Rune(x, 0, theme.Text, ' ')
	}
}

// free says whether nothing is marked in the n columns behind column i.
func (p *Overview) free(i, n int) bool {
	if i+n >= len(p.cells) || p.cells[i].Marks&overviewShown != 0 {
		return false
	}
	for _, cell := range p.cells[i+1 : i+n+1] {
		if cell.Leader != "" || cell.Marks&overviewShown != 0 {
			return false
		}
	}
	return true
}

// Do moves the cursor of time by columns.
func (p *Overview) Do(v keys.Verb, s *Scene) Action {
	at := p.lay.column(s.View.Now())
	switch v {
	case Fold, Up:
		return p.to(s, at-1, -1)
	case Unfold, Down:
		return p.to(s, at+1, 1)
	case PageUp:
		return p.to(s, at-max(1, p.lay.w/10), -1)
	case PageDown:
		return p.to(s, at+max(1, p.lay.w/10), 1)
	case Top:
		return GoTo{0}
	case Bottom:
		return GoTo{s.Last.Events()}
	}
	return nil
}

// to goes to a column, or, if nothing happened in it, to the next one in the
// direction in which something did.
func (p *Overview) to(s *Scene, column, dir int) Action {
	for column > 0 && column < len(p.cells)-1 && p.cells[column].Events == 0 {
		column += dir
	}
	return GoTo{p.events(s, column)}
}

func (p *Overview) events(s *Scene, column int) int {
	if column < 0 {
		return 0
	}
	if column >= p.lay.w-1 {
		return s.Last.Events()
	}
	return min(s.Last.Events(), s.Last.Timeline().AtTime(p.lay.moment(column)).Events())
}

// Click moves the cursor of time to what was clicked; so does dragging, which is
// a click at every place.
func (p *Overview) Click(x, y int, s *Scene) Action {
	return GoTo{p.events(s, x-p.lay.x)}
}

// Wheel moves the cursor of time by a column a line.
func (p *Overview) Wheel(lines int, s *Scene) Action {
	if lines < 0 {
		return p.to(s, p.lay.column(s.View.Now())+lines, -1)
	}
	return p.to(s, p.lay.column(s.View.Now())+lines, 1)
}

// Copy returns the time at the cursor.
func (p *Overview) Copy(s *Scene) string { return replay.Seconds(s.View.Now()) }

// overviewTime returns a time in few columns.
func overviewTime(at sm.Time) string {
	switch d := time.Duration(at); {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Truncate(10*time.Millisecond).Seconds(), 'f', 2, 64) + "s"
	}
	return strconv.FormatInt(int64(time.Duration(at)/time.Second), 10) + "s"
}
