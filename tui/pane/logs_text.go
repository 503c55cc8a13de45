package pane

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"raftscope/tui/grid"
)

// logDigits returns how many columns a number takes.
func logDigits(n uint64) int {
	d := 1
	for n >= 10 {
		n /= 10
		d++
	}
	return d
}

// logNumber draws a number in decimal and returns the column behind it.
func logNumber(c grid.Canvas, x, y int, s grid.Style, n uint64) int {
	var b [20]byte
	for _, d := range strconv.AppendUint(b[:0], n, 10) {
		x = c.Rune(x, y, s, rune(d))
	}
	return x
}

// logRight draws a number so that it ends before column x.
func logRight(c grid.Canvas, x, y int, s grid.Style, n uint64) {
	logNumber(c, x-logDigits(n), y, s, n)
}

// logClip cuts off what cannot be shown in w columns anyway, so that a text of
// a megabyte costs no more than a short one. What is left may still be too wide.
func logClip(text string, w int) string {
	// A character takes up to 4 bytes, and one that takes no column is quoted.
	most := 4 * (max(0, w) + 1)
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// logClean makes a text drawable in at most w columns; it allocates only if it
// must.
func logClean(text string, w int) string {
	text = grid.Clean(logClip(text, w))
	if grid.Width(text) <= w {
		return text
	}
	used := 0
	for i, r := range text {
		if used += grid.RuneWidth(r); used > w-1 {
			return text[:i] + string(grid.Ellipsis)
		}
	}
	return text
}

// logCut draws an untrusted text in at most w columns and returns the column
// behind it.
func logCut(c grid.Canvas, x, y, w int, s grid.Style, text string) int {
	return c.Cut(x, y, w, s, grid.Clean(logClip(text, w)))
}

// logRange reads the subject of an operation of a disk: 4..6.
func logRange(subject string) (from, to uint64, ok bool) {
	a, b, ok := strings.Cut(subject, "..")
	if !ok {
		return 0, 0, false
	}
	from, err1 := strconv.ParseUint(a, 10, 64)
	to, err2 := strconv.ParseUint(b, 10, 64)
	return from, to, err1 == nil && err2 == nil && from <= to
}

// logRoute reads the subject of a message: n1>n2.
func logRoute(subject string) (from, to string, ok bool) { return strings.Cut(subject, ">") }
