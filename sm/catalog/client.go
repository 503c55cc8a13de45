package catalog

import "raftscope/sm"

// The states of Exec.
const (
	ExecStart sm.State = iota
	ExecQueued
	ExecAwaitFSM
	ExecExecuted
	ExecProposed
	ExecDone
	ExecFailed
)

// Exec is a client's write on the leader.
var Exec = sm.MustBuild(sm.KindSpec{
	Name: "exec",
	Doc: "A client's write: the leader runs the command against its own data, which gives a write set, and asks raft to replicate that. " +
		"It ends when the client is told; what becomes of its entry may be decided later.",
	States: []sm.StateSpec{
		ExecStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"queued", "await-fsm", "executed", "FAILED"},
			Doc: "The command has reached the node. If it is blind (set, del) it runs at once; running it takes modelled time.",
		},
		ExecQueued: {
			Name: "queued", Next: []string{"await-fsm", "executed", "FAILED"},
			Doc: "A command that reads before it writes (incr, cas, append) waits for those before it: it must see what they wrote.",
		},
		ExecAwaitFSM: {
			Name: "await-fsm", Next: []string{"executed", "FAILED"},
			Doc: "The log is ahead of the data, so the command waits until every earlier entry is applied: Raft.Barrier, answered by runFSM.",
		},
		ExecExecuted: {
			Name: "executed", Next: []string{"proposed"},
			Doc: "The command has run and its write set is ready, but no other node and no log knows of it yet. How long running took is modelled.",
		},
		ExecProposed: {
			Name: "proposed", Next: []string{"DONE", "FAILED"},
			Doc: "The write set was given to Raft.ApplyLog, and the client waits for the future. From here an apply tells the story.",
		},
		ExecDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The client was told ok: the entry is committed and the leader has applied it (applySingle in runFSM answered the future).",
		},
		ExecFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The client was told an error. That need not mean that the write is lost: after ErrLeadershipLost the entry may still be committed by the next leader.",
		},
	},
})

// The states of Read.
const (
	ReadStart sm.State = iota
	ReadVerifying
	ReadAwaitFSM
	ReadDone
	ReadFailed
)

// Read is a client's read.
var Read = sm.MustBuild(sm.KindSpec{
	Name: "read",
	Doc: "A client's read. To be linearizable the node must still be the leader (Raft.VerifyLeader) or put a barrier into the log (Raft.Barrier); " +
		"a stale read asks nobody. The attribute path says which way it went.",
	States: []sm.StateSpec{
		ReadStart: {
			Name: "start", Flags: sm.Initial, Next: []string{"verifying", "DONE", "FAILED"},
			Doc: "The read has reached the node. A stale one answers from the node's own data at once, however old that is.",
		},
		ReadVerifying: {
			Name: "verifying", Next: []string{"DONE", "await-fsm", "FAILED"},
			Doc: "The node asks a majority whether it still leads: verifyLeader in leaderLoop sends heartbeats at once and counts the answers. One node alone is its own majority.",
		},
		ReadAwaitFSM: {
			Name: "await-fsm", Next: []string{"DONE", "FAILED"},
			Doc: "The read waits until the data holds every entry before it: Raft.Barrier, an entry of its own, answered by runFSM after all earlier ones.",
		},
		ReadDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The client has its value (attribute result).",
		},
		ReadFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The client was told an error: the node does not lead, or lost its leadership before it could be sure (ErrNotLeader, ErrLeadershipLost).",
		},
	},
})

// The states of Apply.
const (
	ApplyQueued sm.State = iota
	ApplyAppending
	ApplyReplicating
	ApplyCommitted
	ApplyDone
	ApplyFailed
)

// Apply is one call of Raft.ApplyLog or Raft.Barrier.
var Apply = sm.MustBuild(sm.KindSpec{
	Name: "apply",
	Doc: "A request to raft to put one entry into the replicated log and to apply it: one call of Raft.ApplyLog or Raft.Barrier, up to its future's answer. " +
		"Only the leader takes it; others answer ErrNotLeader.",
	States: []sm.StateSpec{
		ApplyQueued: {
			Name: "queued", Flags: sm.Initial, Next: []string{"appending", "FAILED"},
			Doc: "The request waits on applyCh until the leader's main goroutine takes it (leaderLoop); while that goroutine is busy with the disk, requests pile up here and then go as one batch.",
		},
		ApplyAppending: {
			Name: "appending", Next: []string{"replicating", "FAILED"},
			Doc: "dispatchLogs gave the entry its index and term and is writing it to the leader's own disk. hashicorp/raft stores before it sends.",
		},
		ApplyReplicating: {
			Name: "replicating", Next: []string{"committed", "FAILED"},
			Doc: "The leader has the entry on disk and counts itself (commitment.match); the replicators were woken and the other nodes are being sent it (replicateTo, pipelineSend).",
		},
		ApplyCommitted: {
			Name: "committed", Next: []string{"DONE", "FAILED"},
			UnreachedNext: map[string]string{"FAILED": "only if raft shuts down between commit and apply, and then a node's clients lose their connections first"},
			Doc:           "A majority has the entry on disk, so it can no longer be lost: commitment.recalculate moved the commit index past it, and processLogs hands it to the FSM.",
		},
		ApplyDone: {
			Name: "DONE", Flags: sm.Final,
			Doc: "The leader's FSM has applied the entry and the future was answered without an error (applySingle in runFSM).",
		},
		ApplyFailed: {
			Name: "FAILED", Flags: sm.Final | sm.Failure,
			Doc: "The future was answered with an error. ErrNotLeader, ErrEnqueueTimeout: the entry was never stored. ErrLeadershipLost, a StoreLogs error, shutdown: nobody knows yet.",
		},
	},
})
