package recordertest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"raftscope/sm"
)

// Cluster is a script with three nodes, of which n1 leads.
type Cluster struct {
	*Script
	Node   [3]sm.ID // the node machines of n1, n2, n3
	Term   uint64
	Index  uint64 // of the last entry
	writes int
	random *rand.Rand
}

// NewCluster starts a cluster: three nodes, n1 elected in term 2.
func NewCluster() *Cluster {
	c := &Cluster{Script: New(), Term: 2, random: rand.New(rand.NewPCG(1, 2))}
	for i := range c.Node {
		c.Node[i] = c.Born("node", name(i), 1, "", name(i), "")
		c.Attr(c.Node[i], "term", 1)
		c.Wait(time.Millisecond)
	}
	c.Move(c.Node[0], "candidate", "leader")
	for i := range c.Node {
		c.Attr(c.Node[i], "term", int64(c.Term))
		c.AttrText(c.Node[i], "leader", "n1")
	}
	return c
}

// Workload returns at least n events of a cluster under writes.
func Workload(n int) []sm.Event {
	c := NewCluster()
	for len(c.Events) < n {
		c.Write()
	}
	return c.Events
}

func name(i int) string { return "n" + strconv.Itoa(i+1) }

// delay lets a random time pass, between lo and three times that.
func (c *Cluster) delay(lo time.Duration) {
	c.Wait(lo + time.Duration(c.random.Int64N(int64(2*lo))))
}

// Write plays one write from the client's request to its answer, on all three
// nodes, and returns its exec.
func (c *Cluster) Write() sm.ID {
	c.writes++
	c.Index++
	ordinal := strconv.Itoa(c.writes)
	label := fmt.Sprintf("set key%d %d", c.writes%50, c.writes)
	subject := fmt.Sprintf("%d/%d", c.Term, c.Index)
	exec := c.Born("exec", "n1", 1, "", ordinal, label)
	c.delay(100 * time.Microsecond)
	c.Move(exec, "executed", "proposed")
	apply := c.Born("apply", "n1", 1, "", "", label)
	c.Link(exec, apply, "proposes")
	entry := c.store(0, apply, "becomes", apply, subject, label)
	c.Attr(exec, "entry-index", int64(c.Index))
	var copies [3]sm.ID
	copies[0] = entry
	for i := 1; i < 3; i++ {
		copies[i] = c.replicate(i, entry, subject, label)
	}
	c.Move(entry, "committed")
	c.Move(apply, "committed")
	hash := fmt.Sprintf("%016x", c.random.Uint64())
	for i := range copies {
		c.apply(copies[i], hash, i > 0)
	}
	c.Move(apply, "DONE")
	c.AttrText(exec, "told", "ok")
	c.AttrText(exec, "result", strconv.Itoa(c.writes))
	c.AttrText(exec, "stored", "yes")
	c.Move(exec, "DONE")
	return exec
}

// store plays a disk append of one entry on node i. The entry's cause is
// entryCause, the append's the entry too; apply, if any, follows along.
func (c *Cluster) store(i int, cause sm.ID, role string, apply sm.ID, subject, label string) sm.ID {
	node := name(i)
	entry := c.Born("entry", node, 1, "", subject, label)
	c.Link(cause, entry, role)
	c.AttrText(entry, "type", "command")
	c.Attr(entry, "bytes", int64(len(label)+20))
	disk := c.Born("append", node, 1, "", fmt.Sprintf("%d..%d", c.Index, c.Index), "1 entry")
	c.Link(entry, disk, "stored by")
	if apply != 0 {
		c.Move(apply, "appending")
	}
	c.Move(disk, "pending")
	c.MoveDue(disk, "writing", 2*time.Millisecond)
	c.delay(time.Millisecond)
	c.Attr(disk, "real", 150000+int64(c.random.IntN(50000)))
	c.Move(disk, "DONE")
	c.Move(entry, "durable")
	if apply != 0 {
		c.Move(apply, "replicating")
	}
	return entry
}

// replicate plays the message to follower i and what it does there.
func (c *Cluster) replicate(i int, entry sm.ID, subject, label string) sm.ID {
	route := "n1>" + name(i)
	rpc := c.Born("append-rpc", "n1", 1, "", route, "1 entry")
	c.Link(entry, rpc, "sent by")
	c.Attr(rpc, "term", int64(c.Term))
	c.Attr(rpc, "prev-index", int64(c.Index)-1)
	c.Attr(rpc, "prev-term", int64(c.Term))
	c.Attr(rpc, "entries", 1)
	c.Attr(rpc, "pipelined", 1)
	c.delay(time.Millisecond)
	c.Move(rpc, "delivered")
	follower := c.Born("append-follower", name(i), 1, "", route, "1 entry")
	c.Link(rpc, follower, "arrives as")
	c.Attr(follower, "new-entries", 1)
	c.Move(follower, "processing", "appending")
	copied := c.store(i, follower, "brings", 0, subject, label)
	c.Move(follower, "DONE")
	c.Move(rpc, "answered")
	c.delay(time.Millisecond)
	c.Move(rpc, "DONE")
	return copied
}

func (c *Cluster) apply(entry sm.ID, hash string, commit bool) {
	if commit {
		c.Move(entry, "committed")
	}
	c.MoveDue(entry, "applying", 100*time.Microsecond)
	c.delay(50 * time.Microsecond)
	c.Move(entry, "APPLIED")
	c.AttrText(entry, "hash", hash)
}
