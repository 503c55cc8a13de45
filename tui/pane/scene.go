package pane

import (
	"raftscope/replay"
	"raftscope/replay/breaks"
	"raftscope/sm"
	"raftscope/tui/theme"
)

// Mode says what the moment on the screen is.
type Mode uint8

const (
	// Live: the newest event of a cluster that can go on.
	Live Mode = iota
	// History: an earlier moment of it.
	History
	// Replay: a moment of a recording.
	Replay
)

// String returns what the header says.
func (m Mode) String() string {
	switch m {
	case Live:
		return "LIVE"
	case History:
		return "HISTORY"
	case Replay:
		return "REPLAY"
	}
	return "?"
}

// Scene is what a frame shows: a moment, and what the user has chosen. The
// cockpit owns it; panes read it and change nothing. It is the same for all panes
// of a frame, so that all of the frame agrees.
type Scene struct {
	View replay.View // the moment
	Last replay.View // the newest event there is
	Mode Mode

	Selected sm.ID // the machine that detail shows; 0: none
	Write    sm.ID // the request that the line of the write tells of; 0: none
	Root     sm.ID // root of the tree; 0: none

	Filter replay.Filter // which machines and events are shown
	Found  replay.Filter // what was searched for; the zero one: nothing
	Real   bool          // real durations are shown too

	Breaks []breaks.Break // as the cockpit or the cluster has them
	Theme  *theme.Theme
	Alias  *Aliases

	// Version changes with everything above but View and Last, so that
	// (View.Events(), Last.Events(), Version) tell whether two scenes are equal.
	Version uint64
}

// Machine returns the selected machine at the scene's moment.
func (s *Scene) Machine() replay.MachineView { return s.View.Machine(s.Selected) }

// Aliases give nodes with long names short ones, n1 and so on, for columns that
// must be narrow. The zero value and nil shorten nothing.
type Aliases struct {
	short map[string]string
	// The legend: each alias and the name it stands for.
	aliases, names []string
}

// nameMax is how long a node's name may be to be shown as it is.
const nameMax = 8

// NewAliases gives aliases if any of the names is too long for columns.
func NewAliases(names []string) *Aliases {
	a := &Aliases{}
	for _, n := range names {
		if len(n) > nameMax {
			a.short = map[string]string{}
		}
	}
	if a.short == nil {
		return a
	}
	for i, n := range names {
		a.short[n] = "n" + itoa(i+1)
		a.aliases, a.names = append(a.aliases, a.short[n]), append(a.names, n)
	}
	return a
}

// Of returns what a node is called on the screen.
func (a *Aliases) Of(node string) string {
	if a == nil || a.short == nil {
		return node
	}
	if s, ok := a.short[node]; ok {
		return s
	}
	return node
}

// Legend returns the aliases and the names they stand for, nothing if there are
// none.
func (a *Aliases) Legend() (aliases, names []string) {
	if a == nil {
		return nil, nil
	}
	return a.aliases, a.names
}
