package catalog

import "raftscope/sm"

// The states of Election.
const (
	ElectionPreVote sm.State = iota
	ElectionVoting
	ElectionWon
	ElectionLost
	ElectionTimeout
)

// Election is one candidacy.
var Election = sm.MustBuild(sm.KindSpec{
	Name: "election",
	Doc: "One attempt of a node to become leader: one run of runCandidate, for the term after its own. " +
		"Several may be under way on different nodes; at most one of a term wins, because each node votes once a term.",
	States: []sm.StateSpec{
		ElectionPreVote: {
			Name: "prevote", Flags: sm.Initial, Next: []string{"voting", "LOST", "TIMEOUT"},
			Doc: "The node heard no leader for HeartbeatTimeout and asks the others whether they would vote for it (preElectSelf). Its term is unchanged.",
		},
		ElectionVoting: {
			Name: "voting", Flags: sm.Initial, Next: []string{"WON", "LOST", "TIMEOUT"},
			Doc: "The node raises its term, writes that and its own vote to disk, and asks for votes (electSelf). It begins here if pre-vote is off or leadership was transferred to it.",
		},
		ElectionWon: {
			Name: "WON", Flags: sm.Final,
			Doc: "A majority voted for the node. It becomes leader and asserts that with a no-op entry of its term (runLeader), because entries of older terms commit only with one of its own.",
		},
		ElectionLost: {
			Name: "LOST", Flags: sm.Final | sm.Failure,
			Doc: "The node learnt of a newer term, or of a leader, and follows again (runCandidate, appendEntries, requestVote).",
		},
		ElectionTimeout: {
			Name: "TIMEOUT", Flags: sm.Final | sm.Failure,
			Doc: "No majority within a random time between one and two ElectionTimeouts: \"Election timeout reached, restarting election\". Randomness makes a tie unlikely the next time.",
		},
	},
})

// The states of Node.
const (
	NodeFollower sm.State = iota
	NodeCandidate
	NodeLeader
	NodeStopped
	NodeCrashed
	NodeAlone
)

const neverDirectly = "raft becomes leader only from candidate, also on a node that is alone"

// Node is one life of a node.
var Node = sm.MustBuild(sm.KindSpec{
	Name: "node",
	Doc: "One life of a node, from its start to its stop or crash, with raft's role as its state (Raft.State). " +
		"What is on its disk outlives it; what was in memory does not.",
	States: []sm.StateSpec{
		NodeFollower: {
			Name: "follower", Flags: sm.Initial, Next: []string{"candidate", "leader", "STOPPED", "CRASHED"},
			Doc:           "The node takes entries from a leader and answers votes (runFollower). Without contact for HeartbeatTimeout it becomes candidate.",
			UnreachedNext: map[string]string{"leader": neverDirectly},
		},
		NodeCandidate: {
			Name: "candidate", Next: []string{"follower", "leader", "STOPPED", "CRASHED"},
			Doc: "The node tries to become leader (runCandidate). An election tells that story.",
		},
		NodeLeader: {
			Name: "leader", Next: []string{"follower", "candidate", "STOPPED", "CRASHED"},
			Doc: "The node takes requests, gives entries their place in the log and replicates them (runLeader, leaderLoop). It steps down for a newer term, or without contact to a majority; a TimeoutNow has it run again (timeoutNow).",
		},
		NodeStopped: {
			Name: "STOPPED", Flags: sm.Final,
			Doc: "The node was stopped in good order (Raft.Shutdown).",
		},
		NodeCrashed: {
			Name: "CRASHED", Flags: sm.Final | sm.Failure,
			Doc: "The node ended in the midst of whatever it did, because it was told to or where raft would panic (setCurrentTerm, processLogs). Writes that were not on disk are gone.",
		},
		NodeAlone: {
			Name: "alone", Flags: sm.Initial, Next: []string{"STOPPED", "CRASHED"},
			Doc: "raft does not run on the node. A user queues operations of its disk (disk-queue), more of them at once than raft ever does.",
		},
	},
})
