// Package simnet is the simulated network between the nodes of a world: an
// implementation of raft.Transport whose messages take virtual time, can be cut
// off, and are told to the probes of both ends.
//
// Every message is encoded with raft's own msgpack format once and decoded on
// the other side, so that nodes share no memory and sizes are true. Each
// direction of a link has its own stream of latencies. Requests and answers
// enter a node through its gate, except heartbeats, which go to raft's
// heartbeat handler at once, as raft's NetworkTransport does it.
//
// A call is a connection of its own, so calls may overtake one another; a
// pipeline is one ordered connection, and a message lost on it breaks it. The
// package must be used inside a synctest bubble and starts goroutines there.
package simnet
