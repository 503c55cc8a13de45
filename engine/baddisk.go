package engine

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/raft"

	"raftscope/engine/grammar"
)

// The attributes of a node's machine that tell of its disk.
const (
	diskFullAttr   = "disk-full"  // 1 while it is full
	unreadableAttr = "unreadable" // the indexes of the entries that it cannot read
)

// doDisk makes a node's disk a bad one or a good one again. That outlives the
// node's lives.
func (w *World) doDisk(c grammar.Disk) error {
	n, err := w.nodeFor(c.Node)
	if err != nil {
		return err
	}
	full, unreadable := w.faults.Full(n.name), len(w.faults.Unreadable(n.name)) > 0
	switch c.State {
	case grammar.DiskFull:
		if !w.faults.SetFull(n.name) {
			return refuse("the disk of %s is full already", n.name)
		}
		full = true
	case grammar.DiskUnreadable:
		if len(w.timeline.View().LogBetween(n.name, c.Index, c.Index)) == 0 {
			return refuse("%s has no entry %d", n.name, c.Index)
		}
		if !w.faults.SetUnreadable(n.name, c.Index) {
			return refuse("%s cannot read entry %d as it is", n.name, c.Index)
		}
		unreadable = true
	case grammar.DiskHeal:
		if !w.faults.HealDisk(n.name) {
			return refuse("the disk of %s is a good one", n.name)
		}
	}
	if l := n.up(); l != nil {
		l.tellDisk(c.State != grammar.DiskUnreadable && full, c.State != grammar.DiskFull && unreadable)
	}
	return nil
}

// tellDisk tells whether the node's disk is full, or what it cannot read.
func (l *life) tellDisk(full, unreadable bool) {
	m, faults, name := l.probe.Machine(), l.world.faults, l.node.name
	if full {
		m.Attr(diskFullAttr, asNumber(faults.Full(name)))
	}
	if unreadable {
		var indexes []string
		for _, index := range faults.Unreadable(name) {
			indexes = append(indexes, strconv.FormatUint(index, 10))
		}
		m.AttrText(unreadableAttr, strings.Join(indexes, ", "))
	}
}

func asNumber(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// GetLog implements raft.LogStore: a disk that is bad there cannot read the
// entry.
func (s snapshotLog) GetLog(index uint64, log *raft.Log) error {
	if s.life.world.faults.IsUnreadable(s.life.node.name, index) {
		s.life.endpoint.ReadFailed(s.life.node.answers)
		return fmt.Errorf("read entry %d: %w", index, errorNamed("EIO"))
	}
	return s.BoltStore.GetLog(index, log)
}
