package pane

import (
	"cmp"
	"slices"
	"sort"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// treeRoots is the list of machines that a tree can be rooted at. Unfiltered and
// newest first it is never made: a line is found by counting births. Else it is
// picked from the newest machines.
type treeRoots struct {
	list   List
	kind   string // one kind, or empty for what usually begins a story
	cursor sm.ID  // the machine of the list's cursor; 0: the first line

	lists  [][]*replay.Machine // of the scene, by kind, each in order of birth
	total  int
	window []*replay.Machine // as last drawn

	made   rootsMade
	picked []*replay.Machine // if filtered or sorted
	beyond int               // how many older ones were not looked at
	looked int               // how many more the user asked to be looked at
}

// rootsMade says of what the picked ones were picked.
type rootsMade struct {
	timeline *replay.Timeline
	events   int
	scene    uint64
	kind     string
	order    treeOrder
	looked   int
}

// rootKinds are the kinds that begin a story: those of which users ask.
var rootKinds = []string{"exec", "read", "election", "truncate", "snapshot", "restore", "compact", "install-rpc",
	"config-change", "transfer", "timeout-now", "node"}

// rootsLooked is how many machines are looked at for a picked list, and
// rootsMore how many more when the user asks for it.
const (
	rootsLooked = 1000
	rootsMore   = 20_000
)

func (r *treeRoots) kindName() string {
	if r.kind == "" {
		return "requests, elections, truncations, nodes"
	}
	return shortClean(r.kind, 40)
}

// nextKind turns to the next kind that has machines; after the last to all.
func (r *treeRoots) nextKind(v replay.View) {
	r.cursor, r.looked = 0, 0
	r.list.Set(0)
	found := r.kind == ""
	for _, k := range v.Timeline().Kinds() {
		if found && len(v.ByKind(k.Name())) > 0 {
			r.kind = k.Name()
			return
		}
		found = found || k.Name() == r.kind
	}
	r.kind = ""
}

// sync counts what there is and picks from it if need be.
func (r *treeRoots) sync(t *Tree, s *Scene) {
	r.lists, r.total = r.lists[:0], 0
	add := func(kind string) {
		if list := s.View.ByKind(kind); len(list) > 0 {
			r.lists = append(r.lists, list)
			r.total += len(list)
		}
	}
	if r.kind != "" {
		add(r.kind)
	} else {
		for _, kind := range rootKinds {
			add(kind)
		}
		if r.total == 0 { // a recording of other kinds
			for _, k := range s.View.Timeline().Kinds() {
				add(k.Name())
			}
		}
	}
	if r.picks(t, s) {
		r.pick(t, s)
	}
	r.seek(r.picks(t, s))
}

// picks says whether the list is picked.
func (r *treeRoots) picks(t *Tree, s *Scene) bool {
	return !s.Filter.Empty() || t.order == treeBySlowest || t.order == treeByOutcome
}

// pick looks at the newest machines for those the filter wants, and sorts them.
func (r *treeRoots) pick(t *Tree, s *Scene) {
	now := rootsMade{s.View.Timeline(), s.View.Events(), s.Version, r.kind, t.order, r.looked}
	if now == r.made {
		r.total = len(r.picked)
		return
	}
	r.made = now
	most := min(r.total, rootsLooked+r.looked)
	r.beyond = r.total - most
	r.picked = r.newest(r.picked[:0], 0, most)
	if !s.Filter.Empty() {
		r.picked = slices.DeleteFunc(r.picked, func(m *replay.Machine) bool { return !s.Filter.Machine(s.View.Of(m)) })
	}
	if t.order == treeBySlowest || t.order == treeByOutcome {
		ranks := make([]rootRank, len(r.picked))
		for i, m := range r.picked {
			ranks[i] = rootRank{m, t.rank(s.View, m)}
		}
		slices.SortStableFunc(ranks, func(a, b rootRank) int { return cmp.Compare(b.rank, a.rank) })
		for i := range ranks {
			r.picked[i] = ranks[i].m
		}
	}
	r.total = len(r.picked)
}

type rootRank struct {
	m    *replay.Machine
	rank int64
}

// newerThan returns how many machines of the lists have a higher number.
func (r *treeRoots) newerThan(id sm.ID) (n int) {
	for _, list := range r.lists {
		n += len(list) - sort.Search(len(list), func(i int) bool { return list[i].ID() > id })
	}
	return n
}

// newest appends n machines from the k-th newest on, counted from 0.
func (r *treeRoots) newest(out []*replay.Machine, k, n int) []*replay.Machine {
	top := sm.ID(0)
	for _, list := range r.lists {
		top = max(top, list[len(list)-1].ID())
	}
	// The smallest number that fewer than k+1 machines are newer than.
	lo := sm.ID(sort.Search(int(top)+1, func(id int) bool { return r.newerThan(sm.ID(id)) <= k }))
	heads := make([]int, len(r.lists))
	for i, list := range r.lists {
		heads[i] = sort.Search(len(list), func(j int) bool { return list[j].ID() > lo }) - 1
	}
	for len(out) < n {
		best := -1
		for i, h := range heads {
			if h >= 0 && (best < 0 || r.lists[i][h].ID() > r.lists[best][heads[best]].ID()) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out = append(out, r.lists[best][heads[best]])
		heads[best]--
	}
	return out
}

// seek puts the list's cursor on its machine again: newer ones may have come
// above it.
func (r *treeRoots) seek(picks bool) {
	switch {
	case r.cursor == 0:
		return
	case !picks:
		r.list.At = r.newerThan(r.cursor)
		return
	}
	for i, m := range r.picked {
		if m.ID() == r.cursor {
			r.list.At = i
			return
		}
	}
}

// fill reads the window.
func (r *treeRoots) fill(picks bool, height int) {
	r.list.Fit(r.total, height)
	n := max(0, min(height, r.total-r.list.Top))
	if picks {
		r.window = append(r.window[:0], r.picked[r.list.Top:r.list.Top+n]...)
		return
	}
	r.window = r.newest(r.window[:0], r.list.Top, n)
}

// at returns the machine at the cursor.
func (r *treeRoots) at() *replay.Machine {
	if i := r.list.At - r.list.Top; i >= 0 && i < len(r.window) {
		return r.window[i]
	}
	return nil
}

// ready brings the list up to the scene and its window to the cursor.
func (t *Tree) ready(s *Scene) *treeRoots {
	r := &t.roots
	if !r.picks(t, s) {
		r.picked, r.made = nil, rootsMade{}
	}
	r.sync(t, s)
	r.fill(r.picks(t, s), t.window())
	return r
}

func (t *Tree) doRoots(v keys.Verb, s *Scene) Action {
	r := t.ready(s)
	if v == Open || v == Unfold {
		if m := r.at(); m != nil {
			t.browsing = false
			return Root{m.ID()}
		}
		return nil
	}
	if v == Down && r.beyond > 0 && r.list.At+1 >= r.total {
		r.looked += rootsMore
		t.version++
		return nil
	}
	if !r.list.Do(v, r.total, t.window()) {
		return nil
	}
	return t.movedRoots(s)
}

// movedRoots takes over where the list's cursor is, and selects what is there.
// On the first line it stays with what is newest.
func (t *Tree) movedRoots(s *Scene) Action {
	r := &t.roots
	r.fill(r.picks(t, s), t.window())
	m := r.at()
	if m == nil {
		return nil
	}
	if r.cursor = m.ID(); r.list.At == 0 {
		r.cursor = 0
	}
	return Select{m.ID()}
}

// clickRoots selects a line, or roots the tree there if it was selected.
func (t *Tree) clickRoots(line int, s *Scene) Action {
	r := t.ready(s)
	if line < 0 || line >= len(r.window) {
		return nil
	}
	if r.list.Top+line == r.list.At && r.window[line].ID() == s.Selected {
		t.browsing = false
		return Root{s.Selected}
	}
	r.list.Set(r.list.Top + line)
	return t.movedRoots(s)
}

func (t *Tree) wheelRoots(lines int, s *Scene) Action {
	r := t.ready(s)
	before := r.list.At
	r.list.Wheel(lines, r.total, t.window())
	if r.list.At == before {
		return nil
	}
	return t.movedRoots(s)
}

// drawRoots draws the list of roots.
func (t *Tree) drawRoots(c grid.Canvas, s *Scene, focused bool) {
	r := t.ready(s)
	w, h := c.Size()
	cols := r.columns(s, w)
	if t.head > 0 {
		drawHeads(c, cols, "machine", "took")
		c.Cut(cols.barX, 0, cols.barW, theme.Title, "born")
	}
	if r.total == 0 {
		text := "nothing has happened yet"
		if !s.Filter.Empty() {
			text = "nothing here meets the filter"
		}
		c.Cut(1, t.head, w-1, theme.Dim, text)
	}
	for i, m := range r.window {
		y := t.head + i
		f := t.book.of(s.View, m)
		st := f.status(s.View)
		drawMachine(c, s, cols, 1, y, m, st)
		if cols.barW > 0 {
			t.buf = append(appendSeconds(t.buf[:0], st.born), 's')
			x := putBytes(c, cols.barX, y, cols.barW, theme.Time, t.buf)
			drawEnd(c, x+2, y, s.View, f, st)
		}
		if r.list.Top+i == r.list.At {
			markCursor(c, s.Theme, y, w, focused)
		}
	}
	if y := t.head + max(1, len(r.window)); r.beyond > 0 && r.list.Top+len(r.window) == r.total && y < h {
		t.buf = appendThousands(append(t.buf[:0], "… "...), r.beyond)
		t.buf = append(t.buf, " older ones not looked at; down looks at more"...)
		putBytes(c, 1, y, w-1, theme.Dim, t.buf)
	}
}

// drawEnd says how a machine ended: what a client was told, or why it failed.
func drawEnd(c grid.Canvas, x, y int, v replay.View, f *facts, st status) {
	w, _ := c.Size()
	text, style := "", theme.Client
	if st.failed {
		text, style = failureOf(v, f), theme.Failed
	} else if text = f.text(v, attrTold); text != "" {
		x = c.Cut(x, y, w-x, style, "told ")
	}
	c.Cut(x, y, w-x, style, shortClean(text, clipMax))
}

// columns are as wide as what is in the window needs.
func (r *treeRoots) columns(s *Scene, w int) treeColumns {
	want := 0
	for _, m := range r.window {
		want = max(want, 1+nameWidth(m)+1+min(30, aboutWidth(m)))
	}
	return layColumns(s, w, want, w*45/100)
}
