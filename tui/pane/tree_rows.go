package pane

import (
	"cmp"
	"slices"

	"raftscope/replay"
	"raftscope/sm"
)

// Bounds of a tree: what is not asked for is not looked at.
const (
	treeChildren = 24   // of a machine, before the user asks for more
	treeMore     = 100  // how many more that are then
	treeUnfolded = 200  // rows, above which nothing is unfolded unasked
	treeDepth    = 10   // below which nothing is
	treeDepthMax = 256  // however much is unfolded
	treeSorted   = 2048 // the newest so many effects of a machine are sorted
	treeLooks    = 2000 // machines asked of the filter at a time
)

type treeRowKind uint8

const (
	treeMachine treeRowKind = iota
	treeAbove               // refers to a machine that is shown elsewhere
	treeRest                // stands for those left out
)

// treeRow is a line of the tree.
type treeRow struct {
	m        *replay.Machine
	role     string // in which the parent caused it, or it the parent
	kind     treeRowKind
	depth    int
	parent   int  // row of the parent, -1 for the root
	links    int  // of the machine, in the tree's direction, when the row was made
	unfolded bool // what is below is shown
	rest     int  // how many treeRest stands for
}

// treeKey says which row is meant whatever rows come and go around it.
type treeKey struct {
	machine, parent sm.ID
	rest            bool
}

func (t *Tree) key(i int) treeKey {
	r := &t.rows[i]
	k := treeKey{machine: r.m.ID(), rest: r.kind == treeRest}
	if r.parent >= 0 {
		k.parent = t.rows[r.parent].m.ID()
	}
	return k
}

// find returns the row meant by k, or another one of the same machine, or -1.
func (t *Tree) find(k treeKey) int {
	other := -1
	for i := range t.rows {
		r := &t.rows[i]
		if r.m.ID() != k.machine || (r.kind == treeRest) != k.rest {
			continue
		}
		if t.key(i) == k {
			return i
		}
		if other < 0 || t.rows[other].kind == treeAbove {
			other = i
		}
	}
	return other
}

// treeMade says of which scene and settings the rows are.
type treeMade struct {
	timeline *replay.Timeline
	events   int
	scene    uint64
	grown    uint64
}

// sync brings the rows up to the scene. They are made anew only if they would
// be others.
func (t *Tree) sync(s *Scene) {
	t.adopt(s)
	if t.listing(s) {
		return
	}
	now := treeMade{s.View.Timeline(), s.View.Events(), s.Version, t.grown}
	if now == t.made {
		return
	}
	if !t.current(s, now) {
		t.grow(s)
	}
	t.made = now
	t.settle(s)
}

// adopt takes over what others have chosen.
func (t *Tree) adopt(s *Scene) {
	if s.Root != t.root {
		t.root, t.browsing = s.Root, false
		t.folds, t.shown = nil, nil
		t.rows, t.made = nil, treeMade{}
		t.cursor = treeKey{machine: s.Root}
		t.list.Set(0)
		t.version++
	}
	if s.Selected != t.selected {
		t.selected = s.Selected
		t.seek = s.Selected
	}
}

// current says whether the rows are still right: a tree changes when one of its
// machines has another number of links, or when what orders or filters it may.
func (t *Tree) current(s *Scene, now treeMade) bool {
	if len(t.rows) == 0 || now.timeline != t.made.timeline || now.scene != t.made.scene || now.grown != t.made.grown {
		return false
	}
	if now.events == t.made.events {
		return true
	}
	if t.order != treeByCause || !s.Filter.Empty() {
		return false
	}
	for i := range t.rows {
		r := &t.rows[i]
		if r.kind != treeMachine {
			continue
		}
		if !s.View.Of(r.m).Known() || len(t.book.of(s.View, r.m).links(s.View, t.up)) != r.links {
			return false
		}
	}
	return true
}

// settle puts the cursor where it belongs among the rows.
func (t *Tree) settle(s *Scene) {
	if t.seek != 0 {
		if i := t.find(treeKey{machine: t.seek}); i >= 0 {
			if t.cursor.machine != t.seek || t.cursor.rest {
				t.cursor = t.key(i)
			}
			t.seek = 0
		}
	}
	if i := t.find(t.cursor); i >= 0 {
		t.list.At = i
		return
	}
	t.list.At = max(0, min(t.list.At, len(t.rows)-1))
}

// grow makes the rows.
func (t *Tree) grow(s *Scene) {
	g := treeGrower{t: t, v: s.View, filter: s.Filter, seen: map[*replay.Machine]int{}, looks: treeLooks}
	for _, more := range t.shown {
		g.looks += 20 * more
	}
	t.rows = t.rows[:0]
	if root := s.View.Machine(s.Root); root.Known() {
		g.root = root.Machine
		g.add(root.Machine, "", 0, -1)
	}
}

// treeGrower makes the rows of a tree, from its root down.
type treeGrower struct {
	t       *Tree
	v       replay.View
	filter  replay.Filter
	root    *replay.Machine
	seen    map[*replay.Machine]int // rows; a machine counts as shown from its own row on
	matches map[*replay.Machine]bool
	looks   int
}

func (g *treeGrower) add(m *replay.Machine, role string, depth, parent int) {
	if _, ok := g.seen[m]; ok {
		g.t.rows = append(g.t.rows, treeRow{m: m, role: role, kind: treeAbove, depth: depth, parent: parent})
		return
	}
	at := len(g.t.rows)
	g.seen[m] = at
	links := g.t.book.of(g.v, m).links(g.v, g.t.up)
	g.t.rows = append(g.t.rows, treeRow{m: m, role: role, depth: depth, parent: parent, links: len(links)})
	if len(links) > 0 && depth < treeDepthMax && g.unfolded(m, depth) {
		g.t.rows[at].unfolded = true
		g.children(m, links, depth+1, at)
	}
}

// unfolded says whether what is below m is shown: as the user said, else what
// is not too deep. Entries that a truncation removed are older than what led to
// it, and their own story another one.
func (g *treeGrower) unfolded(m *replay.Machine, depth int) bool {
	if open, ok := g.t.folds[m.ID()]; ok {
		return open
	}
	if m == g.root {
		return true
	}
	older := m.BornEvent() < g.root.BornEvent() && !g.t.up
	return depth < treeDepth && len(g.t.rows) < treeUnfolded && !older
}

// children adds what is below a row, as many as asked for.
func (g *treeGrower) children(m *replay.Machine, links []uint32, depth, parent int) {
	limit := treeChildren + g.t.shown[m.ID()]
	links, left := g.ordered(m, links, limit)
	added := make(map[*replay.Machine]bool, min(limit, len(links)))
	for i, at := range links {
		child, role := linked(g.v.Timeline(), m, at)
		if child == nil || added[child] || !g.v.Of(child).Known() {
			continue // linked twice, in two roles
		}
		if len(added) == limit || g.looks <= 0 {
			left += len(links) - i
			break
		}
		if !g.wanted(child, depth) {
			continue
		}
		added[child] = true
		g.add(child, role, depth, parent)
	}
	if left > 0 {
		g.t.rows = append(g.t.rows, treeRow{m: m, kind: treeRest, depth: depth, parent: parent, rest: left})
	}
}

// ordered returns the links as the user wants them, and how many it left out.
func (g *treeGrower) ordered(m *replay.Machine, links []uint32, limit int) (out []uint32, left int) {
	if g.t.order == treeByCause || len(links) < 2 {
		return links, 0
	}
	if most := max(treeSorted, limit); len(links) > most {
		left = len(links) - most
		links = links[left:]
	}
	ranks := make([]treeRank, 0, len(links))
	for _, at := range links {
		if child, _ := linked(g.v.Timeline(), m, at); child != nil && g.v.Of(child).Known() {
			ranks = append(ranks, treeRank{at, g.t.rank(g.v, child)})
		}
	}
	slices.SortStableFunc(ranks, func(a, b treeRank) int { return cmp.Compare(b.rank, a.rank) })
	out = make([]uint32, len(ranks))
	for i, r := range ranks {
		out[i] = r.at
	}
	return out, left
}

type treeRank struct {
	at   uint32
	rank int64 // higher comes first
}

// rank returns how far up a machine belongs.
func (t *Tree) rank(v replay.View, m *replay.Machine) int64 {
	switch t.order {
	case treeByNewest:
		return int64(m.ID())
	case treeBySlowest:
		return int64(t.book.of(v, m).status(v).took)
	case treeByOutcome:
		switch st := t.book.of(v, m).status(v); {
		case st.failed:
			return 4
		case st.gone:
			return 3
		case st.held:
			return 2
		case st.open:
			return 1
		}
	}
	return 0
}

// wanted says whether the filter lets a machine be shown, because of itself or
// of something below it. When that would take too long it is shown.
func (g *treeGrower) wanted(m *replay.Machine, depth int) bool {
	if g.filter.Empty() {
		return true
	}
	if yes, ok := g.matches[m]; ok {
		return yes
	}
	if g.looks--; g.looks < 0 {
		return true
	}
	if g.matches == nil {
		g.matches = map[*replay.Machine]bool{}
	}
	if g.filter.Machine(g.v.Of(m)) {
		g.matches[m] = true
		return true
	}
	g.matches[m] = false // links in a circle end here
	if depth >= treeDepthMax {
		return false
	}
	for _, at := range g.t.book.of(g.v, m).links(g.v, g.t.up) {
		child, _ := linked(g.v.Timeline(), m, at)
		if child != nil && g.v.Of(child).Known() && g.wanted(child, depth+1) {
			g.matches[m] = true
			return true
		}
	}
	return false
}
