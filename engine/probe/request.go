package probe

import (
	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Request is an RPC seen from the node that receives it. Its methods are
// called by whoever feeds raft's consumer channel. A nil Request observes
// nothing.
type Request struct {
	probe     *Probe
	from      string
	call      *Call // the sender's side, if both are in this process
	command   any
	fast      bool
	snapshot  bool
	machine   *sm.Machine // nil while the request is quiet
	begun     bool
	goroutine int64 // that handles it, if it is fast and will write the term; else zero
	storeErr  error
	said      string      // why raft's own log says it refused
	restored  *sm.Machine // the restore that an install ended with
}

// Receive tells that a request arrived from a node. call is the sender's side
// of it if the sender lives in this process, else nil. fast says that it goes
// to raft's heartbeat handler instead of its main goroutine.
func (p *Probe) Receive(from string, call *Call, command any, fast bool) *Request {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, snapshot := command.(*raft.InstallSnapshotRequest)
	r := &Request{probe: p, from: from, call: call, command: command, fast: fast, snapshot: snapshot}
	if fast {
		call.tookFastPath()
	}
	if !p.quietRequest(r) {
		r.born()
	}
	return r
}

// Copy tells that the request arrived before: this is a second copy of it.
func (r *Request) Copy() {
	if r == nil {
		return
	}
	r.probe.mu.Lock()
	defer r.probe.mu.Unlock()
	if m := r.born(); m != nil {
		m.Attr("copy", 1)
	}
}

func (p *Probe) quietRequest(r *Request) bool {
	if p.opt.ShowQuiet {
		return false
	}
	if r.call != nil {
		return r.call.current() == nil
	}
	a, ok := r.command.(*raft.AppendEntriesRequest)
	return ok && (IsHeartbeat(a) || (len(a.Entries) == 0 && a.LeaderCommitIndex <= p.committed))
}

// born returns the request's machine; a quiet one that turns out to matter
// (it raises the term, or is refused) gets one late. probe.mu is held.
func (r *Request) born() *sm.Machine {
	if r.machine != nil {
		return r.machine
	}
	p := r.probe
	kind := catalog.Vote
	label := callLabel(r.command)
	switch r.command.(type) {
	case *raft.AppendEntriesRequest:
		kind = catalog.AppendFollower
	case *raft.RequestPreVoteRequest:
		label = "pre-vote " + label
	case *raft.RequestVoteRequest:
	case *raft.InstallSnapshotRequest:
		kind = catalog.Install
	default:
		return nil // the election that follows a TimeoutNow tells of it
	}
	r.machine = p.opt.Buffer.BornOf(r.call.born(), "arrives as", kind, kind.Initial()[0], p.inLane(r.from), r.from+">"+p.opt.Node, label)
	requestAttrs(r.machine, r.command)
	if r.fast {
		r.machine.Attr("fast", 1)
	}
	if r.begun {
		r.process()
	}
	return r.machine
}

// move moves an append-follower on. probe.mu is held.
func (r *Request) move(state sm.State) {
	if m := r.born(); m != nil && m.State() != state {
		m.Move(state)
	}
}

// Processing tells that raft takes the request: that its main goroutine took
// it from the consumer, or that the heartbeat handler is called now, on this
// goroutine.
func (r *Request) Processing() {
	if r == nil {
		return
	}
	p := r.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	r.begun = true
	p.toldToRun(r)
	switch a, ok := r.command.(*raft.AppendEntriesRequest); {
	case !r.fast:
		p.inHand = r
	case ok && a.Term > p.term: // raft will write the term, on this goroutine
		r.goroutine = GoroutineID()
		p.fast[r.goroutine] = r
	}
	if r.machine != nil {
		r.process()
	}
}

// process moves the request's machine to processing. From there on raft's main
// goroutine owns it, unless it is handled on the transport's.
func (r *Request) process() {
	if !r.fast {
		r.machine.SetLane(laneMain)
	}
	r.machine.Move(catalog.AppendFollowerProcessing)
}

// Answered tells raft's answer to the request.
func (r *Request) Answered(resp any, err error) {
	if r == nil {
		return
	}
	p := r.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.fast, r.goroutine)
	if p.inHand == r {
		p.inHand = nil
	}
	if p.stopped.Load() {
		return
	}
	p.observeCommit()
	p.installed(r, resp)
	if !r.fast {
		defer func() { p.observeBelief(r.machine) }()
	}
	_, rejected := refusal(r.command, resp)
	if err == nil && !rejected && r.machine == nil {
		return
	}
	m := r.born()
	m.After(r.restored)
	switch {
	case m == nil:
	case err != nil:
		m.Fail(finalOf(m, "FAILED"), 0, err.Error())
	case rejected:
		m.AttrText("reason", r.reason(resp))
		m.Move(finalOf(m, "REJECTED"))
	default:
		p.kept(r)
		m.Move(finalOf(m, "DONE"))
	}
}

// kept tells which entries raft left on the disk though the snapshot that it has
// just installed stands for them (Config.TrailingLogs). p.mu is held.
func (p *Probe) kept(r *Request) {
	if !r.snapshot || p.first == 0 || p.first > p.covered.index {
		return
	}
	last := p.first
	for i := p.first; i <= min(p.last, p.covered.index); i++ {
		if p.entries[i] != nil {
			last = i
		}
	}
	r.machine.AttrText("kept", span(p.first, last))
}

func finalOf(m *sm.Machine, name string) sm.State {
	s, _ := m.Kind().State(name)
	return s
}

// inHandAppend returns the AppendEntries raft's main goroutine has in hand.
// p.mu is held.
func (p *Probe) inHandAppend() *Request {
	if p.inHand == nil {
		return nil
	}
	if _, ok := p.inHand.command.(*raft.AppendEntriesRequest); !ok {
		return nil
	}
	return p.inHand
}
