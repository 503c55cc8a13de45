package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"raftscope/tui/pane"
)

// workSlice is how much of a frame the work of panes may take: keys wait no
// longer.
const workSlice = 8 * time.Millisecond

// busyPane returns a pane on the screen that has work beside drawing, nil if there
// is none.
func (m *Model) busyPane() pane.Worker {
	for _, s := range m.arrangement(m.zoom).slots { // the next frame's, which may be another
		if w, ok := m.panes[s.place].(pane.Worker); ok && w.Busy(&m.scene) {
			return w
		}
	}
	return nil
}

// paneWork gives the panes on the screen their slice of a frame.
func (m *Model) paneWork() tea.Cmd {
	if w := m.busyPane(); w != nil {
		return m.act(w.Work(&m.scene, workSlice))
	}
	return nil
}
