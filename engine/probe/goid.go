package probe

import (
	"bytes"
	"runtime"
	"strconv"
)

// GoroutineID returns the number of the calling goroutine. It is used where
// nothing else tells two of raft's goroutines apart, and costs about a
// microsecond. Heartbeats on the fast path are handled on the transport's
// goroutine: a term written there belongs to the heartbeat, not to what main
// does at the time (raft.go of raft, processHeartbeat). And the goroutine that
// replicates to a removed peer may outlast that peer's return.
func GoroutineID() int64 {
	var buf [64]byte
	s := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	if i := bytes.IndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	id, _ := strconv.ParseInt(string(s), 10, 64)
	return id
}
