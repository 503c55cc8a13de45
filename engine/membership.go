package engine

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/probe"
	"raftscope/engine/vtime"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// ask is what somebody wants of the leader that is neither a write nor a read:
// another configuration, or another leader. Like a client's call it belongs to
// no life of a node, so that it can still be told that the node went down.
type ask struct {
	life    *life
	key     int // by which it passes the gate
	machine *sm.Machine
	failed  sm.State
	over    atomic.Bool
}

// ask bears the machine of a request to a node.
func (w *World) ask(n *node, kind *sm.Kind, failed sm.State, label string) *ask {
	w.asked++
	a := &ask{life: n.up(), key: askKeys + w.asked, failed: failed}
	a.machine = w.tracker.Buffer(n.name, 0).Born(kind, kind.Initial()[0], probe.AskLane(w.asked), "", label)
	return a
}

// askKeys puts what arrives at a gate at one instant behind the calls of clients.
const askKeys = 1 << 30

// fail tells whoever asked an error.
func (a *ask) fail(err error, stored string) {
	if errors.Is(err, errConnection) {
		a.machine.After(a.life.probe.Machine()) // the node goes down first
	}
	a.machine.AttrText("told", err.Error())
	a.machine.AttrText("stored", stored)
	a.machine.Fail(a.failed, 0, err.Error())
	a.over.Store(true)
}

// done tells whoever asked ok.
func (a *ask) done(state sm.State, stored string) {
	a.machine.AttrText("told", "ok")
	a.machine.AttrText("stored", stored)
	a.machine.Move(state)
	a.over.Store(true)
}

// change asks the leader for another configuration.
func (w *World) change(cmd grammar.Change) error {
	n, err := w.nodeFor(grammar.LeaderNode)
	if err != nil {
		return err
	}
	if err := w.checkChange(n, cmd); err != nil {
		return err
	}
	a := w.ask(n, catalog.ConfigChange, catalog.ConfigChangeFailed, string(cmd.Verb)+" "+cmd.Node)
	go a.change(cmd, n.exec.Draw(w.cfg.Exec))
	return w.awaitAsk(cmd.Wait, a.over.Load)
}

// checkChange refuses a change that makes no sense by the leader's newest
// configuration.
func (w *World) checkChange(leader *node, cmd grammar.Change) error {
	if w.bare {
		return refuse("nobody follows who is a member of this cluster")
	}
	c, _ := leader.up().probe.Configuration()
	is, voters := suffrage(c, cmd.Node), 0
	for _, s := range c.Servers {
		if s.Suffrage == raft.Voter {
			voters++
		}
	}
	switch cmd.Verb {
	case grammar.AddVoter, grammar.AddNonvoter:
		if is != "" {
			return refuse("%s is a %s already", cmd.Node, is)
		}
		return nil
	case grammar.Promote:
		if is == voterWord {
			return refuse("%s is a voter already", cmd.Node)
		}
	case grammar.Demote:
		if is != "" && is != voterWord {
			return refuse("%s has no vote", cmd.Node)
		}
	}
	if is == "" {
		return refuse("%s is no member: the members are %s", cmd.Node, probe.ConfigText(c))
	}
	if is == voterWord && voters == 1 && cmd.Verb != grammar.Promote {
		return refuse("%s is the last voter: nobody could lead without it", cmd.Node)
	}
	return nil
}

// voterWord is what suffrage calls a voter.
const voterWord = "voter"

// suffrage is what a node is in a configuration: a voter, a nonvoter, or nothing.
func suffrage(c raft.Configuration, node string) string {
	for _, s := range c.Servers {
		switch {
		case string(s.ID) != node:
		case s.Suffrage == raft.Voter:
			return voterWord
		default:
			return "nonvoter"
		}
	}
	return ""
}

// patience is how long raft is given to take a change that it should take at
// once. It bounds the harm if it does not: the gate is shut meanwhile.
const patience = time.Millisecond

// change hands a change to raft when raft can take it: until then its channel
// takes none, and whoever waits there would stand beside whatever else makes
// raft's main goroutine go on (raft.go, configurationChangeChIfStable).
func (a *ask) change(cmd grammar.Change, takes time.Duration) {
	l := a.life
	if !l.sleep(takes) {
		a.fail(errConnection, "never")
		return
	}
	for {
		r, ok := l.running()
		if !ok || !l.untilStable() {
			a.fail(errConnection, "never")
			return
		}
		t := l.gate.EnterAs(a.key)
		if !t.Wait() {
			a.fail(errConnection, "never")
			return
		}
		if r.State() == raft.Leader && !l.probe.Stable() {
			t.Done() // another change was first
			continue
		}
		l.changing.Add(1)
		told := l.probe.Change(a.machine)
		future := callRaft(r, cmd)
		t.Done()
		err, ok := l.await(future)
		l.changing.Add(-1)
		if !ok {
			a.fail(errConnection, "unknown")
			return
		}
		told.Answered()
		if errors.Is(err, raft.ErrEnqueueTimeout) {
			continue
		}
		if err != nil {
			a.fail(err, told.Stored(err))
			return
		}
		a.done(catalog.ConfigChangeDone, "yes")
		return
	}
}

// callRaft calls raft.
func callRaft(r *raft.Raft, cmd grammar.Change) raft.Future {
	id, address := raft.ServerID(cmd.Node), raft.ServerAddress(cmd.Node)
	switch cmd.Verb {
	case grammar.AddVoter, grammar.Promote:
		return r.AddVoter(id, address, 0, patience)
	case grammar.AddNonvoter:
		return r.AddNonvoter(id, address, 0, patience)
	case grammar.Demote:
		return r.DemoteVoter(id, 0, patience)
	default:
		return r.RemoveServer(id, 0, patience)
	}
}

// untilStable waits until the node may take a change of its configuration, or
// does not lead; false if its life ended first.
func (l *life) untilStable() bool {
	for {
		changed := l.configs.wait()
		if l.isDead() {
			return false
		}
		if l.raft.State() != raft.Leader || l.probe.Stable() {
			return true
		}
		select {
		case <-changed:
		case <-l.dead:
			return false
		}
	}
}

// transfer asks the leader to hand over its leadership.
func (w *World) transfer(cmd grammar.Transfer) error {
	n, err := w.nodeFor(grammar.LeaderNode)
	if err != nil {
		return err
	}
	if w.bare {
		return refuse("nobody follows who is a member of this cluster")
	}
	c, _ := n.up().probe.Configuration()
	label := "to whom raft takes"
	if cmd.Node != "" {
		label = "to " + cmd.Node
	}
	switch {
	case cmd.Node == n.name:
		return refuse("%s leads already", n.name)
	case cmd.Node != "" && suffrage(c, cmd.Node) == "":
		return refuse("%s is no member: the members are %s", cmd.Node, probe.ConfigText(c))
	}
	a := w.ask(n, catalog.Transfer, catalog.TransferFailed, label)
	go a.transfer(cmd, n.exec.Draw(w.cfg.Exec))
	return w.awaitAsk(cmd.Wait, a.over.Load)
}

func (a *ask) transfer(cmd grammar.Transfer, takes time.Duration) {
	const stored = "never" // there is no entry
	l := a.life
	if !l.sleep(takes) {
		a.fail(errConnection, stored)
		return
	}
	r, ok := l.running()
	if !ok {
		a.fail(errConnection, stored)
		return
	}
	release := l.gate.HoldGroup()
	behind := func() []string {
		return l.endpoint.Behind(cmd.Node, l.lease.voters(), r.CurrentTerm(), r.LastIndex())
	}
	t, ok := l.settled(a.key, func() bool { return len(behind()) == 0 })
	if !ok {
		release()
		a.fail(errConnection, stored)
		return
	}
	defer l.endpoint.Stall(behind())()
	peers := []string{cmd.Node}
	if cmd.Node == "" {
		peers = l.lease.voters()
	}
	l.endpoint.TakeTurns(r, peers)
	told := l.probe.Transfer(a.machine)
	var future raft.Future
	if cmd.Node == "" {
		future = r.LeadershipTransfer()
	} else {
		future = r.LeadershipTransferToServer(raft.ServerID(cmd.Node), raft.ServerAddress(cmd.Node))
	}
	t.Done()
	release()
	err, ok := l.await(future)
	told.Answered()
	switch {
	case !ok:
		a.fail(errConnection, stored)
	case err != nil:
		a.fail(withoutAddress(err), stored)
	default:
		a.done(catalog.TransferDone, stored)
	}
}

// withoutAddress is an error of raft's as it is in every run.
func withoutAddress(err error) error {
	if text := probe.WithoutAddress(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// settled passes the gate at a moment at which isSettled holds, if there is one
// soon; false if the life ended first.
//
// A transfer asks the leader's replication to the other node to send what is
// missing, through a channel beside the one by which raft tells it of new
// entries (replication.go, triggerDeferErrorCh and triggerCh). If it finds both
// it picks one at random, and which it was decides when TimeoutNow goes out. So
// clients wait for a moment, and the transfer begins when replication knows of
// all entries.
func (l *life) settled(key int, isSettled func() bool) (*vtime.Ticket, bool) {
	for until := time.Now().Add(settleMax); ; {
		t := l.gate.EnterAs(key)
		if !t.Wait() {
			return nil, false
		}
		if isSettled() || time.Now().After(until) || l.raft.State() != raft.Leader {
			return t, true
		}
		t.Done()
		if !l.sleep(l.node.exec.Draw(settleTime)) {
			return nil, false
		}
	}
}

const settleMax = time.Second

var settleTime = vtime.Range{Lo: 100 * time.Microsecond, Hi: 300 * time.Microsecond}

// elect has a node sent a TimeoutNow message, by the leader or, if that is the
// node itself or there is none, by the first other node that is up.
func (w *World) elect(cmd grammar.Elect) error {
	n, err := w.nodeFor(cmd.Node)
	if err != nil {
		return err
	}
	if n.up() == nil {
		return refuse("%s is not running", n.name)
	}
	from := w.nodes[w.leader()]
	for _, name := range w.names {
		if from != nil && from != n {
			break
		}
		if from = w.nodes[name]; from.up() == nil {
			from = nil
		}
	}
	if from == nil || from == n {
		return refuse("no other node is up that could send %s a TimeoutNow", n.name)
	}
	c := &candidacy{sender: from.up()}
	go c.send(cmd.Node, from.exec.Draw(w.cfg.Exec))
	err = w.awaitAsk(cmd.Wait, func() bool {
		return c.over.Load() && (c.err != nil || !w.runsFor(cmd.Node))
	})
	if cmd.Wait && c.over.Load() && c.err != nil {
		return refuse("%s's TimeoutNow to %s came to nothing: %v", from.name, n.name, c.err)
	}
	return err
}

// candidacy is one TimeoutNow that a user has sent.
type candidacy struct {
	sender *life
	err    error
	over   atomic.Bool
}

func (c *candidacy) send(to string, takes time.Duration) {
	defer c.over.Store(true)
	c.err = errConnection // if the sender's life ends first
	l := c.sender
	if !l.sleep(takes) {
		return
	}
	if _, ok := l.running(); !ok {
		return
	}
	header := raft.RPCHeader{ProtocolVersion: l.world.cfg.Raft.ProtocolVersion, ID: []byte(l.node.name), Addr: []byte(l.node.name)}
	c.err = l.endpoint.TimeoutNow(raft.ServerID(to), raft.ServerAddress(to), &raft.TimeoutNowRequest{RPCHeader: header}, &raft.TimeoutNowResponse{})
}

// runsFor says whether an election of a node is under way.
func (w *World) runsFor(node string) bool {
	s := w.timeline.Node(node)
	if !s.Up || s.Role == "leader" {
		return false
	}
	m := w.timeline.View().Newest(catalog.Election.Name(), node)
	return m.Known() && m.Life() == s.Life && m.Open()
}

// awaitAsk runs until what was asked for is over, if the command says wait.
func (w *World) awaitAsk(wait bool, over func() bool) error {
	w.settle()
	if !wait {
		return nil
	}
	return w.until(answerMax, over)
}

// wakeup wakes those who wait for something to change.
type wakeup struct {
	mu sync.Mutex
	ch chan struct{} // closed at the next change; nil: nobody waits
}

// wait returns a channel that is closed at the next change.
func (s *wakeup) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *wakeup) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
