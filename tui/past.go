package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// past carries out a command of time on what has happened: the cursor moves where
// the cluster went.
func (m *Model) past(c grammar.Command, then func() tea.Cmd) tea.Cmd {
	t, here := m.timeline(), m.scene.View.Events()
	switch c := c.(type) {
	case grammar.Step:
		if c.N == 0 {
			return m.pastMachine(c, c.Machine, then)
		}
		for range c.N {
			to, ok := t.NextVisible(here, 1)
			if !ok {
				m.say(m.edge(true))
				break
			}
			here = to
		}
		m.jump(here, true)
	case grammar.Finish:
		return m.pastMachine(c, c.Machine, then)
	case grammar.Advance:
		m.jump(t.AtTime(m.scene.View.Now()+sm.Time(c.Duration)).Events(), true)
	case grammar.RunUntil:
		if m.scene.View.Holds(c.Cond) {
			return then()
		}
		return m.seek(c, c.Cond, then)
	case grammar.Run:
		return m.seek(c, nil, then)
	default:
		return m.pastBreak(c, then)
	}
	return then()
}

// pastMachine is step or finish of a machine.
func (m *Model) pastMachine(c grammar.Command, which cond.Ref, then func() tea.Cmd) tea.Cmd {
	w := m.scene.View.Find(which)
	if !m.machine(c, w) {
		return nil
	}
	events, ok := m.timeline().NextMove(w.Machine, m.scene.View.Events(), 1)
	if _, finish := c.(grammar.Finish); finish {
		if !w.Open() {
			return then()
		}
		events, ok = m.timeline().RestOf(w.Machine)
	}
	if !ok || events <= m.scene.View.Events() {
		m.fail(fmt.Errorf("%s: that does not happen later, as far as is known", c))
		return nil
	}
	m.jump(events, true)
	return then()
}
