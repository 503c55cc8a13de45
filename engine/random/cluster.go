package random

import (
	"math/rand/v2"
	"slices"
	"strings"

	"raftscope/engine/grammar"
)

// shapes are what clusters are like beside their number of nodes, plain ones most
// often. Several of the lists may apply.
var shapes = [][]string{
	{"", "", "net=5ms..40ms disk=3ms..30ms", "net=200us..1ms disk=100us..2ms"},
	{"", "", "", "HeartbeatTimeout=400ms ElectionTimeout=400ms LeaderLeaseTimeout=200ms"},
	{"", "SnapshotThreshold=20 SnapshotInterval=1s TrailingLogs=64", "SnapshotThreshold=20 SnapshotInterval=1s TrailingLogs=64", "SnapshotThreshold=50 SnapshotInterval=2s TrailingLogs=100"},
	{"", "", "", "PreVoteDisabled=true"},
	{"", "", "disk-mode=pipelined"},
	{"", "", "", "inflight=1", "inflight=64", "MaxAppendEntries=2", "BatchApplyCh=true"},
}

// clusterOf draws an epoch's cluster. What is given stays; if what was drawn does
// not go with it, nothing is drawn.
func clusterOf(rnd *rand.Rand, seed uint64, opt *Options, families []*family) grammar.Cluster {
	c := grammar.DefaultCluster()
	c.Nodes = []int{3, 3, 3, 3, 5, 4}[rnd.IntN(6)]
	c.LogLevel = "INFO" // a rest needs its warnings (restartStuck), and more is many events
	for _, of := range shapes {
		set(&c, strings.Fields(of[rnd.IntN(len(of))]))
	}
	for _, f := range families {
		if f.shape != nil {
			f.shape(rnd, &c)
		}
	}
	given(&c, opt)
	if c.Check() != nil {
		c = opt.Cluster
	}
	c.Seed = seed
	return c
}

// set sets options that are written as in a cluster line.
func set(c *grammar.Cluster, words []string) {
	for _, o := range grammar.Options() {
		for _, w := range words {
			if name, value, _ := strings.Cut(w, "="); name == o.Name {
				if err := o.Set(c, value); err != nil {
					panic("random: " + w + ": " + err.Error())
				}
			}
		}
	}
}

func given(c *grammar.Cluster, opt *Options) {
	for _, o := range grammar.Options() {
		if slices.Contains(opt.Given, o.Name) {
			o.Set(c, o.Value(opt.Cluster)) // a value of a cluster is one of its option
		}
	}
}
