package tui

import (
	"raftscope/replay"
)

// moment is where the cursor of time stands: behind so many events, or always
// behind the newest one.
type moment struct {
	events int
	end    bool
}

// view returns the run at the moment.
func (m moment) view(t *replay.Timeline) replay.View {
	if m.end {
		return t.View()
	}
	return t.At(m.events)
}

// at returns the moment behind so many events. Behind all of them it is the end
// and stays there.
func at(t *replay.Timeline, events int) moment {
	if events >= t.Events() {
		return moment{end: true}
	}
	return moment{events: max(0, events)}
}

// instantEnd returns the number of events up to the end of the instant that the
// event before so many events belongs to.
func instantEnd(t *replay.Timeline, events int) int {
	if events <= 0 {
		return 0
	}
	return t.AtTime(t.At(events).Now()).Events()
}
