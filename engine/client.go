package engine

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Errors a client is told that are not raft's.
var (
	errNodeDown    = errors.New("node is down")
	errConnection  = errors.New("connection lost: the node went down")
	errCompare     = errors.New("the value differs")
	errNotANumber  = errors.New("the value is not a number")
	errOutOfRange  = errors.New("the number is out of range")
	errValueTooBig = errors.New("the value would be too long")
)

// clients is what the clients of one life share.
type clients struct {
	serial chan struct{} // held by the read-modify-write in progress; waiting ones are served in order

	mu      sync.Mutex
	blind   map[string]int // blind writes without an answer, by key
	changed chan struct{}  // closed and replaced when blind changes
}

func (c *clients) init() {
	c.serial = make(chan struct{}, 1)
	c.blind = map[string]int{}
	c.changed = make(chan struct{})
}

// pend counts a blind write of key that is under way, or no longer.
func (c *clients) pend(key string, by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blind[key] += by; c.blind[key] == 0 {
		delete(c.blind, key)
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *clients) pending(key string) (n int, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blind[key], c.changed
}

// call is one client's write or read on a node.
type call struct {
	life    *life
	n       int // ordinal
	machine *sm.Machine
}

// newCall bears the machine of a call. It belongs to the client, not to a life
// of the node, so that it can still be told that the node went down.
func (w *World) newCall(n *node, kind *sm.Kind, label string) *call {
	w.ordinal++
	c := &call{life: n.up(), n: w.ordinal}
	c.machine = w.tracker.Buffer(n.name, 0).Born(kind, kind.Initial()[0], probe.ClientLane(c.n), strconv.Itoa(c.n), label)
	return c
}

// write starts a client's write; it is executed in the background.
func (w *World) write(n *node, cmd grammar.Write) *call {
	c := w.newCall(n, catalog.Exec, writeLabel(cmd))
	if c.life == nil {
		c.fail(catalog.ExecFailed, errNodeDown, "never")
		return c
	}
	go c.exec(cmd)
	return c
}

func writeLabel(cmd grammar.Write) string {
	s := string(cmd.Op) + " " + kv.Show(cmd.Key)
	for _, a := range cmd.Args {
		s += " " + kv.Show(a)
	}
	return s
}

// fail tells the client an error.
func (c *call) fail(state sm.State, err error, stored string) {
	c.machine.AttrText("told", err.Error())
	c.machine.AttrText("stored", stored)
	c.machine.Fail(state, 0, err.Error())
}

// exec executes a write into a write set and proposes that, as dqlite's
// leader executes SQL and proposes the frames. Blind writes go at once.
func (c *call) exec(cmd grammar.Write) {
	l := c.life
	if !l.sleep(l.node.exec.Draw(l.world.cfg.Exec)) {
		c.fail(catalog.ExecFailed, errConnection, "never")
		return
	}
	switch cmd.Op {
	case grammar.Set, grammar.Del:
		l.clients.pend(cmd.Key, +1)
		defer l.clients.pend(cmd.Key, -1)
		ws := kv.WriteSet{Op: kv.OpDel, Key: cmd.Key}
		if cmd.Op == grammar.Set {
			ws = kv.WriteSet{Op: kv.OpSet, Key: cmd.Key, Value: cmd.Args[0]}
		}
		c.propose(ws)
	default:
		c.readModifyWrite(cmd)
	}
}

// readModifyWrite executes a write whose effect depends on the value: one at a
// time, on a state machine that has applied the whole log, with no blind write
// of the key under way. Between computing and proposing no time passes, so
// nothing can come between in the log.
func (c *call) readModifyWrite(cmd grammar.Write) {
	l := c.life
	select {
	case l.clients.serial <- struct{}{}:
	default:
		c.machine.Move(catalog.ExecQueued)
		select {
		case l.clients.serial <- struct{}{}:
		case <-l.dead:
			c.fail(catalog.ExecFailed, errConnection, "never")
			return
		}
	}
	defer func() { <-l.clients.serial }()
	if err := c.awaitFSM(cmd.Key); err != nil {
		c.fail(catalog.ExecFailed, err, "never")
		return
	}
	old, exists := l.store.Get(cmd.Key)
	value, err := modify(cmd, old, exists)
	if err != nil {
		c.fail(catalog.ExecFailed, err, "never")
		return
	}
	c.propose(kv.WriteSet{Op: kv.OpSet, Key: cmd.Key, Value: value})
}

// awaitFSM waits until the state machine has applied all of the log and no
// blind write of key is under way.
func (c *call) awaitFSM(key string) error {
	l := c.life
	wait := func() {
		if c.machine.State() != catalog.ExecAwaitFSM {
			c.machine.Move(catalog.ExecAwaitFSM)
		}
	}
	for {
		n, changed := l.clients.pending(key)
		if n > 0 {
			wait()
			select {
			case <-changed:
				continue
			case <-l.dead:
				return errConnection
			}
		}
		r, ok := l.running()
		if !ok {
			return errConnection
		}
		if l.hasApplied(r.LastIndex()) {
			return nil
		}
		wait()
		if err := c.barrier(); err != nil {
			return err
		}
	}
}

// hasApplied says whether the state machine has applied every entry up to
// index that reaches it: no-ops and barriers do not.
func (l *life) hasApplied(index uint64) bool {
	for i := index; i > l.store.Applied(); i-- {
		var log raft.Log
		if err := l.bolt.GetLog(i, &log); err != nil || log.Type == raft.LogCommand || log.Type == raft.LogConfiguration {
			return false
		}
	}
	return true
}

// running returns the life's raft once it has started; false if the life
// ended first.
func (l *life) running() (*raft.Raft, bool) {
	select {
	case <-l.ready:
	case <-l.dead:
		return nil, false
	}
	return l.raft, l.raft != nil && !l.isDead()
}

// barrier calls raft.Barrier and waits for it.
func (c *call) barrier() error {
	t := c.life.gate.EnterAs(c.n)
	r, ok := c.life.running()
	if !ok || !t.Wait() {
		return errConnection
	}
	a := c.life.probe.Barrier(c.machine, c.n)
	future := r.Barrier(0)
	t.Done()
	err, ok := c.life.await(future)
	if !ok {
		return errConnection
	}
	a.Answered(err)
	c.machine.After(a.Machine())
	return err
}

// await waits for a future of raft; false if the life ended first.
func (l *life) await(future raft.Future) (error, bool) {
	endWith(future, l.dead)
	err := future.Error()
	return err, !l.isDead()
}

// endWith makes a future end when dead is closed. A node that goes down forgets
// the futures that wait in raft's channels, and whoever waits for those would
// wait for ever. All of raft's futures can be ended so, by a field of theirs
// that is exported though its type is not.
func endWith(future raft.Future, dead chan struct{}) {
	v := reflect.ValueOf(future)
	if v.Kind() != reflect.Pointer {
		return // an error that is known already
	}
	v.Elem().FieldByName("ShutdownCh").Set(reflect.ValueOf(dead))
}

// propose hands a write set to raft and tells the client the answer.
func (c *call) propose(ws kv.WriteSet) {
	l := c.life
	c.machine.Move(catalog.ExecExecuted)
	data := ws.Encode()
	a := l.probe.Apply(c.machine, c.n, data, ws.String())
	c.machine.Move(catalog.ExecProposed)
	t := l.gate.EnterAs(c.n)
	r, ok := l.running()
	if !ok || !t.Wait() {
		c.fail(catalog.ExecFailed, errConnection, "never")
		return
	}
	future := r.ApplyLog(raft.Log{Data: data, Extensions: probe.Extension(c.n)}, 0)
	t.Done()
	err, ok := l.await(future)
	if !ok {
		c.fail(catalog.ExecFailed, errConnection, "unknown")
		return
	}
	a.Answered(err)
	c.machine.After(a.Machine())
	if err != nil {
		c.fail(catalog.ExecFailed, err, a.Stored(err))
		return
	}
	if failed, isError := future.Response().(error); isError {
		c.fail(catalog.ExecFailed, failed, "yes")
		return
	}
	c.machine.AttrText("told", "ok")
	c.machine.AttrText("stored", "yes")
	if ws.Op == kv.OpSet {
		c.machine.AttrText("result", kv.Show(ws.Value))
	}
	c.machine.Move(catalog.ExecDone)
}

// modify computes the new value of a read-modify-write.
func modify(cmd grammar.Write, old string, exists bool) (string, error) {
	switch cmd.Op {
	case grammar.Incr:
		return increment(old, exists, cmd.Args)
	case grammar.CAS:
		if !exists || old != cmd.Args[0] {
			return "", fmt.Errorf("cas %s: %w: it is %s", kv.Show(cmd.Key), errCompare, kv.Show(old))
		}
		return cmd.Args[1], nil
	default:
		if len(old)+len(cmd.Args[0]) > grammar.ValueBytesMax {
			return "", fmt.Errorf("append to %s: %w", kv.Show(cmd.Key), errValueTooBig)
		}
		return old + cmd.Args[0], nil
	}
}

func increment(old string, exists bool, args []string) (string, error) {
	by, value := int64(1), int64(0)
	var err error
	if len(args) > 0 {
		if by, err = strconv.ParseInt(args[0], 10, 64); err != nil {
			return "", fmt.Errorf("incr by %s: %w", kv.Show(args[0]), errOutOfRange)
		}
	}
	if exists {
		if value, err = strconv.ParseInt(old, 10, 64); err != nil {
			return "", fmt.Errorf("incr %s: %w", kv.Show(old), errNotANumber)
		}
	}
	if sum := value + by; (sum > value) == (by > 0) || by == 0 {
		return strconv.FormatInt(sum, 10), nil
	}
	return "", fmt.Errorf("incr %d by %d: %w", value, by, errOutOfRange)
}

// read starts a client's read.
func (w *World) read(n *node, cmd grammar.Read) *call {
	c := w.newCall(n, catalog.Read, "get "+kv.Show(cmd.Key))
	if c.life == nil {
		c.fail(catalog.ReadFailed, errNodeDown, "never")
		return c
	}
	go c.get(cmd)
	return c
}

// get reads a key: stale from whatever the node has; else after raft confirmed
// that the node leads, behind a barrier if the state machine lags behind what
// was committed when the read began (or if the leader has not committed an
// entry of its own term, so that its commit index may be old).
func (c *call) get(cmd grammar.Read) {
	l := c.life
	if !l.sleep(l.node.exec.Draw(l.world.cfg.Exec)) {
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
	value, exists := l.store.Get(cmd.Key)
	c.machine.AttrText("path", path)
	c.machine.AttrText("told", "ok")
	if exists {
		c.machine.AttrText("result", kv.Show(value))
	} else {
		c.machine.AttrText("result", "(none)")
	}
	c.machine.Move(catalog.ReadDone)
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
	index := r.CommitIndex()
	future := r.VerifyLeader()
	t.Done()
	if err, ok = l.await(future); !ok {
		return verify, errConnection
	} else if err != nil {
		return verify, err
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
