package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/tui/dialog"
	"raftscope/tui/grid"
	"raftscope/tui/pane"
	"raftscope/tui/prompt"
	"raftscope/tui/theme"
)

// Model is the cockpit as Bubble Tea's model. Only Bubble Tea's goroutine
// touches it.
type Model struct {
	ctx context.Context
	src Source
	opt Options

	scene  pane.Scene
	moment moment
	chosen sm.ID // the write the user chose; 0: the newest
	trail  trail
	pinned bool // the user has chosen the tree's root; else it follows the newest request

	size    grid.Rect
	screen  screen
	focus   [10]place // of each screen
	zoom    bool
	panes   [placesEnd]pane.Pane
	above   *pane.Overview
	write   *pane.WriteLine
	dialogs []dialog.Dialog
	layout  layout
	frame   frame

	work    work
	pace    pace
	search  search
	walks   []*walk
	entered *prompt.History // lines of the prompt
	local   breakpoints
	last    Report // what the cluster said last
	message message
	stats   stats
	loading Loading
	ticking bool // a frame tick is under way
	told    sentence
	savedAt int   // how many events were there when the run was saved last
	failure error // a panic that ends the cockpit
	quits   bool
	opening bool // a recording is to be shown from where there is something to see
}

// New returns the cockpit of a source. ctx ends what it has begun.
func New(ctx context.Context, src Source, opt Options) *Model {
	opt.withDefaults()
	m := &Model{ctx: ctx, src: src, opt: opt, screen: screenMain, moment: moment{end: true}}
	m.scene.Theme = theme.New(themeName(opt), opt.ASCII)
	m.scene.Mode = pane.Live
	m.entered = prompt.Open(opt.History)
	m.panes = newPanes()
	m.above, m.write = pane.NewOverview(), pane.NewWriteLine()
	m.focus = [10]place{screenMain: placeTree, screenLogs: placeLogsFull, screenEvents: placeEvents}
	m.pace.step = paceDefault
	if src.Scenario != nil {
		m.walks = append(m.walks, newWalk(src.Name, src.Scenario))
	}
	if src.Controller != nil {
		m.last = src.Controller.State()
	} else {
		m.scene.Mode = pane.Replay
		m.moment = moment{end: src.Follow}
		m.opening = !src.Follow
	}
	m.look()
	m.greet()
	switch {
	case m.last.Dead != nil:
		m.died(m.last.Dead)
	case m.last.Err != nil:
		m.fail(m.last.Err)
		fallthrough
	default:
		m.savedAt = m.timeline().Events() // nothing was done so far that could be lost
	}
	return m
}

func newPanes() [placesEnd]pane.Pane {
	return [placesEnd]pane.Pane{
		placeLogs: pane.NewLogs(), placeTree: &pane.Tree{}, placeDetail: &pane.Detail{},
		placeNext: pane.NewNext(), placeLogsFull: pane.NewLogsFull(), placeEvents: pane.NewEvents(),
	}
}

// themeName is the theme before the terminal has said what its background is.
func themeName(o Options) string {
	if o.Theme == "" || o.Theme == theme.Auto {
		return theme.Dark
	}
	return o.Theme
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.load()}
	if m.opt.Theme == "" || m.opt.Theme == theme.Auto {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// timeline is all there is to see.
func (m *Model) timeline() *replay.Timeline { return m.src.Timeline }

// live says whether the cluster can go on.
func (m *Model) live() bool { return m.src.Controller != nil && m.last.Dead == nil }

// look takes the views that the next frame is drawn from, and what follows from
// the moment: the mode, the write.
func (m *Model) look() {
	t, s := m.timeline(), &m.scene
	m.findOpening()
	s.Last = t.View()
	s.View = m.moment.view(t)
	switch {
	case m.src.Controller == nil:
		s.Mode = pane.Replay
	case m.moment.end:
		s.Mode = pane.Live
	default:
		s.Mode = pane.History
	}
	if s.Mode != pane.Replay {
		now := max(m.last.At, m.src.Controller.Now()) // it goes on while nothing happens
		s.Last = s.Last.Later(now)
		if s.Mode == pane.Live {
			s.View = s.View.Later(now)
		}
		if now != m.frame.now {
			m.frame.now = now
			s.Version++
		}
	}
	if nodes := s.Last.Roster(); s.Alias == nil || len(nodes) != m.frame.nodes {
		s.Alias = pane.NewAliases(nodes)
		m.frame.nodes = len(nodes)
		if short, _ := s.Alias.Legend(); len(short) > 0 {
			m.say("the nodes' names are long, so they are called n1 and so on here: ? tells, under marks, which is which")
		}
		s.Version++
	}
	m.chooseWrite()
}

// chooseWrite keeps the line of the write on the one that was chosen if it is
// born by now, else on the newest.
func (m *Model) chooseWrite() {
	s := &m.scene
	id := sm.ID(0)
	if w := s.View.Machine(m.chosen); w.Known() {
		id = w.ID()
	} else if w := s.View.LastExec(); w.Known() {
		id = w.ID()
	}
	if id != s.Write {
		s.Write = id
		s.Version++
	}
	if m.pinned && s.Root != 0 {
		return
	}
	if id == 0 { // nobody has asked for anything yet: show who leads, and why
		if e := s.View.Newest("election", ""); e.Known() {
			id = e.ID()
		}
	}
	if w := s.View.Machine(id); s.Root != 0 && w.Known() && s.View.Client(w.Machine) > 0 {
		return // clients in the background make one after the other
	}
	if id != 0 && id != s.Root {
		s.Root, s.Selected = id, id
		s.Version++
	}
}

// touch says that the scene has changed.
func (m *Model) touch() { m.scene.Version++ }
