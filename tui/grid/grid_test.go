package grid

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Whatever is drawn, a screen has exactly its lines, each exactly as wide as the
// grid, and nothing in it commands the terminal.
func TestScreenKeepsItsShape(t *testing.T) {
	hostile := []string{
		"plain", "\x1b[31mred\x1b]52;c;YQ==\a", "日本語 wide", "e\u0301 combining", "\u202e right to left", "a\tb\nc", "\xff\xfe", "👩‍👩‍👧 family", "🇩🇪", "",
		"zero\u200bwidth\u00ad", strings.Repeat("x", 1<<20), "\u0300", "ﷺ",
	}
	var p Palette
	p[1] = "\x1b[1m"
	for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 3}, {7, 4}, {80, 24}} {
		g := New(size[0], size[1])
		c := g.All()
		for i, text := range hostile {
			for x := -3; x < size[0]+2; x++ {
				c.Untrusted(x, i%max(1, size[1]), Style(i%2), text)
				c.Cut(x, 1, size[0]-x, 1, Clean(text))
				c.Right(x, 2, 1, Clean(text))
			}
			lines := strings.Split(g.String(&p), "\n")
			if size[1] > 0 && len(lines) != size[1] {
				t.Fatalf("%v: %d lines", size, len(lines))
			}
			for _, line := range lines {
				if w := ansi.StringWidth(line); w != size[0] {
					t.Fatalf("%v, %.20q: a line is %d wide: %q", size, text, w, line)
				}
				if plain := strings.ReplaceAll(strings.ReplaceAll(line, "\x1b[1m", ""), reset, ""); strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }) {
					t.Fatalf("%v, %.20q: %q", size, text, line)
				}
			}
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain text": "plain text",
		"größer":     "größer",
		"日本":         "日本",
		"a\x1b[m":    `"a\x1b[m"`,
		"a\nb":       `"a\nb"`,
		"e\u0301":    `"e\u0301"`,
		"\u202eabc":  `"\u202eabc"`,
		"\xff":       `"\xff"`,
		`a"b` + "\n": `"a\"b\n"`,
		`say "hi"`:   `say "hi"`,
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q: %s, expected %s", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text string
		w    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abc", 0, ""}, {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"日本語", 1, "…"}} {
		g := New(10, 1)
		x := g.All().Cut(0, 0, c.w, 0, c.text)
		if got := strings.TrimRight(g.Plain(), " \n"); got != c.want || x > c.w {
			t.Errorf("%q in %d: %q, ends at %d", c.text, c.w, got, x)
		}
	}
}

// What is drawn over half of a wide character takes both of its columns.
func TestDrawOverWide(t *testing.T) {
	for x, want := range []string{"x 本", " x本", "日x", "日 x"} {
		g := New(4, 1)
		g.All().Text(0, 0, 0, "日本")
		g.All().Rune(x, 0, 0, 'x')
		if got := strings.TrimRight(g.Plain(), " \n"); got != want {
			t.Errorf("at %d: %q, expected %q", x, got, want)
		}
	}
}

func TestASCII(t *testing.T) {
	g := New(12, 1)
	g.ASCII = true
	g.All().Text(0, 0, 0, "a…日é")
	if got := g.String(&Palette{}); got != "a~???       " {
		t.Errorf("%q", got)
	}
}

func BenchmarkString(b *testing.B) {
	g := New(200, 60)
	c := g.All()
	for y := range 60 {
		for x := 0; x < 200; x += 10 {
			c.Text(x, y, Style((x/10+y)%30), "some text ")
		}
	}
	var p Palette
	for i := range p {
		p[i] = "\x1b[38;2;100;200;50m"
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = g.String(&p)
	}
}
