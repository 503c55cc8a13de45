package engine

import (
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/probe"
)

// Attributes of a node's machine that tell what is odd about it.
const (
	forgedAttr        = "forged"         // what was written to its files before this life, in words
	forgedEntriesAttr = "forged-entries" // how many entries, if the log was
	timeoutsAttr      = "timeouts"       // the factor of its timeouts
)

// config is a node's own configuration: the cluster's with its timeouts scaled.
// Raft wants the leader's lease not to be above the heartbeat timeout, so the
// lease is shortened where it would be.
func (n *node) config(c raft.Config) raft.Config {
	scale := n.factor()
	if scale == 0 {
		return c
	}
	c.HeartbeatTimeout = scaled(c.HeartbeatTimeout, scale)
	c.ElectionTimeout = scaled(c.ElectionTimeout, scale)
	c.LeaderLeaseTimeout = min(c.LeaderLeaseTimeout, c.HeartbeatTimeout)
	return c
}

// factor is by how much the node's timeouts are scaled, zero if they are not. A
// life that starts asks for it on a goroutine of its own.
func (n *node) factor() float64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.scale
}

// setFactor sets it for the lives that start from now on.
func (n *node) setFactor(to float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.scale = to
}

// scaled is a timeout times a factor; raft accepts none below 5ms.
func scaled(d time.Duration, factor float64) time.Duration {
	const raftMin = 5 * time.Millisecond
	return max(time.Duration(float64(d)*factor), raftMin)
}

// tellOdd tells what is odd about a node in the life that begins.
func (n *node) tellOdd(p *probe.Probe) {
	if n.forged != "" {
		p.Machine().AttrText(forgedAttr, n.forged)
		if n.forgedLog {
			p.Machine().Attr(forgedEntriesAttr, int64(n.forgedEntries))
		}
		n.forged, n.forgedLog = "", false
	}
	if scale := n.factor(); scale != 0 {
		p.Machine().AttrText(timeoutsAttr, fmt.Sprintf("x%v", scale))
	}
}

// scaleTimeouts scales the heartbeat and election timeouts of a node, now if it
// runs (raft.ReloadConfig) and for its next lives. A heartbeat timeout below the
// leader's lease, which raft cannot change while it runs, needs a start.
func (w *World) scaleTimeouts(c grammar.Timeouts) error {
	n, err := w.nodeFor(c.Node)
	if err != nil {
		return err
	}
	before := n.factor()
	n.setFactor(c.Factor)
	l := n.up()
	if l == nil {
		return nil
	}
	cfg := n.config(w.cfg.Raft)
	if lease := l.lease.length; cfg.HeartbeatTimeout < lease {
		n.setFactor(before)
		return refuse("the heartbeat timeout of %s would be %s, below its LeaderLeaseTimeout of %s, which raft takes from its start only: stop %s first",
			n.name, cfg.HeartbeatTimeout, lease, n.name)
	}
	l.probe.Machine().AttrText(timeoutsAttr, fmt.Sprintf("x%v", c.Factor))
	l.probe.SetElectionTimeout(cfg.ElectionTimeout)
	t := l.gate.Enter() // raft's main goroutine may be told of it
	go func() {
		r, ok := l.running()
		if !ok || !t.Wait() {
			return
		}
		defer t.Done()
		rc := r.ReloadableConfig()
		rc.HeartbeatTimeout, rc.ElectionTimeout = cfg.HeartbeatTimeout, cfg.ElectionTimeout
		if err := r.ReloadConfig(rc); err != nil {
			w.failures <- fmt.Errorf("reload the timeouts of %s: %w", n.name, err)
		}
	}()
	return nil
}
