package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// greet is the line of the first start: what there is, and the keys to begin
// with.
func (m *Model) greet() {
	v := m.scene.View
	switch {
	case m.src.Controller == nil:
		m.say("a recording: [ and ] go through its instants, e to what is notable, space plays it; ? helps")
	case m.walk() != nil:
		m.say("n runs the scenario's next line; in between you may do what you like; ? helps")
	case v.Leader() != "":
		m.say(fmt.Sprintf("%s, %s leads: w writes, s steps, ? helps", plural(len(v.Roster()), "node"), v.Leader()))
	case len(v.Nodes()) == 0 && !m.src.Cluster.Start:
		m.say(fmt.Sprintf("%s, none has started: x offers to start them, : takes any command, ? helps", plural(len(v.Roster()), "node")))
	default:
		m.say(fmt.Sprintf("%s: s steps, space runs, ? helps", plural(m.src.Cluster.Nodes, "node")))
	}
}

// setPace chooses the pace nearest to so many visible instants a second; 0 is as
// fast as it goes.
func (m *Model) setPace(perSecond int) {
	best := len(paces) - 1
	for i, p := range paces {
		if perSecond > 0 && p > 0 && (paces[best] == 0 || abs(p-perSecond) < abs(paces[best]-perSecond)) {
			best = i
		}
	}
	m.pace.step = best
	m.say("pace: " + m.pace.about())
}

func abs(n int) int { return max(n, -n) }

// hold holds the selected operation, or releases it.
func (m *Model) hold() tea.Cmd {
	w := m.scene.Machine()
	if !w.Known() {
		m.say("no machine is selected")
		return nil
	}
	if waits := m.waitedFor(w); len(waits) > 0 {
		w = waits[0]
	}
	verb := "hold "
	if w.IsHeld() {
		verb = "release "
	}
	return m.line(verb + w.Name())
}

// breakHere opens the prompt with a breakpoint on machines like the selected one.
func (m *Model) breakHere() {
	text := "break "
	if w := m.scene.Machine(); w.Known() {
		text += "kind:" + w.Kind().Name()
		if w.Node() != "" {
			text += " node:" + w.Node()
		}
		text += " state:" + w.StateName()
	}
	m.prompt(text)
}

// died shows that the cluster is gone, and what its process said.
func (m *Model) died(d *Death) {
	m.keepBreaks()
	m.fail(fmt.Errorf("the cluster's process died: %s", d.Reason))
	m.showText("the cluster's process died: "+d.Reason, d.Stacks)
}
