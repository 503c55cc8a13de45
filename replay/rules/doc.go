// Package rules watches a run's events for what raft promises and must never
// break: the five properties of the raft paper's figure 3, and what clients,
// disks and votes rely on beside them.
//
// A Watcher is fed with events in order and is a pure function of them: live
// runs, recordings and the cockpit come to the same violations. It owns what it
// has learnt of each node's log and disk, of votes, leaders and commits. Its
// memory grows with the entries that are in logs, the indexes ever used and the
// machines under way, not with the number of events.
//
// It refuses to guess. What it cannot decide, because events are lost, somebody
// forged a log, or nobody told what an installed snapshot holds, is left out and
// counted, never reported as a violation.
package rules
