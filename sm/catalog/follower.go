package catalog

import "raftscope/sm"

// The states of AppendFollower.
const (
	AppendFollowerReceived sm.State = iota
	AppendFollowerProcessing
	AppendFollowerTruncating
	AppendFollowerAppending
	AppendFollowerDone
	AppendFollowerRejected
	AppendFollowerFailed
)

// AppendFollower is an AppendEntries request, seen from its receiver.
var AppendFollower = sm.MustBuild(sm.KindSpec{
	Name: "append-follower",
	Doc: "The handling of one AppendEntries request by the node that received it (appendEntries): check the entry before, remove what conflicts, store what is new, learn the commit index, answer. " +
		"The attribute new-entries counts those it did not have yet.",
	States: []sm.StateSpec{
		AppendFollowerReceived: {
			Name: "received", Flags: sm.Initial, Next: []string{"processing", "FAILED"},
			Doc: "The request has arrived and waits for raft's main goroutine, which takes one request at a time and waits for its own disk.",
		},
		AppendFollowerProcessing: {
			Name: "processing", Next: []string{"truncating", "appending", "DONE", "REJECTED", "FAILED"},
			Doc: "The main goroutine has taken the request (processRPC, then appendEntries): it compares terms and looks for the entry before those sent.",
		},
		AppendFollowerTruncating: {
			Name: "truncating", Next: []string{"appending", "REJECTED", "FAILED"},
			Doc: "An entry here has the same index as one sent, but another term: the log from there on is being deleted (DeleteRange). A truncate tells that story.",
		},
		AppendFollowerAppending: {
			Name: "appending", Next: []string{"DONE", "REJECTED", "FAILED"},
			Doc: "The new entries are being stored (StoreLogs), all with one write. An append tells that story.",
		},
		AppendFollowerDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The node answered success: its log equals the leader's up to the last entry sent, and all of that is on its disk.",
		},
		AppendFollowerRejected: {
			Name: "REJECTED", Flags: sm.Final | sm.Failure,
			Doc: "The node answered no; the attribute reason says why: an older term, the entry before missing or of another term, or its disk failed. raft itself mostly does not say.",
		},
		AppendFollowerFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure, Unreached: noShutdown,
			Doc: "The request was answered with an error or not at all, because the node was stopped or its connection was cut.",
		},
	},
})

// The states of Vote.
const (
	VoteReceived sm.State = iota
	VoteProcessing
	VoteDone
	VoteRejected
	VoteFailed
)

// Vote is a RequestVote or RequestPreVote request, seen from its receiver.
var Vote = sm.MustBuild(sm.KindSpec{
	Name: "vote",
	Doc:  "The handling of one RequestVote or RequestPreVote request by the node that received it (requestVote, requestPreVote): whether the sender may become leader.",
	States: []sm.StateSpec{
		VoteReceived: {
			Name: "received", Flags: sm.Initial, Next: []string{"processing", "FAILED"},
			Doc: "The request has arrived and waits for raft's main goroutine, which takes one request at a time.",
		},
		VoteProcessing: {
			Name: "processing", Next: []string{"DONE", "REJECTED", "FAILED"},
			Doc: "The main goroutine compares terms and logs. A vote is written to disk before it is answered (setCurrentTerm, persistVote); a pre-vote writes nothing.",
		},
		VoteDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The vote was granted: in this term the node votes for nobody else. A pre-vote that is granted binds it to nothing.",
		},
		VoteRejected: {
			Name: "REJECTED", Flags: sm.Final | sm.Failure,
			Doc: "The vote was denied: the node knows a leader, has voted already, has a longer log or a newer term, or could not write its vote.",
		},
		VoteFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure, Unreached: noShutdown,
			Doc: "The request was answered with an error or not at all, because the node was stopped or its connection was cut.",
		},
	},
})

// noShutdown is why nothing fails at its receiver in a scenario.
const noShutdown = "only a real transport that shuts down, or a request of another protocol version, fails like this"
