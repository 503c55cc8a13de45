package tui

import (
	"strings"
	"time"

	"raftscope/replay/narrate"
	"raftscope/tui/grid"
	"raftscope/tui/keys"
	"raftscope/tui/theme"
)

// drawSentence draws what happened at the instant on the screen and why, or a
// message in its place.
func (m *Model) drawSentence(c grid.Canvas) {
	text, style := m.sentence(), theme.Text
	switch {
	case m.message.text != "":
		text, style = m.message.text, m.message.style
	case m.work.busy && !m.work.job.pace && time.Since(m.work.since) > busyShown:
		text, style = m.work.job.cmd.String()+": under way"+underWayFor(time.Since(m.work.since))+"; esc interrupts it", theme.Warn
	}
	w, h := c.Size()
	for y, line := range wrap(grid.Clean(text), w-2, h) {
		c.Cut(1, y, w-2, style, line)
	}
}

// underWayFor tells for how long, if that is long: where nothing visible happens, it
// is the only sign of life.
func underWayFor(d time.Duration) string {
	if d < 2*time.Second {
		return ""
	}
	return " for " + d.Truncate(time.Second).String()
}

// busyShown is how long a command is under way before that is told.
const busyShown = 300 * time.Millisecond

// sentence is kept until the moment changes.
type sentence struct {
	events int
	text   string
}

// sentence tells the instant on the screen, as far as it is on the screen, or the
// one before if nothing visible happened in it.
func (m *Model) sentence() string {
	t, n := m.timeline(), m.scene.View.Events()
	if m.told.events == n && n > 0 {
		return m.told.text
	}
	m.told = sentence{events: n}
	for to, tries := n, 0; to > 0 && tries < 8 && m.told.text == ""; tries++ {
		from, _ := narrate.Bounds(t, to-1)
		for part := range narrate.Parts(t, from, to) {
			text := ""
			if part.Command {
				text = commandText(t.Event(part.From).Text)
			} else {
				text = narrate.Instant(t, part.From, part.To)
			}
			if text != "" {
				m.told.text = text
			}
		}
		to = from
	}
	return m.told.text
}

// commandText is what is told of a command that was given; of one that only let
// time go on, nothing: what it brought about is told.
func commandText(line string) string {
	switch firstWord(line) {
	case "step", "finish", "advance", "run":
		return ""
	case "note":
		return strings.TrimPrefix(line, "note ")
	}
	return "> " + line
}

// wrap breaks a text into at most h lines of w columns; the last takes what is
// left.
func wrap(text string, w, h int) []string {
	var lines []string
	for len(lines) < h-1 && grid.Width(text) > w {
		end, used := 0, 0
		for i, r := range text {
			if used += grid.RuneWidth(r); used > w {
				break
			}
			if r == ' ' {
				end = i
			}
		}
		if end == 0 {
			break
		}
		lines = append(lines, text[:end])
		text = text[end+1:]
	}
	return append(lines, text)
}

// footer are the verbs whose keys stand in the last line, those wanted most
// first.
var footer = []keys.Verb{
	verbStep, verbStepThis, verbFinish, verbRun, verbBack, verbForth, verbWrite, verbFaults, verbTruncate, verbHold,
	verbNotable, verbEnd, verbPrompt, verbHelp,
}

// drawKeys draws the last line: the keys that help most now.
func (m *Model) drawKeys(c grid.Canvas) {
	w, _ := c.Size()
	if top := m.top(); top != nil {
		if m.message.text != "" { // the sentence's line may be covered
			c.Cut(1, 0, w-2, m.message.style, m.message.text)
			return
		}
		m.drawBindings(c, 1, w, top.Keys().Bindings)
		return
	}
	help := binding(verbHelp)
	right := w - grid.Width(help.Keys[0]) - grid.Width(help.Short) - 3
	x := 1
	if w := m.walk(); w != nil && !w.over() && m.scene.Found.Empty() {
		x = drawBinding(c, x, keys.Binding{Keys: []string{"n"}, Short: "next line"})
	}
	for _, v := range footer[:len(footer)-1] {
		if v == verbNotable && m.moment.end {
			v = verbNotableUp // there is nothing ahead
		}
		b := binding(v)
		if !m.offers(v) {
			continue
		}
		if x+grid.Width(keyName(b))+grid.Width(b.Short)+3 >= right {
			break
		}
		x = drawBinding(c, x, b)
	}
	drawBinding(c, right+1, help)
}

// offers says whether a verb makes sense now.
func (m *Model) offers(v keys.Verb) bool {
	switch v {
	case verbWrite, verbFaults, verbTruncate, verbHold:
		return m.atNow()
	case verbEnd, verbForth:
		return !m.moment.end
	}
	return true
}

func (m *Model) drawBindings(c grid.Canvas, x, w int, all []keys.Binding) {
	for _, b := range all {
		if b.Short == "" {
			continue
		}
		if x+grid.Width(keyName(b))+grid.Width(b.Short)+3 > w {
			return
		}
		x = drawBinding(c, x, b)
	}
}

func drawBinding(c grid.Canvas, x int, b keys.Binding) int {
	x = c.Text(x, 0, theme.Key, keyName(b))
	return c.Text(x+1, 0, theme.Dim, b.Short) + 2
}

// keyName is the first key of a binding by its name, which every screen can show.
func keyName(b keys.Binding) string { return keys.Binding{Keys: b.Keys[:1]}.Plain() }

// binding returns the binding of one of the cockpit's verbs.
func binding(v keys.Verb) keys.Binding {
	for _, m := range []*keys.Map{&timeKeys, &actKeys, &lookKeys} {
		for _, b := range m.Bindings {
			if b.Verb == v {
				return b
			}
		}
	}
	return keys.Binding{}
}

// stripMax is how many lines of a scenario's comments are shown.
const stripMax = 4

// stripLines are the comments above the next line of the scenario as they fit: if
// not all do, those nearest to it.
func (m *Model) stripLines() []string {
	w := m.walk()
	most := stripMax
	if m.size.H < heightTall {
		most = 2
	}
	if w == nil || len(w.about) == 0 {
		return nil
	}
	for from := range w.about {
		if from > 0 && w.about[from-1] != "" && from < len(w.about)-1 {
			continue // in the middle of a paragraph
		}
		lines := wrap(grid.Clean(strings.TrimSpace(strings.Join(w.about[from:], " "))), m.size.W-2, most)
		if grid.Width(lines[len(lines)-1]) <= m.size.W-2 || from == len(w.about)-1 {
			return lines
		}
	}
	return nil
}

// stripHeight is how many lines the strip of the scenario takes.
func (m *Model) stripHeight() int {
	switch {
	case m.walk() == nil:
		return 0
	case m.size.H < heightSmall:
		return 1
	}
	return 2 + len(m.stripLines())
}

// drawStrip draws the scenario: the comments above its next line, and the line.
func (m *Model) drawStrip(c grid.Canvas) {
	w, h := c.Size()
	walk := m.walk()
	if h == 0 || walk == nil {
		return
	}
	g := &m.scene.Theme.Glyphs
	if h > 1 {
		what := "scenario: "
		if walk.plan {
			what = "plan: "
		}
		c.Fill(0, 0, w, theme.Rule, g.H)
		c.Cut(2, 0, w-4, theme.Title, " "+what+grid.Clean(walk.name)+" ")
		for i, line := range m.stripLines() {
			c.Cut(1, 1+i, w-2, theme.Client, line)
		}
	}
	if walk.over() {
		c.Cut(1, h-1, w-2, theme.Dim, "the scenario is over; the cluster is yours")
		return
	}
	x := c.Text(1, h-1, theme.Key, "n ")
	x = c.Rune(x, h-1, theme.Text, g.Pointer)
	c.Cut(x+1, h-1, w-x-2, theme.Text|grid.Strong, grid.Clean(walk.text()))
}

// shortDuration returns a duration in full seconds, without parts that are zero:
// 10s, 2m, 1h5m.
func shortDuration(d time.Duration) string {
	text := d.Truncate(time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
