package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/tui/command"
	"raftscope/tui/dialog"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
)

// planDepends ends a plan of which the rest follows from what comes of its
// beginning; planBegins begins every plan. The words are those of the engine.
const (
	planBegins  = "plan: "
	planDepends = "and then it depends"
)

// truncate has the cluster make a plan of a truncation, and shows it.
func (m *Model) truncate() tea.Cmd {
	return m.plan(grammar.Truncate{Plan: true}, m.showPlan)
}

// plan asks the cluster for the plan of a truncation.
func (m *Model) plan(c grammar.Truncate, show func(grammar.Truncate, []string) tea.Cmd) tea.Cmd {
	before := m.timeline().Events()
	return m.do(job{cmd: c, after: func(Report) tea.Cmd {
		t := m.timeline()
		for i := t.Events() - 1; i >= before; i-- { // an older one may be another's
			if text := t.Event(i).Text; replay.IsPlan(text) {
				return show(c, planLines(text))
			}
		}
		m.fail(fmt.Errorf("%s: the cluster told no plan", c))
		return nil
	}})
}

// planLines takes a plan apart into its commands.
func planLines(text string) (lines []string) {
	for part := range strings.SplitSeq(strings.TrimPrefix(text, planBegins), ";") {
		if part = strings.TrimSpace(part); part != "" {
			lines = append(lines, part)
		}
	}
	return lines
}

// showPlan shows a plan, and offers to carry it out or to ask for another one.
func (m *Model) showPlan(c grammar.Truncate, lines []string) tea.Cmd {
	act := c
	act.Plan = false
	items := []dialog.Item{
		{Label: "step by step", Shown: "n", Doc: "Each n carries out the next line of the plan; in between you may look around, and act.", Action: pane.Walk{Truncate: act.String()}},
		{Label: "all at once", Shown: act.String(), Doc: verbDoc("truncate"), Action: pane.Command{Line: act.String()}},
	}
	for _, n := range m.scene.View.Nodes() {
		if other := (grammar.Truncate{Node: n, Plan: true}); n != c.Node && m.scene.View.Suffrage(n) != replay.Outside {
			items = append(items, dialog.Item{Group: "another truncation", Label: "of " + m.scene.Alias.Of(n), Shown: other.String(), Action: pane.Plan{Truncate: other.String()}})
		}
	}
	from := grammar.Truncate{Node: c.Node}.String() + " from="
	items = append(items, dialog.Item{Group: "another truncation", Label: "from another index", Shown: from, Action: pane.Prompt{Text: from}})
	d := dialog.NewMenu(act.String()+": the plan", items)
	for i, line := range lines {
		d.Head = append(d.Head, grid.Clean(fmt.Sprintf("%2d  %s", i+1, line)))
	}
	m.open(d)
	return nil
}

// planFor shows the plan for another truncation.
func (m *Model) planFor(line string) tea.Cmd {
	c, err := parseTruncate(m.timeline(), line)
	if err != nil {
		m.fail(err)
		return nil
	}
	c.Plan = true
	return m.plan(c, m.showPlan)
}

// walkPlan makes a plan and has n carry it out line by line.
func (m *Model) walkPlan(line string) tea.Cmd {
	c, err := parseTruncate(m.timeline(), line)
	if err != nil {
		m.fail(err)
		return nil
	}
	c.Plan = true
	return m.plan(c, func(c grammar.Truncate, lines []string) tea.Cmd {
		w := newPlanWalk(m.timeline(), c, lines)
		m.walks = append(m.walks, w)
		m.say(fmt.Sprintf("%s: n carries out the plan, line by line; esc gives it up", w.name))
		return nil
	})
}

func parseTruncate(t *replay.Timeline, line string) (grammar.Truncate, error) {
	all, err := command.ParserOf(t).Line(line)
	if err != nil {
		return grammar.Truncate{}, err
	}
	if len(all) == 1 {
		if c, ok := all[0].(grammar.Truncate); ok {
			return c, nil
		}
	}
	return grammar.Truncate{}, fmt.Errorf("%q is no truncate", line)
}
