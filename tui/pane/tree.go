package pane

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
)

// Tree shows what a machine caused, and what that caused, or what caused it, on
// all nodes: a line a machine, with bars that say when it was in which state. With no
// root it lists the machines that one can be rooted at. The zero value is ready.
type Tree struct {
	list    List
	cursor  treeKey // the row of the list's cursor
	version uint64
	height  int // of the window, when last drawn
	head    int // lines above it

	up       bool // causes instead of effects
	order    treeOrder
	fit      bool // the axis spans all of the tree instead of the root's life
	browsing bool // the list of roots is shown, although there is a root

	root     sm.ID // as of the scene last seen
	selected sm.ID
	seek     sm.ID // what was selected elsewhere and is to get the cursor

	folds map[sm.ID]bool // what the user unfolded (true) or folded
	shown map[sm.ID]int  // how many more effects than usual
	grown uint64         // changes with all that changes the rows

	book  factBook
	rows  []treeRow
	made  treeMade
	roots treeRoots
	title treeTitle
	buf   []byte // for what is drawn
}

// treeOrder says in which order siblings stand.
type treeOrder uint8

const (
	treeByCause treeOrder = iota
	treeByNewest
	treeBySlowest
	treeByOutcome
	treeOrders
)

var treeOrderNames = [treeOrders]string{"in order", "newest first", "slowest first", "failed and open first"}

// Verbs of the tree.
const (
	treeCauses  keys.Verb = "causes"
	treeSort    keys.Verb = "sort"
	treeKinds   keys.Verb = "kinds"
	treeBrowse  keys.Verb = "browse"
	treeFitting keys.Verb = "fit"
)

var treeKeys = keys.Map{Name: "tree", Bindings: []keys.Binding{
	{Verb: treeCauses, Keys: []string{"c"}, Short: "causes", Help: "causes upward, or effects downward"},
	{Verb: treeSort, Keys: []string{"o"}, Short: "order", Help: "sort: as caused, newest, slowest, failed and open first"},
	{Verb: treeFitting, Keys: []string{"a"}, Help: "axis: the life of the root, or of all that is shown"},
	{Verb: treeBrowse, Keys: []string{"backspace"}, Short: "roots", Help: "list what the tree can be rooted at, and back"},
	{Verb: treeKinds, Keys: []string{"K"}, Help: "list the machines of the next kind"},
}}

// Name returns tree.
func (t *Tree) Name() string { return "tree" }

// Keys returns the keys of the tree.
func (t *Tree) Keys() *keys.Map { return &treeKeys }

// Version changes with what the pane itself changes.
func (t *Tree) Version() uint64 { return t.version + t.list.Version() + t.roots.list.Version() }

// listing says whether the list of roots is shown.
func (t *Tree) listing(s *Scene) bool { return s.Root == 0 || t.browsing }

// treeTitle is a title and what it was made of.
type treeTitle struct {
	root     sm.ID
	up, fit  bool
	order    treeOrder
	listing  bool
	kind     string
	filter   bool
	timeline *replay.Timeline
	text     string
}

// Title says at what the tree is rooted, and how it is shown.
func (t *Tree) Title(s *Scene) string {
	if s.Root != t.root {
		t.adopt(s)
	}
	now := treeTitle{s.Root, t.up, t.fit, t.order, t.listing(s), t.roots.kind, !s.Filter.Empty(), s.View.Timeline(), ""}
	if have := t.title; have.text != "" {
		if now.text = have.text; now == have {
			return have.text
		}
	}
	var b strings.Builder
	switch m := s.View.Timeline().Machine(s.Root); {
	case now.listing:
		b.WriteString("roots: " + t.roots.kindName())
	case m == nil:
		b.WriteString("tree")
	default:
		b.WriteString("tree: " + shortClean(m.Name(), 40))
	}
	if t.up && !now.listing {
		b.WriteString(", causes")
	}
	switch {
	case t.order != treeByCause:
		b.WriteString(", " + treeOrderNames[t.order])
	case now.listing:
		b.WriteString(", " + treeOrderNames[treeByNewest])
	}
	if now.filter {
		b.WriteString(", filtered")
	}
	now.text = b.String()
	t.title = now
	return now.text
}

// Do carries out a verb.
func (t *Tree) Do(v keys.Verb, s *Scene) Action {
	t.sync(s)
	switch v {
	case treeCauses:
		t.up = !t.up
		t.regrow()
		return nil
	case treeSort:
		t.order = (t.order + 1) % treeOrders
		t.regrow()
		return Say{"tree: " + treeOrderNames[t.order]}
	case treeFitting:
		t.fit = !t.fit
		t.version++
		return nil
	case treeBrowse:
		return t.browse(s)
	case treeKinds:
		t.browsing = s.Root != 0
		t.roots.nextKind(s.View)
		t.version++
		return nil
	}
	if t.listing(s) {
		return t.doRoots(v, s)
	}
	return t.doRows(v, s)
}

func (t *Tree) regrow() {
	t.grown++
	t.version++
}

func (t *Tree) browse(s *Scene) Action {
	if s.Root == 0 {
		return Say{"no tree yet: enter roots it at a machine"}
	}
	t.browsing = !t.browsing
	t.version++
	return nil
}

// doRows carries out a verb on the rows.
func (t *Tree) doRows(v keys.Verb, s *Scene) Action {
	if len(t.rows) == 0 {
		return nil
	}
	at := t.list.At
	switch v {
	case Fold:
		return t.fold(at)
	case Unfold:
		return t.unfold(at)
	case Open:
		return t.open(at)
	}
	if !t.list.Do(v, len(t.rows), t.window()) {
		return nil
	}
	return t.moved()
}

// window returns how many rows are shown.
func (t *Tree) window() int { return max(1, t.height) }

// moved takes over where the list's cursor is, and selects what is there.
func (t *Tree) moved() Action {
	t.cursor = t.key(t.list.At)
	t.seek = 0
	t.version++
	return Select{t.cursor.machine}
}

func (t *Tree) goTo(row int) Action {
	t.list.Set(row)
	return t.moved()
}

// fold hides what is below a row, or goes to its parent.
func (t *Tree) fold(at int) Action {
	r := &t.rows[at]
	if r.kind == treeMachine && r.unfolded {
		t.setFold(r.m.ID(), false)
		return nil
	}
	if r.parent >= 0 {
		return t.goTo(r.parent)
	}
	return nil
}

// unfold shows what is below a row, or goes there.
func (t *Tree) unfold(at int) Action {
	switch r := &t.rows[at]; {
	case r.kind == treeRest:
		t.showMore(r.m.ID())
	case r.kind == treeAbove:
		return t.open(at)
	case r.unfolded && at+1 < len(t.rows):
		return t.goTo(at + 1)
	case r.links > 0 && !r.unfolded:
		t.setFold(r.m.ID(), true)
	}
	return nil
}

// open goes on from a row: more of what is left out, the machine that is
// referred to, what is folded; else it roots the tree there.
func (t *Tree) open(at int) Action {
	switch r := &t.rows[at]; {
	case r.kind == treeRest:
		t.showMore(r.m.ID())
		return nil
	case r.kind == treeAbove:
		for i := range t.rows {
			if t.rows[i].m == r.m && t.rows[i].kind == treeMachine {
				t.goTo(i)
				return Follow{r.m.ID()}
			}
		}
		return Follow{r.m.ID()}
	case r.links > 0 && !r.unfolded:
		t.setFold(r.m.ID(), true)
		return nil
	case r.links > 0 && r.parent >= 0:
		return Root{r.m.ID()}
	default:
		return Follow{r.m.ID()}
	}
}

func (t *Tree) setFold(id sm.ID, open bool) {
	if t.folds == nil {
		t.folds = map[sm.ID]bool{}
	}
	t.folds[id] = open
	t.regrow()
}

func (t *Tree) showMore(id sm.ID) {
	if t.shown == nil {
		t.shown = map[sm.ID]int{}
	}
	t.shown[id] += treeMore
	t.regrow()
}

// Click selects a row, or folds and unfolds at its mark.
func (t *Tree) Click(x, y int, s *Scene) Action {
	t.sync(s)
	if t.listing(s) {
		return t.clickRoots(y-t.head, s)
	}
	at := t.list.Top + y - t.head
	if y < t.head || at >= len(t.rows) {
		return nil
	}
	r := &t.rows[at]
	mark := x == t.markColumn(r)
	act := t.goTo(at)
	switch {
	case r.kind == treeRest:
		t.showMore(r.m.ID())
	case mark && r.links > 0:
		t.setFold(r.m.ID(), !r.unfolded)
	}
	return act
}

// Wheel moves the window, and the cursor if it must.
func (t *Tree) Wheel(lines int, s *Scene) Action {
	t.sync(s)
	if t.listing(s) {
		return t.wheelRoots(lines, s)
	}
	if len(t.rows) == 0 {
		return nil
	}
	before := t.list.At
	t.list.Wheel(lines, len(t.rows), t.window())
	if t.list.At == before {
		return nil
	}
	return t.moved()
}

// Draw draws the rows in the window, below a line with the names of the columns
// and the axis if there is room.
func (t *Tree) Draw(c grid.Canvas, s *Scene, focused bool) {
	w, h := c.Size()
	head := treeHead(h)
	t.height, t.head = h-head, head
	t.sync(s)
	if t.listing(s) {
		t.drawRoots(c, s, focused)
		return
	}
	if len(t.rows) == 0 {
		t.drawUnborn(c, s)
		return
	}
	t.list.Fit(len(t.rows), t.window())
	cols := t.columns(s, w)
	axis := t.axis(s, cols.barW)
	if head > 0 {
		t.drawHead(c, s, cols, axis)
	}
	for y := head; y < h && t.list.Top+y-head < len(t.rows); y++ {
		at := t.list.Top + y - head
		t.drawRow(c, s, cols, axis, y, at, focused)
	}
}

// treeHead returns how many lines the head takes of a height.
func treeHead(h int) int {
	if h < 4 {
		return 0
	}
	return 1
}
