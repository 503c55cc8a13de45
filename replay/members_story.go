package replay

import (
	"fmt"

	"raftscope/sm"
)

// askStory is what somebody asks of the leader that is no write and no read, how
// far that is, and what they are told.
func askStory(m MachineView, e *sm.Event, state string) string {
	switch {
	case e.Type == sm.Born:
		return fmt.Sprintf("%s on %s: %s", m.Name(), m.Node(), m.askLabel())
	case state == "DONE", state == "FAILED":
		return answerStory(m, state)
	}
	return fmt.Sprintf("%s %s: %s", m.Name(), m.Label(), state)
}

func (m MachineView) askLabel() string {
	if m.kindName() == kindTransfer {
		return "transfer leadership " + m.Label()
	}
	return m.Label()
}
