package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay/breaks"
	"raftscope/replay/cond"
	"raftscope/tui/dialog"
)

// breakpoints are those at which the cursor stops when it runs through what has
// happened: a recording's own, or a copy of the cluster's.
type breakpoints struct {
	set breaks.Set
	of  map[int]int // their numbers, by those of the cluster; nil: the same
}

// syncBreaks copies the cluster's breakpoints.
func (m *Model) syncBreaks() {
	m.local.set.Clear()
	m.local.of = map[int]int{}
	m.scene.Breaks = m.scene.Breaks[:0]
	scope := m.timeline().Scope()
	for _, b := range m.last.Breaks {
		c, err := cond.Parse(1, b.Cond, scope)
		if err != nil {
			continue // it was parsed when it was set; a copy that fails stops nothing
		}
		one := breaks.Break{N: b.N, Cond: c, Once: b.Once, Ignore: b.Ignore, Disabled: b.Disabled, Hits: b.Hits}
		m.scene.Breaks = append(m.scene.Breaks, one)
		if n, _, err := m.local.set.Add(one, m.scene.View); err == nil {
			m.local.of[n] = b.N
		}
	}
	m.breaksChanged()
}

// checkBreaks looks for a breakpoint that the events from..to-1 meet.
func (m *Model) checkBreaks(from, to int) (breaks.Hit, bool) {
	if !m.local.set.Active() {
		return breaks.Hit{}, false
	}
	hit, met := m.local.set.Check(m.timeline(), from, to)
	if n, ok := m.local.of[hit.N]; ok {
		hit.N = n
	}
	if m.local.of == nil {
		m.listBreaks()
	}
	return hit, met
}

// keepBreaks makes the copies of a dead cluster's breakpoints the user's own; they
// get new numbers.
func (m *Model) keepBreaks() {
	m.local.of = nil
	m.listBreaks()
}

// listBreaks shows a recording's breakpoints as they are.
func (m *Model) listBreaks() {
	m.scene.Breaks = m.local.set.List()
	m.breaksChanged()
}

// breaksChanged has whatever shows breakpoints show them anew.
func (m *Model) breaksChanged() {
	m.touch()
	if d, ok := m.top().(*dialog.Breaks); ok {
		d.Set(m.scene.Breaks)
	}
}

// pastBreak sets and switches breakpoints of a recording. Those of a cluster are
// its own; they can be set in the past too.
func (m *Model) pastBreak(c grammar.Command, then func() tea.Cmd) tea.Cmd {
	if m.live() {
		return m.do(job{cmd: c, after: func(Report) tea.Cmd { return then() }})
	}
	var err error
	set := &m.local.set
	switch c := c.(type) {
	case grammar.Break:
		var n int
		if n, _, err = set.Add(breaks.Break{Cond: c.Cond, Once: c.Once, Ignore: c.Ignore}, m.scene.View); err == nil {
			m.say(fmt.Sprintf("breakpoint %d", n))
		}
	case grammar.Enable:
		err = set.Enable(c.N)
	case grammar.Disable:
		err = set.Disable(c.N)
	case grammar.Delete:
		if c.N == 0 {
			set.Clear()
		} else {
			err = set.Delete(c.N)
		}
	}
	m.listBreaks()
	if err != nil {
		m.fail(fmt.Errorf("%s: %w", c, err))
		return nil
	}
	return then()
}
