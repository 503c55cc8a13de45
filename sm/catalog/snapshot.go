package catalog

import "raftscope/sm"

// The states of Snapshot.
const (
	SnapshotStart sm.State = iota
	SnapshotWriting
	SnapshotDone
	SnapshotFailed
)

// Snapshot is one snapshot that a node writes to its disk.
var Snapshot = sm.MustBuild(sm.KindSpec{
	Name: "snapshot",
	Doc: "One snapshot on a node's disk: what its state machine held after the entry at index, of the term in term, and the configuration then. It stands for that entry and all before it, so those may be dropped from the log. " +
		"The attribute why says what it is written for: raft's threshold, a user, or an install that brought it.",
	States: []sm.StateSpec{
		SnapshotStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"writing", "FAILED"},
			Doc: "The state machine has given its contents (FSM.Snapshot, asked by takeSnapshot) and raft asks its main goroutine for the configuration; or a snapshot has come from the leader. Then it waits in the disk's queue (modelled).",
		},
		SnapshotWriting: {
			Name: "writing", Next: []string{"DONE", "FAILED"},
			Doc: "The disk is writing (SnapshotSink). How long it takes is modelled; the store makes the file complete at the end of it, and a crash before that leaves nothing of it. The state machine goes on applying meanwhile.",
		},
		SnapshotDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "SnapshotSink.Close returned without an error: the snapshot survives a crash, and raft goes on to drop entries that it covers (compactLogs).",
		},
		SnapshotFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "There is no such snapshot: raft could not take it now, or the disk could not write it. Nothing is dropped from the log, and raft tries again when its SnapshotInterval is over.",
		},
	},
})

// The states of Restore.
const (
	RestoreStart sm.State = iota
	RestoreWriting
	RestoreDone
	RestoreFailed
)

// Restore is one replacement of a state machine's contents by a snapshot's.
var Restore = sm.MustBuild(sm.KindSpec{
	Name: "restore",
	Doc: "The replacement of a state machine's contents by those of a snapshot (FSM.Restore): when a node starts that has one, or when its leader has sent it one. " +
		"The attribute hash says what it holds afterwards: the same as every node does that has applied the log up to index.",
	States: []sm.StateSpec{
		RestoreStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"writing", "FAILED"},
			Doc: "FSM.Restore was called, by NewRaft or by runFSM; the reading of the snapshot waits in the disk's queue (modelled).",
		},
		RestoreWriting: {
			Name: "writing", Next: []string{"DONE", "FAILED"},
			Doc: "The snapshot is read from the disk and written into the state machine. How long it takes is modelled. No entry is applied meanwhile, and raft's main goroutine waits for it.",
		},
		RestoreDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The state machine holds what the snapshot holds. The next entry it applies is the one behind the snapshot.",
		},
		RestoreFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The snapshot could not be read. At a start raft tries the one before it, and without any it does not start (\"failed to load any existing snapshots\"); an install is answered with the error.",
		},
	},
})

// The states of Install.
const (
	InstallReceived sm.State = iota
	InstallProcessing
	InstallDone
	InstallRejected
	InstallFailed
)

// Install is an InstallSnapshot request, seen from its receiver.
var Install = sm.MustBuild(sm.KindSpec{
	Name: "install",
	Doc: "The handling of one InstallSnapshot request by the node that received it (installSnapshot): write the snapshot to its own disk, put it into the state machine, and drop what it covers from the log. " +
		"It does not look whether the node has more than that already.",
	States: []sm.StateSpec{
		InstallReceived: {
			Name: "received", Flags: sm.Initial, Next: []string{"processing", "FAILED"},
			Doc:           "The request has arrived, with the whole snapshot, and waits for raft's main goroutine, which takes one request at a time.",
			UnreachedNext: map[string]string{"FAILED": noShutdown},
		},
		InstallProcessing: {
			Name: "processing", Next: []string{"DONE", "REJECTED", "FAILED"},
			Doc: "The main goroutine has taken the request and is occupied by it until the end: a snapshot, a restore and perhaps a compact tell that story.",
		},
		InstallDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The node answered success: its log goes on behind the snapshot, and the entries that it covers are REPLACED.",
		},
		InstallRejected: {
			Name: "REJECTED", Flags: sm.Final | sm.Failure,
			Doc: "The node is in a newer term than the sender, and answered that; it did not look at the snapshot.",
		},
		InstallFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The request was answered with an error: the snapshot could not be written, or not be restored. The leader sends it again.",
		},
	},
})

// The states of InstallRPC.
const (
	InstallRPCSent      = AppendRPCSent
	InstallRPCDelivered = AppendRPCDelivered
	InstallRPCAnswered  = AppendRPCAnswered
	InstallRPCDone      = AppendRPCDone
	InstallRPCRejected  = AppendRPCRejected
	InstallRPCFailed    = AppendRPCFailed
)

// InstallRPC is an InstallSnapshot request, seen from its sender.
var InstallRPC = rpcKind("install-rpc",
	"An InstallSnapshot request from the leader to one peer, with its answer: the leader's newest snapshot, whole, for a peer that needs entries which the leader's log does not hold any more.", "",
	rpcDocs{
		AppendRPCSent:      "The peer's replicator found that an entry it needs is compacted, and gave the snapshot to the transport (sendLatestSnapshot). The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer: it waits for the peer's main goroutine, or is being handled by it. An install tells that story.",
		AppendRPCAnswered:  "The peer has answered (rpc.Respond in installSnapshot); the answer's way back is modelled.",
		AppendRPCDone:      "The peer holds what the snapshot holds: the leader goes on with the entry behind it, and counts that towards the commit index.",
		AppendRPCRejected:  "The peer said no, because its term is newer: the leader steps down.",
		AppendRPCFailed:    rpcLost + "or the peer answered with an error; it sends the snapshot again.",
	})

// The states of TimeoutNow.
const (
	TimeoutNowSent      = AppendRPCSent
	TimeoutNowDelivered = AppendRPCDelivered
	TimeoutNowAnswered  = AppendRPCAnswered
	TimeoutNowDone      = AppendRPCDone
	TimeoutNowRejected  = AppendRPCRejected
	TimeoutNowFailed    = AppendRPCFailed
)

const neverRefused = "raft has no answer by which to refuse a TimeoutNow (TimeoutNowResponse)"

// TimeoutNow is a TimeoutNow request, seen from its sender.
var TimeoutNow = withoutRefusal(rpcSpec("timeout-now",
	"A TimeoutNow request: the leader asks the peer to which it transfers its leadership to begin an election at once, without waiting for a timeout and without pre-vote.",
	"the peer answers at the instant the request arrives, unless its main goroutine is busy",
	rpcDocs{
		AppendRPCSent:      "leadershipTransfer has brought the peer's log up to its own and gave the request to the transport. The way there is modelled.",
		AppendRPCDelivered: "The request is at the peer: it waits for the peer's main goroutine (timeoutNow). The election that it starts tells what comes of it.",
		AppendRPCAnswered:  "The peer has answered; the answer's way back is modelled.",
		AppendRPCDone:      "The peer has become candidate. If it wins, the sender learns of it by the newer term.",
		AppendRPCRejected:  "A TimeoutNow that was refused; raft knows no such answer.",
		AppendRPCFailed:    rpcLost + "and the transfer fails.",
	}))

// withoutRefusal builds the kind of a message that no peer refuses.
func withoutRefusal(spec sm.KindSpec) *sm.Kind {
	spec.States[AppendRPCRejected].Unreached = neverRefused
	return sm.MustBuild(spec)
}
