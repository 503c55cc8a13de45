package pane

import (
	"strconv"

	"raftscope/tui/keys"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Count returns a number with commas between thousands, as people read it.
func Count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// List is a cursor in a list of lines of which a window is shown. It keeps the
// cursor in the window and both within the list.
type List struct {
	At      int // the line of the cursor
	Top     int // the first line in the window
	version uint64
}

// Version changes with every move.
func (l *List) Version() uint64 { return l.version }

// Fit is called before drawing, with the length of the list and the height of the
// window.
func (l *List) Fit(length, height int) {
	l.At = max(0, min(l.At, length-1))
	if l.At < l.Top {
		l.Top = l.At
	}
	if l.At >= l.Top+height {
		l.Top = l.At - height + 1
	}
	l.Top = max(0, min(l.Top, length-height))
}

// Do carries out a motion; it reports false for another verb.
func (l *List) Do(v keys.Verb, length, height int) bool {
	switch v {
	case Up:
		l.At--
	case Down:
		l.At++
	case PageUp:
		l.At -= max(1, height-1)
	case PageDown:
		l.At += max(1, height-1)
	case Top:
		l.At = 0
	case Bottom:
		l.At = length - 1
	default:
		return false
	}
	l.version++
	l.At = max(0, min(l.At, length-1))
	return true
}

// Set puts the cursor on a line.
func (l *List) Set(at int) {
	if at != l.At {
		l.At = at
		l.version++
	}
}

// Wheel moves the window and, if it must, the cursor.
func (l *List) Wheel(lines, length, height int) {
	l.version++
	l.Top = max(0, min(l.Top+lines, length-height))
	l.At = max(l.Top, min(l.At, l.Top+height-1))
}
