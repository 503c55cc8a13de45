package scenario

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// commander writes random commands, whether or not they make sense at their
// moment: what does not is refused, and the world goes on.
type commander struct {
	rnd   *rand.Rand
	nodes int
	torn  bool // a vote may be torn, and a store may break its contract: nothing is promised then
	rate  int  // calls a second of clients in the background, at most
}

// commandOptions are the clusters that random commands run on, plain ones most
// often.
var commandOptions = []string{
	"", "", "", "", "", "quiet=off", "inflight=1", "inflight=64", "BatchApplyCh=true", "MaxAppendEntries=3", "PreVoteDisabled=true",
	"net=5ms..60ms disk=3ms..40ms", "HeartbeatTimeout=150ms ElectionTimeout=150ms LeaderLeaseTimeout=100ms CommitTimeout=10ms",
	"SnapshotThreshold=15 SnapshotInterval=400ms TrailingLogs=4",
}

// newCommander returns what writes the story of a seed, and its cluster line.
func newCommander(seed uint64) (c *commander, cluster string) {
	c = &commander{rnd: rand.New(rand.NewPCG(seed, 2)), nodes: []int{3, 3, 5, 3, 1, 4, 2}[seed%7]}
	c.rate = []int{60, 60, 500}[c.rnd.IntN(3)]
	return c, strings.TrimSpace(fmt.Sprintf("cluster nodes=%d seed=%d %s", c.nodes, seed, c.one(commandOptions...)+c.one("", "", " disk-mode=pipelined")))
}

func (c *commander) one(of ...string) string { return of[c.rnd.IntN(len(of))] }
func (c *commander) node() string            { return fmt.Sprintf("n%d", 1+c.rnd.IntN(c.nodes)) }

// upTo is a number from 1 to n.
func (c *commander) upTo(n int) int { return 1 + c.rnd.IntN(n) }

// link is two different nodes, or all.
func (c *commander) link() string {
	from, to := c.one(c.node(), "all"), c.one(c.node(), "all")
	if from == to {
		to = "all"
	}
	return from + ">" + to
}

func (c *commander) message() string {
	return c.one("message", "append-rpc", "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc", "install-rpc") + " " + c.link()
}

// shown is a message that a machine tells of: only those can be held.
func (c *commander) shown() string {
	return c.one("message", "append-rpc", "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc") + " " + c.link()
}

// way is a message, or its answer.
func (c *commander) way() string { return c.message() + c.one("", " answers") }

func (c *commander) disk() string {
	return c.one("disk", "append", "meta", "truncate", "compact") + " " + c.one(c.node(), "all")
}

// machine is one that may be under way.
func (c *commander) machine() string {
	kind := c.one("append", "append", "append-rpc", "append-rpc", "heartbeat", "vote-rpc", "prevote-rpc", "meta", "entry", "truncate", "exec", "append-follower", "election", "node")
	switch c.rnd.IntN(6) {
	case 0:
		return kind + "@last"
	case 1:
		return fmt.Sprintf("%s@%d", kind, c.upTo(20))
	case 2:
		return fmt.Sprintf("entry %s:%d/%d", c.node(), c.upTo(4), c.upTo(20))
	}
	return kind + "@" + c.node()
}

// limits bounds a rule, so that a story goes on.
func (c *commander) limits() string {
	return c.one("", " skip=2") + fmt.Sprintf(" count=%d", c.upTo(4)) + c.one("", "", " p=0.5")
}

// manner is what may stand behind a write, mostly nothing.
func (c *commander) manner() string {
	return c.one("", "", "", fmt.Sprintf(" x%d", 1+c.upTo(c.rate/3)), " x5") + c.one("", "", " retry") + c.one("", "", " wait")
}

func (c *commander) client() string {
	node, key := c.one("leader", c.node()), c.rnd.IntN(3)
	switch c.rnd.IntN(9) {
	case 0:
		return fmt.Sprintf("write %s incr c%d%s%s", node, key, c.one("", " -3"), c.manner())
	case 1:
		return fmt.Sprintf("write %s append s x%s", node, c.manner())
	case 2:
		return fmt.Sprintf("write %s cas k%d v1 v2%s", node, key, c.manner())
	case 3:
		return fmt.Sprintf("write %s del k%d%s", node, key, c.manner())
	case 4, 5:
		return fmt.Sprintf("read %s get k%d%s%s%s", node, key, c.one("", " stale"), c.one("", " retry"), c.one("", " wait"))
	}
	return fmt.Sprintf("write %s set k%d v%d%s", node, key, c.rnd.IntN(1000), c.manner())
}

// background starts or stops clients that go on.
func (c *commander) background() string {
	if c.rnd.IntN(3) == 0 {
		return c.one("client stop", "client stop 1", "client stop 2")
	}
	return fmt.Sprintf("client rate=%d keys=%d set=%d del=%d incr=%d cas=%d append=%d get=%d retry=%s node=%s calls=%d", c.upTo(c.rate), c.upTo(5),
		c.upTo(50), c.rnd.IntN(5), c.rnd.IntN(20), c.rnd.IntN(10), c.rnd.IntN(5), c.rnd.IntN(30), c.one("on", "off"), c.one("leader", "leader", c.node()), c.upTo(3*c.rate))
}

// atom is a condition about an event.
func (c *commander) atom() string {
	switch c.rnd.IntN(8) {
	case 0:
		return "kind:append state:writing node:" + c.node()
	case 1:
		return "kind:" + c.one("exec", "entry", "append", "append-rpc", "append-follower", "vote", "election", "meta", "truncate", "node")
	case 2:
		return "move:>" + c.one("applied", "DONE", "FAILED", "TRUNCATED", "WON", "leader", "CRASHED")
	case 3:
		return "type:" + c.one("born", "move", "fail", "link", "attr", "close", "abandon", "note", "log", "violation")
	case 4:
		return fmt.Sprintf("slow>%dms", c.upTo(30))
	case 5:
		return c.one("attr:new-entries > 1", "attr:told != ok", "attr:entries >= 2", "attr:held = 1")
	case 6:
		return `text:` + c.one(`"leadership lost"`, "election", "n1>", `"set k1"`)
	}
	return "kind:append-rpc (type:fail or move:answered>REJECTED) and node:" + c.node()
}

// state is a condition about how things are.
func (c *commander) state() string {
	switch c.rnd.IntN(10) {
	case 0:
		return c.one("leader", "leader "+c.node())
	case 1:
		return c.one("commit ", "applied ", "last ", "term ") + c.one("all", c.node()) + c.one(" >= ", " > ", " = ") + fmt.Sprint(c.upTo(30))
	case 2:
		return "state " + c.node() + " " + c.one("follower", "candidate", "leader", "CRASHED", "STOPPED")
	case 3:
		return c.one("logs equal", "states equal", "answered", "idle")
	case 4:
		return fmt.Sprintf("count %s >= %d", c.one("exec DONE", "append "+c.node(), "entry truncated", "append-rpc FAILED"), c.upTo(40))
	case 5:
		return "told exec@last " + c.one("ok", "error", "nothing")
	case 6:
		return "fate exec@last " + c.one("applied", "committed", "truncated", "overwritten", "undecided", "never-stored")
	case 7:
		return c.one("exec@last DONE", "append@n1 writing", "election@last WON")
	case 8:
		return "order exec@1 start < exec@last DONE"
	}
	return "attr exec@last told = ok"
}

func (c *commander) condition(depth int) string {
	if depth == 0 || c.rnd.IntN(2) == 0 {
		return c.one(c.atom(), c.state(), c.state())
	}
	if c.rnd.IntN(3) == 0 { // what can never hold of one event is refused
		return c.one(c.atom(), c.state()) + " and not " + c.state()
	}
	a, b := c.condition(depth-1), c.condition(depth-1)
	return c.one("not ("+a+")", "("+a+") or ("+b+")")
}

// breakpoint sets, changes or asks for breakpoints.
func (c *commander) breakpoint() string {
	switch c.rnd.IntN(8) {
	case 0:
		return fmt.Sprintf("%s %d", c.one("enable", "disable"), c.upTo(4))
	case 1:
		return c.one("delete all", "delete 1", "delete 2")
	case 2, 3:
		return "run timeout=3s"
	}
	return "break " + c.condition(2) + c.one("", " once", " ignore=3", " once ignore=2")
}

func (c *commander) time() string {
	switch c.rnd.IntN(9) {
	case 0:
		return fmt.Sprintf("step %d", c.upTo(6))
	case 1:
		return "run until leader timeout=5s"
	case 2:
		return "run until answered timeout=3s"
	case 3:
		return c.one("step ", "finish ") + c.machine()
	case 4:
		return "run until " + c.condition(2) + " timeout=2s"
	case 5:
		return "step"
	}
	return fmt.Sprintf("advance %dus", c.upTo(1_500_000))
}

func (c *commander) fault() string {
	switch c.rnd.IntN(18) {
	case 0:
		return "hold " + c.one(c.shown()+c.one("", " answers"), c.disk(), "fsm "+c.node()) + c.limits()
	case 1:
		return "fail " + c.one(c.way(), c.disk()) + c.one("", " with=ENOSPC", " with=ETIMEDOUT") + c.limits()
	case 2:
		return "drop " + c.way() + c.limits()
	case 3:
		return "delay " + c.one(c.way(), c.disk(), "fsm all") + c.one(" by=1ms..90ms", " by=300us") + c.limits()
	case 4:
		return "duplicate " + c.message() + c.one("", " by=700ms", " by=5ms") + c.limits()
	case 5:
		return "reorder " + c.shown() + c.limits()
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
	case 12, 13, 14:
		return c.badDisk()
	}
	return c.one("hold ", "hold ", "fail ", "drop ", "reorder ") + c.machine()
}

// cut stops messages between some nodes, or undoes that.
func (c *commander) cut() string {
	order, side := c.rnd.Perm(c.nodes), c.upTo(max(1, c.nodes-1))
	names := make([]string, c.nodes)
	for i, n := range order {
		names[i] = fmt.Sprintf("n%d", n+1)
	}
	if side >= c.nodes {
		return "heal"
	}
	return c.one("cut ", "cut ", "heal ") + strings.Join(names[:side], " ") + c.one(" | ", " > ") + strings.Join(names[side:], " ")
}

// look prints or expects something, or leaves a note.
func (c *commander) look() string {
	switch c.rnd.IntN(4) {
	case 0:
		return "expect " + c.condition(3)
	case 1:
		return "note " + c.one("now", `"quoted" ; and more`, "é # no comment")
	case 2:
		return "print tree " + c.machine() + c.one("", " --moves", " --depth 2 --kind append,entry", " --json")
	}
	return "print " + c.one("logs", "nodes", "digest", "outcomes", "history", "history --json", "held", "rules", "breaks", "log", "events --json")
}

func (c *commander) command() string {
	switch c.rnd.IntN(20) {
	case 0, 1, 2, 3:
		return c.client()
	case 4, 5, 6, 7:
		return c.fault()
	case 8:
		return c.background()
	case 9:
		return c.breakpoint()
	case 10:
		return c.one("stop ", "crash ", "restart ", "restart ") + c.node()
	case 11:
		return c.one("heal", c.cut(), c.cut())
	case 12:
		return "truncate" + c.one("", " "+c.node()) + c.one("", "", fmt.Sprintf(" from=%d", c.upTo(30))) + c.one("", "", " plan")
	case 13:
		return c.look()
	}
	return c.time()
}

// story is as many commands.
func (c *commander) story(n int) (text []string) {
	for range n {
		text = append(text, c.command())
	}
	return text
}
