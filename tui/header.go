package tui

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"raftscope/replay"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// drawHeader draws the first line: which moment this is, whether time stands, and
// which run it is.
func (m *Model) drawHeader(c grid.Canvas) {
	w, _ := c.Size()
	s, g := &m.scene, &m.scene.Theme.Glyphs
	x := c.Text(0, 0, theme.Title, "raftscope ")
	x = c.Text(x, 0, modeStyle(s.Mode), " "+m.modeText()+" ") + 1
	if m.pace.on || m.work.busy && !m.work.job.pace {
		x = c.Rune(x, 0, theme.OK, g.Running)
	} else {
		x = c.Rune(x, 0, theme.Warn, g.Stopped)
	}
	x = c.Text(x, 0, theme.Text|grid.Strong, " "+replay.Duration(m.scene.View.Now()))
	right := m.badges(c, w)
	others := m.headerParts()
	for _, part := range append(m.memberParts(right-x-1, others), others...) {
		if x+2+grid.Width(part.text) >= right {
			return
		}
		x = c.Text(x+2, 0, part.style, part.text)
	}
}

func modeStyle(mode pane.Mode) grid.Style {
	switch mode {
	case pane.Live:
		return theme.Live
	case pane.History:
		return theme.History
	default:
		return theme.Replay
	}
}

// modeText is the mode, and in history how far back it is.
func (m *Model) modeText() string {
	s := &m.scene
	switch {
	case m.last.Dead != nil && s.Mode == pane.Live:
		return "DEAD"
	case s.Mode == pane.History:
		return fmt.Sprintf("%s -%s", s.Mode, replay.Duration(s.Last.Now()-s.View.Now()))
	}
	return s.Mode.String()
}

// headerPart is something that the header says if there is room.
type headerPart struct {
	text  string
	style grid.Style
}

// headerParts are what the header says beside the members, the most wanted first.
func (m *Model) headerParts() (parts []headerPart) {
	s := &m.scene
	events := pane.Count(s.View.Events()) + " ev"
	if s.View.Events() != s.Last.Events() {
		events = pane.Count(s.View.Events()) + " of " + pane.Count(s.Last.Events()) + " ev"
	}
	texts := []string{fmt.Sprintf("seed %d", m.src.Seed), "run " + m.pace.String(), events}
	if n := m.enabledBreaks(); n > 0 {
		texts = append(texts, fmt.Sprintf("%c%d", s.Theme.Glyphs.Break, n))
	}
	if n := len(m.activeRules()); n > 0 {
		texts = append(texts, plural(n, "rule"))
	}
	for _, text := range texts {
		parts = append(parts, headerPart{text, theme.Dim})
	}
	return parts
}

// badges draws at the right end what is special about the run, and returns the
// column at which that begins.
func (m *Model) badges(c grid.Canvas, w int) int {
	x := w
	for _, b := range m.badgeTexts() {
		text := b.text
		if limit := w / 2; grid.Width(text) > limit {
			text = "…" + tail(text, limit-1)
		}
		x = c.Right(x, 0, b.style, text) - 2
	}
	return x
}

type badge struct {
	text  string
	style grid.Style
}

// badgeTexts are the badges from right to left.
func (m *Model) badgeTexts() []badge {
	var out []badge
	g := &m.scene.Theme.Glyphs
	if m.last.Unrecorded != "" {
		out = append(out, badge{"not recorded: " + oneLine(m.last.Unrecorded), theme.Badge})
	} else if m.src.Recording != "" {
		out = append(out, badge{string(g.Recording) + " " + grid.Clean(filepath.Base(m.src.Recording)), theme.Failed})
	} else if m.src.Name != "" {
		out = append(out, badge{grid.Clean(filepath.Base(m.src.Name)), theme.Dim})
	}
	if l := m.loading; m.src.Load != nil {
		switch {
		case l.Err != nil:
			out = append(out, badge{"reading stopped: " + oneLine(l.Err.Error()), theme.Badge})
		case l.Following && l.Stale > 0:
			out = append(out, badge{"stale for " + shortDuration(l.Stale), theme.Badge})
		case l.Following:
			out = append(out, badge{"following", theme.OK})
		case !l.Done && l.Size > 0:
			out = append(out, badge{fmt.Sprintf("reading %d%%", 100*l.Bytes/l.Size), theme.Warn})
		case l.Done && !l.Complete && l.Damage == "":
			out = append(out, badge{"not closed in good order", theme.Warn})
		}
		if l.Damage != "" {
			out = append(out, badge{oneLine(l.Damage), theme.Badge})
		}
	}
	if d := m.timeline().Damage(); d.Events > 0 {
		out = append(out, badge{plural(d.Events, "event") + " left out", theme.Badge})
	}
	if n := m.scene.View.CountBroken(""); n > 0 {
		out = append(out, badge{plural(n, "violation"), theme.Badge})
	}
	return out
}

// tail returns the end of a text, as much of it as w columns hold.
func tail(text string, w int) string {
	from := len(text)
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:from])
		if w -= grid.RuneWidth(r); w < 0 {
			break
		}
		from -= n
	}
	return text[from:]
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return pane.Count(n) + " " + what + "s"
}

func cut(text string, n int) string {
	if grid.Width(text) <= n {
		return text
	}
	var b strings.Builder
	w := 0
	for _, r := range text {
		if w += grid.RuneWidth(r); w >= n {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
