package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
)

// queueMax is how many jobs may wait while one is under way: as many as keys
// are typed ahead.
const queueMax = 32

// job is a command for the cluster.
type job struct {
	cmd   grammar.Command
	after func(Report) tea.Cmd // when it went well; may be nil
	pace  bool                 // one of many, of a run at a pace
}

// work is what the cluster is doing, and what it is to do next.
type work struct {
	busy    bool
	stopped bool // the user has interrupted the job, which may come too late for it
	job     job
	cancel  context.CancelFunc
	since   time.Time
	queue   []job
}

// doneMsg tells that a job is over.
type doneMsg struct{ report Report }

// errDead: the cluster is gone.
var errDead = errors.New("the cluster's process has died; what happened until then can be looked at and saved, and print log tells what it said last")

// do has the cluster carry out a command, behind those that wait.
func (m *Model) do(j job) tea.Cmd {
	switch {
	case m.src.Controller == nil:
		m.fail(fmt.Errorf("%s: this is a recording, which nothing can change", firstWord(j.cmd.String())))
		return nil
	case m.last.Dead != nil:
		m.fail(errDead)
		return nil
	case m.work.busy && len(m.work.queue) >= queueMax:
		m.fail(errBusy(m.work.job))
		return nil
	case m.work.busy:
		m.work.queue = append(m.work.queue, j)
		m.stats.queued(len(m.work.queue))
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	m.work.busy, m.work.job, m.work.cancel, m.work.since = true, j, cancel, time.Now()
	return tea.Batch(guarded(func() tea.Msg {
		defer cancel()
		return doneMsg{m.src.Controller.Do(ctx, j.cmd)}
	}), m.frames())
}

// onDone tells what a job came to and begins the next one.
func (m *Model) onDone(msg doneMsg) tea.Cmd {
	j, r := m.work.job, msg.report
	m.work.busy, m.work.cancel = false, nil
	m.last = r
	m.syncBreaks()
	m.look()
	if r.Err == nil {
		m.finished(j.cmd)
	}
	var cmd tea.Cmd
	switch {
	case r.Dead != nil:
		m.work.queue = nil
		m.pace.on = false
		m.died(r.Dead)
	case r.Interrupted:
		m.work.queue = nil
		m.pace.on = false
		m.say("interrupted")
	case r.Err != nil:
		m.work.queue = nil
		m.pace.on = false
		m.fail(r.Err)
	default:
		if r.Stop != nil && r.Stop.Break > 0 {
			m.work.queue = nil
			m.pace.on = false
			m.stopped(r.Stop)
		}
		if m.work.stopped && !j.pace {
			m.say("interrupted")
		}
		if j.after != nil {
			cmd = j.after(r)
		}
	}
	m.work.stopped = false
	if !m.work.busy && len(m.work.queue) > 0 {
		next := m.work.queue[0]
		m.work.queue = m.work.queue[1:]
		return tea.Batch(cmd, m.do(next))
	}
	return cmd
}

// finished selects what a command has brought into being.
func (m *Model) finished(cmd grammar.Command) {
	switch cmd.(type) {
	case grammar.Write, grammar.Read:
		if w := m.scene.View.LastExec(); m.moment.end && w.Known() {
			m.pick(w.ID())
		}
	}
}

// stopped tells at which event a breakpoint stopped time, and selects its
// machine.
func (m *Model) stopped(s *Stop) {
	m.say(fmt.Sprintf("breakpoint %d (%s): %s", s.Break, s.Cond, s.Why))
	if !m.moment.end {
		return // who looks at history goes on looking at it
	}
	t := m.timeline()
	if n := t.AtSeq(s.Seq).Events(); n > 0 {
		if id := t.Event(n - 1).Machine; id != 0 {
			m.choose(id)
			m.rootSelected()
		}
	}
}

// interrupt stops what goes on; it reports false if nothing did.
func (m *Model) interrupt() bool {
	on := m.work.busy || m.pace.on || m.search.on
	if m.work.cancel != nil {
		m.work.cancel()
		m.work.stopped = true
	}
	m.work.queue = nil
	m.pace.on = false
	m.search.stop()
	return on
}
