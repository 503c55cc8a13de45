package catalog

import "raftscope/sm"

// The states of the messages: AppendRPC, Heartbeat, VoteRPC, PreVoteRPC,
// InstallRPC and TimeoutNow have the same ones.
const (
	AppendRPCSent sm.State = iota
	AppendRPCDelivered
	AppendRPCAnswered
	AppendRPCDone
	AppendRPCRejected
	AppendRPCFailed
)

// The states of Heartbeat.
const (
	HeartbeatSent      = AppendRPCSent
	HeartbeatDelivered = AppendRPCDelivered
	HeartbeatAnswered  = AppendRPCAnswered
	HeartbeatDone      = AppendRPCDone
	HeartbeatRejected  = AppendRPCRejected
	HeartbeatFailed    = AppendRPCFailed
)

// The states of VoteRPC.
const (
	VoteRPCSent      = AppendRPCSent
	VoteRPCDelivered = AppendRPCDelivered
	VoteRPCAnswered  = AppendRPCAnswered
	VoteRPCDone      = AppendRPCDone
	VoteRPCRejected  = AppendRPCRejected
	VoteRPCFailed    = AppendRPCFailed
)

// The states of PreVoteRPC.
const (
	PreVoteRPCSent      = AppendRPCSent
	PreVoteRPCDelivered = AppendRPCDelivered
	PreVoteRPCAnswered  = AppendRPCAnswered
	PreVoteRPCDone      = AppendRPCDone
	PreVoteRPCRejected  = AppendRPCRejected
	PreVoteRPCFailed    = AppendRPCFailed
)

// rpcDocs are the docs of a message's states, in their order.
type rpcDocs [6]string

// rpcKind builds a kind of message; all have the same states and moves. atOnce
// is why a delivered one does not fail in a scenario, empty if it does.
func rpcKind(name, doc, atOnce string, docs rpcDocs) *sm.Kind {
	return sm.MustBuild(rpcSpec(name, doc, atOnce, docs))
}

func rpcSpec(name, doc, atOnce string, docs rpcDocs) sm.KindSpec {
	states := []sm.StateSpec{
		AppendRPCSent: {
			Name: "sent", Flags: sm.Initial, Next: []string{"delivered", "DONE", "FAILED", "REJECTED"},
			UnreachedNext: map[string]string{"DONE": onlyReal, "REJECTED": onlyReal},
		},
		AppendRPCDelivered: {Name: "delivered", Next: []string{"answered", "FAILED"}},
		AppendRPCAnswered:  {Name: "answered", Next: []string{"DONE", "REJECTED", "FAILED"}},
		AppendRPCDone:      {Name: "DONE", Flags: sm.Final},
		AppendRPCRejected:  {Name: "REJECTED", Flags: sm.Final | sm.Failure},
		AppendRPCFailed:    {Name: "FAILED", Flags: sm.Final | sm.Failure},
	}
	if atOnce != "" {
		states[AppendRPCDelivered].UnreachedNext = map[string]string{"FAILED": atOnce}
	}
	for i := range states {
		states[i].Doc = docs[i]
	}
	states[AppendRPCSent].Doc += rpcReal
	return sm.KindSpec{Name: name, Doc: doc, States: states}
}

const onlyReal = "only a real network leaves the message's arrival out; the simulated one always tells it"

const rpcReal = " A real network does not tell when a message arrives: there the next thing known is how the call ended."

const rpcLost = "No answer: the message or its answer was lost, the other node is down or did not answer within the RPC timeout. The sender cannot tell which, "

// AppendRPC is an AppendEntries request, seen from its sender.
var AppendRPC = rpcKind("append-rpc",
	"An AppendEntries request from the leader to one peer, with its answer: entries, the entry just before them for a check, and the leader's commit index. "+
		"The attribute pipelined says that it did not wait for the answer of the one before.", "",
	rpcDocs{
		AppendRPCSent:      "The peer's replicator gave the request to the transport (replicateTo, or pipelineSend in steady state). The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer: it waits for the peer's main goroutine, or is being handled by it. An append-follower tells that story.",
		AppendRPCAnswered:  "The peer has answered (rpc.Respond in appendEntries); the answer's way back is modelled.",
		AppendRPCDone:      "The answer is success: the peer's log equals the leader's up to the last entry sent, and updateLastAppended counts that towards the commit index.",
		AppendRPCRejected:  "The peer said no: its term is newer, or it lacks the entry before those sent or has another one there. The leader steps down, or tries again from an earlier index.",
		AppendRPCFailed:    rpcLost + "so it sends the same entries again, which does no harm. A pipeline ends with it (pipelineDecode).",
	})

// Heartbeat is an empty AppendEntries request, seen from its sender.
var Heartbeat = rpcKind("heartbeat",
	"An empty AppendEntries request that keeps a follower from starting an election, sent every one to two tenths of HeartbeatTimeout by a goroutine of its own (heartbeat in replication.go), so that a busy disk does not delay it.",
	"the peer answers a heartbeat at the instant it arrives, unless it has to write a newer term first",
	rpcDocs{
		AppendRPCSent:      "The heartbeat goroutine gave the request to the transport. The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer. It takes the fast path past the peer's main goroutine (processHeartbeat, attribute fast), unless the transport has none.",
		AppendRPCAnswered:  "The peer has answered; the answer's way back is modelled.",
		AppendRPCDone:      "The peer still follows this leader. notifyAll counts that for reads that verify the leader.",
		AppendRPCRejected:  "The peer said no, because its term is newer. A read that is verifying the leader fails over it (notifyAll).",
		AppendRPCFailed:    rpcLost + "and waits longer before the next one. A leader without contact to a majority for LeaderLeaseTimeout steps down (checkLeaderLease).",
	})

// VoteRPC is a RequestVote request, seen from its sender.
var VoteRPC = rpcKind("vote-rpc",
	"A RequestVote request from a candidate to one peer, with its answer: the candidate's new term, and how long its log is.", "",
	rpcDocs{
		AppendRPCSent:      "electSelf gave the request to the transport, one goroutine a peer. The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer: it waits for the peer's main goroutine, or is being handled by it. A vote tells that story.",
		AppendRPCAnswered:  "The peer has answered (rpc.Respond in requestVote); the answer's way back is modelled.",
		AppendRPCDone:      "The vote was granted; runCandidate counts it.",
		AppendRPCRejected:  "The vote was denied: the peer knows a leader, has voted for another candidate, has a longer log or a newer term.",
		AppendRPCFailed:    rpcLost + "and counts the vote as denied.",
	})

// PreVoteRPC is a RequestPreVote request, seen from its sender.
var PreVoteRPC = rpcKind("prevote-rpc",
	"A RequestPreVote request: a candidate asks whether a peer would vote for it, before it raises its term. So a node that comes back from behind a partition does not unseat a healthy leader.",
	"the peer answers at the instant the request arrives, unless its main goroutine is busy",
	rpcDocs{
		AppendRPCSent:      "preElectSelf gave the request to the transport, one goroutine a peer. The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer: it waits for the peer's main goroutine, or is being handled by it. A vote tells that story.",
		AppendRPCAnswered:  "The peer has answered (rpc.Respond in requestPreVote); the answer's way back is modelled.",
		AppendRPCDone:      "The peer would vote for the candidate; runCandidate counts it. Nothing was written to any disk for it.",
		AppendRPCRejected:  "The peer would not: it knows a leader, has a longer log or a newer term.",
		AppendRPCFailed:    rpcLost + "and counts it as denied.",
	})
