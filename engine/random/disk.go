package random

import (
	"fmt"
	"time"
)

// diskFamily is what disks do.
func diskFamily() *family {
	return &family{
		name: "disk", weight: 1, doc: "disks that fail, fill up, hang and are slow", panics: true,
		actions: []action{
			{4, (*epoch).failDisk},
			{2, (*epoch).slowDisk},
			{2, (*epoch).hangDisk},
			{2, (*epoch).fillDisk},
		},
	}
}

// failDisk has some operations of a disk fail. Where raft would panic the node is
// down, and somebody starts it again.
func (e *epoch) failDisk() {
	node := e.victim()
	if node == "" {
		return
	}
	what := e.pickOf("append", "append", "append", "meta", "meta", "compact", "snapshot")
	d := e.between(200*time.Millisecond, 4*time.Second)
	e.rule(fmt.Sprintf("fail %s %s with=%s count=%d", what, node, e.pickOf("EIO", "ENOSPC", "EROFS"), 1+e.rnd.IntN(3)), d)
	e.after(d+e.between(100*time.Millisecond, 2*time.Second), func() { e.restart(node) })
}

// slowDisk makes a disk slow for a while.
func (e *epoch) slowDisk() {
	if node := e.victim(); node != "" {
		e.rule(fmt.Sprintf("delay disk %s by=%dms..%dms", node, 5+e.rnd.IntN(50), 60+e.rnd.IntN(200)), e.between(500*time.Millisecond, 8*time.Second))
	}
}

// hangDisk has operations of a disk hang for a while.
func (e *epoch) hangDisk() {
	if node := e.victim(); node != "" {
		e.rule(fmt.Sprintf("hold %s %s count=%d", e.pickOf("append", "append", "meta", "disk"), node, 1+e.rnd.IntN(3)), e.between(200*time.Millisecond, 4*time.Second))
	}
}

// fillDisk has nothing written to a disk for a while. Where raft would panic the
// node is down, and somebody starts it again.
func (e *epoch) fillDisk() {
	node := e.victim()
	if node == "" || e.do("disk %s full", node) != nil {
		return
	}
	e.tally.fault("disk full")
	e.after(e.between(200*time.Millisecond, 4*time.Second), func() {
		e.do("disk %s heal", node)
		e.after(e.between(time.Millisecond, 2*time.Second), func() { e.restart(node) })
	})
}
