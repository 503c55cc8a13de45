package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/command"
)

// line carries out a line of the prompt: commands of the viewer at once, those of
// the cluster one after the other. The first that fails ends it.
func (m *Model) line(text string) tea.Cmd {
	all, err := command.ParserOf(m.timeline()).Line(text)
	if err != nil {
		m.fail(err)
		return nil
	}
	return m.commands(all)
}

// commands carries out commands in order.
func (m *Model) commands(all []command.Command) tea.Cmd { return m.commandsThen(all, nil) }

// commandsThen carries out commands in order and then, if none went wrong, goes
// on.
func (m *Model) commandsThen(all []command.Command, goOn func() tea.Cmd) tea.Cmd {
	return m.carryOut(all, m.atNow(), goOn)
}

// carryOut is commandsThen. now says that the commands are for the cluster: who
// looks at its history meanwhile does not change what the rest of a line means.
func (m *Model) carryOut(all []command.Command, now bool, goOn func() tea.Cmd) tea.Cmd {
	for i, c := range all {
		rest := all[i+1:]
		then := func() tea.Cmd { m.look(); return m.carryOut(rest, m.atNow(), goOn) }
		if handled, ok := m.view(c); handled {
			if !ok {
				return nil
			}
			m.look()
			if _, moves := c.(command.GoTo); moves {
				now = m.atNow()
			}
			continue
		}
		if cmd, handled := m.slow(c, then); handled {
			return cmd
		}
		if p, ok := c.(grammar.Print); ok {
			return m.print(p, m.asked(now), func() tea.Cmd { m.look(); return m.carryOut(rest, now, goOn) })
		}
		g := c.(grammar.Command) // what is not the viewer's own is the language's
		switch handled, ok := m.ask(g, m.asked(now)); {
		case handled && ok:
			continue
		case handled:
			return nil
		}
		switch {
		case now:
			return m.do(job{cmd: g, after: func(Report) tea.Cmd {
				m.look()
				if m.work.stopped && len(rest) > 0 {
					return nil
				}
				return m.carryOut(rest, true, goOn)
			}})
		case !movesTime(g) && !isBreak(g):
			return m.onlyNow(func() tea.Cmd {
				return m.do(job{cmd: g, after: func(Report) tea.Cmd { return then() }})
			})
		}
		return m.past(g, then)
	}
	if goOn != nil {
		return goOn()
	}
	return nil
}

// view carries out a command that only changes what is shown. ok is false if it
// went wrong.
func (m *Model) view(c command.Command) (handled, ok bool) {
	switch c := c.(type) {
	case command.Quit:
		m.quit()
	case command.GoTo:
		return true, m.place(c.Place)
	case command.Filter:
		m.setFilterTo(c.What)
	case command.View:
		for _, v := range command.Views() {
			if v.Name == c.Name {
				m.show(screen(v.Number))
			}
		}
	case command.Root, command.Select:
		return true, m.machineCommand(c)
	case command.Theme:
		m.chooseTheme(c.Name)
	case command.Pace:
		m.setPace(c.PerSecond)
	case command.Zoom:
		m.zoom = !m.zoom
	case command.Help:
		m.help(c.About)
	default:
		return false, false
	}
	return true, true
}

// slow carries out those commands of the viewer that take time.
func (m *Model) slow(c command.Command, then func() tea.Cmd) (cmd tea.Cmd, handled bool) {
	switch c := c.(type) {
	case command.Save:
		return m.save(c.File, c.Force, then), true
	case command.Find:
		m.scene.Found = c.What
		m.touch()
		return m.find(c.What, 1, then), true
	}
	return nil, false
}

// machineCommand selects a machine or roots the tree at it.
func (m *Model) machineCommand(c command.Command) bool {
	r, isRoot := c.(command.Root)
	which := r.Machine
	if s, ok := c.(command.Select); ok {
		which = s.Machine
	}
	w := m.scene.View.Find(which)
	if !w.Known() {
		m.fail(fmt.Errorf("there is no %s at this moment", which))
		return false
	}
	m.trail.leave(m.scene.Selected)
	if isRoot {
		m.pick(w.ID())
	} else {
		m.choose(w.ID())
	}
	return true
}

// place moves the cursor to a place.
func (m *Model) place(p command.Place) bool {
	t := m.timeline()
	switch p.Form {
	case command.AtTime:
		m.jump(t.AtTime(p.Time).Events(), true)
	case command.ByTime:
		m.jump(t.AtTime(max(0, m.scene.View.Now()+sm.Time(p.Time))).Events(), true)
	case command.AtEvent:
		v := t.AtSeq(p.Seq)
		switch {
		case v.Seq() == p.Seq:
			m.goToEvent(v.Events() - 1)
		case p.Seq < t.LastSeq():
			m.jump(v.Events(), true)
			m.say(fmt.Sprintf("event %d is lost; this is behind event %d", p.Seq, v.Seq()))
		default:
			m.fail(fmt.Errorf("there is no event %d; the last one is %d", p.Seq, t.LastSeq()))
			return false
		}
	case command.AtHome:
		m.moveTo(moment{})
	case command.AtEnd:
		m.moveTo(moment{end: true})
	}
	return true
}

// asked is the moment that a command asks about.
func (m *Model) asked(now bool) replay.View {
	if now {
		return m.scene.Last
	}
	return m.scene.View
}

// ask answers expect at a moment.
func (m *Model) ask(c grammar.Command, v replay.View) (handled, ok bool) {
	switch c := c.(type) {
	case grammar.Cluster:
		m.fail(errors.New("cluster: this cluster runs already; raftscope --nodes, --seed and so on start another one"))
		return true, false
	case grammar.Expect:
		saw := v.Saw(c.Cond)
		if !v.Holds(c.Cond) {
			m.fail(fmt.Errorf("%s: it is not so: %s", c, saw))
			return true, false
		}
		m.say(fmt.Sprintf("%s: it is so: %s", c, saw))
	default:
		return false, false
	}
	return true, true
}

// movesTime says whether a command lets time go on and does nothing else, so that
// in the past it can move the cursor.
func movesTime(c grammar.Command) bool {
	switch c.(type) {
	case grammar.Run, grammar.RunUntil, grammar.Step, grammar.Finish, grammar.Advance:
		return true
	}
	return false
}

func isBreak(c grammar.Command) bool {
	switch c.(type) {
	case grammar.Break, grammar.Enable, grammar.Disable, grammar.Delete:
		return true
	}
	return false
}

// machine finds a machine at the moment on the screen, or says that there is none.
func (m *Model) machine(c grammar.Command, v replay.MachineView) bool {
	if !v.Known() {
		m.fail(fmt.Errorf("%s: there is no such machine at this moment", c))
	}
	return v.Known()
}
