package replay

import "raftscope/sm"

// Motion says how long a machine was, or is, on its way.
type Motion uint8

const (
	// NeverMoved: it was born in a final state and is there still, or went
	// only from final state to final state.
	NeverMoved Motion = iota
	// Running: it is on its way.
	Running
	// Rested: it came to rest in a final state.
	Rested
	// GivenUp: its node's life ended, or it was closed, before it rested.
	GivenUp
)

// Motion returns whether the machine had come to rest and how long after its
// birth: the last time it came from a state that is not final into one that
// is. What happens to it in rest (an applied entry is compacted) does not
// count. While it runs, the time is the one up to the view's.
func (m MachineView) Motion() (Motion, sm.Time) {
	born := m.Born()
	rested, ended := sm.Time(-1), sm.Time(-1)
	for _, event := range m.events() {
		switch w := m.row(event); w.typ {
		case sm.Moved, sm.Failed:
			if m.final(w.state) && !m.final(w.from) {
				rested = w.at
			}
		case sm.Closed, sm.Abandoned:
			ended = w.at
		}
	}
	packed := m.packed()
	final := m.final(unpackState(packed))
	switch {
	case final && rested >= 0:
		return Rested, rested - born
	case final:
		return NeverMoved, 0
	case packed&machineClosed != 0:
		return GivenUp, ended - born
	}
	return Running, m.t().timeAt(m.n) - born
}
