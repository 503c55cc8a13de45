package survey

import (
	"raftscope/replay"
	"raftscope/sm"
)

// Part is one of the things that something waits for.
type Part struct {
	Text    string          // "n2 append#58 writing"
	Machine *replay.Machine // the operation, to go to; nil if it is none
	Due     sm.Time         // when it goes on; zero if nobody knows
	Held    bool            // a user holds it
}

// String returns the part as it is at a time: "n2 append#58 writing, due
// +1.200ms".
func (p Part) String(now sm.Time) string { return p.Text + due(p.Due, now) }

// operation is the part of a machine's operation: what it is, and where. Its
// name stands behind before.
func operation(v replay.View, before string, m replay.MachineView) Part {
	p := Part{Text: before + m.Name() + " " + stage(m), Machine: m.Machine}
	if under, ok := v.PendingOf(m.Machine); ok {
		p.Due, p.Held = under.Due, under.Held
	}
	if p.Held {
		p.Text = before + m.Name() + " " + heldBy(m)
	}
	return p
}

// stage is where an operation is, in words.
func stage(m replay.MachineView) string {
	switch state := m.StateName(); {
	case m.Abandoned():
		return "lost with its node"
	case state == "await-barrier":
		return "waits for the disk to drain"
	case state == "await-fsm":
		return "waits for the state machine"
	case kind(m) == "append" && (state == "start" || state == "pending"):
		return "waits for the disk"
	case kind(m) == "truncate" && state == "deleting":
		return "removing " + span(replay.Clip(m.Subject(), labelMax))
	default:
		return replay.Clip(state, labelMax)
	}
}
