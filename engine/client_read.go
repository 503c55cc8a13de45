package engine

import (
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/sm/catalog"
)

// read makes the call of a client's read.
func (w *World) read(n *node, r *request, cmd grammar.Read) {
	c := w.newCall(n, r, catalog.Read, "get "+kv.Show(cmd.Key))
	if c.life == nil {
		c.fail(catalog.ReadFailed, errNodeDown, "never")
		return
	}
	go c.get(cmd, n.exec.Draw(w.cfg.Exec))
}

// get reads a key: stale from whatever the node has; else after raft confirmed
// that the node leads, behind a barrier if the state machine lags behind what
// was committed when the read began (or if the leader has not committed an
// entry of its own term, so that its commit index may be old).
func (c *call) get(cmd grammar.Read, takes time.Duration) {
	l := c.life
	if !l.sleep(takes) {
		c.fail(catalog.ReadFailed, errConnection, "never")
		return
	}
	path := "stale"
	if !cmd.Stale {
		var err error
		if path, err = c.confirm(); err != nil {
			c.machine.AttrText("path", path)
			c.fail(catalog.ReadFailed, err, "never")
			return
		}
	}
	c.value, c.exists = l.store.Get(cmd.Key)
	c.machine.AttrText("path", path)
	c.machine.AttrText("told", "ok")
	if c.exists {
		c.result(c.value)
	} else {
		c.machine.AttrText("result", kv.None)
	}
	c.done(catalog.ReadDone)
}

// confirm makes sure that the node leads and its state machine is current. It
// returns the path it took, on an error too.
func (c *call) confirm() (path string, err error) {
	const verify, barrier = "VerifyLeader", "Barrier"
	l := c.life
	c.machine.Move(catalog.ReadVerifying)
	t := l.gate.EnterAs(c.n)
	r, ok := l.running()
	if !ok || !t.Wait() {
		return verify, errConnection
	}
	index, led := r.CommitIndex(), r.State() == raft.Leader
	l.clients.verifying.Add(1)
	future := r.VerifyLeader()
	t.Done()
	err, ok = l.await(future)
	l.clients.verifying.Add(-1)
	switch {
	case !ok:
		return verify, errConnection
	case err != nil && led:
		return verify, l.clients.verdicts.of(c.n, err)
	case err != nil:
		return verify, err
	case l.lease.lostNow():
		return verify, l.clients.verdicts.of(c.n, raft.ErrLeadershipLost)
	}
	if l.ownTerm(r, index) && l.hasApplied(index) {
		return verify, nil
	}
	c.machine.Move(catalog.ReadAwaitFSM)
	return barrier, c.barrier()
}

// ownTerm says whether the entry at index is of the node's current term.
func (l *life) ownTerm(r *raft.Raft, index uint64) bool {
	var log raft.Log
	return index > 0 && l.bolt.GetLog(index, &log) == nil && log.Term == r.CurrentTerm()
}
