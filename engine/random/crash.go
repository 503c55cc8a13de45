package random

import (
	"fmt"
	"time"
)

// crashFamily is what computers do.
func crashFamily() *family {
	return &family{
		name: "crash", weight: 1, doc: "nodes that crash, also in the middle of what their disks do, stop, freeze, and lose power together",
		actions: []action{
			{3, (*epoch).crashOne},
			{3, (*epoch).crashAppending},
			{2, (*epoch).crashAtDisk},
			{2, (*epoch).stayAway},
			{2, (*epoch).stopOne},
			{2, (*epoch).freezeOne},
			{1, (*epoch).losePower},
		},
	}
}

// crashOne ends a node's life, more often the leader's than by chance.
func (e *epoch) crashOne() {
	if node := e.victim(); node != "" {
		e.crash(node, e.between(100*time.Millisecond, 8*time.Second))
	}
}

// crashAppending crashes a node while it writes entries to its disk.
func (e *epoch) crashAppending() {
	node := e.victim()
	if node == "" {
		return
	}
	e.write()
	if e.do("run until kind:append node:%s state:writing timeout=1s", node) == nil && e.isUp(node) {
		e.wait(e.between(time.Microsecond, 2*time.Millisecond))
		e.crash(node, e.between(100*time.Millisecond, 8*time.Second))
	}
}

// crashAtDisk crashes a node at an operation of its disk, right before it is done
// or right after.
func (e *epoch) crashAtDisk() {
	node := e.victim()
	if node == "" {
		return
	}
	what := e.pickOf("append", "append", "append", "truncate", "compact", "snapshot", "meta", "current-term", "last-vote-term", "last-vote-cand")
	d := e.between(time.Second, 8*time.Second)
	e.rule(fmt.Sprintf("crash %s %s %s count=1", what, node, e.pickOf("before", "after")), d)
	e.after(d+e.between(100*time.Millisecond, 2*time.Second), func() { e.restart(node) })
}

// stayAway keeps a node down until the others have written so much that it needs
// a snapshot, if there are any.
func (e *epoch) stayAway() {
	node := e.victim()
	if node == "" {
		return
	}
	e.crash(node, 3*time.Second+e.between(time.Second, 8*time.Second))
	e.after(1500*time.Millisecond, func() { e.writeMany() })
}

// stopOne shuts a node down in good order.
func (e *epoch) stopOne() {
	node := e.victim()
	if node == "" || e.do("stop %s", node) != nil {
		return
	}
	e.tally.fault("stop")
	e.after(e.between(200*time.Millisecond, 8*time.Second), func() { e.restart(node) })
}

// freezeOne lets a node stand still as a whole, which no crash does: what it
// was about to do it does later.
func (e *epoch) freezeOne() {
	node := e.victim()
	if node == "" || e.view().Node(node).Frozen || e.do("freeze %s", node) != nil {
		return
	}
	e.tally.fault("freeze")
	e.after(e.between(100*time.Millisecond, 4*time.Second), func() { e.thaw(node) })
}

// losePower crashes all nodes at one instant.
func (e *epoch) losePower() {
	d := e.between(100*time.Millisecond, 4*time.Second)
	for _, node := range e.nodes {
		if e.isUp(node) {
			e.crash(node, d+e.between(time.Millisecond, 2*time.Second))
		}
	}
}

// crash crashes a node, and has it start again later.
func (e *epoch) crash(node string, d time.Duration) {
	appending := e.isAppending(node)
	if e.do("crash %s", node) != nil {
		return
	}
	e.tally.fault("crash")
	if appending {
		e.tally.fault("crash during an append")
	}
	e.after(d, func() { e.restart(node) })
}

func (e *epoch) isAppending(node string) bool {
	m := e.view().Newest("append", node)
	return m.Known() && m.Open()
}

// restart starts a node again, if it is down.
func (e *epoch) restart(node string) {
	if !e.isUp(node) {
		e.do("restart %s", node)
	}
}

func (e *epoch) thaw(node string) {
	if e.isUp(node) && e.view().Node(node).Frozen {
		e.do("thaw %s", node)
	}
}

func (e *epoch) isUp(node string) bool { return e.view().Node(node).Up }

// victim is a node that is up, often the leader, none if a majority would be
// down: then it would be quiet for a while.
func (e *epoch) victim() string {
	var up []string
	for _, node := range e.nodes {
		if e.isUp(node) {
			up = append(up, node)
		}
	}
	if len(up) <= len(e.nodes)/2 || len(up) == 0 {
		return ""
	}
	if leader := e.view().Leader(); leader != "" && e.chance(3) {
		return leader
	}
	return e.one(up)
}
