package tui

import (
	"slices"

	"fmt"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"raftscope/tui/dialog"
	"raftscope/tui/keys"
	"raftscope/tui/pane"
)

// onKey carries a key to where it belongs: the uppermost dialog, then the pane
// with the focus, then the cockpit.
func (m *Model) onKey(key, text string) tea.Cmd {
	m.message = message{}
	if top := m.top(); top != nil {
		return m.result(top.Key(key, text))
	}
	p := m.focused()
	for _, keyMap := range []*keys.Map{p.Keys(), &pane.Motion} {
		if v := keyMap.Verb(key); v != "" {
			return m.act(p.Do(v, &m.scene))
		}
	}
	return m.verb(globalVerb(key))
}

// top returns the uppermost dialog, or nil.
func (m *Model) top() dialog.Dialog {
	if n := len(m.dialogs); n > 0 {
		return m.dialogs[n-1]
	}
	return nil
}

// open puts a dialog above all others, but for a prompt into which the user types:
// its keys are not for what comes by itself.
func (m *Model) open(d dialog.Dialog) {
	if _, typing := m.top().(*dialog.Prompt); typing {
		m.dialogs = slices.Insert(m.dialogs, len(m.dialogs)-1, d)
		return
	}
	m.dialogs = append(m.dialogs, d)
}

// result carries out what a dialog's key came to.
func (m *Model) result(r dialog.Result) tea.Cmd {
	if r.Close {
		m.dialogs = m.dialogs[:len(m.dialogs)-1]
	}
	return m.act(r.Action)
}

func (m *Model) focused() pane.Pane { return m.panes[m.focus[m.screen]] }

// onPaste goes to a dialog only: pasted text is no keys.
func (m *Model) onPaste(text string) tea.Cmd {
	if top := m.top(); top != nil {
		return m.result(top.Paste(text))
	}
	m.say("pasted text goes into the prompt: open it with :")
	return nil
}

// act carries out what a pane or a dialog asks for.
func (m *Model) act(a pane.Action) tea.Cmd {
	switch a := a.(type) {
	case pane.Select:
		m.choose(a.Machine)
	case pane.Root:
		m.trail.leave(m.scene.Selected)
		m.pick(a.Machine)
	case pane.Follow:
		m.trail.leave(m.scene.Selected)
		m.choose(a.Machine)
	case pane.GoTo:
		return m.goTo(a.Events)
	case pane.Command:
		return m.line(a.Line)
	case pane.Prompt:
		m.prompt(a.Text)
	case pane.Say:
		m.say(a.Text)
	case pane.Copy:
		text, what := clip(a.Text), "copied: "
		if len(text) < len(a.Text) {
			what = fmt.Sprintf("copied the first %s of %s bytes: ", pane.Count(len(text)), pane.Count(len(a.Text)))
		}
		m.say(what + cut(firstLine(text), 60))
		return tea.SetClipboard(text)
	case pane.Quit:
		if a.Save == "" {
			m.quits = true
			return nil
		}
		return m.save(a.Save, false, func() tea.Cmd { m.quits = true; return nil })
	case pane.Plan:
		return m.planFor(a.Truncate)
	case pane.Walk:
		return m.walkPlan(a.Truncate)
	case pane.Verb:
		m.message = message{}
		if keys.Verb(a.Name) == verbNext && m.top() != nil {
			return nil // a line that printed two things: the other one is still to be read
		}
		return m.verb(keys.Verb(a.Name))
	}
	return nil
}

// verb carries out one of the cockpit's own verbs.
func (m *Model) verb(v keys.Verb) tea.Cmd {
	if cmd, ok := m.travel(v); ok {
		return cmd
	}
	if m.lookAround(v) {
		return nil
	}
	switch v {
	case verbWrite:
		return m.onlyNow(func() tea.Cmd { m.prompt("write leader set "); return nil })
	case verbFaults:
		return m.onlyNow(m.faults)
	case verbTruncate:
		return m.onlyNow(m.truncate)
	case verbHold:
		return m.onlyNow(m.hold)
	case verbBreak:
		m.breakHere()
	case verbBreaks:
		m.breaksDialog()
	case verbPrompt:
		m.prompt("")
	case verbFilter:
		m.prompt("filter ")
	case verbGoTo:
		m.prompt("goto ")
	case verbNext:
		return m.next(1)
	case verbPrevious:
		return m.next(-1)
	case verbCopy:
		return m.copy()
	case verbHelp:
		m.help("")
	case verbClose:
		return m.close()
	case verbQuit:
		return m.quit()
	case verbInterrupt:
		if m.interrupt() {
			return nil
		}
		return m.quit()
	}
	return nil
}

// lookAround carries out verbs that change what is shown and nothing else.
func (m *Model) lookAround(v keys.Verb) bool {
	switch v {
	case verbMain:
		m.show(screenMain)
	case verbLogs:
		m.show(screenLogs)
	case verbEvents:
		m.show(screenEvents)
	case verbFocus:
		m.moveFocus(1)
	case verbFocusBack:
		m.moveFocus(-1)
	case verbZoom:
		m.zoom = !m.zoom
	case verbRoot:
		if m.scene.Selected != 0 {
			m.pick(m.scene.Selected)
		}
	case verbWayBack:
		if id := m.trail.goBack(m.scene.Selected); id != 0 {
			m.choose(id)
		}
	case verbWayForth:
		if id := m.trail.goForth(m.scene.Selected); id != 0 {
			m.choose(id)
		}
	default:
		return false
	}
	return true
}

func (m *Model) show(s screen) {
	m.screen, m.zoom = s, false
}

// moveFocus moves the focus among the panes that are on the screen.
func (m *Model) moveFocus(by int) {
	all := m.arrangement(false).slots
	for i, s := range all {
		if s.place == m.focus[m.screen] {
			m.focus[m.screen] = all[(i+by+len(all))%len(all)].place
			return
		}
	}
	if len(all) > 0 {
		m.focus[m.screen] = all[0].place
	}
}

// close undoes one thing: what runs, a search, a zoom, history.
func (m *Model) close() tea.Cmd {
	switch {
	case m.interrupt():
	case !m.scene.Found.Empty() || !m.scene.Filter.Empty():
		m.setFilter("")
	case m.walk() != nil && m.walk().plan:
		m.leaveWalk(m.walk())
		m.say("the plan is given up")
	case m.zoom:
		m.zoom = false
	case m.src.Controller != nil && !m.moment.end:
		m.moment = moment{end: true}
	}
	return nil
}

// clipMax is how much is copied: terminals take 100,000 characters of base64, and
// drop, or show as text, what is longer.
const clipMax = 74_000

// clip returns the beginning of a text that a terminal takes.
func clip(text string) string {
	if len(text) <= clipMax {
		return text
	}
	n := clipMax
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// copy puts what is selected into the terminal's clipboard (OSC 52).
func (m *Model) copy() tea.Cmd {
	text := m.focused().Copy(&m.scene)
	if text == "" {
		m.say("nothing to copy here")
		return nil
	}
	return m.act(pane.Copy{Text: text})
}
