package catalog

import "raftscope/sm"

// The states of DiskBarrier.
const (
	DiskBarrierSet sm.State = iota
	DiskBarrierDraining
	DiskBarrierBlocking
	DiskBarrierReleased
)

// DiskBarrier is what a removal sets in the queue of a disk that works in the
// background.
var DiskBarrier = sm.MustBuild(sm.KindSpec{
	Name: "disk-barrier",
	Doc: "What a removal of entries sets in the queue of a disk that works in the background (disk-mode=pipelined), as UvBarrier does in dqlite: " +
		"what was queued before is done first, and writes that come later wait until the removal is done. A removal behind a snapshot that keeps trailing entries lets them pass.",
	States: []sm.StateSpec{
		DiskBarrierSet: {
			Name: "set", Flags: sm.Initial, Next: []string{"draining", "blocking", "RELEASED"},
			Doc: "DeleteRange was called. From now on the log is read as if the entries were gone, and new ones are numbered from there.",
		},
		DiskBarrierDraining: {
			Name: "draining", Next: []string{"blocking", "RELEASED"},
			Doc: "The removal waits for writes that were queued before it: they are not cancelled. Raft itself never gets here, because its main goroutine waits for each write.",
		},
		DiskBarrierBlocking: {
			Name: "blocking", Next: []string{"RELEASED"},
			Doc: "Nothing that came earlier is left, and the removal has the log to itself: a write of entries that comes now stays pending.",
		},
		DiskBarrierReleased: {
			Name: "RELEASED", Flags: sm.Final,
			Doc: "The removal is over, done or failed, and the write behind it goes on or fails with it. A barrier that lets writes pass is released when its removal begins.",
		},
	},
})
