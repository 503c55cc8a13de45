package dialog

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"raftscope/replay/breaks"
	"raftscope/replay/cond"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// hostile texts: what recordings, scenarios and those who paste can bring.
var hostile = []string{
	"", "\x1b]52;c;YQ==\a\x1b[2J", "日本語のノード", "e\u0301\u0300 combining", "\u202eright to left\u2066", "a\tb\nc\r\n", "\xff\xfe\x00",
	"👩‍👩‍👧🇩🇪", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", strings.Repeat("x", 1<<20), strings.Repeat("日 ", 300), "zero\u200bwidth\u00ad", "48210377",
}

func hostileDialogs(text string) []Dialog {
	items := []Item{{Group: text, Label: text, Shown: text, Doc: text}, {Group: text + "!", Label: "x", Shown: text}}
	m := NewMenu(text, items)
	m.Head = []string{text, text}
	b := breaks.Break{N: 1 << 40, Cond: cond.Says{Text: text[:min(len(text), breaks.CondBytesMax)]}, Ignore: 1 << 40, Hits: 1 << 40}
	p := NewPrompt(text, PromptOptions{})
	p.Paste(text)
	bad := NewPrompt("step "+text, PromptOptions{})
	bad.Key("enter", "")
	return []Dialog{
		m, NewQuit(text), NewText(text, text+"\n"+text), NewBreaks([]breaks.Break{b, b}), p, bad,
		NewHelp(text, []keys.Map{{Name: text, Bindings: []keys.Binding{{Keys: []string{text}, Help: text}}}}),
	}
}

// Whatever a dialog is about and however small the screen, its lines are as wide
// as that, and nothing in them commands the terminal.
func TestHostile(t *testing.T) {
	themes := []*theme.Theme{theme.New(theme.Dark, false), theme.New(theme.None, true)}
	for _, text := range hostile {
		for _, d := range hostileDialogs(text) {
			all := [][2]int{{80, 24}, {60, 16}, {200, 60}, {7, 5}, {3, 3}, {1, 1}, {200, 1}, {1, 60}, {0, 0}}
			if len(text) > 1000 { // it takes time
				all = all[:2]
			}
			for i, size := range all {
				g := grid.New(size[0], size[1])
				th := themes[i%2]
				g.ASCII = i%2 == 1
				for _, k := range []string{"", "down", "tab", "G", "l", "right", "enter", "x", "pgup", "ctrl+a", "ctrl+e"} {
					d.Key(k, "")
					d.Click(size[0]/2, size[1]/2)
					d.Wheel(-3)
					x, y, ok := d.Draw(g.All(), th)
					if ok && size[0] >= 60 && size[1] >= 16 && (x < 0 || x >= size[0] || y < 0 || y >= size[1]) {
						t.Fatalf("%T of %.30q at %v: the cursor is at %d,%d", d, text, size, x, y)
					}
				}
				for line := range strings.SplitSeq(g.String(&th.Palette), "\n") {
					plain := ansi.Strip(line)
					if w := ansi.StringWidth(plain); w != size[0] {
						t.Fatalf("%T of %.30q at %v: a line is %d wide: %q", d, text, size, w, plain)
					}
					if strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e }) {
						t.Fatalf("%T of %.30q at %v: %q", d, text, size, plain)
					}
				}
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	th := theme.New(theme.Dark, false)
	long := NewPrompt("note "+strings.Repeat("日 ", 15000), PromptOptions{})
	for name, d := range map[string]Dialog{
		"prompt": NewPrompt("run until ", PromptOptions{}), "prompt of 60 KB": long, "help": NewHelp("", someMaps()),
		"menu": planMenu(), "text of 1 MB": NewText("t", strings.Repeat("x", 1<<20)+strings.Repeat("\nline", 100000)),
	} {
		b.Run(name, func(b *testing.B) {
			g := grid.New(200, 60)
			b.ReportAllocs()
			for b.Loop() {
				d.Draw(g.All(), th)
			}
		})
	}
}
