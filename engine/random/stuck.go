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

// pauseMax is how long a leader may wait before it sends such a follower the next
// message (replication.go, failureWait and maxFailureScale): 10ms doubled ten
// times.
const pauseMax = 10240 * time.Millisecond

// restartStuck restarts followers that refuse everything since their disk failed
// between a truncation and its append: raft's own defect, which lasts until a
// restart (see stuck-follower among the scenarios). It is counted, and not taken
// for a violation, since every run with failing disks would end with it.
func (e *epoch) restartStuck() {
	e.wait(3 * time.Second)
	t := e.session.Timeline()
	stuck := map[string]bool{}
	for i := t.Events() - 1; i >= 0 && e.now()-t.Event(i).At < dur(pauseMax+time.Second); i-- {
		ev := t.Event(i)
		if ev.Type == sm.Log && strings.HasPrefix(ev.Text, stuckLog) && e.view().Node(ev.Node).RaftLast != 0 {
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

// loopLook is how long it is looked at whether a follower installs snapshots
// again and again, and loopRounds how often.
const (
	loopLook   = 15 * time.Second
	loopRounds = 4
)

// endSnapshotLoops ends what raft does not by itself: a follower whose log goes on
// behind an installed snapshot with entries that nobody committed is sent that
// snapshot again and again (see snapshot-loop and stuck-install among the
// scenarios). A later snapshot of the leader that covers those entries ends it. It
// is counted, and not taken for a violation, since a day of crashes and snapshots
// is enough for it.
func (e *epoch) endSnapshotLoops() {
	for range loopRounds {
		before := e.installs()
		if e.do("run until %s timeout=%s", allEqual, loopLook) == nil || e.err != nil {
			return
		}
		longest := uint64(0)
		for i, n := range e.installs() {
			if n >= before[i]+2 {
				longest = max(longest, e.view().Node(e.nodes[i]).Last)
			}
		}
		leader := e.view().Leader()
		if longest == 0 || leader == "" {
			return
		}
		e.tally.fault("snapshot loops ended")
		if last := e.view().Node(leader).Last; longest > last {
			e.do("write leader set loop 1 x%d retry wait", longest-last)
		}
		e.do("snapshot leader wait")
	}
}

// installs is how many snapshots each node has installed.
func (e *epoch) installs() []int {
	var all []int
	for _, node := range e.nodes {
		all = append(all, e.session.Timeline().CountOn("install", node, "DONE"))
	}
	return all
}
