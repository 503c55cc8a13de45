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
	right := m.badges(c, x, w)
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

// badges draws at the right end, behind column from, what is special about the
// run, and returns the column at which that begins. Where not all has room, a badge
// gives way to those left of it.
func (m *Model) badges(c grid.Canvas, from, w int) int {
	x, needed := w, 0
	all := m.badgeTexts()
	for _, b := range all {
		needed += min(w/2, b.width()) + badgeGap
	}
	for _, b := range all {
		width := min(w/2, b.width())
		needed -= width + badgeGap
		if width = min(width, x-from-badgeGap-needed); width >= min(badgeMin, b.width()) {
			x = c.Right(x, 0, b.style, b.fit(width)) - badgeGap
		}
	}
	return x
}

const (
	badgeGap = 2 // columns between two badges
	badgeMin = 8 // what is cut off to fewer columns tells nothing
)

// badge is what it says first, and what comes behind that and is told by its end:
// files differ there, and errors have their reason there.
type badge struct {
	text, end string
	style     grid.Style
}

func (b badge) width() int { return grid.Width(b.text) + grid.Width(b.end) }

// fit returns the badge in at most w columns.
func (b badge) fit(w int) string {
	room := w - grid.Width(b.text) - 1
	switch {
	case b.width() <= w:
		return b.text + b.end
	case b.end != "" && room > 0:
		return b.text + "…" + tail(b.end, room)
	}
	return cut(b.text, w)
}

// badgeTexts are the badges from right to left, the most important last.
func (m *Model) badgeTexts() []badge {
	var out []badge
	g := &m.scene.Theme.Glyphs
	if m.last.Unrecorded != "" {
		out = append(out, badge{"not recorded: ", oneLine(m.last.Unrecorded), theme.Badge})
	} else if m.src.Recording != "" {
		out = append(out, badge{string(g.Recording) + " ", grid.Clean(filepath.Base(m.src.Recording)), theme.Failed})
	} else if m.src.Name != "" {
		out = append(out, badge{"", grid.Clean(filepath.Base(m.src.Name)), theme.Dim})
	}
	if l := m.loading; m.src.Load != nil {
		switch {
		case l.Err != nil: // comes last
		case l.Following && l.Stale > 0:
			out = append(out, badge{text: "stale for " + shortDuration(l.Stale), style: theme.Badge})
		case l.Following:
			out = append(out, badge{text: "following", style: theme.OK})
		case !l.Done && l.Size > 0:
			out = append(out, badge{text: fmt.Sprintf("reading %d%%", 100*l.Bytes/l.Size), style: theme.Warn})
		case l.Done && !l.Complete && l.Damage == "":
			out = append(out, badge{text: "not closed in good order", style: theme.Warn})
		}
		if l.Damage != "" {
			out = append(out, badge{text: oneLine(l.Damage), style: theme.Badge})
		}
		if l.Err != nil {
			out = append(out, badge{"reading stopped: ", oneLine(l.Err.Error()), theme.Badge})
		}
	} else if d := m.timeline().Damage(); d.Events > 0 {
		out = append(out, badge{text: plural(d.Events, "event") + " left out", style: theme.Badge})
	}
	if n := m.scene.View.CountBroken(""); n > 0 {
		out = append(out, badge{text: plural(n, "violation"), style: theme.Badge})
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
