package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// onClick carries a click to what it is on: a dialog, the overview, a pane.
func (m *Model) onClick(at tea.Mouse) tea.Cmd {
	if at.Button != tea.MouseLeft || m.shape(false).tooSmall() {
		return nil
	}
	if top := m.top(); top != nil {
		return m.result(top.Click(at.X, at.Y))
	}
	m.message = message{}
	l := &m.layout
	switch {
	case l.overview.Contains(at.X, at.Y):
		return m.act(m.above.Click(at.X-l.overview.X, 0, &m.scene))
	case l.write.Contains(at.X, at.Y):
		return m.act(m.write.Click(at.X-l.write.X, 0, &m.scene))
	case l.strip.Contains(at.X, at.Y) && m.walk() != nil:
		return m.onlyNow(m.walkOn)
	}
	s, ok := l.at(at.X, at.Y)
	if !ok {
		return nil
	}
	m.focus[m.screen] = s.place
	if s.body.Contains(at.X, at.Y) {
		return m.act(m.panes[s.place].Click(at.X-s.body.X, at.Y-s.body.Y, &m.scene))
	}
	return nil
}

// onDrag moves through the run while the button is held on the overview.
func (m *Model) onDrag(at tea.Mouse) tea.Cmd {
	if at.Button != tea.MouseLeft || m.top() != nil || !m.layout.overview.Contains(at.X, at.Y) {
		m.frame.stale = false
		return nil
	}
	return m.act(m.above.Click(at.X-m.layout.overview.X, 0, &m.scene))
}

// wheelLines is how far a turn of the wheel goes.
const wheelLines = 3

func (m *Model) onWheel(at tea.Mouse) tea.Cmd {
	lines := wheelLines
	switch at.Button {
	case tea.MouseWheelUp:
		lines = -wheelLines
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if top := m.top(); top != nil {
		return m.result(top.Wheel(lines))
	}
	l := &m.layout
	if l.overview.Contains(at.X, at.Y) {
		if lines < 0 {
			return m.verb(verbBack)
		}
		return m.verb(verbForth)
	}
	if s, ok := l.at(at.X, at.Y); ok && !m.shape(false).tooSmall() {
		return m.act(m.panes[s.place].Wheel(lines, &m.scene))
	}
	return nil
}

// mouseEvery is how often the mouse is listened to at most: a terminal may send
// hundreds of events in the time of a frame, and keys would wait behind them.
const mouseEvery = 16 * time.Millisecond

// calm leaves out events of the mouse that come too soon after another.
func calm() func(tea.Model, tea.Msg) tea.Msg {
	var moved, turned time.Time
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		var last *time.Time
		switch msg.(type) {
		case tea.MouseMotionMsg:
			last = &moved
		case tea.MouseWheelMsg:
			last = &turned
		default:
			return msg
		}
		if time.Since(*last) < mouseEvery {
			return nil
		}
		*last = time.Now()
		return msg
	}
}
