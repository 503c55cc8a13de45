package prompt

import (
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"

	"raftscope/replay/cond/words"
	"raftscope/tui/grid"
)

// edit applies keys: a letter types itself.
func edit(l *Line, keys string) {
	for _, k := range strings.Fields(keys) {
		switch k {
		case "left":
			l.Left()
		case "right":
			l.Right()
		case "home":
			l.Home()
		case "end":
			l.End()
		case "bs":
			l.Backspace()
		case "del":
			l.Delete()
		case "^w":
			l.KillWord()
		case "^u":
			l.KillToStart()
		case "^k":
			l.KillToEnd()
		case "^y":
			l.Yank()
		case "alt-b":
			l.WordLeft()
		case "alt-f":
			l.WordRight()
		case "alt-d":
			l.KillWordRight()
		case "space":
			l.Insert(" ")
		default:
			l.Insert(k)
		}
	}
}

// shown returns the line with a bar at the cursor.
func shown(l *Line) string {
	r := []rune(l.Text())
	return string(r[:l.Cursor()]) + "|" + string(r[l.Cursor():])
}

func TestEditing(t *testing.T) {
	for _, tt := range []struct{ text, keys, want string }{
		{"", "a b left c", "ac|b"}, {"write leader", "home w end !", "wwrite leader!|"}, {"abc", "left bs", "a|c"}, {"abc", "home del", "|bc"},
		{"abc", "home bs left", "|abc"}, {"abc", "del right", "abc|"}, {"set x  1 ", "^w", "set x  |"}, {"set x", "^w ^w ^w", "|"}, {"set x 1", "left left ^u", "| 1"},
		{"set x 1", "alt-b alt-b ^k", "set |"}, {"set x 1", "^w ^w home ^y", "x |set "}, {"a b c", "^w ^u ^y ^y", "a b a b |"},
		{"one two", "home alt-f", "one| two"}, {"one two", "home alt-f alt-f alt-f", "one two|"}, {"one two", "home alt-d", "| two"}, {"one two", "alt-b", "one |two"},
		{"e\u0301a", "left left x", "x|e\u0301a"}, {"e\u0301a", "left bs", "|a"}, {"\U0001f468\u200d\U0001f469\u200d\U0001f467!", "left bs", "|!"}, {"日本", "left bs", "|本"},
		{"ab", "left \u0301", "a\u0301|b"}, {"a\u0301", "home x", "x|a\u0301"},
	} {
		l := &Line{}
		l.Set(tt.text)
		edit(l, tt.keys)
		if got := shown(l); got != tt.want {
			t.Errorf("%q %s: %q, want %q", tt.text, tt.keys, got, tt.want)
		}
	}
}

func TestPaste(t *testing.T) {
	for text, want := range map[string]string{
		"a\tb\r\nc\nd": "a b c d", "\x1b[2Jx\x07\u202e\u200f\x7f": "[2Jx", "a\xffb": "ab", "\u2028é": "é",
	} {
		l := &Line{}
		if !l.Insert(text) || l.Text() != want || words.CheckLine(1, l.Text()) != nil {
			t.Errorf("%q: %q, want %q", text, l.Text(), want)
		}
	}
	l := &Line{}
	if !l.Insert(strings.Repeat("é", words.LineBytesMax/2)) || l.Insert("x") || l.Replace(0, 0, "x") || len(l.Text()) != words.LineBytesMax {
		t.Errorf("%d bytes", len(l.Text()))
	}
}

func TestReplace(t *testing.T) {
	l := &Line{}
	l.Set("é wri x")
	if !l.Replace(2, 5, "write") || shown(l) != "é write| x" {
		t.Error(shown(l))
	}
	if !l.Replace(-3, 1000, "a\x1b") || shown(l) != "a|" {
		t.Error(shown(l))
	}
}

func TestWindow(t *testing.T) {
	for _, tt := range []struct {
		text, keys    string
		width         int
		want          string
		cursor        int
		before, after bool
	}{
		{"", "", 5, "", 0, false, false}, {"abc", "", 5, "abc", 3, false, false}, {"abcd", "", 5, "abcd", 4, false, false}, {"abcde", "", 5, "bcde", 4, true, false},
		{"abcdefgh", "home", 5, "abcde", 0, false, true}, {"abcdefgh", "left left", 5, "efgh", 2, true, false}, {"日本語", "", 5, "本語", 4, true, false},
		{"a日本語", "left", 5, "本語", 2, true, false}, {"日", "home", 1, ".", 0, false, true}, {"e\u0301x", "home", 9, `e\u0301x`, 0, false, false},
		{"e\u0301x", "left", 9, `e\u0301x`, 7, false, false}, {"abc", "", 0, "", 0, true, false}, {"abcdefgh", "bs bs bs", 5, "bcde", 4, true, false},
	} {
		l := &Line{}
		l.Set(tt.text)
		l.Window(tt.width)
		edit(l, tt.keys)
		w := l.Window(tt.width)
		if w.Text != tt.want || w.Cursor != tt.cursor || w.Before != tt.before || w.After != tt.after {
			t.Errorf("%q %s in %d: %+v, want %q %d %t %t", tt.text, tt.keys, tt.width, w, tt.want, tt.cursor, tt.before, tt.after)
		}
	}
}

// TestWindowStays: the visible part does not move while the cursor is in it.
func TestWindowStays(t *testing.T) {
	l := &Line{}
	l.Set("abcdefghij")
	for i, want := range []string{"ghij", "ghij", "ghij", "ghij", "ghij", "fghij", "efghi", "defgh"} {
		if w := l.Window(5); w.Text != want {
			t.Errorf("%d to the left: %+v, want %q", i, w, want)
		}
		l.Left()
	}
}

func TestColumn(t *testing.T) {
	l := &Line{}
	l.Set("é日 wirte\u0301 x")
	w := l.Window(40)
	for rune, want := range map[int][2]int{1: {0, 1}, 2: {1, 2}, 3: {3, 1}, 4: {4, 1}, 8: {8, 7}, 9: {8, 7}, 10: {15, 1}, 11: {16, 1}, 12: {17, 1}} {
		if at, width, ok := w.Column(rune); !ok || at != want[0] || width != want[1] {
			t.Errorf("%d: %d %d %t, want %v", rune, at, width, ok, want)
		}
	}
	if _, _, ok := w.Column(13); ok {
		t.Error("there is nothing at 13")
	}
	l.Set("abcdefghij")
	w = l.Window(5)
	for rune, want := range map[int]bool{1: false, 6: false, 7: true, 11: true, 12: false} {
		if _, _, ok := w.Column(rune); ok != want {
			t.Errorf("%d: %t", rune, ok)
		}
	}
	l.Home()
	if _, _, ok := l.Window(5).Column(6); ok {
		t.Error("6 is behind the window")
	}
}

// TestRandomEditing: whatever is done, the window is clean and holds the cursor.
func TestRandomEditing(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	keys := strings.Fields("left right home end bs del ^w ^u ^k ^y alt-b alt-f alt-d space a b é 日 \u0301 \U0001f468 \u200d \U0001f1e9 \ufe0f \" ; \u05d0")
	l := &Line{}
	for range 20_000 {
		k := keys[rnd.Intn(len(keys))]
		if len(l.cells) > 60 {
			k = "^u"
		}
		edit(l, k)
		width := 1 + rnd.Intn(30)
		w := l.Window(width)
		if w.Cursor < 0 || w.Cursor >= width || grid.Width(w.Text) > width || grid.Clean(w.Text) != w.Text || l.Cursor() > utf8.RuneCountInString(l.Text()) {
			t.Fatalf("%q after %s in %d: %+v", l.Text(), k, width, w)
		}
		if at, _, ok := w.Column(l.Cursor() + 1); ok && at != w.Cursor && !l.AtEnd() {
			t.Fatalf("%q: cursor %d, column %d", l.Text(), w.Cursor, at)
		}
	}
}

func TestWindowOfALongLineIsCheap(t *testing.T) {
	l := &Line{}
	l.Set(strings.Repeat("a", words.LineBytesMax))
	if n := testing.AllocsPerRun(10, func() { l.Window(120) }); n > 20 {
		t.Errorf("%v allocations", n)
	}
}
