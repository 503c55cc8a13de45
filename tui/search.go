package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/tui/find"
	"raftscope/tui/pane"
)

// search goes through events in slices, between which keys are taken: for a
// filter, or for where a run until would stop.
type search struct {
	on    bool
	gen   int
	at    int // the next event to look at
	dir   int
	label string
	meets func(i int) bool      // does the event at i end the search
	found func(m *Model, i int) // what to do there
	then  func() tea.Cmd        // what to go on with; may be nil
	none  func(m *Model)        // what to say if there is none; nil: that there is none
}

// sliceTime is how long a slice of a search may take: keys wait no longer.
const sliceTime = 8 * time.Millisecond

// searchMsg asks for the next slice.
type searchMsg struct{ gen int }

func (s *search) stop() { s.on = false }

// begin starts a search.
func (m *Model) begin(s search) tea.Cmd {
	s.gen = m.search.gen + 1
	s.on = true
	m.search = s
	return m.onSearch(searchMsg{s.gen})
}

// onSearch does a slice of the search.
func (m *Model) onSearch(msg searchMsg) tea.Cmd {
	s := &m.search
	if !s.on || msg.gen != s.gen {
		return nil
	}
	all := m.timeline().Events()
	i, state := find.Scan(all, s.meets, s.at-s.dir, s.dir, sliceTime)
	switch state {
	case find.None:
		s.on = false
		if s.none != nil {
			s.none(m)
		} else {
			m.say(fmt.Sprintf("%s: nothing found", s.label))
		}
	case find.Found:
		s.on = false
		m.message = message{} // how far it was
		s.found(m, i)
		if s.then != nil {
			m.look()
			return s.then()
		}
	case find.More:
		s.at = i + s.dir
		m.say(fmt.Sprintf("%s: looked at %s of %s events; esc stops", s.label, pane.Count(s.at), pane.Count(all)))
		return func() tea.Msg { return msg }
	}
	return nil
}

// find moves to the next event in a direction that meets a filter, and then goes
// on.
func (m *Model) find(f replay.Filter, dir int, then func() tea.Cmd) tea.Cmd {
	t, here := m.timeline(), m.scene.View.Events()
	from := here
	if dir < 0 {
		from = here - 2
	}
	return m.begin(search{
		at: from, dir: dir, label: "find " + f.String(), then: then,
		meets: func(i int) bool { return f.Event(t, i) },
		found: func(m *Model, i int) { m.goToEvent(i); m.rootSelected() },
	})
}

// next goes to the next event found or, if there is no search, runs the next line
// of the scenario.
func (m *Model) next(dir int) tea.Cmd {
	switch {
	case !m.scene.Found.Empty():
		return m.find(m.scene.Found, dir, nil)
	case m.walk() != nil && dir > 0:
		return m.onlyNow(m.walkOn)
	case m.walk() != nil:
		m.leaveOut()
	default:
		m.say("no scenario and no plan is walked, and nothing is searched for: / filters and finds")
	}
	return nil
}

// setFilter filters and searches for what a line says; empty ends both.
func (m *Model) setFilter(text string) {
	f, err := m.timeline().ParseFilter(text)
	if err != nil {
		m.fail(err)
		return
	}
	m.setFilterTo(f)
}

func (m *Model) setFilterTo(f replay.Filter) {
	m.scene.Filter, m.scene.Found = f, f
	m.touch()
	if !f.Empty() {
		m.say("only " + f.String() + " is shown; n and N go to the next and the one before, esc ends it")
	}
}

// seek moves the cursor to where a run until would have stopped; a condition of
// nil means a run until a breakpoint.
func (m *Model) seek(c grammar.Command, want cond.Cond, then func() tea.Cmd) tea.Cmd {
	t, here := m.timeline(), m.scene.View.Events()
	if want == nil && !m.local.set.Active() {
		m.fail(fmt.Errorf("%s: no breakpoint is enabled, so nothing would stop it", c))
		return nil
	}
	stop := ""
	return m.begin(search{
		at: here, dir: 1, label: c.String(), then: then,
		meets: func(i int) bool {
			if hit, met := m.checkBreaks(i, i+1); met {
				stop = fmt.Sprintf("breakpoint %d (%s): %s", hit.N, hit.Cond, hit.Why)
				return true
			}
			return want != nil && t.At(i+1).Holds(want)
		},
		found: func(m *Model, i int) {
			if stop != "" {
				m.goToEvent(i)
				m.say(stop)
				return
			}
			m.jump(instantEnd(t, i+1), true)
		},
		none: func(m *Model) {
			m.jump(t.Events(), true)
			m.look()
			why := "no breakpoint was met"
			if want != nil {
				why = "saw " + m.scene.View.Saw(want)
			}
			m.fail(fmt.Errorf("%s: that did not happen up to the end; %s", c, why))
		},
	})
}
