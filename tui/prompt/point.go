package prompt

// GoTo puts the cursor before the character that holds a place in the line, in
// runes from 0; or behind the last.
func (l *Line) GoTo(runes int) {
	l.cursor = len(l.cells)
	for i := range l.cells {
		if runes < l.runes(i+1) {
			l.cursor = i
			return
		}
	}
}

// Rune returns which place of the line, in runes from 0, a column of the window
// shows; beyond the last it is that behind it.
func (w Window) Rune(column int) int {
	at := 0
	for _, c := range w.columns {
		if c.at > column {
			break
		}
		at = c.rune
	}
	return at
}
