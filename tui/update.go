package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"raftscope/tui/grid"
	"raftscope/tui/theme"
)

// frameEvery is how often the screen follows what goes on.
const frameEvery = 33 * time.Millisecond

// repaint draws the whole screen anew. Until the renderer knows of a new size it
// ends what it scrolls with a region of the old height, which the terminal then
// keeps: whatever is scrolled afterwards would go elsewhere than it thinks.
var repaint = tea.Sequence(tea.Raw("\x1b[r"), tea.ClearScreen)

// frameMsg asks for a look at the timeline while something goes on.
type frameMsg struct{}

// Update implements tea.Model: it is a table of who is told of what.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	stale := m.frame.stale // something was told that was not drawn yet
	m.frame.stale = true
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
		cmd = repaint
	case tea.KeyPressMsg:
		m.stats.key()
		cmd = m.onKey(msg.String(), msg.Text)
	case tea.PasteMsg:
		cmd = m.onPaste(msg.Content)
	case tea.MouseClickMsg:
		cmd = m.onClick(msg.Mouse())
	case tea.MouseMotionMsg:
		cmd = m.onDrag(msg.Mouse())
	case tea.MouseWheelMsg:
		cmd = m.onWheel(msg.Mouse())
	case tea.BackgroundColorMsg:
		m.onBackground(msg.IsDark())
	case tea.ColorProfileMsg:
		if msg.Profile < colorprofile.ANSI { // NO_COLOR, or a terminal that has none
			m.chooseTheme(theme.None)
		}
	case frameMsg:
		cmd = m.onFrame()
	case paceMsg:
		cmd = m.onPace(msg)
	case doneMsg:
		cmd = m.onDone(msg)
	case searchMsg:
		cmd = m.onSearch(msg)
	case loadedMsg:
		cmd = m.onLoaded(msg)
	case savedMsg:
		cmd = m.onSaved(msg)
	case printedMsg:
		cmd = m.onPrinted(msg)
	case panicMsg:
		m.failure, m.quits = msg.err, true
	default:
		m.frame.stale = stale
		return m, nil
	}
	m.look()
	if m.quits {
		return m, tea.Quit
	}
	if m.busyPane() != nil {
		cmd = tea.Batch(cmd, m.frames())
	}
	return m, cmd
}

// frames keeps frames coming until nothing goes on any more.
func (m *Model) frames() tea.Cmd {
	if m.ticking {
		return nil
	}
	m.ticking = true
	return tea.Tick(frameEvery, func(time.Time) tea.Msg { return frameMsg{} })
}

func (m *Model) onFrame() tea.Cmd {
	m.ticking = false
	m.stats.frame(m.timeline().Events())
	if m.src.Loading != nil {
		m.loading = m.src.Loading()
	}
	if n := m.timeline().Events(); n != m.frame.seen {
		m.frame.seen = n
		// Who follows a run presses no key that would end a message.
		if m.src.Follow && m.moment.end && time.Since(m.message.since) > messageShown {
			m.message = message{}
		}
	}
	cmd := m.paneWork()
	if m.goesOn() {
		return tea.Batch(cmd, m.frames())
	}
	return cmd
}

// goesOn says whether the timeline may grow, or a search run, by itself.
func (m *Model) goesOn() bool {
	return m.work.busy || m.search.on || m.src.Load != nil && !m.loading.Done
}

func (m *Model) resize(w, h int) {
	m.size = grid.Rect{W: w, H: h}
}

// onBackground chooses the theme by the terminal's background, if the user has
// not chosen one.
func (m *Model) onBackground(dark bool) {
	name := theme.Light
	if dark {
		name = theme.Dark
	}
	if chosen := m.opt.Theme; chosen != "" && chosen != theme.Auto {
		return
	}
	if name != m.scene.Theme.Name {
		m.scene.Theme = theme.New(name, m.opt.ASCII)
		m.touch()
	}
}
