package scenario

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// Random commands: how many stories TestRandomCommands runs, and from which
// seed on. All of .ci/run's are 500.
var (
	commandStories = flag.Int("commands", 15, "how many stories of random commands to run, each twice")
	firstCommands  = flag.Int("first-commands", 0, "seed of the first story of random commands")
)

// commandsPerStory is how many commands a story has.
const commandsPerStory = 40

// commander writes random commands, whether or not they make sense at their
// moment: what does not is refused, and the world goes on.
type commander struct {
	rnd   *rand.Rand
	nodes int
}

func (c *commander) one(of ...string) string { return of[c.rnd.IntN(len(of))] }
func (c *commander) node() string            { return fmt.Sprintf("n%d", 1+c.rnd.IntN(c.nodes)) }

// link is two different nodes, or all.
func (c *commander) link() string {
	from, to := c.one(c.node(), "all"), c.one(c.node(), "all")
	if from == to {
		to = "all"
	}
	return from + ">" + to
}

func (c *commander) message() string {
	return c.one("message", "append-rpc", "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc") + " " + c.link()
}

func (c *commander) disk() string {
	return c.one("disk", "append", "meta", "truncate") + " " + c.one(c.node(), "all")
}

// machine is one that may be under way.
func (c *commander) machine() string {
	return c.one("append", "append-rpc", "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc", "meta", "entry", "truncate", "exec") + "@" + c.node()
}

// limits bounds a rule, so that a story goes on.
func (c *commander) limits() string {
	return c.one("", " skip=2") + fmt.Sprintf(" count=%d", 1+c.rnd.IntN(4)) + c.one("", "", " p=0.5")
}

func (c *commander) client() string {
	node := c.one("leader", c.node())
	switch c.rnd.IntN(6) {
	case 0:
		return fmt.Sprintf("write %s incr c%d", node, c.rnd.IntN(3))
	case 1:
		return fmt.Sprintf("write %s append s x", node)
	case 2:
		return fmt.Sprintf("write %s cas k%d v1 v2", node, c.rnd.IntN(3))
	case 3:
		return fmt.Sprintf("read %s get k%d%s", node, c.rnd.IntN(3), c.one("", " stale"))
	}
	return fmt.Sprintf("write %s set k%d v%d", node, c.rnd.IntN(3), c.rnd.IntN(1000))
}

func (c *commander) time() string {
	switch c.rnd.IntN(6) {
	case 0:
		return fmt.Sprintf("step %d", 1+c.rnd.IntN(6))
	case 1:
		return "run until leader timeout=5s"
	case 2:
		return "run until answered timeout=3s"
	case 3:
		return "step " + c.machine()
	}
	return fmt.Sprintf("advance %dus", 1+c.rnd.IntN(1_500_000))
}

func (c *commander) fault() string {
	switch c.rnd.IntN(14) {
	case 0:
		return "hold " + c.one(c.message()+c.one("", " answers"), c.disk(), "fsm "+c.node()) + c.limits()
	case 1:
		return "fail " + c.one(c.message(), c.disk()) + c.limits()
	case 2:
		return "drop " + c.message() + c.one("", " answers") + c.limits()
	case 3:
		return "delay " + c.one(c.message(), c.disk(), "fsm all") + " by=1ms..90ms" + c.limits()
	case 4:
		return "duplicate " + c.message() + c.one("", " by=700ms", " by=5ms") + c.limits()
	case 5:
		return "reorder " + c.message() + c.limits()
	case 6:
		return "freeze " + c.node()
	case 7:
		return "thaw " + c.node()
	case 8:
		return "release " + c.one("all", "all", c.machine())
	case 9:
		return "clear " + c.one("all", "1", "2", "3")
	case 10:
		return "delay " + c.machine() + " by=40ms"
	case 11:
		return "duplicate " + c.machine()
	}
	return c.one("hold ", "hold ", "fail ", "drop ", "reorder ") + c.machine()
}

func (c *commander) command() string {
	switch c.rnd.IntN(12) {
	case 0, 1, 2:
		return c.client()
	case 3, 4, 5:
		return c.fault()
	case 6:
		return c.one("stop ", "crash ", "restart ", "restart ") + c.node()
	case 7:
		if c.nodes > 1 {
			return c.one("heal", "heal", "cut n1 | n2", "cut n2 > n1")
		}
	}
	return c.time()
}

// played is what came of a story.
type played struct {
	digest  string
	stats   engine.Stats
	refused int
	kept    *replay.Timeline
}

// play runs a story. Everything that is still in the way at the end is taken
// away, and the cluster must find together again.
func (c *commander) play(t *testing.T, text []string) (p played) {
	t.Helper()
	cluster := grammar.DefaultCluster()
	cluster.Nodes, cluster.Seed = c.nodes, 7
	s, err := engine.Start(cluster, engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, line := range text {
		p.refused += c.do(t, s, line)
	}
	for _, line := range []string{"clear all", "release all", "heal"} {
		c.do(t, s, line)
	}
	for n := range c.nodes {
		c.do(t, s, fmt.Sprintf("thaw n%d", n+1))
		c.do(t, s, fmt.Sprintf("restart n%d", n+1))
	}
	for _, line := range []string{"advance 12s", "run until leader", "run until answered", "write leader set last 1 wait", "run until states equal", "advance 12s"} {
		if c.do(t, s, line) > 0 {
			t.Errorf("%q was refused at the end", line)
		}
	}
	if v := s.Timeline().Violations(); len(v) > 0 {
		t.Errorf("%d violations, the first: %s", len(v), v[0].Text)
	}
	if held := s.Timeline().Held(); len(held) > 0 {
		t.Errorf("%d are held for ever, the first: %s", len(held), held[0].Machine.Name())
	}
	return played{digest: s.Digest().String(), stats: s.Status().Stats, refused: p.refused, kept: s.Timeline()}
}

// do sends a line, and returns 1 if it was refused.
func (c *commander) do(t *testing.T, s *engine.Session, line string) int {
	t.Helper()
	cmds, err := grammar.ParseLine(1, line)
	if err != nil || len(cmds) != 1 {
		t.Fatalf("%q: %v", line, err)
	}
	if again, err := grammar.ParseLine(1, cmds[0].String()); err != nil || again[0].String() != cmds[0].String() {
		t.Errorf("%q prints as %q, which parses to %v, %v", line, cmds[0], again, err)
	}
	var refused *engine.CommandError
	switch err := s.Do(cmds[0]); {
	case errors.As(err, &refused):
		return 1
	case err != nil:
		t.Fatalf("%q: %v", line, err)
	}
	return 0
}

// parting says where two runs part.
func parting(a, b *replay.Timeline) string {
	for i := range min(a.Events(), b.Events()) {
		x, y := a.Event(i), b.Event(i)
		x.Wall, y.Wall = 0, 0
		if x != y && !(x.Type == sm.Attributed && sm.IsReal(x.Key)) {
			return describe(&x) + ", was " + describe(&y)
		}
	}
	return "the end"
}

// TestRandomCommands runs stories of random commands twice each: nothing hangs,
// panics or breaks a rule, nothing is left behind, both runs are equal, and
// there is a sentence for each instant.
func TestRandomCommands(t *testing.T) {
	for n := range *commandStories {
		seed := uint64(*firstCommands + n)
		c := &commander{rnd: rand.New(rand.NewPCG(seed, 2)), nodes: []int{3, 3, 5, 3, 1, 4, 2}[seed%7]}
		var text []string
		for range commandsPerStory {
			text = append(text, c.command())
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			first := c.play(t, text)
			if t.Failed() {
				t.Logf("the story: %q", text)
				return
			}
			checkSentences(t, first.kept)
			if raceEnabled {
				return // Go's scheduler picks at random
			}
			if again := c.play(t, text); again.digest != first.digest {
				t.Errorf("the second run parts at %s: %q", parting(first.kept, again.kept), text)
			}
			most := 40 + 25*c.nodes
			if g := first.stats.Goroutines; g > most {
				t.Errorf("%d goroutines are left, expected at most %d: %q", g, most, text)
			}
			if f := first.stats.Files; f > 20+6*c.nodes {
				t.Errorf("%d files are open: %q", f, text)
			}
			if first.refused > commandsPerStory*3/4 {
				t.Logf("story %d: %d of %d commands were refused", seed, first.refused, commandsPerStory)
			}
		})
	}
}
