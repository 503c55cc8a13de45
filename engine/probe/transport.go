package probe

import (
	"io"

	"github.com/hashicorp/raft"
)

// Transport wraps inner, for a node that talks over a transport of one's own.
// The result is a raft.WithPreVote and a raft.WithClose exactly if inner is
// one; raft looks for no other. Peers are called by their server IDs, which is
// what Options.Node and Options.Peers must hold.
//
// It starts a goroutine that hands what arrives to raft, and one for each open
// pipeline. stop ends the former, and so does closing t; raft receives nothing
// afterwards. Wrap one transport a probe, and hand inner, not t, to whoever
// connects transports to each other. A nil probe returns inner itself.
//
// A real network does not tell when a message arrives, so a call goes from
// sent to DONE at once, and nothing links it to what it becomes on the other
// node.
func (p *Probe) Transport(inner raft.Transport) (t raft.Transport, stop func()) {
	if p == nil {
		return inner, func() {}
	}
	a := receive(p, inner)
	base := &transport{Transport: inner, probe: p, arrivals: a}
	preVote, isPreVote := inner.(raft.WithPreVote)
	closer, isClose := inner.(raft.WithClose)
	v, c := transportPreVote{base, preVote}, transportClose{base, closer}
	switch {
	case isPreVote && isClose:
		t = struct {
			*transport
			transportPreVote
			transportClose
		}{base, v, c}
	case isPreVote:
		t = struct {
			*transport
			transportPreVote
		}{base, v}
	case isClose:
		t = struct {
			*transport
			transportClose
		}{base, c}
	default:
		t = base
	}
	return t, a.stop
}

// transport observes what goes out and hands on what comes in.
type transport struct {
	raft.Transport
	probe    *Probe
	arrivals *arrivals
}

// Consumer implements raft.Transport.
func (t *transport) Consumer() <-chan raft.RPC { return t.arrivals.out }

// AppendEntries implements raft.Transport.
func (t *transport) AppendEntries(id raft.ServerID, to raft.ServerAddress, req *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	call := t.probe.Send(string(id), req, 0, false)
	err := t.Transport.AppendEntries(id, to, req, resp)
	call.Done(resp, err)
	return err
}

// RequestVote implements raft.Transport.
func (t *transport) RequestVote(id raft.ServerID, to raft.ServerAddress, req *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	call := t.probe.Send(string(id), req, 0, false)
	err := t.Transport.RequestVote(id, to, req, resp)
	call.Done(resp, err)
	return err
}

// InstallSnapshot implements raft.Transport.
func (t *transport) InstallSnapshot(id raft.ServerID, to raft.ServerAddress, req *raft.InstallSnapshotRequest, resp *raft.InstallSnapshotResponse, data io.Reader) error {
	call := t.probe.Send(string(id), req, 0, false)
	err := t.Transport.InstallSnapshot(id, to, req, resp, data)
	call.Done(resp, err)
	return err
}

// TimeoutNow implements raft.Transport.
func (t *transport) TimeoutNow(id raft.ServerID, to raft.ServerAddress, req *raft.TimeoutNowRequest, resp *raft.TimeoutNowResponse) error {
	call := t.probe.Send(string(id), req, 0, false)
	err := t.Transport.TimeoutNow(id, to, req, resp)
	call.Done(resp, err)
	return err
}

// AppendEntriesPipeline implements raft.Transport.
func (t *transport) AppendEntriesPipeline(id raft.ServerID, to raft.ServerAddress) (raft.AppendPipeline, error) {
	inner, err := t.Transport.AppendEntriesPipeline(id, to)
	if err != nil {
		return nil, err
	}
	return watch(t.probe, string(id), inner), nil
}

// SetHeartbeatHandler implements raft.Transport. Whether inner uses the
// handler is its own affair: raft's InmemTransport does not.
func (t *transport) SetHeartbeatHandler(handle func(raft.RPC)) {
	if handle == nil {
		t.Transport.SetHeartbeatHandler(nil)
		return
	}
	t.Transport.SetHeartbeatHandler(func(rpc raft.RPC) { t.heartbeat(rpc, handle) })
}

// heartbeat calls raft's handler on the goroutine of the transport, and hands
// on the answer, which the handler leaves in a channel before it returns.
func (t *transport) heartbeat(rpc raft.RPC, handle func(raft.RPC)) {
	back, answers := rpc.RespChan, make(chan raft.RPCResponse, 1)
	rpc.RespChan = answers
	r := t.probe.Receive(sender(t.Transport, rpc.Command), nil, rpc.Command, true)
	r.Processing()
	defer func() { // also if the handler ends the goroutine, as a Device may
		select {
		case a := <-answers:
			r.Answered(a.Response, a.Error)
			back <- a
		default: // a raft that is shut down answers no heartbeats
			r.Answered(nil, raft.ErrRaftShutdown)
		}
	}()
	handle(rpc)
}

type transportPreVote struct {
	base  *transport
	inner raft.WithPreVote
}

// RequestPreVote implements raft.WithPreVote.
func (t transportPreVote) RequestPreVote(id raft.ServerID, to raft.ServerAddress, req *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	call := t.base.probe.Send(string(id), req, 0, false)
	err := t.inner.RequestPreVote(id, to, req, resp)
	call.Done(resp, err)
	return err
}

type transportClose struct {
	base  *transport
	inner raft.WithClose
}

// Close implements raft.WithClose. Raft calls it when all its goroutines have
// ended.
func (t transportClose) Close() error {
	t.base.arrivals.stop()
	return t.inner.Close()
}

// sender returns the name of the node that sent a request: its server ID, or
// its address if its raft is too old to send an ID.
func sender(t raft.Transport, command any) string {
	var header raft.RPCHeader
	if h, ok := command.(raft.WithRPCHeader); ok {
		header = h.GetRPCHeader()
	}
	if len(header.ID) > 0 {
		return string(header.ID)
	}
	addr := header.Addr
	if len(addr) == 0 {
		addr = oldAddr(command)
	}
	return string(t.DecodePeer(addr))
}

// oldAddr returns the sender's address from where it was before requests had a
// header with one.
func oldAddr(command any) []byte {
	switch c := command.(type) {
	case *raft.AppendEntriesRequest:
		//lint:ignore SA1019 raft still reads it (raft.go, appendEntries)
		return c.Leader
	case *raft.RequestVoteRequest:
		//lint:ignore SA1019 raft still reads it (raft.go, requestVote)
		return c.Candidate
	}
	return nil
}
