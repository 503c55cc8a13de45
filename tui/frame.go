package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/sm"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/theme"
)

// frame is the screen as it was drawn last, and what it was drawn from.
type frame struct {
	stale bool // something was told since
	now   sm.Time
	nodes int
	seen  int // events that were there at the last frame of a run that goes on

	screen grid.Grid
	text   string
	slots  [placesEnd]drawn
	cursor *tea.Cursor
}

// drawn is a pane as it was drawn last.
type drawn struct {
	grid grid.Grid
	of   drawnOf
}

// drawnOf is what a pane was drawn from: if that is the same, so is the pane.
type drawnOf struct {
	events, last int
	scene, pane  uint64
	w, h         int
	focused      bool
}

// View implements tea.Model.
func (m *Model) View() tea.View {
	if m.frame.stale || m.frame.text == "" {
		end := m.stats.view()
		m.draw()
		end()
		m.frame.stale = false
	}
	v := tea.NewView(m.frame.text)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = m.title()
	v.Cursor = m.frame.cursor
	return v
}

// title is what the terminal's window is called.
func (m *Model) title() string {
	if m.src.Name != "" {
		return "raftscope " + grid.Clean(m.src.Name)
	}
	return fmt.Sprintf("raftscope seed %d", m.src.Seed)
}

// shape is what the layout follows from now.
func (m *Model) shape(zoom bool) shape {
	return shape{
		w: m.size.W, h: m.size.H, screen: m.screen, nodes: m.frame.nodes,
		strip: m.stripHeight(), zoom: zoom, focus: m.focus[m.screen],
	}
}

func (m *Model) arrangement(zoom bool) layout { return arrange(m.shape(zoom)) }

// draw draws the whole screen.
func (m *Model) draw() {
	f := &m.frame
	f.cursor = nil
	if w, h := f.screen.Size(); w != m.size.W || h != m.size.H {
		f.screen.Resize(m.size.W, m.size.H)
	} else {
		f.screen.Clear()
	}
	f.screen.ASCII = m.opt.ASCII
	c := f.screen.All()
	switch {
	case m.size.Empty():
	case m.shape(false).tooSmall():
		text := fmt.Sprintf("too small: %dx%d, raftscope needs %dx%d", m.size.W, m.size.H, widthMin, heightMin)
		for y, line := range wrap(text, m.size.W, m.size.H) {
			c.Cut(0, y, m.size.W, theme.Warn, line)
		}
	default:
		m.drawAll(c)
	}
	f.text = f.screen.String(&m.scene.Theme.Palette)
}

func (m *Model) drawAll(c grid.Canvas) {
	l := m.arrangement(m.zoom)
	if _, ok := l.find(m.focus[m.screen]); !ok && len(l.slots) > 0 {
		m.focus[m.screen] = l.slots[0].place // it has no room any more
	}
	m.layout = l
	m.drawHeader(c.Sub(l.header))
	m.above.Draw(c.Sub(l.overview), &m.scene, false)
	m.write.Draw(c.Sub(l.write), &m.scene, false)
	for _, s := range l.slots {
		m.drawSlot(c, s)
	}
	if l.split > 0 {
		g := &m.scene.Theme.Glyphs
		c.Rune(l.split, l.top, theme.Rule, g.Down)
		for y := l.top + 1; y < l.end; y++ {
			c.Rune(l.split, y, theme.Rule, g.V)
		}
	}
	m.drawSentence(c.Sub(l.sentence))
	m.drawStrip(c.Sub(l.strip))
	m.drawKeys(c.Sub(l.keys))
	for _, d := range m.dialogs {
		if x, y, ok := d.Draw(c, m.scene.Theme); ok {
			m.frame.cursor = tea.NewCursor(x, y)
			m.frame.cursor.Blink = false // each blink would be a frame
		}
	}
}

// drawSlot draws a pane and its rule; the pane only if it has changed.
func (m *Model) drawSlot(c grid.Canvas, s slot) {
	p, d := m.panes[s.place], &m.frame.slots[s.place]
	focused := s.place == m.focus[m.screen]
	of := drawnOf{
		events: m.scene.View.Events(), last: m.scene.Last.Events(), scene: m.scene.Version, pane: p.Version(),
		w: s.body.W, h: s.body.H, focused: focused,
	}
	if d.of != of || s.body.Empty() {
		d.grid.Resize(s.body.W, s.body.H)
		p.Draw(d.grid.All(), &m.scene, focused)
		of.pane = p.Version() // drawing may have moved its window
		d.of = of
	}
	m.drawRule(c.Sub(s.rule), p, focused)
	m.frame.screen.Copy(&d.grid, s.body.X, s.body.Y)
}

// drawRule draws the line above a pane with its name in it.
func (m *Model) drawRule(c grid.Canvas, p pane.Pane, focused bool) {
	w, _ := c.Size()
	g := &m.scene.Theme.Glyphs
	c.Fill(0, 0, w, theme.Rule, g.H)
	style := theme.Title
	if focused {
		style |= grid.Selected
	}
	x := c.Cut(2, 0, w-5, style, " "+p.Title(&m.scene)+" ")
	if m.zoom && focused {
		c.Cut(x+1, 0, w-x-2, theme.Dim, " z: all panes ")
	}
}
