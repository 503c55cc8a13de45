package engine

import (
	"errors"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
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
	verifying atomic.Int32 // calls of VerifyLeader without an answer
	verdicts  verdicts

	serial chan struct{} // held by the read-modify-write in progress; waiting ones are served in order

	mu      sync.Mutex
	blind   map[string]int // blind writes without an answer, by key
	changed chan struct{}  // closed and replaced when blind changes
}

func (c *clients) init(dead <-chan struct{}, answers *vtime.Stream) {
	c.verdicts.dead, c.verdicts.stream = dead, answers
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

// call is one client's write or read on a node, which it makes once.
type call struct {
	life    *life
	n       int // ordinal
	machine *sm.Machine
	request *request

	value  string // what the client was told that its key holds
	exists bool
}

// newCall bears the machine of a request's next call. It belongs to the client,
// not to a life of the node, so that it can still be told that the node went
// down.
func (w *World) newCall(n *node, r *request, kind *sm.Kind, label string) *call {
	w.mu.Lock()
	w.ordinal++
	c := &call{life: n.up(), n: w.ordinal, request: r}
	w.mu.Unlock()
	var before *sm.Machine
	if r.call != nil {
		before = r.call.machine
	}
	c.machine = w.tracker.Buffer(n.name, 0).BornOf(before, "retried as", kind, kind.Initial()[0], probe.ClientLane(c.n), strconv.Itoa(c.n), label)
	if r.client > 0 {
		c.machine.Attr("client", int64(r.client))
	}
	if r.attempt > 1 {
		c.machine.Attr("attempt", int64(r.attempt))
	}
	r.call = c
	return c
}

// write makes the call of a client's write; it is executed in the background.
func (w *World) write(n *node, r *request, cmd grammar.Write) {
	c := w.newCall(n, r, catalog.Exec, writeLabel(cmd))
	if c.life == nil {
		c.fail(catalog.ExecFailed, errNodeDown, "never")
		return
	}
	// Drawn here and not by the goroutine: many may begin at one instant.
	go c.exec(cmd, n.exec.Draw(w.cfg.Exec))
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
	if errors.Is(err, errConnection) {
		c.machine.After(c.life.probe.Machine()) // the node goes down first
	}
	c.machine.AttrText("told", err.Error())
	c.machine.AttrText("stored", stored)
	again := c.request.again(err, stored)
	if again {
		c.machine.Attr("retry", int64(c.request.attempt+1))
	}
	c.machine.Fail(state, 0, err.Error())
	if again {
		c.request.world.retries.add(c)
		return
	}
	c.request.finish(err)
}

// done ends a call that was told ok.
func (c *call) done(state sm.State) {
	c.machine.Move(state)
	c.request.finish(nil)
}

// exec executes a write into a write set and proposes that, as dqlite's
// leader executes SQL and proposes the frames. Blind writes go at once.
func (c *call) exec(cmd grammar.Write, takes time.Duration) {
	l := c.life
	if !l.sleep(takes) {
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

// propose hands a write set to raft and tells the client the answer.
func (c *call) propose(ws kv.WriteSet) {
	l := c.life
	c.machine.Move(catalog.ExecExecuted)
	data := ws.Encode()
	a := l.probe.Apply(c.machine, c.n, data, ws.String())
	c.machine.Move(catalog.ExecProposed)
	t := l.gate.EnterGroup(c.n)
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
	c.value, c.exists = ws.Value, ws.Op == kv.OpSet
	if c.exists {
		c.result(ws.Value)
	}
	c.done(catalog.ExecDone)
}

// result tells the client a value. Of one that is too long to be shown whole
// the hash is kept too, so that answers can be compared.
func (c *call) result(value string) {
	c.machine.AttrText("result", kv.Show(value))
	if kv.Clipped(value) {
		c.machine.AttrText("result-hash", kv.Sum(value))
	}
}

// hasApplied says whether the state machine has applied every entry up to
// index that reaches it. What the snapshot covers that raft goes by it has, itself
// or by a restore.
func (l *life) hasApplied(index uint64) bool {
	for i := index; i > max(l.store.Applied(), l.snapshots.covered.Load()); i-- {
		var log raft.Log
		if err := l.bolt.GetLog(i, &log); err != nil || l.reachesFSM(log.Type) {
			return false
		}
	}
	return true
}

// reachesFSM says whether raft hands entries of a type to the state machine. It does
// not do so with no-ops and barriers, nor with configurations before version 3 of its
// protocol (raft.go, prepareLog).
func (l *life) reachesFSM(t raft.LogType) bool {
	return t == raft.LogCommand || t == raft.LogConfiguration && l.world.cfg.Raft.ProtocolVersion > 2
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
	t := c.life.gate.EnterGroup(c.n)
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
	if err == nil && l.leaving.withholds(future) {
		<-l.dead
	}
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
