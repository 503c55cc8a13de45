package pane

import (
	"raftscope/replay"
	"raftscope/replay/survey"
	"raftscope/sm"
)

// logDoing is what raft's main loop of a node does.
type logDoing struct {
	text    string
	machine sm.ID // the operation it tells of; 0: none
	cut     bool  // from a majority
}

// ask fills in what the node does.
func (n *logNode) ask(v replay.View) {
	does := survey.Doing(v, n.name)
	n.doing = logDoing{text: does.Text, cut: n.state.Up && v.CutOff(n.name)}
	if does.Machine != nil {
		n.doing.machine = does.Machine.ID()
	}
}
