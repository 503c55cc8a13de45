package catalog

import "raftscope/sm"

// The states of ConfigChange.
const (
	ConfigChangeStart sm.State = iota
	ConfigChangeAppended
	ConfigChangeCommitted
	ConfigChangeDone
	ConfigChangeFailed
)

// ConfigChange is one call of Raft.AddVoter, AddNonvoter, DemoteVoter or
// RemoveServer.
var ConfigChange = sm.MustBuild(sm.KindSpec{
	Name: "config-change",
	Doc: "A request to the leader to change who is a member: one call of Raft.AddVoter, AddNonvoter, DemoteVoter or RemoveServer, up to its future's answer. " +
		"The new configuration is an entry of the log, and one server changes at a time (dissertation, section 4.1).",
	States: []sm.StateSpec{
		ConfigChangeStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"appended", "FAILED"},
			Doc: "The request waits until the leader may take it: not before the configuration before it and an entry of its own term are committed (configurationChangeChIfStable). Then the entry goes to the leader's disk.",
		},
		ConfigChangeAppended: {
			Name: "appended", Next: []string{"committed", "FAILED"},
			Doc: "The leader has the entry on disk and goes by the new configuration at once, committed or not (appendConfigurationEntry): whom it sends to, and who counts for a majority.",
		},
		ConfigChangeCommitted: {
			Name: "committed", Next: []string{"DONE", "FAILED"},
			Doc: "A majority of the new configuration has the entry: it cannot be rolled back any more, and the next change may begin. A leader that is not in it steps down or shuts down now (leaderLoop).",
		},
		ConfigChangeDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "Who asked was told ok, when the leader's state machine had been given the configuration (runFSM).",
		},
		ConfigChangeFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "Who asked was told an error. As with writes, after ErrLeadershipLost the change may still come into force, if the next leader has the entry.",
		},
	},
})

// The states of Transfer.
const (
	TransferStart sm.State = iota
	TransferCatchingUp
	TransferSent
	TransferDone
	TransferFailed
)

// Transfer is one call of Raft.LeadershipTransfer.
var Transfer = sm.MustBuild(sm.KindSpec{
	Name: "transfer",
	Doc: "A request to the leader to hand over its leadership: one call of Raft.LeadershipTransfer or LeadershipTransferToServer, up to its future's answer. " +
		"From when the leader takes it until it is over the leader takes no writes and no other change (ErrLeadershipTransferInProgress).",
	States: []sm.StateSpec{
		TransferStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"catching-up", "FAILED"},
			Doc: "The request is on its way to the leader's main goroutine, which takes one at a time (leaderLoop, leadershipTransferCh).",
		},
		TransferCatchingUp: {
			Name: "catching-up", Next: []string{"sent", "DONE", "FAILED"},
			Doc: "The leader sends the node that is to lead what it misses, until it has the whole log (leadershipTransfer). If that takes longer than ElectionTimeout, the transfer fails and writes are taken again.",
		},
		TransferSent: {
			Name: "sent", Next: []string{"DONE", "FAILED"},
			Doc: "The leader has sent TimeoutNow: the other node starts an election at once, without pre-vote, and others may vote for it though they have a leader. The leader waits for ElectionTimeout to be voted out.",
		},
		TransferDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The leader leads no more: \"lost leadership during transfer (expected)\". Raft does not look who leads instead.",
		},
		TransferFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The leader still leads when ElectionTimeout is over, or TimeoutNow got no answer, or another transfer was under way, or the node asked does not lead.",
		},
	},
})
