// Package kv is the state machine that raftscope's own nodes replicate: a map
// from keys to values, with an order-independent hash of its contents so that
// two nodes can be compared at a glance.
//
// It owns the encoding of write sets, the map, its snapshots and the record of
// the last committed configuration. It knows nothing of machines or virtual
// time, and it takes no modelled time itself: the engine wraps it for that.
package kv
