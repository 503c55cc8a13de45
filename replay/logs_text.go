package replay

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// LogsText prints the nodes' logs, a line a node and a column an index: each
// entry's term with a mark for its state. Of more indexes than fit the width
// it prints the last ones, and says so. It returns w's error.
func (v View) LogsText(w io.Writer, width int) error {
	logs := logView{leader: v.leaderLife()}
	for l := range v.eachLife {
		if l.number > 0 { // else clients have called it, and it never started
			logs.lives = append(logs.lives, l)
		}
	}
	for _, name := range v.Roster() {
		if v.Node(name).Life == 0 {
			logs.unborn = append(logs.unborn, name)
		}
	}
	logs.choose(width)
	_, err := io.WriteString(w, logs.print())
	return err
}

// logView is the logs as one print shows them.
type logView struct {
	lives   []lifeView
	unborn  []string // nodes that never started
	leader  lifeView // against whose log conflicts are told; zero: nobody's
	indexes []uint64
	hidden  int // indexes before these

	snapshots bool // some node has one
	cell      int  // width of a cell
}

// choose settles on the indexes to show and how wide their cells are.
func (v *logView) choose(width int) {
	var term uint64
	for _, l := range v.lives {
		v.snapshots = v.snapshots || l.snapshot().index > 0
		for c := l.entries(); c.next(); {
			v.indexes = append(v.indexes, c.m.key.index)
			term = max(term, c.m.key.term)
		}
	}
	slices.Sort(v.indexes)
	v.indexes = slices.Compact(v.indexes)
	digits := len(strconv.FormatUint(term, 10)) + 2 // with its marks
	if n := len(v.indexes); n > 0 {
		digits = max(digits, len(strconv.FormatUint(v.indexes[n-1], 10))+1)
	}
	v.cell = digits + 1
	margin := 0
	for _, l := range v.lives {
		margin = max(margin, utf8.RuneCountInString(l.head(v.leader)))
	}
	right := 18 // commit and applied
	if v.snapshots {
		right += 10
	}
	if fit := max((width-margin-right)/v.cell, 1); len(v.indexes) > fit {
		v.hidden = len(v.indexes) - fit
		v.indexes = v.indexes[v.hidden:]
	}
}

// head is the beginning of a node's line.
func (l lifeView) head(leader lifeView) string {
	mark := " "
	switch {
	case l.life == leader.life:
		mark = "★"
	case !l.up():
		mark = "✗"
	case l.role() == roleLeader: // of an older term, and does not know it yet
		mark = "☆"
	}
	return fmt.Sprintf("%s %s t%d", l.node.name, mark, l.term())
}

func (v *logView) print() string {
	var t table
	var cells strings.Builder
	for _, index := range v.indexes {
		fmt.Fprintf(&cells, "%*d ", v.cell-1, index)
	}
	t.right = []bool{2: true, 3: true, 4: true}
	add := func(snapshot string, cells ...string) {
		if v.snapshots {
			cells = append(cells, snapshot)
		}
		t.add(cells...)
	}
	add("snapshot", "index", cells.String(), "commit", "applied")
	unborn := v.unborn
	unbornUpTo := func(end int) {
		for _, name := range unborn[:end] {
			add("-", name, "not started", "-", "-")
		}
		unborn = unborn[end:]
	}
	for _, l := range v.lives {
		before, _ := slices.BinarySearch(unborn, l.node.name)
		unbornUpTo(before)
		add(l.snapshot().orDash(), l.head(v.leader), v.cells(l), strconv.FormatUint(l.commit(), 10), strconv.FormatUint(l.applied(), 10))
	}
	unbornUpTo(len(unborn))
	var b strings.Builder
	t.write(&b, false) // a Builder takes everything
	if v.hidden > 0 {
		fmt.Fprintf(&b, "(%d earlier indexes not shown)\n", v.hidden)
	}
	b.WriteString("[1] committed  1 durable  ~1 being written  1! conflicts with the leader  -- compacted\n")
	return b.String()
}

// cells prints a node's entries at the indexes shown.
func (v *logView) cells(l lifeView) string {
	conflict := v.conflict(l)
	var b strings.Builder
	for _, index := range v.indexes {
		cell := ""
		if m := l.slot(index); m != nil {
			cell = mark(MachineView{m, l.n}, conflict != 0 && index >= conflict)
		} else if index <= l.covered() {
			cell = "-- "
		}
		b.WriteString(strings.Repeat(" ", v.cell-len(cell)) + cell)
	}
	return b.String()
}

// mark is an entry's term with the mark of its state: one column in front and
// one behind.
func mark(m MachineView, conflict bool) string {
	before, after := "", " "
	switch r := m.role(); {
	case r >= roleCommitted:
		before, after = "[", "]"
	case r == roleCreated:
		before = "~"
	}
	if conflict {
		after = "!"
	}
	return before + strconv.FormatUint(m.key.term, 10) + after
}

// conflict returns the first index at which the node has an entry of another
// term than the leader, from where on nothing can stay; 0 if there is none.
func (v *logView) conflict(l lifeView) uint64 {
	if v.leader.life == nil || l.life == v.leader.life {
		return 0
	}
	for c := l.entries(); c.next(); {
		if theirs := v.leader.slot(c.m.key.index); theirs != nil && theirs.key.term != c.m.key.term {
			return c.m.key.index
		}
	}
	return 0
}

// orDash is an entry's place, or a dash for none.
func (p position) orDash() string {
	if p == (position{}) {
		return "-"
	}
	return p.String()
}

// NodesText prints a table of the nodes. It returns w's error.
func (v View) NodesText(w io.Writer) error {
	var tab table
	tab.right = []bool{1: true, 4: true, 5: true, 6: true, 7: true}
	head := []string{"node", "life", "role", "leader", "term", "last", "commit", "applied", "state hash"}
	all := v.AllVote()
	if !all {
		head = append(head, "member", "configuration")
	}
	tab.add(head...)
	for _, name := range v.Roster() {
		n := v.Node(name)
		last := position{n.LastTerm, n.Last}.orDash()
		number := func(n uint64) string { return strconv.FormatUint(n, 10) }
		role := n.Role
		if n.Life == 0 {
			role = "not started"
			number = func(uint64) string { return "-" }
		} else if n.Role == "" && v.Missing() > 0 {
			role = "not known"
		}
		if n.Frozen {
			role += ", frozen"
		}
		if n.Up {
			role += v.diskNote(name)
		}
		row := []string{name, number(uint64(n.Life)), role, orDash(n.Leader), number(n.Term), last,
			number(n.Commit), number(n.Applied), orDash(n.Hash)}
		if !all {
			row = append(row, v.Suffrage(name), v.configurationText(name))
		}
		tab.add(row...)
	}
	return tab.write(w, false)
}

// diskNote says what is wrong with a node's disk.
func (v View) diskNote(node string) (note string) {
	full, unreadable := v.BadDisk(node)
	if full {
		note = ", disk full"
	}
	if unreadable != "" {
		note += ", cannot read " + Clip(unreadable, reasonMax)
	}
	return note
}

// configurationText is the newest configuration in a node's eyes.
func (v View) configurationText(name string) string {
	var c Configuration
	c.Newest, c.Committed = v.Members(name)
	switch {
	case c.Newest == nil:
		return "-"
	case c.Newest.Index > 0 && !c.IsCommitted():
		return c.Newest.String() + " (not committed)"
	}
	return c.Newest.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
