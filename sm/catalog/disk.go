package catalog

import "raftscope/sm"

// The states of Append.
const (
	AppendStart sm.State = iota
	AppendPending
	AppendWriting
	AppendDone
	AppendFailed
)

// Append is one call of LogStore.StoreLogs.
var Append = sm.MustBuild(sm.KindSpec{
	Name: "append",
	Doc: "One write of new entries to a node's disk: one call of LogStore.StoreLogs, which only raft's main goroutine makes (dispatchLogs on the leader, appendEntries elsewhere). " +
		"That goroutine waits for it, and so does everything else it would do.",
	States: []sm.StateSpec{
		AppendStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"pending"},
			Doc: "StoreLogs was called.",
		},
		AppendPending: {
			Name: "pending", Next: []string{"writing", "FAILED"},
			Doc: "The write waits in the disk's queue (modelled) behind operations that came earlier.",
		},
		AppendWriting: {
			Name: "writing", Next: []string{"DONE", "FAILED"},
			Doc: "The disk is writing. How long it takes is modelled; the store's real call is made at the end of it, and the attribute real says how long that took.",
		},
		AppendDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "StoreLogs returned without an error: the entries survive a crash of this node.",
		},
		AppendFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "StoreLogs returned an error. A leader answers the requests with it and steps down; a follower rejects the AppendEntries.",
		},
	},
})

// The states of Truncate.
const (
	TruncateStart sm.State = iota
	TruncateAwaitBarrier
	TruncateDeleting
	TruncateDone
	TruncateFailed
)

// Truncate is a call of LogStore.DeleteRange that removes a conflicting suffix.
var Truncate = sm.MustBuild(sm.KindSpec{
	Name: "truncate",
	Doc: "The removal of a suffix of the log that conflicts with the leader's: LogStore.DeleteRange, called by appendEntries. " +
		"Raft does that only to entries that were never committed.",
	States: []sm.StateSpec{
		TruncateStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"await-barrier"},
			Doc: "appendEntries found an entry whose term differs from the leader's (\"clearing log suffix\") and called DeleteRange from there to the end.",
		},
		TruncateAwaitBarrier: {
			Name: "await-barrier", Next: []string{"deleting", "FAILED"},
			Doc: "The removal waits until the disk's earlier operations are done, and later ones wait for it (modelled): a write must not overtake the removal of what it replaces.",
		},
		TruncateDeleting: {
			Name: "deleting", Next: []string{"DONE", "FAILED"},
			Doc: "The disk is deleting. How long it takes is modelled; the store's real call is made at the end of it.",
		},
		TruncateDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "DeleteRange returned without an error: the suffix is gone from this node's disk, and the leader's entries can be stored in its place.",
		},
		TruncateFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "DeleteRange returned an error (\"failed to clear log suffix\"): appendEntries rejects the request and the leader tries again.",
		},
	},
})

// The states of Compact.
const (
	CompactStart sm.State = iota
	CompactDeleting
	CompactDone
	CompactFailed
)

// Compact is a call of LogStore.DeleteRange that removes a prefix.
var Compact = sm.MustBuild(sm.KindSpec{
	Name: "compact",
	Doc: "The removal of a prefix of the log that a snapshot holds: LogStore.DeleteRange, called by compactLogs from the snapshot goroutine or from installSnapshot. " +
		"TrailingLogs entries are kept for followers that are a little behind.",
	States: []sm.StateSpec{
		CompactStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"deleting", "FAILED"},
			Doc: "compactLogsWithTrailing called DeleteRange; the removal waits in the disk's queue (modelled).",
		},
		CompactDeleting: {
			Name: "deleting", Next: []string{"DONE", "FAILED"},
			Doc: "The disk is deleting. How long it takes is modelled; the store's real call is made at the end of it.",
		},
		CompactDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "DeleteRange returned without an error: the log now begins later, and a follower that needs earlier entries is sent the snapshot.",
		},
		CompactFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "DeleteRange returned an error. The log stays longer than it need be; nothing is lost.",
		},
	},
})

// The states of Meta.
const (
	MetaStart sm.State = iota
	MetaWriting
	MetaDone
	MetaFailed
)

// Meta is one write to the StableStore.
var Meta = sm.MustBuild(sm.KindSpec{
	Name: "meta",
	Doc: "One write of what a node must never forget, its term or its vote: StableStore.SetUint64 or Set, called by setCurrentTerm and persistVote. " +
		"A vote is two such writes, the term of the vote and the candidate. Without them a restarted node could vote twice in one term.",
	States: []sm.StateSpec{
		MetaStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"writing", "FAILED"},
			Doc: "SetUint64 or Set was called; the write waits in the disk's queue (modelled).",
		},
		MetaWriting: {
			Name: "writing", Next: []string{"DONE", "FAILED"},
			Doc: "The disk is writing. How long it takes is modelled; the store's real call is made at the end of it.",
		},
		MetaDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The value is on disk. Only now may the node answer: raft persists before it replies.",
		},
		MetaFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The store returned an error. Over the term raft panics (setCurrentTerm); over a vote it logs and denies the vote.",
		},
	},
})
