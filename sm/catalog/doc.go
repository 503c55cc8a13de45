// Package catalog holds the kinds of machines that raftscope observes in a
// cluster of hashicorp/raft nodes: what a client asks for (exec, read, apply),
// changes of who is a member and who leads (config-change, transfer), the log's
// entries (entry), what the disk does (append, truncate, disk-barrier, compact,
// meta), snapshots (snapshot, restore), messages and what becomes of them
// (append-rpc, heartbeat, vote-rpc, prevote-rpc, install-rpc, timeout-now,
// append-follower, vote, install), elections and nodes (election, node).
//
// It is data: states, the moves between them and what they mean, with the
// functions of hashicorp/raft v1.7.3 in which they happen. It decides nothing
// and observes nothing. A state whose doc says "modelled" lasts as long as the
// simulated world makes it last; in an application of your own it lasts as long
// as the real thing does.
package catalog

import "raftscope/sm"

// all is in the order of All; kinds are immutable.
var all = [...]*sm.Kind{
	Exec, Read, Apply, ConfigChange, Transfer,
	Entry,
	Append, Truncate, DiskBarrier, Compact, Meta,
	Snapshot, Restore,
	AppendRPC, Heartbeat, VoteRPC, PreVoteRPC, InstallRPC, TimeoutNow, AppendFollower, Vote, Install,
	Election, Node,
}

// All returns the kinds, in the order in which a write meets them.
func All() []*sm.Kind { return append([]*sm.Kind(nil), all[:]...) }

// ByName returns the kind of that name, nil if there is none.
func ByName(name string) *sm.Kind {
	for _, k := range all {
		if k.Name() == name {
			return k
		}
	}
	return nil
}
