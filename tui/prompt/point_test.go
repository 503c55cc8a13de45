package prompt

import "testing"

// A click on a column puts the cursor on the character that is drawn there, wide
// and escaped ones too.
func TestPoint(t *testing.T) {
	var l Line
	l.Set("ab日e\u0301\u202e")
	if l.Text() != "ab日e\u0301" { // what turns text around is no part of a line
		t.Fatalf("%q", l.Text())
	}
	l.Insert("x")
	w := l.Window(40)
	if w.Text != `ab日e\u0301x` {
		t.Fatalf("%q", w.Text)
	}
	for column, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 2, 4: 3, 9: 3, 10: 3, 11: 5, 12: 6, 39: 6} {
		if got := w.Rune(column); got != want {
			t.Errorf("column %d: rune %d, expected %d", column, got, want)
		}
		l.GoTo(w.Rune(column))
		if got := l.Cursor(); got != want {
			t.Errorf("column %d: cursor at %d, expected %d", column, got, want)
		}
	}
	l.GoTo(4) // the accent is part of the letter
	if l.Cursor() != 3 {
		t.Errorf("cursor at %d", l.Cursor())
	}
}
