package grammar

import (
	"errors"
	"time"
)

// Option describes an option of a cluster.
type Option struct {
	Name    string
	Default string // as it is written
	Unit    string
	Range   string // the values it may have
	Doc     string // one sentence

	set func(*Cluster, string) bool // false, and nothing done, if it is no value of the option
	get func(*Cluster) string       // as it is written
}

// Set gives c's option a value as it is written. The error says what was
// expected; c is as it was then. Values are not held against each other: see
// Cluster.Check.
func (o Option) Set(c *Cluster, value string) error {
	if o.set(c, value) {
		return nil
	}
	return errors.New((&Error{Word: value, Expected: o.expected()}).Message())
}

// Value returns what c's option is set to, as it is written.
func (o Option) Value(c Cluster) string { return o.get(&c) }

func (o Option) expected() string { return "a value of " + o.Name + ": " + o.Range }

// Options lists all options of a cluster, in the order in which they print.
func Options() []Option { return options() }

// options is the one table behind parsing, printing and documentation.
func options() []Option {
	return append(worldOptions(), raftOptions()...)
}

func worldOptions() []Option {
	return []Option{
		number("nodes", "3", "nodes", 1, NodesMax, func(c *Cluster) *int { return &c.Nodes },
			"How many nodes there are. They are called n1, n2 and so on."),
		number("voters", "0", "nodes", 0, NodesMax, func(c *Cluster) *int { return &c.Voters },
			"How many nodes vote in the first configuration, n1 and so on; 0 means all but the non-voters. Nodes that are neither start with empty files and wait to be added."),
		number("nonvoters", "0", "nodes", 0, NodesMax-1, func(c *Cluster) *int { return &c.Nonvoters },
			"How many nodes behind the voters are members of the first configuration without a vote."),
		whole("seed", "1", func(c *Cluster) *uint64 { return &c.Seed },
			"Where all random numbers of the run come from: the same seed and commands give the same events."),
		delay("net", "1ms..3ms", func(c *Cluster) *Range { return &c.Net },
			"How long a message is under way, each way."),
		delay("disk", "1ms..4ms", func(c *Cluster) *Range { return &c.Disk },
			"How long a disk operation takes."),
		toggle("disk-mode", "sync", "pipelined", "sync", func(c *Cluster) *bool { return &c.Pipelined },
			"Whether raft waits for each disk operation (sync), or a removal goes on in the background and a write behind it waits at its barrier (pipelined)."),
		delay("exec", "100us..300us", func(c *Cluster) *Range { return &c.Exec },
			"How long the leader takes to execute a command into the writes that it proposes."),
		delay("apply", "50us..200us", func(c *Cluster) *Range { return &c.Apply },
			"How long the state machine takes to apply an entry."),
		stretch("rpc-timeout", "500ms", time.Millisecond, func(c *Cluster) *time.Duration { return &c.RPCTimeout },
			"How long a node waits for the answer to a request."),
		number("inflight", "2", "requests", 1, 130, func(c *Cluster) *int { return &c.Inflight },
			"How many AppendEntries requests a leader's pipeline has under way; 1 switches pipelining off."),
		toggle("quiet", "on", "on", "off", func(c *Cluster) *bool { return &c.Quiet },
			"Whether heartbeats, and AppendEntries that bring nothing new, are only counted, not shown."),
		toggle("start", "on", "on", "off", func(c *Cluster) *bool { return &c.Start },
			"Whether the nodes start by themselves; else the command start starts them, perhaps after forge."),
	}
}

func raftOptions() []Option {
	const t, f = "true", "false"
	return []Option{
		number("ProtocolVersion", "3", "version", 1, 3, func(c *Cluster) *int { return &c.ProtocolVersion },
			"Version of raft's protocol."),
		stretch("HeartbeatTimeout", "1s", raftTimeoutMin, func(c *Cluster) *time.Duration { return &c.HeartbeatTimeout },
			"How long a follower does without a leader before it starts an election; at least LeaderLeaseTimeout."),
		stretch("ElectionTimeout", "1s", raftTimeoutMin, func(c *Cluster) *time.Duration { return &c.ElectionTimeout },
			"How long a candidate does without a result before it starts another election; at least HeartbeatTimeout."),
		stretch("CommitTimeout", "50ms", time.Millisecond, func(c *Cluster) *time.Duration { return &c.CommitTimeout },
			"How long a leader does without sending entries before it tells its followers the commit index."),
		number("MaxAppendEntries", "64", "entries", 1, 1024, func(c *Cluster) *int { return &c.MaxAppendEntries },
			"How many entries one AppendEntries request brings at most."),
		toggle("BatchApplyCh", f, t, f, func(c *Cluster) *bool { return &c.BatchApplyCh },
			"Whether writes queue in a buffer of MaxAppendEntries before the leader takes them."),
		toggle("ShutdownOnRemove", t, t, f, func(c *Cluster) *bool { return &c.ShutdownOnRemove },
			"Whether a leader that removes or demotes itself shuts down when that is committed."),
		whole("TrailingLogs", "10240", func(c *Cluster) *uint64 { return &c.TrailingLogs },
			"How many entries stay in the log behind a snapshot."),
		stretch("SnapshotInterval", "2m", raftTimeoutMin, func(c *Cluster) *time.Duration { return &c.SnapshotInterval },
			"How often a node looks whether a snapshot is due."),
		whole("SnapshotThreshold", "8192", func(c *Cluster) *uint64 { return &c.SnapshotThreshold },
			"How many new entries make a snapshot due."),
		stretch("LeaderLeaseTimeout", "500ms", raftTimeoutMin, func(c *Cluster) *time.Duration { return &c.LeaderLeaseTimeout },
			"How long a leader that reaches no majority goes on leading; at most HeartbeatTimeout."),
		level("LogLevel", "DEBUG", func(c *Cluster) *string { return &c.LogLevel },
			"The least important lines of raft's own log that are kept."),
		toggle("NoSnapshotRestoreOnStart", f, t, f, func(c *Cluster) *bool { return &c.NoSnapshotRestoreOnStart },
			"Whether a node starts without putting its newest snapshot into its state machine."),
		toggle("PreVoteDisabled", f, t, f, func(c *Cluster) *bool { return &c.PreVoteDisabled },
			"Whether elections go without pre-votes."),
		toggle("NoLegacyTelemetry", f, t, f, func(c *Cluster) *bool { return &c.NoLegacyTelemetry },
			"Whether raft leaves out its metrics of the old style."),
	}
}

// raftTimeoutMin is the shortest timeout that raft accepts.
const raftTimeoutMin = 5 * time.Millisecond
