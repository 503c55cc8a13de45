// Package recordertest makes histories for tests: events as a run would have
// recorded them, without a run. It owns a small script language in Go and one
// plausible workload. It is for tests alone and refuses nothing: a script may
// say things no run would do, which is what tests of distrust need.
package recordertest
