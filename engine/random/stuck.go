package random

import (
	"maps"
	"slices"
	"strings"
	"time"

	"raftscope/sm"
)

// stuckLog is how raft begins its line when a follower refuses what it is sent
// because it looks for entries that its disk lost to a truncation, behind which
// the append failed.
const stuckLog = "failed to get log entry"

// restartStuck restarts followers that refuse everything since their disk failed
// between a truncation and its append: raft's own defect, which lasts until a
// restart (see stuck-follower among the scenarios). It is counted, and not taken
// for a violation, since every run with failing disks would end with it.
func (e *epoch) restartStuck() {
	const lately = 3 * time.Second
	e.wait(lately)
	t := e.session.Timeline()
	stuck := map[string]bool{}
	for i := t.Events() - 1; i >= 0 && e.now()-t.Event(i).At < dur(lately); i-- {
		if ev := t.Event(i); ev.Type == sm.Log && strings.HasPrefix(ev.Text, stuckLog) {
			stuck[ev.Node] = true
		}
	}
	for _, node := range slices.Sorted(maps.Keys(stuck)) {
		if e.isUp(node) && e.do("crash %s", node) == nil {
			e.tally.fault("stuck followers restarted")
			e.do("restart %s", node)
		}
	}
}
