package engine

import (
	"time"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
	"raftscope/engine/vtime"
)

// config is a cluster line in the engine's terms.
type config struct {
	Nodes     []string
	Voters    []string // of the first configuration
	Nonvoters []string // likewise
	Seed      uint64
	Net       vtime.Range
	Disk      vtime.Range
	Exec      vtime.Range
	Apply     vtime.Range
	Timeout   time.Duration
	Pipelined bool // disk-mode
	InFlight  int
	ShowQuiet bool
	Start     bool        // nodes start by themselves
	Raft      raft.Config // without LocalID and Logger, which are a node's own
}

func configOf(c grammar.Cluster) config {
	voters, nonvoters := c.Members()
	return config{
		Nodes: c.NodeNames(), Voters: voters, Nonvoters: nonvoters, Seed: c.Seed,
		Net: vtime.Range(c.Net), Disk: vtime.Range(c.Disk), Exec: vtime.Range(c.Exec), Apply: vtime.Range(c.Apply),
		Pipelined: c.Pipelined, Timeout: c.RPCTimeout, InFlight: c.Inflight, ShowQuiet: !c.Quiet, Start: c.Start,
		Raft: raft.Config{
			ProtocolVersion:          raft.ProtocolVersion(c.ProtocolVersion),
			HeartbeatTimeout:         c.HeartbeatTimeout,
			ElectionTimeout:          c.ElectionTimeout,
			CommitTimeout:            c.CommitTimeout,
			MaxAppendEntries:         c.MaxAppendEntries,
			BatchApplyCh:             c.BatchApplyCh,
			ShutdownOnRemove:         c.ShutdownOnRemove,
			TrailingLogs:             c.TrailingLogs,
			SnapshotInterval:         c.SnapshotInterval,
			SnapshotThreshold:        c.SnapshotThreshold,
			LeaderLeaseTimeout:       c.LeaderLeaseTimeout,
			LogLevel:                 c.LogLevel,
			NoSnapshotRestoreOnStart: c.NoSnapshotRestoreOnStart,
			PreVoteDisabled:          c.PreVoteDisabled,
			NoLegacyTelemetry:        c.NoLegacyTelemetry,
		},
	}
}
