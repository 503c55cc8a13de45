package scenario

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
)

// brokenStories is how many stories TestBrokenDisks runs.
var brokenStories = flag.Int("broken", 6, "how many stories of disks that break promises to run, each twice")

// badDisk is something that befalls a disk, or the end of it.
func (c *commander) badDisk() string {
	switch c.rnd.IntN(6) {
	case 0:
		return "disk " + c.node() + " full"
	case 1:
		return fmt.Sprintf("disk %s unreadable %d", c.node(), c.upTo(20))
	case 2:
		return "crash " + c.crashes() + " " + c.one(c.node(), "all") + c.one(" before", " after") + fmt.Sprintf(" skip=%d count=1", c.upTo(4))
	case 3:
		return "crash " + c.machine() + c.one(" before", " after")
	case 4:
		if c.torn {
			return c.brokenDisk()
		}
	}
	return "disk " + c.node() + " heal"
}

// crashes is at which operations a node may crash so that raft is safe: a torn
// vote is safe only with pre-votes (testdata/scenarios/findings/torn-vote.txt).
func (c *commander) crashes() string {
	if c.torn {
		return c.one("append", "truncate", "compact", "meta", "last-vote-term", "disk")
	}
	return c.one("append", "append", "truncate", "compact", "current-term", "last-vote-cand")
}

// brokenDisk is something that a disk must not do: raft promises nothing then.
func (c *commander) brokenDisk() string {
	switch c.rnd.IntN(4) {
	case 0:
		return fmt.Sprintf("fail append %s wrote=%d count=%d", c.one(c.node(), "all"), c.upTo(3), c.upTo(3))
	case 1:
		return "fail " + c.one(c.crashes()+" ", "append@", "truncate@", "meta@") + c.node() + " after"
	case 2:
		return "disk-queue " + c.node() + c.one(fmt.Sprintf(" append %d", c.upTo(5)), fmt.Sprintf(" truncate from=%d", c.upTo(20)), " close")
	}
	return "crash " + c.node()
}

// TestBrokenDisks runs stories in which disks break their promises, twice each.
// Raft promises nothing then, but nothing hangs, both runs are equal, and the
// machines keep to what their kinds allow.
func TestBrokenDisks(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector Go's scheduler picks at random")
	}
	seen := map[string]int{}
	defer func() { t.Logf("seen: %v", seen) }()
	for n := range *brokenStories {
		seed := uint64(*firstCommands + 100_000 + n)
		c, cluster := newCommander(seed)
		c.torn = true
		var text []string
		for len(text) < commandsPerStory {
			text = append(text, c.one(c.command(), c.command(), c.brokenDisk(), c.badDisk(), "write leader set a 1 x3"))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			first, digest := playBroken(t, cluster, text, 0)
			checkSentences(t, first)
			for what, n := range map[string]int{
				"overwritten": first.Count("entry", "OVERWRITTEN"), "crashed": first.Count("node", "CRASHED"), "alone": first.Count("node", "alone"),
				"barriers": first.Count("disk-barrier", ""), "appends failed": first.Count("append", "FAILED"), "truncates": first.Count("truncate", ""),
			} {
				seen[what] += n
			}
			if again, other := playBroken(t, cluster, text, pauseLongest); other != digest {
				t.Errorf("the second run parts at %s", parting(first, again))
			}
			if t.Failed() {
				t.Logf("the story:\n%s\n%s", cluster, strings.Join(text, "\n"))
			}
		})
	}
}

func playBroken(t *testing.T, cluster string, text []string, pause time.Duration) (*replay.Timeline, string) {
	t.Helper()
	line, err := grammar.ParseLine(1, cluster)
	if err != nil {
		t.Fatal(err)
	}
	s, err := engine.Start(line[0].(grammar.Cluster), engine.SessionOptions{Pause: pause})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := &player{t: t, r: &runner{ctx: context.Background(), session: s, file: &grammar.File{Name: "story"}, w: newTranscript(io.Discard)}}
	for _, line := range append(text, "client stop", "delete all", "clear all", "release all", "heal", "advance 5s") {
		p.do(line)
	}
	tl := s.Timeline()
	if v := tl.Violations(); len(v) > 0 {
		t.Errorf("%d violations, the first: %s", len(v), v[0].Text)
	}
	return tl, s.Digest().String()
}
