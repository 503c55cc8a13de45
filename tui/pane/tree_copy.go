package pane

import (
	"strings"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/grid"
)

// Copy returns the rows of the tree, folded as they are, or the list of roots
// as far as it is shown: a line a machine, with its state, when it was born and
// how long it took.
func (t *Tree) Copy(s *Scene) string {
	t.sync(s)
	var lines [][]string
	if t.listing(s) {
		for _, m := range t.ready(s).window {
			lines = append(lines, t.copied(s, m, "", 0))
		}
		return aligned(lines)
	}
	for i := range t.rows {
		r := &t.rows[i]
		indent := strings.Repeat("  ", min(r.depth, treeDeepest))
		switch r.kind {
		case treeRest:
			lines = append(lines, []string{indent + string(appendThousands(nil, r.rest)) + " more"})
		case treeAbove:
			lines = append(lines, []string{indent + shortClean(r.m.Name(), 60) + " (above)"})
		default:
			lines = append(lines, t.copied(s, r.m, indent, t.rows[0].m.Born()))
		}
	}
	return aligned(lines)
}

// copied returns the columns of a machine; the time of its birth counts from
// start.
func (t *Tree) copied(s *Scene, m *replay.Machine, indent string, start sm.Time) []string {
	f := t.book.of(s.View, m)
	st := f.status(s.View)
	sign, subject, label := aboutParts(s, m)
	if subject != "" {
		subject = sign + subject + " "
	}
	born := "at " + replay.Duration(st.born)
	if start != 0 {
		born = replay.Plus(st.born - start)
	}
	took := ""
	switch {
	case st.open:
		took = "so far " + replay.Duration(st.took)
	case st.moved:
		took = "took " + replay.Duration(st.took)
	}
	if st.held {
		took += ", held"
	}
	line := []string{indent + shortClean(m.Name(), 60), strings.TrimSpace(subject + label),
		shortClean(m.Node(), 60), shortClean(m.Kind().StateName(st.state), 40), born, took}
	if st.failed {
		line = append(line, shortClean(failureOf(s.View, f), clipMax))
	}
	return line
}

// aligned returns lines with their columns one below the other.
func aligned(lines [][]string) string {
	var widths []int
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if len(line) > 1 {
				widths[i] = max(widths[i], grid.Width(cell))
			}
		}
	}
	var b strings.Builder
	for _, line := range lines {
		text := ""
		for i, cell := range line {
			text += cell + strings.Repeat(" ", max(0, widths[i]-grid.Width(cell))+2)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	return b.String()
}
