package probe

import (
	"runtime"
	"strings"
)

// The functions of raft that the probe asks for, as they stand in stacks.
const (
	takeSnapshot    = "takeSnapshot"    // snapshot.go: on the snapshot goroutine
	installSnapshot = "installSnapshot" // raft.go: on the main goroutine
	appendEntries   = "appendEntries"   // raft.go: on the main goroutine
	processLogs     = "processLogs"     // raft.go: on the main goroutine
	newRaft         = "NewRaft"         // api.go

	setupAppendEntries = "setupAppendEntries" // replication.go: on the goroutines that replicate
	heartbeat          = "heartbeat"          // replication.go: on those that send heartbeats
)

// Heartbeats says whether a goroutine that sends heartbeats is calling.
func Heartbeats() bool { return calledBy(heartbeat) != "" }

// Replicates says whether a goroutine that replicates is calling.
func Replicates() bool { return calledBy(setupAppendEntries) != "" }

// calledBy returns which of raft's own functions is calling: the innermost of
// those given that stands in the calling goroutine's stack, empty if none does.
// Raft's snapshot goroutine and its main goroutine use the same stores at the
// same time, and nothing in the arguments tells which of them it is. It takes
// microseconds, so it is asked only where little happens, or on errors.
func calledBy(functions ...string) string {
	const depthMax = 16 // raft's calls, and our wrappers, between those functions and the store
	pcs := make([]uintptr, depthMax)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if name, is := strings.CutPrefix(f.Function, "github.com/hashicorp/raft."); is {
			name = strings.TrimPrefix(name, "(*Raft).")
			for _, want := range functions {
				if name == want {
					return want
				}
			}
		}
		if !more {
			return ""
		}
	}
}
