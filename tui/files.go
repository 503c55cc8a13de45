package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	tea "charm.land/bubbletea/v2"
)

// loadedMsg tells that a recording has been read as far as it goes.
type loadedMsg struct{ err error }

// load begins to read the recording.
func (m *Model) load() tea.Cmd {
	if m.src.Load == nil {
		return nil
	}
	return tea.Batch(guarded(func() tea.Msg { return loadedMsg{m.src.Load(m.ctx)} }), m.frames())
}

// onLoaded keeps how reading ended. The cursor of a recording stays at its
// beginning: that is where its story begins.
func (m *Model) onLoaded(msg loadedMsg) tea.Cmd {
	if m.src.Loading != nil {
		m.loading = m.src.Loading()
	}
	m.loading.Done = true
	switch {
	case msg.err != nil && m.ctx.Err() == nil:
		m.loading.Err = msg.err
		m.fail(fmt.Errorf("reading the recording stopped: %w", msg.err))
	case len(m.loading.Reasons) > 0:
		m.fail(damaged(m.loading.Reasons))
	}
	m.touch()
	return nil
}

// damaged tells the first damage of a recording, and who tells the others.
func damaged(reasons []string) error {
	if len(reasons) == 1 {
		return errors.New(reasons[0])
	}
	return fmt.Errorf("%s; raftscope info tells %d more", reasons[0], len(reasons)-1)
}

// openingEvents is how many notable events are looked at for a leader.
const openingEvents = 100

// findOpening moves a recording that has just been opened to its first leader:
// before it there is little to see. The user's first key ends that.
func (m *Model) findOpening() {
	t := m.timeline()
	if !m.opening || t.Events() == 0 {
		return
	}
	for i, n := t.NextNotable(-1, 1), 0; i >= 0 && n < openingEvents; i, n = t.NextNotable(i, 1), n+1 {
		// It does not count who knows the leader: that may be long after.
		v := t.At(t.EndOfInstant(i))
		if w := v.Machine(t.Event(i).Machine); w.Known() && w.Kind().Name() == "node" && w.StateName() == "leader" {
			m.moment, m.opening = m.at(v.Events()), false
			return
		}
	}
	if m.loading.Done || m.src.Load == nil {
		m.opening = false
		if to, ok := t.NextVisible(0, 1); ok {
			m.moment = m.at(to)
		}
	}
}

// savedMsg tells that the run is in a file, or why not.
type savedMsg struct {
	path   string
	events int // at least so many are in it
	err    error
	then   func() tea.Cmd
}

// save writes the run into a file, while the screen goes on.
func (m *Model) save(path string, force bool, then func() tea.Cmd) tea.Cmd {
	switch {
	case m.src.Save == nil:
		m.fail(fmt.Errorf("save %s: this is a recording already", path))
		return nil
	case m.work.busy:
		m.fail(errBusy(m.work.job))
		return nil
	}
	m.say("saving " + path)
	events := m.timeline().Events() // what happens while it is being saved may not be in it
	return guarded(func() tea.Msg {
		return savedMsg{path, events, m.src.Save(m.ctx, path, force), then}
	})
}

func (m *Model) onSaved(msg savedMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, fs.ErrExist):
		m.fail(fmt.Errorf("%s is there already: save %s force replaces it", msg.path, msg.path))
		return nil
	case msg.err != nil:
		m.fail(msg.err)
		return nil
	}
	m.savedAt = max(m.savedAt, msg.events)
	m.say(fmt.Sprintf("saved: raftscope replay %s opens it", msg.path))
	if msg.then != nil {
		return msg.then()
	}
	return nil
}

// unsaved says whether something of the run would be lost: the user has done
// something, and it is in no file.
func (m *Model) unsaved() bool {
	recorded := m.src.Recording != "" && m.last.Unrecorded == ""
	done := m.timeline().Events() > m.savedAt || m.work.busy // what is under way has told nothing yet
	return m.src.Controller != nil && !recorded && m.src.Save != nil && done
}

// saveName is the file that is offered for a run.
func (m *Model) saveName() string {
	for i := 0; ; i++ {
		name := fmt.Sprintf("run-%d.rsc", m.src.Seed)
		if i > 0 {
			name = fmt.Sprintf("run-%d-%d.rsc", m.src.Seed, i)
		}
		if _, err := os.Lstat(name); err != nil || i > 999 {
			return name
		}
	}
}

func errBusy(j job) error { return fmt.Errorf("%s is not done yet; esc interrupts it", j.cmd) }
