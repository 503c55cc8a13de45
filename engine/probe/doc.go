// Package probe makes the write path of a hashicorp/raft node visible as
// machines, from outside: it wraps the interfaces raft is given (LogStore,
// StableStore, Transport, FSM, SnapshotStore), listens to raft's observer and
// logger, and never forks, patches or reflects into raft.
//
// A [Probe] belongs to one life of one node. It knows the node's live entries,
// the requests that wait for them, and the request raft's main goroutine has
// in hand, and so links an apply to its entry, an entry to the disk write that
// stores it, and a disk write to the AppendEntries that brought it.
//
// The package can be used in an application of one's own: wrap the stores, the
// transport and the state machine, and flush the tracker now and then. Each
// wrapper offers exactly the optional interfaces of what it wraps, because one
// too many or too few silently changes raft's behaviour. It adds no delay and
// no fault to the path; a [Device], if there is one, may. It adds no goroutine
// either, but for [Probe.Transport]: what arrives from other nodes, and what
// comes back on a pipeline, passes through one each. What happens on one node
// is linked to what it causes on another only where one process holds both, as
// in the simulated world.
package probe
