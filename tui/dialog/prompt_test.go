package dialog

import (
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/replay/cond/words"
	"raftscope/tui/command"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/prompt"
	"raftscope/tui/theme"
)

func TestPromptGolden(t *testing.T) {
	tl := recorded(t, "hold-follower")
	var b strings.Builder
	for _, c := range []struct {
		name string
		text string
		keys []string
	}{
		{"nothing typed", "", nil},
		{"a word begun", "run un", nil},
		{"machines", "hold app", []string{"tab", "tab"}},
		{"a wrong word", "wirte n2 set x 1", []string{"enter"}},
		{"something missing", "write leader set x", []string{"enter"}},
		{"a wrong word at the end of a long line", "step ; " + strings.Repeat("x", 20) + " ; ", []string{"enter"}},
		{"wrong while it is typed", "step 3 ; run until commit n77 >= 5", nil},
		{"longer than the screen", "write leader set key " + strings.Repeat("0123456789", 30), []string{"ctrl+left"}},
	} {
		b.WriteString("= " + c.name + "\n")
		b.WriteString(allSizes(func() Dialog {
			p := promptOf(tl, c.text, nil)
			press(t, p, c.keys...)
			return p
		}))
	}
	golden(t, "prompt", b.String())
}

// The word to blame is underlined, as well as pointed at.
func TestPromptUnderlines(t *testing.T) {
	p := promptOf(recorded(t, "truncation"), "step ; frobnicate n2", nil)
	press(t, p, "enter")
	g := grid.New(80, 24)
	_, row, _ := p.Draw(g.All(), theme.New(theme.None, false))
	var under strings.Builder
	for x := range 80 {
		if r, s := g.At(x, row); s&grid.Underline != 0 {
			under.WriteRune(r)
		}
	}
	if under.String() != "frobnicate" {
		t.Errorf("underlined is %q", under.String())
	}
	if r, _ := g.At(2+7, row+1); r != '^' {
		t.Errorf("below it is %q", r)
	}
}

func TestPromptKeys(t *testing.T) {
	tl := recorded(t, "truncation")
	var h prompt.History
	h.Add("write leader set x 1")
	h.Add("run until idle")
	h.Add("write leader set x 2")
	for _, c := range []struct {
		name string
		text string
		keys []string
		want string // the line then; "=" before it: accepted; "-": closed
	}{
		{"type and accept", "", []string{"'step 3", "enter"}, "=step 3"},
		{"blanks around", "", []string{"'  step  ", "enter"}, "=step"},
		{"blank line", "  ", []string{"enter"}, "-"},
		{"comment", "# x", []string{"enter"}, "-"},
		{"escape", "step", []string{"esc"}, "-"},
		{"interrupt", "step", []string{"ctrl+c"}, "-"},
		{"error keeps the line", "stpe", []string{"enter"}, "stpe"},
		{"error, mended", "stp", []string{"enter", "backspace", "'ep", "enter"}, "=step"},
		{"only candidate", "run unt", []string{"tab"}, "run until "},
		{"first candidate", "run until ", []string{"tab"}, "run until leader"},
		{"next", "run until ", []string{"tab", "tab"}, "run until answered"},
		{"and back", "run until ", []string{"tab", "tab", "shift+tab"}, "run until leader"},
		{"to what was typed", "run until ", []string{"tab", "shift+tab"}, "run until "},
		{"the last", "run until l", []string{"shift+tab", "tab"}, "run until l"},
		{"down is next", "run until ", []string{"down", "down", "up"}, "run until leader"},
		{"chosen and accepted", "run until ", []string{"tab", "enter"}, "=run until leader"},
		{"chosen and gone on", "run until ", []string{"tab", "right", "'timeout=5s", "enter"}, "=run until leader timeout=5s"},
		{"right takes the first", "run until ans", []string{"right"}, "run until answered "},
		{"right within the line", "step", []string{"home", "right", "'x"}, "sxtep"},
		{"right in an empty one", "", []string{"right", "tab", "shift+tab"}, ""},
		{"with a value", "cluster nod", []string{"tab"}, "cluster nodes="},
		{"in the middle", "ru until leader", []string{"home", "right", "right", "tab"}, "run until leader"},
		{"editing", "write leader", []string{"ctrl+w", "'n2", "ctrl+a", "delete", "ctrl+e", "alt+b", "ctrl+k", "ctrl+y"}, "rite n2"},
		{"kill all", "write leader", []string{"ctrl+u"}, ""},
		{"last line", "", []string{"up"}, "write leader set x 2"},
		{"lines before", "", []string{"up", "up", "up", "up"}, "write leader set x 1"},
		{"lines that begin so", "wr", []string{"up", "ctrl+p"}, "write leader set x 1"},
		{"and back", "wr", []string{"up", "up", "down"}, "write leader set x 2"},
		{"to what was typed", "wr", []string{"up", "up", "down", "ctrl+n"}, "wr"},
		{"none begins so", "zz", []string{"up"}, "zz"},
		{"from history", "wr", []string{"up", "backspace", "'3", "enter"}, "=write leader set x 3"},
		{"a place", "goto #412", []string{"enter"}, "=goto event 412"},
		{"a place with blanks", " goto  # 412 ", []string{"enter"}, "=goto event 412"},
		{"no place", "goto #x", []string{"enter"}, "goto #x"},
		{"unknown keys", "step", []string{"f5", "ctrl+z"}, "step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := h
			p := promptOf(tl, c.text, &h)
			p.Draw(grid.New(80, 24).All(), theme.New(theme.Dark, false))
			r := press(t, p, c.keys...)
			got := p.line.Text()
			if r.Close {
				got = "-"
				if line, ok := r.Action.(pane.Command); ok {
					got = "=" + line.Line
					if lines := h.Lines(); lines[len(lines)-1] != line.Line {
						t.Errorf("the history's newest line is %q", lines[len(lines)-1])
					}
				}
			}
			if got != c.want {
				t.Errorf("%q %q: %q, expected %q", c.text, c.keys, got, c.want)
			}
		})
	}
}

func TestPromptPaste(t *testing.T) {
	for _, c := range []struct{ line, text, want, note string }{
		{"", "step\nstep 2\n", "step ; step 2", ""},
		{"", "# a comment\r\nstep\r\nrun until idle # why\r\n", "step ; run until idle", ""},
		{"", "step\rstep", "step ; step", ""},
		{"", "step # one line is taken as it is", "step # one line is taken as it is", ""},
		{"note see", " here\nand there", "note see here and there", ""},
		{"note ", "a\nb", "note a b", ""},
		{`write leader set x "a`, "b\nc", `write leader set x "ab c`, ""},
		{"", "note a\nstep", "", "not pasted: "},
		{"", "a\x1b[31mb\x07\u202e", "a[31mb", ""},
		{"", "tab\there", "tab here", ""},
		{"step", strings.Repeat("x", 1<<20), "step", "not pasted: the line would have 1,048,580 bytes, expected 65,536 at most"},
		{"", "\xff\xfe", "", ""},
	} {
		p := NewPrompt(c.line, PromptOptions{})
		if r := p.Paste(c.text); r != (Result{}) {
			t.Errorf("%.40q: %v", c.text, r)
		}
		if got := p.line.Text(); got != c.want || !strings.HasPrefix(p.note, c.note) || c.note == "" && p.note != "" {
			t.Errorf("%.40q behind %q: %.60q, %q; expected %q, %q", c.text, c.line, got, p.note, c.want, c.note)
		}
	}
}

// A line that is typed on beyond what is read is refused, and says why.
func TestPromptFull(t *testing.T) {
	p := NewPrompt("note "+strings.Repeat("x", words.LineBytesMax-5), PromptOptions{})
	press(t, p, "y")
	if n := len(p.line.Text()); n != words.LineBytesMax || p.note == "" {
		t.Errorf("%d bytes, note %q", n, p.note)
	}
}

func TestPromptClick(t *testing.T) {
	p := promptOf(recorded(t, "truncation"), "run until ", nil)
	p.Draw(grid.New(80, 24).All(), theme.New(theme.Dark, false))
	p.Click(5, p.drawn.list.Y+1)
	if got := p.line.Text(); got != "run until answered " {
		t.Errorf("a click on the second candidate makes it %q", got)
	}
	p.Draw(grid.New(80, 24).All(), theme.New(theme.Dark, false))
	p.Click(textColumn+3, p.drawn.line.Y)
	press(t, p, "x")
	if got := p.line.Text(); got != "runx until answered " {
		t.Errorf("typed behind a click it is %q", got)
	}
	p = promptOf(recorded(t, "truncation"), "", nil)
	p.Draw(grid.New(80, 24).All(), theme.New(theme.Dark, false))
	p.Wheel(3)
	p.Draw(grid.New(80, 24).All(), theme.New(theme.Dark, false))
	p.Click(5, p.drawn.list.Y)
	if got, want := p.line.Text(), p.found.Candidates; strings.TrimSpace(got) == "" || p.taken != nil || len(want) == 0 {
		t.Errorf("%q", got)
	}
}

// What the prompt accepts, the parser has read.
func TestPromptOfNothing(t *testing.T) {
	p := NewPrompt("", PromptOptions{})
	if r := press(t, p, "'step", "enter"); r.Action != (pane.Command{Line: "step"}) {
		t.Errorf("%v", r)
	}
	p = NewPrompt("x", PromptOptions{Parser: command.ParserOf(replay.NewTimeline())})
	if r := press(t, p, "up", "down", "tab", "ctrl+n", "enter"); r.Close {
		t.Errorf("%v", r)
	}
}
