// Package vtime holds what makes modelled time deterministic: streams of
// latencies, one per link, disk and state machine, and the gate through which
// everything enters a node.
//
// It owns no clock: inside the engine's bubble package time itself is virtual.
// It refuses to know what is delayed or admitted.
package vtime
