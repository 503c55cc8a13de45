//go:build unix

package tuitest

import (
	"bytes"
	"strings"
	"testing"
)

// TestEmulator writes to an emulator of 10x4 and looks at its rows.
func TestEmulator(t *testing.T) {
	tests := []struct {
		name, in string
		want     string // rows, without the empty ones at the end
		reply    string
		complain string // part of a complaint
	}{
		{name: "text wraps", in: "0123456789ab", want: "0123456789\nab"},
		{name: "the last column waits", in: "0123456789\rX", want: "X123456789"},
		{name: "scrolls", in: "a\r\nb\r\nc\r\nd\r\ne", want: "b\nc\nd\ne"},
		{name: "repeats", in: "a\x1b[3b-", want: "aaaa-"},
		{name: "repeats wide ones", in: "日\x1b[2b-", want: "日日日-"},
		{name: "repeats nothing", in: "\x1b[3b", complain: `"3"b`},
		{name: "erases characters", in: "abcdef\x1b[2G\x1b[3X", want: "a   ef"},
		{name: "erases one for 0", in: "abc\x1b[1G\x1b[0X", want: " bc"},
		{name: "erases above, cursor in the second row", in: "one\r\ntwo\x1b[2D\x1b[1J", want: "\n  o"},
		{name: "erases the line's left", in: "abcdef\x1b[3D\x1b[1K", want: "    ef"},
		{name: "inserts and deletes characters", in: "abcd\x1b[2G\x1b[2@\x1b[4G\x1b[1P", want: "a  cd"},
		{name: "moves to column", in: "\x1b[5`x\x1b[2`y\x1b[3dz", want: " y  x\n\n  z"},
		{name: "scrolls a region", in: "a\r\nb\r\nc\r\nd\x1b[2;3r\x1b[2;1H\x1b[1M\x1b[r", want: "a\nc\n\nd"},
		{name: "scrolls up", in: "a\r\nb\r\nc\x1b[2S", want: "c"},
		{name: "scrolls down", in: "a\r\nb\x1b[T", want: "\na\nb"},
		{name: "reverse index", in: "a\x1b[H\x1bMb", want: "b\na"},
		{name: "wide characters take two columns", in: "日本x\x1b[1;4H|", want: "日 |x"},
		{name: "half of a wide one is a blank", in: "日x\x1b[1;2H|", want: " |x"},
		{name: "a wide one does not fit", in: "012345678日", want: "012345678\n日"},
		{name: "combining characters join", in: "e\u0301x", want: "e\u0301x"},
		{name: "combining in the last column", in: "012345678e\u0301x", want: "012345678e\u0301\nx"},
		{name: "a combining character alone", in: "\u0301x", want: "x"},
		{name: "bidirectional marks take no column", in: "a\u202eb", want: "a\u202eb"},
		{name: "tabs", in: "a\tb", want: "a       b"},
		{name: "the other screen", in: "main\x1b[?1049halt\x1b[?1049l!", want: "main!"},
		{name: "back from where it was not", in: "main\x1b[?1049l!", want: "main!"},
		{name: "a rune in two writes", in: "\xe6\x97|\xa5", want: "\uFFFD|\uFFFD", complain: "broken UTF-8"},
		{name: "control characters in 8 bits", in: "a\u009b2Jb", want: "a2Jb", complain: "U+009B"},
		{name: "reset", in: "abc\x1bcx", want: "x"},

		{name: "kitty keyboard is not the cursor", in: "\x1b[3;3H\x1b[>1u\x1b[<u\x1b[=1;1ux", want: "\n\n  x"},
		{name: "modifyOtherKeys is no style", in: "\x1b[>4;2mx\x1b[>4m", want: "x"},
		{name: "asks for the keyboard", in: "\x1b[>5u\x1b[?u", reply: "\x1b[?5u"},
		{name: "asks for modes", in: "\x1b[?2026$p\x1b[?2027$p\x1b[?25$p\x1b[?9999$p", reply: "\x1b[?2026;2$y\x1b[?2027;0$y\x1b[?25;1$y\x1b[?9999;0$y"},
		{name: "asks what it is", in: "\x1b[c\x1b[>c\x1b[>q", reply: "\x1b[?62;22;52c\x1b[>1;10;0c\x1bP>|tuitest\x1b\\"},
		{name: "asks where the cursor is", in: "\x1b[2;3H\x1b[6n\x1b[5n", reply: "\x1b[2;3R\x1b[0n"},
		{name: "asks for colours", in: "\x1b]11;?\x07\x1b]10;?\x1b\\", reply: "\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\\x1b]10;rgb:f0f0/f0f0/f0f0\x1b\\"},
		{name: "asks for terminfo", in: "\x1bP+q524742\x1b\\", reply: "\x1bP0+r524742\x1b\\"},
		{name: "asks for the size", in: "\x1b[18t", reply: "\x1b[8;4;10t"},
		{name: "a hyperlink is not text", in: "\x1b]8;;https://x\x07ab\x1b]8;;\x07", want: "ab"},
		{name: "a frame that is held back", in: "old\x1b[?2026h\x1b[2J\x1b[Hnew", want: "old"},
		{name: "a frame that is whole", in: "old\x1b[?2026h\x1b[2J\x1b[Hnew\x1b[?2026l", want: "new"},

		{name: "unknown mode", in: "\x1b[?4711h", complain: `ESC [ ?"4711"h`},
		{name: "unknown style", in: "\x1b[99;1;4711mx", want: "x", complain: `"99;1;4711"m`},
		{name: "unknown string", in: "\x1b_hidden\x1b\\x", want: "x", complain: `ESC _ "hidden"`},
		{name: "a string that does not end", in: "\x1b]0;title\x1b[1mx", want: "x", complain: "does not end"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, step := range []int{len(tt.in) + 1, 1} { // at once, and byte by byte
				var reply bytes.Buffer
				e := NewEmulator(10, 4, Features{Kitty: true, Sync: true}, &reply)
				for in := tt.in; in != ""; {
					n := min(step, len(in))
					e.Write([]byte(in[:n]))
					in = in[n:]
				}
				if got := strings.TrimRight(e.Screen().String(), "\n"); got != tt.want {
					t.Errorf("got\n%s\nexpected\n%s", got, tt.want)
				}
				if reply.String() != tt.reply {
					t.Errorf("answered %q, expected %q", reply.String(), tt.reply)
				}
				complaints := strings.Join(e.Complaints(), "; ")
				if (complaints != "") != (tt.complain != "") || !strings.Contains(complaints, tt.complain) {
					t.Errorf("complained %q, expected %q", complaints, tt.complain)
				}
			}
		})
	}
}

func TestEmulatorStyles(t *testing.T) {
	tests := []struct{ in, want string }{
		{"x", "plain"},
		{"\x1b[1;2;3;4;7;9mx", "bold faint italic underline reverse strike"},
		{"\x1b[1;2m\x1b[22mx", "plain"},
		{"\x1b[4:3mx", "underline"},
		{"\x1b[4m\x1b[4:0mx", "plain"},
		{"\x1b[31;42mx", "fg=1 bg=2"},
		{"\x1b[91;102mx", "fg=9 bg=10"},
		{"\x1b[38;5;200;48;5;0mx", "fg=200 bg=0"},
		{"\x1b[38;2;0;0;9mx", "fg=#000009"}, // not colour 9
		{"\x1b[38:2::1:2:3;1mx", "bold fg=#010203"},
		{"\x1b[58;2;1;2;3;7mx", "reverse"},
		{"\x1b[7;31mx\x1b[m", "reverse fg=1"},
		{"\x1b[7;41m\x1b[2K", "bg=1"}, // erasing takes the background alone
		{"\x1b[1;31mx\x1b[m\x1b[1;1H\x1b7\x1b[5m\x1b8y", "plain"},
		{"\x1b[1me\u0301", "bold"},
	}
	for _, tt := range tests {
		e := NewEmulator(10, 4, Features{}, &bytes.Buffer{})
		e.Write([]byte(tt.in))
		if got := e.Screen().Cell(1, 1).Style.String(); got != tt.want {
			t.Errorf("%q: got %s, expected %s", tt.in, got, tt.want)
		}
		if c := e.Complaints(); c != nil {
			t.Errorf("%q: complained %q", tt.in, c)
		}
	}
}

func TestEmulatorGraphemes(t *testing.T) {
	const flag, family = "🇩🇪", "👩\u200d👩\u200d👧"
	for graphemes, want := range map[bool]int{true: 5, false: 9} {
		e := NewEmulator(20, 2, Features{Graphemes: graphemes}, &bytes.Buffer{})
		e.Write([]byte("\x1b[?2027h" + flag + family + "|"))
		at := e.Screen().Find("|", 1)
		if len(at) != 1 || at[0].From != want {
			t.Errorf("graphemes %v: the bar is at %v, expected column %d in\n%s", graphemes, at, want, e.Screen())
		}
	}
}

func TestEmulatorResize(t *testing.T) {
	e := NewEmulator(10, 4, Features{}, &bytes.Buffer{})
	e.Write([]byte("\x1b[?1049hone\r\ntwo"))
	e.Resize(2, 1)
	e.Resize(30, 10)
	e.Write([]byte("\x1b[H\x1b[2J\x1b[10;30Hx"))
	if got := e.Screen().Line(10); got != strings.Repeat(" ", 29)+"x" {
		t.Errorf("after resizing the last row is %q", got)
	}
	e.Write([]byte("\x1b[H\x1b[2Ja\tb\tc\td"))
	if got, want := strings.TrimRight(e.Screen().Line(1), " "), "a       b       c       d"; got != want {
		t.Errorf("tabs in columns that are new: %q, expected %q", got, want)
	}
}

func TestLeft(t *testing.T) {
	tests := []struct{ in, want string }{
		{"text\x1b[1mx\x1b[0m", ""},
		{"\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[<u\x1b[?25h\x1b[?1049l", ""},
		{"\x1b[?1049h", "the alternate screen on"},
		{"\x1b[?25l", "the cursor off"},
		{"\x1b[?1003h\x1b[?1006h", "the mouse (1003) on; the mouse's SGR form on"},
		{"\x1b[>1u", "kitty keyboard flags [1] of the main screen"},
		{"\x1b[?1049h\x1b[>1u\x1b[?1049l", "kitty keyboard flags [1] of the alternate screen"},
		{"\x1b[>4;2m", "modifyOtherKeys 2"},
		{"\x1b[2;3r", "a scrolling region"},
		{"\x1b[5 q", "the cursor's shape 5"},
		{"\x1b]11;#000000\x07", "the background's colour"},
		{"\x1b]11;#000000\x07\x1b]111\x07", ""},
		{"\x1b[31m", "text drawn fg=1"},
		{"\x1b[?2004h\x1b[?2026h", "a frame that is held back on; bracketed paste on"},
	}
	for _, tt := range tests {
		e := NewEmulator(10, 4, Features{Kitty: true, Sync: true}, &bytes.Buffer{})
		e.Write([]byte(tt.in))
		if got := strings.Join(e.Left(), "; "); got != tt.want {
			t.Errorf("%q: left %q, expected %q", tt.in, got, tt.want)
		}
	}
}

func TestKeyBytes(t *testing.T) {
	tests := []struct {
		key          Key
		plain, kitty string
	}{
		{"a", "a", "a"}, {"A", "A", "A"}, {"é", "é", "é"}, {"+", "+", "+"},
		{"enter", "\r", "\r"}, {"esc", "\x1b", "\x1b[27u"}, {"tab", "\t", "\t"}, {"shift+tab", "\x1b[Z", "\x1b[9;2u"},
		{"space", " ", " "}, {"backspace", "\x7f", "\x7f"}, {"ctrl+c", "\x03", "\x1b[99;5u"}, {"alt+x", "\x1bx", "\x1b[120;3u"},
		{"up", "\x1b[A", "\x1b[A"}, {"shift+up", "\x1b[1;2A", "\x1b[1;2A"}, {"ctrl+right", "\x1b[1;5C", "\x1b[1;5C"},
		{"f1", "\x1bOP", "\x1b[P"}, {"f5", "\x1b[15~", "\x1b[15~"}, {"pgdown", "\x1b[6~", "\x1b[6~"}, {"ctrl+home", "\x1b[1;5H", "\x1b[1;5H"},
	}
	for _, tt := range tests {
		if err := tt.key.check(); err != nil {
			t.Error(err)
		}
		if got := tt.key.bytes(0, false); got != tt.plain {
			t.Errorf("%s: got %q, expected %q", tt.key, got, tt.plain)
		}
		if got := tt.key.bytes(1, false); got != tt.kitty {
			t.Errorf("%s with kitty's protocol: got %q, expected %q", tt.key, got, tt.kitty)
		}
	}
	for _, wrong := range []Key{"", "aa", "ctrl+1", "shift+", "\x1b"} {
		if wrong.check() == nil {
			t.Errorf("%q is no key, but nothing was said", wrong)
		}
	}
}

func FuzzEmulator(f *testing.F) {
	f.Add([]byte("a\x1b[31m日\x1b[3b\x1b[?1049h\x1b[2;3r\x1b]11;?\x07\x1bPx\x1b\\e\u0301\x1b[5;5H\x1b[9@\x1b[9P\x1b[9L\x1b[9M\x1b[9S\x1b[9T\x1b[9X"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := NewEmulator(8, 3, Features{Kitty: true, Sync: true, Graphemes: true}, &bytes.Buffer{})
		for i, c := range data {
			e.Write([]byte{c})
			if i == len(data)/2 {
				e.Resize(5, 7)
			}
		}
		s := e.Screen()
		for row := 1; row <= s.Rows; row++ {
			for col := 1; col <= s.Cols; col++ {
				c := s.Cell(col, row)
				if c.Width == 0 && (col == 1 || s.Cell(col-1, row).Width != 2) {
					t.Fatalf("half a character at column %d of row %d", col, row)
				}
			}
		}
	})
}
