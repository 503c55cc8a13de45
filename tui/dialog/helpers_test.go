package dialog

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/replay/breaks"
	"raftscope/replay/cond"
	"raftscope/replay/frames"
	"raftscope/tui/command"
	"raftscope/tui/complete"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

var update = flag.Bool("update", false, "write the goldens anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was (-update writes it anew); got\n%s", path, got)
	}
}

// recorded reads a real run; testdata of package pane says how it was made.
func recorded(tb testing.TB, name string) *replay.Timeline {
	tb.Helper()
	f, err := os.Open(filepath.Join("..", "pane", "testdata", name+".rsc"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	t := replay.NewTimeline()
	for r := frames.NewReader(f); ; {
		frame, err := r.Next()
		if err == io.EOF {
			return t
		}
		if err != nil {
			tb.Fatal(err)
		}
		if err := t.AddKinds(frame.Kinds); err != nil {
			tb.Fatal(err)
		}
		if err := t.Append(frame.Events); err != nil {
			tb.Fatal(err)
		}
	}
}

// promptOf returns a prompt over a run.
func promptOf(t *replay.Timeline, text string, h History) *Prompt {
	return NewPrompt(text, PromptOptions{
		Parser: command.ParserOf(t), History: h,
		Scope: func() complete.Scope { return complete.Scope{Parser: command.ParserOf(t), View: t.View()} },
	})
}

// sizes are those of the goldens.
var sizes = [][2]int{{60, 16}, {80, 24}, {120, 36}, {200, 60}}

// shownAt draws a dialog over a screen of dots, as text. Lines and columns that
// are nothing but dots are left out; the cursor is a lower block.
func shownAt(d Dialog, w, h int, t *theme.Theme) string {
	g := grid.New(w, h)
	g.ASCII = t.Glyphs == theme.ASCII
	for y := range h {
		g.All().Fill(0, y, w, theme.Text, '.')
	}
	if x, y, ok := d.Draw(g.All(), t); ok {
		g.All().Rune(x, y, theme.Text, '▄')
	}
	var b strings.Builder
	for line := range strings.Lines(g.Plain()) {
		if strings.Trim(line, ".\n") != "" {
			b.WriteString(line)
		}
	}
	return b.String()
}

// allSizes draws what make returns, new for each size.
func allSizes(make func() Dialog) string {
	var b strings.Builder
	t := theme.New(theme.Dark, false)
	for _, s := range sizes {
		fmt.Fprintf(&b, "%dx%d\n%s\n", s[0], s[1], shownAt(make(), s[0], s[1], t))
	}
	return b.String()
}

// press gives keys by their names to a dialog; what is in quotes is typed.
func press(t *testing.T, d Dialog, all ...string) Result {
	t.Helper()
	var r Result
	for _, k := range all {
		if text, ok := strings.CutPrefix(k, "'"); ok {
			for _, c := range text {
				r = d.Key(string(c), string(c))
			}
			continue
		}
		text := ""
		switch {
		case k == "space":
			text = " "
		case len(k) == 1:
			text = k
		}
		r = d.Key(k, text)
	}
	return r
}

// mustBreak returns a breakpoint at a condition.
func mustBreak(t *testing.T, n int, text string) breaks.Break {
	t.Helper()
	c, err := cond.Parse(1, text, cond.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	return breaks.Break{N: n, Cond: c}
}

// someMaps are key maps of dialogs and panes.
func someMaps() []keys.Map {
	return []keys.Map{*(&pane.Tree{}).Keys(), pane.Motion, promptKeys, textKeys}
}
