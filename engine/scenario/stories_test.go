package scenario

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"raftscope/engine/grammar"
	"raftscope/replay/history"
)

// Stories: how many random scenarios TestStories runs, and from which seed on.
// More than the default look for a place where two runs part.
var (
	stories    = flag.Int("stories", 12, "how many random scenarios to run, each three times")
	firstStory = flag.Int("first-story", 0, "seed of the first random scenario")
)

// storyOptions are clusters that are put under stress, plain ones most often:
// every way in which raft or the network can be set up differently.
var storyOptions = []string{
	"", "", "", "BatchApplyCh=true", "inflight=1", "inflight=130", "PreVoteDisabled=true", "quiet=off", "MaxAppendEntries=2",
	"net=10ms..80ms disk=5ms..60ms", "disk-mode=pipelined", "net=10ms..80ms disk=5ms..60ms disk-mode=pipelined", "HeartbeatTimeout=100ms ElectionTimeout=100ms LeaderLeaseTimeout=100ms",
	"SnapshotThreshold=20 SnapshotInterval=500ms TrailingLogs=5",
}

// snapshotOptions are clusters whose nodes take snapshots all the time.
var snapshotOptions = []string{
	"SnapshotThreshold=20 SnapshotInterval=500ms TrailingLogs=5", "SnapshotThreshold=3 SnapshotInterval=20ms TrailingLogs=1",
	"SnapshotThreshold=5 SnapshotInterval=30ms TrailingLogs=0 net=10ms..80ms disk=5ms..60ms",
	"SnapshotThreshold=2 SnapshotInterval=10ms TrailingLogs=30 MaxAppendEntries=2",
}

// story writes a random scenario: clients on all nodes, and in between cuts,
// heals, stops, crashes and restarts. At the end all is healed.
type story struct {
	rnd   *rand.Rand
	nodes int
	down  []int
	lines []string
	calls int

	snapshots bool // nodes take snapshots
}

func newStory(seed uint64, clusters []string) string {
	s := &story{rnd: rand.New(rand.NewPCG(seed, 1)), nodes: []int{3, 1, 2, 3, 5, 3, 9}[seed%7]}
	options := clusters[s.rnd.IntN(len(clusters))]
	s.say("cluster nodes=%d seed=%d %s", s.nodes, seed, options)
	s.snapshots = strings.Contains(options, "Snapshot")
	s.say("run until leader timeout=60s")
	s.background()
	for range 12 {
		s.clients()
		s.say("advance %dus", 100+s.rnd.IntN(40000))
		s.event()
	}
	s.say("heal")
	slices.Sort(s.down)
	for _, n := range s.down {
		s.say("restart n%d", n)
	}
	s.say("client rate=1 calls=1\nclient stop") // whether or not others run: none may go on for ever
	s.say("run until leader timeout=120s\nrun until answered timeout=120s\nrun until leader timeout=120s\nwrite leader set last 1 wait")
	s.say("run until logs equal timeout=120s\nrun until idle timeout=120s\nadvance 2s\nexpect logs equal\nexpect states equal")
	return strings.Join(s.lines, "\n") + "\n"
}

func (s *story) say(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

func (s *story) clients() {
	for range 20 {
		s.calls++
		node, key := 1+s.rnd.IntN(s.nodes), s.calls%7
		switch s.rnd.IntN(5) {
		case 0:
			s.say("write n%d incr c%d%s", node, key, s.manner(5))
		case 1:
			s.say("write n%d append s%d x%s", node, key, s.manner(5))
		case 2:
			s.say("write n%d del k%d%s", node, key, s.manner(50))
		case 3:
			s.say("read n%d get k%d%s", node, key, s.pick("", "", " retry"))
		default:
			s.say("write n%d set k%d v%d%s", node, key, s.calls, s.manner(50))
		}
	}
}

// manner is what may stand behind a write: mostly nothing.
func (s *story) manner(times int) string {
	return s.pick("", "", "", " retry", "", "", fmt.Sprintf(" x%d", 2+s.rnd.IntN(times)), fmt.Sprintf(" x%d retry", 2+s.rnd.IntN(times)))
}

func (s *story) pick(all ...string) string { return all[s.rnd.IntN(len(all))] }

// background starts a client or two, of some kind.
func (s *story) background() {
	for range s.rnd.IntN(3) {
		s.say("client rate=%d keys=%d set=%d incr=%d get=%d del=2 cas=5 append=3 retry=%s node=%s calls=%d", 1+s.rnd.IntN(100), 1+s.rnd.IntN(5),
			1+s.rnd.IntN(50), s.rnd.IntN(20), s.rnd.IntN(30), s.pick("on", "off"), s.pick("leader", "leader", "n1"), 20+s.rnd.IntN(300))
	}
}

func (s *story) event() {
	n := 1 + s.rnd.IntN(s.nodes)
	isDown := slices.Contains(s.down, n)
	if s.snapshots && !isDown && s.rnd.IntN(4) == 0 {
		s.say("snapshot n%d wait", n)
		return
	}
	switch s.rnd.IntN(7) {
	case 0, 1:
		s.cut()
	case 2:
		s.say("heal")
	case 3, 4:
		if !isDown && len(s.down) <= s.nodes/2 {
			s.down = append(s.down, n)
			s.say("%s n%d\nadvance %dms", []string{"stop", "crash"}[s.rnd.IntN(2)], n, 1+s.rnd.IntN(600))
		}
	case 5:
		if isDown {
			s.down = slices.DeleteFunc(s.down, func(d int) bool { return d == n })
			s.say("restart n%d", n)
		}
	default:
		s.say("advance %dms", 10+s.rnd.IntN(3000))
	}
}

func (s *story) cut() {
	order := s.rnd.Perm(s.nodes)
	side := 1 + s.rnd.IntN(max(1, s.nodes/2))
	if side >= s.nodes {
		return
	}
	names := func(of []int) (text string) {
		for _, n := range of {
			text += fmt.Sprintf(" n%d", n+1)
		}
		return text
	}
	s.say("cut%s %s%s", names(order[:side]), []string{"|", ">"}[s.rnd.IntN(2)], names(order[side:]))
}

// TestStories runs random scenarios three times each: all three must be equal,
// break no rule, and end with equal logs and states.
func TestStories(t *testing.T) { testStories(t, *stories, storyOptions) }

// TestSnapshotStories is TestStories with snapshots all the time: a third as many.
func TestSnapshotStories(t *testing.T) { testStories(t, (*stories+2)/3, snapshotOptions) }

func testStories(t *testing.T, stories int, clusters []string) {
	t.Helper()
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	for n := range stories {
		seed := uint64(*firstStory + n)
		text := newStory(seed, clusters)
		f, err := grammar.ParseFile(fmt.Sprintf("story-%d", seed), strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var parted bytes.Buffer
		verdict, v, err := Verify(context.Background(), f, 3, io.Discard, &parted, Options{})
		switch {
		case err != nil:
			t.Errorf("story %d: %v", seed, err)
		case v.Equal != v.Runs:
			t.Errorf("story %d: %d of %d runs are equal\n%s", seed, v.Equal, v.Runs, parted.String())
		case verdict.History.Result != history.Linearizable:
			t.Errorf("story %d: %s", seed, strings.Join(verdict.History.Lines(), "\n"))
		case !verdict.OK():
			t.Errorf("story %d: %d expectations failed, %d violations", seed, verdict.Failed, verdict.Violations)
		}
	}
}
