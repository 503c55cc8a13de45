package replay

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// table prints lines of aligned columns, two spaces apart, without spaces at
// the end of a line.
type table struct {
	right []bool // which columns align at their right
	rows  []line
}

type line struct {
	cells []string
	plain string // a line of its own, if there are no cells
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, line{cells: cells}) }

func (t *table) text(s string) { t.rows = append(t.rows, line{plain: s}) }

// widths returns the width of each column; the last one counts for nothing.
func (t *table) widths() []int {
	var w []int
	for _, row := range t.rows {
		for i, cell := range row.cells {
			if i == len(w) {
				w = append(w, 0)
			}
			w[i] = max(w[i], utf8.RuneCountInString(cell))
		}
	}
	return w
}

// write prints the table. Columns empty in every line are left out; the first
// line, if header, does not count for that.
func (t *table) write(w io.Writer, header bool) error {
	out := bufio.NewWriter(w)
	widths := t.widths()
	used := t.used(header)
	for _, row := range t.rows {
		var b strings.Builder
		b.WriteString(row.plain)
		for i, cell := range row.cells {
			if !used[i] {
				continue
			}
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < len(t.right) && t.right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		out.WriteString(strings.TrimRight(b.String(), " "))
		out.WriteByte('\n')
	}
	return out.Flush()
}

func (t *table) used(header bool) []bool {
	var used []bool
	for n, row := range t.rows {
		for i, cell := range row.cells {
			if i == len(used) {
				used = append(used, false)
			}
			used[i] = used[i] || cell != "" && !(header && n == 0)
		}
	}
	return used
}
