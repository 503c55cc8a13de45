package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
)

// paces are how many visible instants a run goes on by in a second; 0 is as fast
// as the cluster can.
var paces = []int{1, 2, 4, 8, 16, 32, 64, 0}

// paceDefault is where in paces a run begins: a person can watch it.
const paceDefault = 2

// pace is a run: time goes on by itself.
type pace struct {
	on   bool
	live bool          // the cluster goes on, else the cursor
	step int           // in paces
	gen  int           // which run ticks are of; old ones are ignored
	far  time.Duration // how much virtual time goes by in one command at full speed
}

// paceMsg says that the next instant is due.
type paceMsg struct{ gen int }

// String returns the pace as the header shows it.
func (p *pace) String() string {
	if n := paces[p.step]; n > 0 {
		return fmt.Sprintf("%d/s", n)
	}
	return "max"
}

// run begins or ends a run.
func (m *Model) run() tea.Cmd {
	if m.pace.on {
		m.pace.on = false
		return nil
	}
	if m.atNow() && m.work.busy && !m.work.job.pace {
		m.fail(errBusy(m.work.job))
		return nil
	}
	m.pace.on, m.pace.live = true, m.atNow()
	m.pace.gen++
	m.pace.far = farMin
	return m.onPace(paceMsg{m.pace.gen})
}

// changePace makes a run faster or slower, the present one too.
func (m *Model) changePace(by int) {
	m.pace.step = max(0, min(m.pace.step+by, len(paces)-1))
	m.say("pace: " + m.pace.about())
}

func (p *pace) about() string {
	switch n := paces[p.step]; n {
	case 0:
		return "as fast as it goes"
	case 1:
		return "1 visible instant a second"
	default:
		return fmt.Sprintf("%d visible instants a second", n)
	}
}

// onPace goes on by one instant, or at full speed by a stretch.
func (m *Model) onPace(msg paceMsg) tea.Cmd {
	if !m.pace.on || msg.gen != m.pace.gen {
		return nil
	}
	if m.atNow() != m.pace.live { // who plays history does not mean the cluster
		m.pace.on = false
		return nil
	}
	if time.Since(m.message.since) > messageShown {
		m.message = message{}
	}
	if paces[m.pace.step] == 0 {
		return m.runFast()
	}
	tick := tea.Tick(time.Second/time.Duration(paces[m.pace.step]), func(time.Time) tea.Msg { return msg })
	if m.atNow() {
		if m.work.busy {
			return tick
		}
		return tea.Batch(m.do(job{cmd: grammar.Step{N: 1}, pace: true}), tick)
	}
	if !m.onward(1) {
		return nil
	}
	return tick
}

// How much virtual time one command of a run at full speed takes: enough that
// the cluster runs and does not wait for commands, and so little that space stops
// it at once. Commands of a fixed length, unlike one that is interrupted, stand in
// the journal as what was done.
const (
	farMin  = 10 * time.Millisecond
	farMax  = 30 * time.Second
	farReal = 25 * time.Millisecond
)

// fastEvents is by how many events a run at full speed goes on in a recording,
// each frame.
const fastEvents = 2000

func (m *Model) runFast() tea.Cmd {
	next := paceMsg{m.pace.gen}
	if !m.atNow() {
		if !m.onward(fastEvents) {
			return nil
		}
		return tea.Tick(frameEvery, func(time.Time) tea.Msg { return next })
	}
	if m.work.busy || len(m.work.queue) > 0 { // what was asked for in between comes first
		return tea.Tick(frameEvery, func(time.Time) tea.Msg { return next })
	}
	began := time.Now()
	return m.do(job{cmd: grammar.Advance{Duration: m.pace.far}, pace: true, after: func(Report) tea.Cmd {
		switch took := time.Since(began); {
		case took < farReal/2:
			m.pace.far = min(2*m.pace.far, farMax)
		case took > 2*farReal:
			m.pace.far = max(m.pace.far/2, farMin)
		}
		return m.onPace(next)
	}})
}

// onward moves the cursor through what has happened, by a visible instant or by so
// many events, and stops at breakpoints and at the end. It reports whether it can
// go on.
func (m *Model) onward(events int) bool {
	t, here := m.timeline(), m.scene.View.Events()
	to, ok := t.NextVisible(here, 1)
	if events > 1 {
		to, ok = instantEnd(t, min(here+events, t.Events())), here < t.Events()
	}
	if !ok {
		to = t.Events() // what is left is not visible
	}
	if here >= t.Events() {
		m.pace.on = false
		m.say(m.edge(true))
		return false
	}
	if hit, met := m.checkBreaks(here, to); met {
		m.pace.on = false
		m.goToEvent(hit.Event)
		m.say(fmt.Sprintf("breakpoint %d (%s): %s", hit.N, hit.Cond, hit.Why))
		return false
	}
	m.moment = m.at(to)
	if m.moment.end && m.src.Controller != nil {
		m.pace.on = false
		m.say(m.edge(true))
		return false
	}
	return true
}
