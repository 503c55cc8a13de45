package grammar

import (
	"strconv"
	"strings"
	"time"
)

// NodesMax is the largest cluster.
const NodesMax = 9

// Range is a modelled delay: each is drawn evenly from Lo to Hi.
type Range struct {
	Lo, Hi time.Duration // Lo <= Hi
}

// String returns the range as it is written: LO..HI, or one value.
func (r Range) String() string {
	if r.Lo == r.Hi {
		return formatDuration(r.Lo)
	}
	return formatDuration(r.Lo) + ".." + formatDuration(r.Hi)
}

// Cluster is what runs. DefaultCluster returns one with all defaults; the
// documentation of each field is that of its option.
type Cluster struct {
	Pos

	Nodes      int
	Voters     int // of the first configuration; zero: all nodes that are no non-voters
	Nonvoters  int // of the first configuration, behind the voters
	Seed       uint64
	Net        Range
	Disk       Range
	Pipelined  bool // disk-mode
	Exec       Range
	Apply      Range
	RPCTimeout time.Duration
	Inflight   int
	Quiet      bool
	Start      bool

	// The fields of raft.Config, under its names and with its meanings.

	ProtocolVersion          int
	HeartbeatTimeout         time.Duration
	ElectionTimeout          time.Duration
	CommitTimeout            time.Duration
	MaxAppendEntries         int
	BatchApplyCh             bool
	ShutdownOnRemove         bool
	TrailingLogs             uint64
	SnapshotInterval         time.Duration
	SnapshotThreshold        uint64
	LeaderLeaseTimeout       time.Duration
	LogLevel                 string
	NoSnapshotRestoreOnStart bool
	PreVoteDisabled          bool
	NoLegacyTelemetry        bool
}

// DefaultCluster returns the cluster of a scenario that says nothing about it.
func DefaultCluster() Cluster {
	var c Cluster
	for _, o := range options() {
		if !o.set(&c, o.Default) {
			panic("grammar: the default of " + o.Name + " is not a value of it")
		}
	}
	return c
}

// NodeNames returns the names of the nodes: n1, n2 and so on.
func (c Cluster) NodeNames() []string {
	names := make([]string, c.Nodes)
	for i := range names {
		names[i] = "n" + strconv.Itoa(i+1)
	}
	return names
}

// Members returns the nodes of the cluster's first configuration: n1 and so on,
// the voters first. The others start with empty files and are no members.
func (c Cluster) Members() (voters, nonvoters []string) {
	names, n := c.NodeNames(), c.Voters
	if n == 0 {
		n = c.Nodes - c.Nonvoters
	}
	return names[:n], names[n : n+c.Nonvoters]
}

// String returns the command as it is written, with the options that are not
// at their defaults.
func (c Cluster) String() string {
	var b strings.Builder
	b.WriteString("cluster")
	for _, o := range options() {
		if v := o.get(&c); v != o.Default {
			b.WriteString(" " + o.Name + "=" + v)
		}
	}
	return b.String()
}
