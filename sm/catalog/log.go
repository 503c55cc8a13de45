package catalog

import "raftscope/sm"

// The states of Entry.
const (
	EntryCreated sm.State = iota
	EntryDurable
	EntryCommitted
	EntryApplying
	EntryApplied
	EntryTruncated
	EntryCompacted
	EntryReplaced
	EntryOverwritten
	EntryFailed
)

// Entry is one log entry on one node.
var Entry = sm.MustBuild(sm.KindSpec{
	Name: "entry",
	Doc: "One log entry on one node: the same term and index is another machine on each node, and on one node again after it was truncated or the node was restarted. " +
		"Everything meets here: requests become entries, messages carry them, the disk stores them, truncations remove them.",
	States: []sm.StateSpec{
		EntryCreated: {
			Name: "created", Flags: sm.Initial, Next: []string{"durable", "FAILED"},
			Doc: "The entry is in memory and on its way to this node's disk (StoreLogs, called by dispatchLogs on the leader and by appendEntries elsewhere). A crash now loses it here.",
		},
		EntryDurable: {
			Name: "durable", Flags: sm.Initial, Next: []string{"committed", "TRUNCATED", "COMPACTED", "REPLACED", "OVERWRITTEN"},
			UnreachedNext: map[string]string{"COMPACTED": "raft takes a snapshot of what it has applied in this life, and so knows that it is committed"},
			Doc:           "The entry is on this node's disk, or was found there at a start (attribute loaded). It counts towards a majority, but a newer leader may still truncate it.",
		},
		EntryCommitted: {
			Name: "committed", Flags: sm.Final, Next: []string{"applying", "COMPACTED", "REPLACED"},
			Doc: "This node's commit index has reached the entry: it is safe for ever. No-op, barrier and configuration entries rest here, because they never reach FSM.Apply (prepareLog drops no-ops, runFSM keeps the others from it).",
		},
		EntryApplying: {
			Name: "applying", Next: []string{"APPLIED"},
			Doc: "The FSM goroutine of this node is applying the entry (FSM.Apply, called by runFSM). How long it takes is modelled. It happens a second time if a snapshot that came late has taken the data back.",
		},
		EntryApplied: {
			Name: "APPLIED", Flags: sm.Final, Next: []string{"applying", "COMPACTED", "REPLACED"},
			Doc: "The entry's change is in this node's data. Every node applies the same entries in the same order, so after the same entry all have the same hash.",
		},
		EntryTruncated: {
			Name: "TRUNCATED", Flags: sm.Final,
			Doc: "The entry was never committed and a newer leader's log has another one in its place: appendEntries removed it from this node's disk with DeleteRange.",
		},
		EntryCompacted: {
			Name: "COMPACTED", Flags: sm.Final,
			Doc: "A snapshot of this node's data holds what the entry did, so it was dropped from the front of the log (compactLogs).",
		},
		EntryReplaced: {
			Name: "REPLACED", Flags: sm.Final,
			Doc: "The leader sent a snapshot that covers the entry, and this node's log gave way to it (installSnapshot). Raft may leave it on the disk, as one of TrailingLogs: the attribute kept of the install says so.",
		},
		EntryOverwritten: {
			Name: "OVERWRITTEN", Flags: sm.Final,
			Doc: "Another entry was stored at the same index without a DeleteRange before. raft itself always deletes first, so the store had kept an entry of which raft was told that it was not stored.",
		},
		EntryFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "StoreLogs returned an error, so the entry is not on this node's disk. A leader steps down over it (dispatchLogs), a follower rejects the request.",
		},
	},
})
