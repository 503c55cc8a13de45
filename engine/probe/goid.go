package probe

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutineID returns the number of the calling goroutine. It is used only
// around heartbeats on the fast path, which raft handles on the transport's
// goroutine: a term written there belongs to the heartbeat, not to what main
// does at the time (raft.go of raft, processHeartbeat). It costs about a
// microsecond; no other public way tells the two apart.
func goroutineID() int64 {
	var buf [64]byte
	s := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	if i := bytes.IndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	id, _ := strconv.ParseInt(string(s), 10, 64)
	return id
}
