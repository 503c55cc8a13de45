package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/tui/command"
)

// walk is a scenario, or the plan of a truncation, that is walked line by line.
type walk struct {
	name  string
	lines []grammar.Line
	at    int      // the next line with commands
	done  int      // how many of them have been carried out
	tried bool     // it was begun, and did not come to its end
	about []string // the comments above it

	plan  bool             // it is given up when it is over
	again grammar.Truncate // the rest of a plan that depends: planned anew then
	more  bool             // whether there is such a rest
}

// newWalk returns the walk through a scenario before its first command; the
// cluster line is what the cluster was started by.
func newWalk(name string, f *grammar.File) *walk {
	w := &walk{name: name, at: -1}
	for _, l := range f.Lines {
		kept := l.Commands[:0:0]
		for _, c := range l.Commands {
			if _, cluster := c.(grammar.Cluster); !cluster {
				kept = append(kept, c)
			}
		}
		if len(l.Commands) > 0 && len(kept) == 0 {
			continue
		}
		l.Commands = kept
		w.lines = append(w.lines, l)
	}
	w.forward()
	return w
}

// newPlanWalk returns the walk through a plan. A line that is no command ends it.
func newPlanWalk(t *replay.Timeline, c grammar.Truncate, lines []string) *walk {
	c.Plan = false
	w := &walk{name: c.String(), at: -1, plan: true, again: c}
	parser := grammar.Parser{Nodes: t.View().Roster()}
	for _, line := range lines {
		if line == planDepends {
			w.more = true
			break
		}
		commands, err := parser.Line(1, line)
		if err != nil {
			break
		}
		w.lines = append(w.lines, grammar.Line{Text: line, Commands: commands})
	}
	w.forward()
	return w
}

// over says whether all of it has been carried out.
func (w *walk) over() bool { return w.at >= len(w.lines) }

// forward goes to the next line with commands and takes the comments above it.
func (w *walk) forward() {
	w.about, w.done, w.tried = nil, 0, false
	for w.at++; w.at < len(w.lines); w.at++ {
		l := w.lines[w.at]
		if len(l.Commands) > 0 {
			return
		}
		text := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(l.Text), "#"))
		if text == "" && len(w.about) == 0 {
			continue
		}
		w.about = append(w.about, text)
	}
}

// text returns the next line as it is written, or what is left of it.
func (w *walk) text() string {
	if w.over() {
		return ""
	}
	if w.done > 0 {
		var left []string
		for _, c := range w.lines[w.at].Commands[w.done:] {
			left = append(left, c.String())
		}
		return strings.Join(left, "; ")
	}
	return strings.TrimSpace(w.lines[w.at].Text)
}

// walk returns the innermost walk, nil if there is none.
func (m *Model) walk() *walk {
	if n := len(m.walks); n > 0 {
		return m.walks[n-1]
	}
	return nil
}

// walkOn carries out the next line, as if it had been typed.
func (m *Model) walkOn() tea.Cmd {
	w := m.walk()
	switch {
	case w.over():
		m.say("the scenario is over; the cluster is yours")
		return nil
	case m.work.busy:
		m.fail(errBusy(m.work.job))
		return nil
	}
	w.tried = true
	return m.walkLine(w)
}

// walkLine carries out what is left of the line. The walk goes on when all of it
// is done: what failed or was interrupted is tried again by the next n. Only an
// expectation that fails ends nothing, as in a run of the scenario.
func (m *Model) walkLine(w *walk) tea.Cmd {
	all := w.lines[w.at].Commands
	if w.done == len(all) {
		w.forward()
		return m.walked(w)
	}
	next := func() tea.Cmd {
		w.done++
		if m.work.stopped && w.done < len(all) {
			return nil
		}
		return m.walkLine(w)
	}
	c := all[w.done]
	if e, ok := c.(grammar.Expect); ok {
		m.ask(e, m.asked(true))
		return next()
	}
	return m.carryOut([]command.Command{c}, true, next)
}

// leaveOut goes on behind a line that cannot be carried out.
func (m *Model) leaveOut() {
	switch w := m.walk(); {
	case w.over() || !w.tried || m.work.busy:
		m.say("a scenario goes forward only; [ goes back in history")
	default:
		m.say("left out: " + w.text())
		w.forward()
	}
}

// walked goes on with what lies behind a plan's last line: the rest of the plan,
// if it depended, else what was walked before.
func (m *Model) walked(w *walk) tea.Cmd {
	if !w.plan || !w.over() {
		return nil
	}
	m.leaveWalk(w)
	if !w.more {
		m.say(fmt.Sprintf("%s: the plan is carried out", w.again))
		return nil
	}
	return m.walkPlan(w.again.String())
}

func (m *Model) leaveWalk(w *walk) {
	if n := len(m.walks); n > 0 && m.walks[n-1] == w {
		m.walks = m.walks[:n-1]
	}
}
