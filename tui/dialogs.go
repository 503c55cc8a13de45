package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/tui/command"
	"raftscope/tui/complete"
	"raftscope/tui/dialog"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

// quit ends the cockpit, after asking if the run is in no file.
func (m *Model) quit() tea.Cmd {
	if !m.unsaved() {
		m.quits = true
		return nil
	}
	m.pace.on = false
	m.open(dialog.NewQuit(m.saveName()))
	return nil
}

// showText shows a longer text until it is closed.
func (m *Model) showText(title, text string) {
	if text == "" {
		return
	}
	d := dialog.NewText(title, text)
	if m.walk() != nil && m.scene.Found.Empty() {
		d.Walk()
	}
	m.open(d)
}

// prompt opens the prompt with a text to go on from.
func (m *Model) prompt(text string) {
	m.open(dialog.NewPrompt(text, dialog.PromptOptions{
		Parser: command.ParserOf(m.timeline()), Scope: m.completion, History: m.entered,
	}))
}

// completion is what the prompt may offer at this moment.
func (m *Model) completion() complete.Scope {
	s := complete.Scope{Parser: command.ParserOf(m.timeline()), View: m.scene.View, Selected: m.scene.Selected}
	for _, b := range m.scene.Breaks {
		s.Breaks = append(s.Breaks, complete.Number{N: b.N, Doc: b.Cond.String()})
	}
	for _, r := range m.activeRules() {
		s.Rules = append(s.Rules, complete.Number{N: r.N, Doc: r.Text})
	}
	s.Without = []string{"cluster"} // it runs already
	if m.src.Controller == nil {
		s.Without = worldVerbs()
	}
	return s
}

// worldVerbs are the first words of commands that only a cluster can carry out.
func worldVerbs() (out []string) {
	for _, v := range grammar.Verbs() {
		switch v.Name {
		case "run", "step", "finish", "advance", "break", "enable", "disable", "delete", "print", "expect":
		default:
			out = append(out, v.Name)
		}
	}
	return out
}

// keyMaps are the maps of all keys, those of the focused pane first.
func (m *Model) keyMaps() []keys.Map {
	maps := []keys.Map{*m.focused().Keys(), pane.Motion, timeKeys, actKeys, lookKeys}
	for _, p := range m.panes {
		if k := p.Keys(); p != m.focused() && len(k.Bindings) > 0 {
			maps = append(maps, *k)
		}
	}
	return maps
}

// help shows all keys, or explains a command.
func (m *Model) help(about string) {
	d := dialog.NewHelp(about, m.keyMaps())
	d.Nodes(m.scene.Alias.Legend())
	m.open(d)
}

// faults is the menu of what can go wrong: for the selected operation, for its
// node, for the cluster.
func (m *Model) faults() tea.Cmd {
	v := m.scene.View
	var items []dialog.Item
	add := func(group string, all []pane.Item) {
		for _, it := range all {
			items = append(items, faultItem(group, it))
		}
	}
	node := v.Leader()
	if w := m.scene.Machine(); w.Known() {
		if ops := pane.FaultsFor(v, w.ID()); len(ops) > 0 {
			add(w.Name()+" "+w.Label(), ops)
		} else {
			for _, o := range m.waitedFor(w) {
				add("it waits for "+o.Name()+" "+o.Label(), pane.FaultsFor(v, o.ID()))
			}
		}
		if w.Node() != "" {
			node = w.Node()
		}
	}
	if node != "" {
		add("node "+node, pane.NodeFaults(v, node))
	}
	if w := m.scene.Machine(); w.Known() {
		add(w.Name()+" "+w.Label(), pane.EntryFaults(v, w.ID()))
	}
	add("the cluster", pane.WorldFaults(v))
	for _, r := range m.activeRules() {
		items = append(items, faultItem("rules", pane.Item{
			Label: fmt.Sprintf("clear rule %d: %s", r.N, r.Text), Command: fmt.Sprintf("clear %d", r.N),
		}))
	}
	m.open(dialog.NewMenu("faults", items))
	return nil
}

// waitedFor returns the operations that a request waits for: whoever looks at a
// write and does something to it means those.
func (m *Model) waitedFor(w replay.MachineView) (out []replay.MachineView) {
	if !isRequest(w.Kind().Name()) {
		return nil
	}
	v := m.scene.View
	for _, p := range survey.Write(v, w.Machine).Waits {
		if p.Machine != nil && len(pane.FaultsFor(v, p.Machine.ID())) > 0 {
			out = append(out, v.Of(p.Machine))
		}
	}
	return out
}

func faultItem(group string, it pane.Item) dialog.Item {
	out := dialog.Item{Group: group, Label: it.Label, Shown: it.Command, Doc: verbDoc(it.Command), Action: pane.Command{Line: it.Command}}
	if it.Prompt {
		out.Action = pane.Prompt{Text: it.Command}
	}
	return out
}

// verbDoc is what the grammar says about a command's verb.
func verbDoc(line string) string {
	for _, v := range grammar.Verbs() {
		if v.Name == firstWord(line) {
			return v.Doc
		}
	}
	return ""
}

// breaksDialog shows all breakpoints.
func (m *Model) breaksDialog() { m.open(dialog.NewBreaks(m.scene.Breaks)) }
