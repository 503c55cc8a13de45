package probe

import (
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Call is an RPC seen from the node that sends it. Its methods tell how far it
// got; a transport that cannot know leaves Delivered and Answered out. A nil
// Call observes nothing.
type Call struct {
	probe     *Probe
	peer      string
	kind      *sm.Kind
	request   any
	bytes     int
	pipelined bool
	sent      time.Time
	due       sm.Time // when it will arrive, zero if nobody knows

	mu      sync.Mutex  // protects machine; taken under a probe's lock, never the other way
	machine *sm.Machine // nil while the call is quiet
	reached sm.State    // how far the message got, told or not
	fast    bool        // its receiver handled it past its main goroutine
}

// Send tells that req goes to peer, bytes long on the wire (zero if unknown).
func (p *Probe) Send(peer string, req any, bytes int, pipelined bool) *Call {
	return p.SendAs(peer, req, Sending{Bytes: bytes, Pipelined: pipelined})
}

// Sending is what a transport knows of a message that it sends.
type Sending struct {
	Bytes     int     // on the wire, zero if unknown
	Pipelined bool    // it does not wait for the answer of the one before
	Due       sm.Time // when it will arrive, zero if nobody knows
	Shown     bool    // it has a machine even if it tells its receiver nothing new
}

// SendAs is Send with all that may be known of a message.
func (p *Probe) SendAs(peer string, req any, s Sending) *Call {
	if p == nil {
		return nil
	}
	kind := callKind(req)
	if kind == nil {
		return nil // no request of raft's
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observeCommit()
	if p.believed != 0 && kind == catalog.AppendRPC {
		p.observeBelief(nil)
	}
	c := &Call{probe: p, peer: peer, kind: kind, request: req, bytes: s.Bytes, pipelined: s.Pipelined, sent: time.Now(), due: s.Due}
	if !s.Shown && p.isQuiet(peer, req) && !p.opt.ShowQuiet {
		p.quiet.Add(1)
		return c
	}
	if c.born() != nil {
		c.linkCauses()
	}
	return c
}

// HasKind says whether messages of a request have machines that tell of them.
func HasKind(req any) bool { return callKind(req) != nil }

// KindOf is the kind of a request's messages, as the catalogue calls it.
func KindOf(req any) string {
	if k := callKind(req); k != nil {
		return k.Name()
	}
	return ""
}

func callKind(req any) *sm.Kind {
	switch r := req.(type) {
	case *raft.AppendEntriesRequest:
		if IsHeartbeat(r) {
			return catalog.Heartbeat
		}
		return catalog.AppendRPC
	case *raft.RequestVoteRequest:
		return catalog.VoteRPC
	case *raft.RequestPreVoteRequest:
		return catalog.PreVoteRPC
	case *raft.InstallSnapshotRequest:
		return catalog.InstallRPC
	case *raft.TimeoutNowRequest:
		return catalog.TimeoutNow
	}
	return nil
}

// IsHeartbeat says whether a transport may hand r to raft's heartbeat handler
// instead of its consumer, as raft's own NetworkTransport decides it
// (net_transport.go, handleCommand).
func IsHeartbeat(r *raft.AppendEntriesRequest) bool {
	return r.Term != 0 && len(r.Addr) > 0 &&
		r.PrevLogEntry == 0 && r.PrevLogTerm == 0 && len(r.Entries) == 0 && r.LeaderCommitIndex == 0
}

// isQuiet says whether a message tells its receiver nothing new: a heartbeat,
// or an AppendEntries with neither entries nor a commit index above what was
// sent before. p.mu is held.
func (p *Probe) isQuiet(peer string, req any) bool {
	r, ok := req.(*raft.AppendEntriesRequest)
	if !ok || len(r.Entries) > 0 {
		return false
	}
	return IsHeartbeat(r) || r.LeaderCommitIndex <= p.sent[peer]
}

// born returns the call's machine; a quiet call that turns out to matter gets
// one late, perhaps on behalf of the node that receives it, so this takes no
// lock of the probe.
func (c *Call) born() *sm.Machine {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.machine != nil || c.probe.stopped.Load() {
		return c.machine
	}
	p := c.probe
	c.machine = p.opt.Buffer.BornDue(c.kind, catalog.AppendRPCSent, p.outLane(c.peer), p.opt.Node+">"+c.peer, callLabel(c.request), c.due)
	if late := time.Since(c.sent); late > 0 {
		c.machine.Attr("sent-before", int64(late))
	}
	requestAttrs(c.machine, c.request)
	if c.fast {
		c.machine.Attr("fast", 1)
	}
	if c.pipelined {
		c.machine.Attr("pipelined", 1)
	}
	if c.bytes > 0 {
		c.machine.Attr("bytes", int64(c.bytes))
	}
	for state := catalog.AppendRPCDelivered; state <= c.reached; state++ {
		c.machine.Move(state)
	}
	return c.machine
}

// current returns the call's machine, nil while it is quiet.
func (c *Call) current() *sm.Machine {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine
}

// linkCauses links a call to the entries it carries or to the election it
// asks for. probe.mu is held.
func (c *Call) linkCauses() {
	p := c.probe
	switch r := c.request.(type) {
	case *raft.AppendEntriesRequest:
		if c.kind != catalog.Heartbeat {
			c.linkEntries(r)
		}
	case *raft.RequestVoteRequest, *raft.RequestPreVoteRequest:
		c.machine.LinkFrom(p.election, "asks")
	case *raft.TimeoutNowRequest:
		p.transferSends(c.machine)
	case *raft.InstallSnapshotRequest:
		c.machine.AttrText("configuration", encodedConfiguration(r.Configuration))
		if p.covered == (position{r.LastLogTerm, r.LastLogIndex}) {
			c.machine.LinkFrom(p.newest, "sent by")
		}
	}
}

// linkEntries links a call to the entries it carries. probe.mu is held.
func (c *Call) linkEntries(r *raft.AppendEntriesRequest) {
	p := c.probe
	p.sent[c.peer] = max(p.sent[c.peer], r.LeaderCommitIndex)
	for _, log := range r.Entries {
		if e := p.entries[log.Index]; e != nil && e.term == log.Term {
			c.machine.LinkFrom(e.machine, "sent by")
		}
	}
}

// requestAttrs notes a request's fields, on the sender's and on the receiver's
// machine alike.
func requestAttrs(m *sm.Machine, req any) {
	switch r := req.(type) {
	case *raft.AppendEntriesRequest:
		appendAttrs(m, r)
	case *raft.RequestVoteRequest:
		voteAttrs(m, r.Term, r.LastLogIndex, r.LastLogTerm)
	case *raft.RequestPreVoteRequest:
		voteAttrs(m, r.Term, r.LastLogIndex, r.LastLogTerm)
	case *raft.InstallSnapshotRequest:
		voteAttrs(m, r.Term, r.LastLogIndex, r.LastLogTerm)
		m.Attr("size", r.Size)
	}
}

func appendAttrs(m *sm.Machine, r *raft.AppendEntriesRequest) {
	m.Attr("term", int64(r.Term))
	m.Attr("prev-index", int64(r.PrevLogEntry))
	m.Attr("prev-term", int64(r.PrevLogTerm))
	m.Attr("entries", int64(len(r.Entries)))
	m.Attr("commit", int64(r.LeaderCommitIndex))
}

func voteAttrs(m *sm.Machine, term, lastIndex, lastTerm uint64) {
	m.Attr("term", int64(term))
	m.Attr("last-index", int64(lastIndex))
	m.Attr("last-term", int64(lastTerm))
}

func callLabel(req any) string {
	switch r := req.(type) {
	case *raft.AppendEntriesRequest:
		if n := len(r.Entries); n > 0 {
			return "entries " + span(r.Entries[0].Index, r.Entries[n-1].Index)
		}
		if IsHeartbeat(r) {
			return "heartbeat"
		}
		return "commit " + itoa(r.LeaderCommitIndex)
	case *raft.RequestVoteRequest:
		return "term " + itoa(r.Term)
	case *raft.RequestPreVoteRequest:
		return "term " + itoa(r.Term)
	case *raft.InstallSnapshotRequest:
		return "snapshot " + subject(r.LastLogTerm, r.LastLogIndex)
	case *raft.TimeoutNowRequest:
		return "timeout now"
	}
	return ""
}

// ID is the number of the call's machine, zero while it has none.
func (c *Call) ID() sm.ID { return c.current().ID() }

// Attr sets a numeric attribute of the call, and shows the call if it was
// quiet: what somebody does to a message matters.
func (c *Call) Attr(key string, v int64) {
	if m := c.born(); m != nil && !c.probe.stopped.Load() {
		m.Attr(key, v)
	}
}

// AttrText is Attr for text.
func (c *Call) AttrText(key, v string) {
	if m := c.born(); m != nil && !c.probe.stopped.Load() {
		m.AttrText(key, v)
	}
}

// tookFastPath tells that the receiver handled the message past raft's main
// goroutine: only a transport that has such a path does.
func (c *Call) tookFastPath() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fast = true
	if !c.probe.stopped.Load() {
		c.machine.Attr("fast", 1)
	}
}

// Delivered tells that the message reached its peer.
func (c *Call) Delivered() { c.move(catalog.AppendRPCDelivered, 0) }

// Answered tells that the peer sent its answer.
func (c *Call) Answered() { c.AnsweredDue(0) }

// AnsweredDue is Answered where it is known when the answer will be back.
func (c *Call) AnsweredDue(due sm.Time) { c.move(catalog.AppendRPCAnswered, due) }

func (c *Call) move(state sm.State, due sm.Time) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reached = state
	if m := c.machine; m != nil && !c.probe.stopped.Load() && !c.kind.Is(m.State(), sm.Final) {
		// Raft may send to the peer, or take another answer, at this very instant.
		m.SetLane(c.probe.netLane(c.peer))
		m.MoveDue(state, due)
	}
}

// ErrOver is what a transport may return for a message that no longer matters,
// because the connection or the leadership it belongs to has ended. Raft's log
// lines about it are not recorded: whether raft tries at all is left to chance.
var ErrOver = errors.New("superseded")

// Done tells how the call ended for raft: with the peer's answer, or with err.
func (c *Call) Done(resp any, err error) {
	if c == nil {
		return
	}
	p := c.probe
	p.mu.Lock()
	defer p.mu.Unlock()
	m := c.current()
	if p.stopped.Load() || (m != nil && c.kind.Is(m.State(), sm.Final)) {
		return
	}
	p.observeCommit()
	m.SetLane(p.outLane(c.peer))
	if err != nil {
		delete(p.sent, c.peer)
		m.Fail(catalog.AppendRPCFailed, 0, err.Error())
		return
	}
	if reason, rejected := refusal(c.request, resp); rejected {
		m = c.born()
		m.AttrText("reason", reason)
		m.Move(catalog.AppendRPCRejected)
		return
	}
	m.Move(catalog.AppendRPCDone)
}

// refusal says whether resp refuses req, and what the sender can know of why.
func refusal(req, resp any) (reason string, rejected bool) {
	switch r := resp.(type) {
	case *raft.AppendEntriesResponse:
		if r.Success {
			return "", false
		}
		if q := req.(*raft.AppendEntriesRequest); r.Term > q.Term {
			return "newer term " + itoa(r.Term), true
		}
		return "its log ends at " + itoa(r.LastLog) + " or differs before", true
	case *raft.RequestVoteResponse:
		return "term " + itoa(r.Term), !r.Granted
	case *raft.RequestPreVoteResponse:
		return "term " + itoa(r.Term), !r.Granted
	case *raft.InstallSnapshotResponse:
		return "newer term " + itoa(r.Term), !r.Success
	}
	return "", false
}
