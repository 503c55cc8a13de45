package pane

import (
	"slices"
	"strconv"
	"time"

	"raftscope/replay"
	"raftscope/tui/find"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
)

// Events lists all events of a run, or those that the scene's filter wants. It has
// a cursor of its own, which follows the moment on the screen whenever that
// changes; enter makes the event under it the moment.
//
// It keeps nothing of the list but what is seen. With a filter it learns which
// events are wanted piece by piece, first around its cursor: see find.Index.
type Events struct {
	timeline *replay.Timeline
	version  uint64
	scene    uint64 // version of the scene that was seen last
	moment   int    // its View.Events()

	at     int // position of the event under the cursor; -1: there is none
	row    int // the line of the window in which that should be
	unsure bool

	rows   []int // positions of the events that are seen
	head   int   // lines above them
	height int   // lines for them
	above  find.State
	below  find.State

	index  *find.Index  // nil: there is no filter
	search *find.Search // for where the cursor is to go; nil: nowhere
	marks  bool         // events that were searched for are marked
}

// eventsKeys are none but those of Motion: to search is the cockpit's.
var eventsKeys = keys.Map{Name: "events"}

// NewEvents returns the pane.
func NewEvents() *Events { return &Events{at: -1, moment: -1} }

// Name implements Pane.
func (p *Events) Name() string { return "events" }

// Keys implements Pane.
func (p *Events) Keys() *keys.Map { return &eventsKeys }

// Version implements Pane.
func (p *Events) Version() uint64 { return p.version }

// Title implements Pane.
func (p *Events) Title(s *Scene) string {
	p.follow(s)
	all := s.Last.Events()
	title := "events  "
	if p.index == nil {
		if seen := s.View.Events(); seen < all {
			title += Count(seen) + " of "
		}
		title += Count(all)
	} else {
		wanted, looked, _ := p.index.Count()
		title += brief(s.Filter.String(), titleWidth) + "  " + Count(wanted) + " of " + Count(all)
		if !p.index.Done() {
			title += ", looked at " + percent(looked, all)
		}
	}
	if p.search != nil {
		looked, of := p.search.Progress()
		title += "  searching " + percent(looked, of)
	}
	return title
}

// titleWidth is how much of a filter a title shows.
const titleWidth = 60

func percent(part, all int) string {
	return strconv.Itoa(int(int64(part)*100/int64(max(1, all)))) + "%"
}

// follow takes up what has changed in the scene: another moment, another filter.
func (p *Events) follow(s *Scene) {
	t := s.View.Timeline()
	if t != p.timeline {
		*p = Events{timeline: t, version: p.version + 1, at: -1, moment: -1, rows: p.rows[:0], scene: s.Version - 1}
	}
	if p.scene != s.Version {
		p.scene = s.Version
		p.marks = !s.Found.Empty() && s.Found.String() != s.Filter.String() // else all are
		switch {
		case s.Filter.Empty():
			p.index, p.unsure = nil, false
		case !p.index.Is(t, s.Filter):
			p.index, p.search, p.unsure = find.NewIndex(t, s.Filter), nil, true
		}
	}
	if n := s.View.Events(); n != p.moment {
		p.moment, p.search = n, nil
		p.to(n - 1)
		p.unsure = p.index != nil
	}
}

// to puts the cursor on an event and leaves the window where it is if the event is
// in it.
func (p *Events) to(i int) {
	i = max(0, min(i, p.timeline.Events()-1))
	if i == p.at {
		return
	}
	if k, ok := slices.BinarySearch(p.rows, i); ok {
		p.row = k
	} else if i > p.at {
		p.row = p.height - 1 - p.height/4 // what comes next is seen too
	} else {
		p.row = p.height / 4
	}
	p.at = i
	p.version++
}

// next returns the nearest event behind position i, or before it, that is wanted.
func (p *Events) next(i, dir int, until time.Time) (int, find.State) {
	if p.index != nil {
		return p.index.Next(i, dir, until)
	}
	if i += dir; i < 0 || i >= p.timeline.Events() {
		return 0, find.None
	}
	return i, find.Found
}

// settle puts the cursor on an event that the filter wants: the one it is on, or
// the nearest before it, or behind it.
func (p *Events) settle(until time.Time) {
	if !p.unsure || p.index == nil || p.timeline.Events() == 0 {
		return
	}
	for _, dir := range []int{-1, 1} {
		switch i, state := p.next(max(p.at, 0)-dir, dir, until); state {
		case find.More:
			return
		case find.Found:
			p.unsure = false
			p.to(i)
			return
		}
	}
	p.unsure, p.at = false, -1
	p.version++
}

// fill finds the events that are seen in a window of h lines.
func (p *Events) fill(h int, until time.Time) {
	p.rows = p.rows[:0]
	p.above, p.below = find.None, find.None
	if p.at < 0 || p.at >= p.timeline.Events() || h <= 0 {
		return
	}
	p.row = max(0, min(p.row, h-1))
	p.extend(-1, p.row, until)
	slices.Reverse(p.rows)
	p.rows = append(p.rows, p.at)
	p.extend(1, h-len(p.rows), until)
	if missing := h - len(p.rows); missing > 0 && p.above == find.Found { // the run ends: more of what was before
		below := slices.Clone(p.rows)
		p.rows = append(p.rows[:0], below[0])
		p.extend(-1, missing, until)
		p.rows = append(p.rows[:0:0], p.rows[1:]...)
		slices.Reverse(p.rows)
		p.rows = append(p.rows, below...)
	}
	p.row, _ = slices.BinarySearch(p.rows, p.at)
}

// extend appends up to n further events in a direction, and notes how that ended.
func (p *Events) extend(dir, n int, until time.Time) {
	i := p.at
	if len(p.rows) > 0 {
		i = p.rows[len(p.rows)-1]
	}
	state := find.Found
	for ; n > 0; n-- {
		var pos int
		if pos, state = p.next(i, dir, until); state != find.Found {
			break
		}
		p.rows = append(p.rows, pos)
		i = pos
	}
	if dir < 0 {
		p.above = state
	} else {
		p.below = state
	}
}

const (
	// drawSlice is how long drawing may look for events that the filter wants.
	drawSlice = 200 * time.Microsecond
	// keySlice is how long a key may: who presses one waits for it.
	keySlice = 8 * time.Millisecond
)

// move moves the cursor by some of the events that are wanted.
func (p *Events) move(dir, n int) {
	until := time.Now().Add(keySlice)
	for ; n > 0; n-- {
		i, state := p.next(p.at, dir, until)
		if state != find.Found {
			return
		}
		p.at = i
		p.row += dir // fill keeps it in the window
		p.version++
	}
}

// Do implements Pane.
func (p *Events) Do(v keys.Verb, s *Scene) Action {
	p.follow(s)
	p.settle(time.Now().Add(keySlice)) // a key is about the event that drawing would have found
	p.search = nil
	page := max(1, p.height-1)
	switch row := p.row; v {
	case Up:
		p.move(-1, 1)
	case Down:
		p.move(1, 1)
	case PageUp, PageDown:
		p.move(map[keys.Verb]int{PageUp: -1, PageDown: 1}[v], page)
		p.row = row
	case Top:
		return p.seek(find.NewSearch(p.timeline, s.Filter, -1, 1))
	case Bottom:
		return p.seek(find.NewSearch(p.timeline, s.Filter, p.timeline.Events(), -1))
	case Open:
		if p.at >= 0 {
			return GoTo{p.at + 1}
		}
		return nil
	default:
		return nil
	}
	return p.selection()
}

// selection selects the machine of the event under the cursor.
func (p *Events) selection() Action {
	if p.at < 0 || p.at >= p.timeline.Events() {
		return nil
	}
	if e := p.timeline.Event(p.at); e.Machine != 0 {
		return Select{e.Machine}
	}
	return nil
}

// seek sends the cursor where a search leads. If that takes long, Work goes on
// with it.
func (p *Events) seek(search *find.Search) Action {
	p.search = search
	return p.sought(keySlice)
}

// sought searches on, and goes where the search has led.
func (p *Events) sought(budget time.Duration) Action {
	search := p.search
	state := search.Go(budget)
	p.version++
	if state == find.More {
		return nil
	}
	p.search = nil
	if state == find.None {
		return nil
	}
	p.unsure = false
	p.to(search.At)
	return p.selection()
}

// Busy implements Worker.
func (p *Events) Busy(s *Scene) bool {
	p.follow(s)
	return p.search != nil || p.index != nil && !p.index.Done()
}

// Work implements Worker.
func (p *Events) Work(s *Scene, budget time.Duration) Action {
	if !p.Busy(s) {
		return nil
	}
	p.version++
	if p.search != nil {
		return p.sought(budget)
	}
	p.settle(time.Now().Add(budget))
	p.index.Work(budget)
	return nil
}

// Click implements Pane.
func (p *Events) Click(_, y int, s *Scene) Action {
	p.follow(s)
	if y -= p.head; y < 0 || y >= len(p.rows) {
		return nil
	}
	p.search = nil
	p.to(p.rows[y])
	return p.selection()
}

// Wheel implements Pane.
func (p *Events) Wheel(lines int, s *Scene) Action {
	p.follow(s)
	p.version++
	before := p.at
	for ; lines < 0; lines++ {
		if p.row++; p.row >= p.height {
			p.move(-1, 1)
			p.row = p.height - 1
		}
	}
	for ; lines > 0; lines-- {
		if p.row--; p.row < 0 {
			p.move(1, 1)
			p.row = 0
		}
	}
	if p.at == before {
		return nil
	}
	return p.selection()
}

// Copy implements Pane.
func (p *Events) Copy(s *Scene) string {
	p.follow(s)
	if p.at < 0 || p.at >= p.timeline.Events() {
		return ""
	}
	e := p.timeline.Event(p.at)
	return strconv.FormatUint(e.Seq, 10) + " " + replay.Seconds(e.At) + " " + grid.Clean(p.timeline.Describe(p.at, s.Real))
}
