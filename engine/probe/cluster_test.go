package probe_test

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"raftscope/engine/probe"
	"raftscope/sm/catalog"
)

// cluster is three real raft nodes with a probe each.
type cluster struct {
	h     *history
	nodes []*clusterNode
	execs int
}

type clusterNode struct {
	name  raft.ServerID
	inner raft.Transport
	probe *probe.Probe
	raft  *raft.Raft
	fsm   *words
	stop  func()
}

// startCluster starts a node for each transport; their addresses are known.
func startCluster(t *testing.T, timeout time.Duration, inner ...raft.Transport) *cluster {
	t.Helper()
	c := &cluster{h: newHistory()}
	var conf raft.Configuration
	for i, tr := range inner {
		name := raft.ServerID(fmt.Sprintf("n%d", i+1))
		conf.Servers = append(conf.Servers, raft.Server{ID: name, Address: tr.LocalAddr()})
		c.nodes = append(c.nodes, &clusterNode{name: name, inner: tr, fsm: &words{}})
	}
	for _, n := range c.nodes {
		n.start(t, c.h, timeout, conf)
	}
	return c
}

func (n *clusterNode) start(t *testing.T, h *history, timeout time.Duration, conf raft.Configuration) {
	t.Helper()
	n.probe = h.probe(string(n.name), showQuiet)
	tr, stop := n.probe.Transport(n.inner)
	n.stop = stop
	cfg := raft.DefaultConfig()
	cfg.LocalID, cfg.Logger = n.name, n.probe.Logger(hclog.Warn)
	cfg.HeartbeatTimeout, cfg.ElectionTimeout = timeout, timeout
	cfg.LeaderLeaseTimeout, cfg.CommitTimeout = timeout/2, timeout/20
	store, snaps := raft.NewInmemStore(), raft.NewInmemSnapshotStore()
	if err := raft.BootstrapCluster(cfg, store, store, snaps, tr, conf); err != nil {
		t.Fatal(err)
	}
	var first raft.Log
	if err := store.GetLog(1, &first); err != nil {
		t.Fatal(err)
	}
	n.probe.Loaded(&first)
	r, err := raft.NewRaft(cfg, n.probe.FSM(n.fsm), n.probe.LogStore(store), n.probe.StableStore(store), n.probe.SnapshotStore(snaps), tr)
	if err != nil {
		t.Fatal(err)
	}
	n.raft = r
	n.probe.Attach(r)
	r.RegisterObserver(n.probe.Observer())
}

// leader waits until a node leads.
func (c *cluster) leader() *clusterNode {
	for {
		select {
		case <-c.nodes[0].raft.LeaderCh():
		case <-c.nodes[1].raft.LeaderCh():
		case <-c.nodes[2].raft.LeaderCh():
		}
		for _, n := range c.nodes {
			if n.raft.State() == raft.Leader {
				return n
			}
		}
	}
}

// write applies a command and waits for the answer.
func (c *cluster) write(n *clusterNode) error {
	c.execs++
	data := fmt.Appendf(nil, "w%d", c.execs)
	a := n.probe.Apply(nil, c.execs, data, string(data))
	err := n.raft.ApplyLog(raft.Log{Data: data, Extensions: probe.Extension(c.execs)}, 0).Error()
	a.Answered(err)
	return err
}

func (c *cluster) end() {
	for _, n := range c.nodes {
		n.raft.Shutdown().Error()
		n.stop()
		n.probe.Stop(catalog.NodeStopped, "")
	}
}

// checkWrites follows every write through the leader's log and disk.
func (c *cluster) checkWrites(t *testing.T, want int) {
	t.Helper()
	became, stored := map[*seen]*seen{}, map[*seen]*seen{}
	for _, e := range c.h.all(catalog.Entry) {
		for _, a := range e.from("becomes") {
			became[a] = e
		}
	}
	for _, a := range c.h.all(catalog.Append) {
		for _, e := range a.from("stored by") {
			stored[e] = a
		}
	}
	done := 0
	for _, a := range c.h.all(catalog.Apply) {
		if a.state() != "DONE" {
			continue
		}
		done++
		e := became[a]
		if e == nil || e.state() != "APPLIED" || e.texts["type"] != "command" {
			t.Errorf("%s became %v", a, e)
			continue
		}
		if d := stored[e]; d == nil || d.state() != "DONE" {
			t.Errorf("%s was stored by %v", e, d)
		}
	}
	if done != want {
		t.Errorf("%d writes are done, want %d", done, want)
	}
}

// checkFollowers follows every entry a follower stored to the request that
// brought it and the write that stored it.
func (c *cluster) checkFollowers(t *testing.T) {
	t.Helper()
	brought := 0
	for _, e := range c.h.all(catalog.Entry) {
		if e.nums["loaded"] == 1 {
			continue
		}
		from, asserted, became := e.from("brings"), e.from("asserts"), e.from("becomes")
		if n := len(from) + len(asserted) + len(became); n != 1 {
			t.Errorf("%s has %d origins: %s", e, n, e.story())
		}
		for _, f := range from {
			brought++
			if f.state() != "DONE" || f.node != e.node || f.nums["new-entries"] == 0 {
				t.Errorf("%s was brought by %s: %v", e, f.story(), f.nums)
			}
			stores := func(a *seen) bool { return slices.Contains(a.from("stores by"), f) }
			if !slices.ContainsFunc(c.h.all(catalog.Append), stores) {
				t.Errorf("%s stored nothing", f)
			}
		}
	}
	if brought == 0 {
		t.Error("no entry was brought to a follower")
	}
}

// pipelined returns how many AppendEntries with entries were sent, and how many
// of them on a pipeline, not counting the first ones to each peer.
func (c *cluster) pipelined() (on, all int) {
	sent := map[string]int{}
	for _, m := range c.h.all(catalog.AppendRPC) {
		if m.nums["entries"] == 0 {
			continue
		}
		if sent[m.key]++; sent[m.key] > 2 {
			all++
			on += int(m.nums["pipelined"])
		}
	}
	return on, all
}

// A cluster in memory, in virtual time. Strict: a machine that breaks a rule of
// its kind panics.
func TestClusterInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inner []raft.Transport
		for i := range 3 {
			_, tr := raft.NewInmemTransport(raft.ServerAddress(fmt.Sprintf("address %d", i+1)))
			inner = append(inner, tr)
		}
		for _, a := range inner {
			for _, b := range inner {
				a.(*raft.InmemTransport).Connect(b.LocalAddr(), b)
			}
		}
		c := startCluster(t, 500*time.Millisecond, inner...)
		leader := c.leader()
		for range 60 {
			if err := c.write(leader); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Second) // of the bubble: followers learn what is committed
		c.end()
		synctest.Wait()
		c.checkWrites(t, 60)
		c.checkFollowers(t)
		for _, n := range c.nodes {
			if !slices.Equal(n.fsm.all, leader.fsm.all) || len(n.fsm.all) != 60 {
				t.Errorf("%s applied %d commands", n.name, len(n.fsm.all))
			}
		}
		for _, e := range c.h.all(catalog.Entry) {
			if want := map[string]string{"no-op": "committed"}[e.texts["type"]]; e.state() != "APPLIED" && e.state() != want {
				t.Errorf("%s of type %s ends in %s", e, e.texts["type"], e.state())
			}
		}
		on, all := c.pipelined()
		if all < 15 || on*10 < all*9 {
			t.Errorf("%d of %d AppendEntries were on a pipeline, want over 90%%", on, all)
		}
		for _, m := range c.h.all(catalog.AppendFollower) {
			if m.nums["fast"] == 1 {
				t.Fatalf("%s is fast, but this transport has no fast path", m)
			}
		}
	})
}

// A cluster over TCP, in real time.
func TestClusterOverTCP(t *testing.T) {
	var inner []raft.Transport
	for range 3 {
		tr, err := raft.NewTCPTransport("127.0.0.1:0", nil, 3, 5*time.Second, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		inner = append(inner, tr)
	}
	c := startCluster(t, time.Second, inner...)
	leader := c.leader()
	done := 0
	for done < 30 {
		err := c.write(leader)
		if err == nil {
			done++
			continue
		}
		t.Logf("%s: %v", leader.name, err) // a busy machine can cost a leader its lease
		leader = c.leader()
	}
	deadline := time.Now().Add(20 * time.Second)
	for fast, _ := c.heartbeats(); fast == 0 && time.Now().Before(deadline); fast, _ = c.heartbeats() {
		leader.raft.VerifyLeader().Error() // asks for heartbeats now, but other answers count for it too
	}
	c.end()
	c.checkWrites(t, done)
	c.checkFollowers(t)
	if on, all := c.pipelined(); all < 15 || on*10 < all*9 {
		t.Errorf("%d of %d AppendEntries were on a pipeline, want over 90%%", on, all)
	}
	if fast, slow := c.heartbeats(); fast == 0 || slow > 0 {
		t.Errorf("%d heartbeats took raft's fast path, %d did not", fast, slow)
	}
}

// heartbeats counts those received so far, on raft's fast path and beside it.
func (c *cluster) heartbeats() (fast, slow int) {
	for _, m := range c.h.all(catalog.AppendFollower) {
		switch {
		case m.nums["fast"] == 1:
			fast++
		case m.nums["commit"] == 0 && m.nums["entries"] == 0 && m.nums["prev-index"] == 0:
			slow++
		}
	}
	return fast, slow
}
