package pane

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/sm"
)

// EntryFaults returns what can be done to an entry that is in its node's log, at
// the moment of a view; nothing for another machine, and while raft does not run on
// the node: only then it is told what its disk cannot read already.
func EntryFaults(v replay.View, id sm.ID) []Item {
	m := v.Machine(id)
	_, index, ok := m.Position()
	if n := v.Node(m.Node()); !ok || !n.Up || n.Role == "alone" {
		return nil
	}
	if !slices.Contains(v.LogBetween(m.Node(), index, index), m.Machine) || cannotRead(v, m.Node(), index) {
		return nil
	}
	return []Item{{
		Label:   "the disk of " + m.Node() + " cannot read it",
		Command: grammar.Disk{Node: m.Node(), State: grammar.DiskUnreadable, Index: index}.String(),
	}}
}

// diskItems are what can befall a node's disk for as long as nobody heals it.
func diskItems(v replay.View, node string) (all []Item) {
	full, unreadable := v.BadDisk(node)
	if !full {
		all = append(all, Item{Label: "its disk is full", Command: grammar.Disk{Node: node, State: grammar.DiskFull}.String()})
	}
	if canLose(v, node) {
		all = append(all, Item{Label: "its disk cannot read an entry", Command: "disk " + node + " " + string(grammar.DiskUnreadable) + " ", Prompt: true})
	}
	if full || unreadable != "" {
		all = append(all, Item{Label: "its disk is a good one again", Command: grammar.Disk{Node: node, State: grammar.DiskHeal}.String()})
	}
	return all
}

// canLose reports whether there is an entry in a node's log that its disk can read.
func canLose(v replay.View, node string) bool {
	lost, last := lostEntries(v, node), v.LogSpan(node).Last
	for index := last; index > 0 && last-index <= uint64(len(lost)); index-- {
		if !slices.Contains(lost, strconv.FormatUint(index, 10)) && len(v.LogBetween(node, index, index)) > 0 {
			return true
		}
	}
	return false
}

// cannotRead reports whether a node's disk cannot read an entry as it is.
func cannotRead(v replay.View, node string, index uint64) bool {
	return slices.Contains(lostEntries(v, node), strconv.FormatUint(index, 10))
}

// lostEntries are the indexes of the entries that a node's disk cannot read.
func lostEntries(v replay.View, node string) []string {
	_, unreadable := v.BadDisk(node)
	return strings.FieldsFunc(unreadable, func(r rune) bool { return r == ',' || r == ' ' })
}
