package pane

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/cond"
)

// NodeFaults returns what can be done to a node and its links, disk and state
// machine, at the moment of a view; nothing for an unknown node.
func NodeFaults(v replay.View, node string) []Item {
	if !slices.Contains(v.Roster(), node) {
		return nil
	}
	all := linkFaults(v, node)
	state := v.Node(node)
	if !state.Up {
		all = append(all, memberItems(v, node)...)
		if state.Life == 0 {
			return append(all, unbornItems(node)...)
		}
		return append(all,
			Item{Label: "start it again on its own files", Command: grammar.Restart{Node: node}.String()},
			Item{Label: "write another log for it", Command: "forge " + node + " terms=", Prompt: true},
			Item{Label: "take its files away", Command: grammar.Forge{Nodes: []string{node}, Empty: true}.String()},
			Item{Label: "scale its timeouts", Command: "timeouts " + node + " x", Prompt: true},
		)
	}
	if state.Role == "alone" { // raft does not run, and only its disk can be told anything
		return append(all,
			Item{Label: "close the queue of its disk", Command: grammar.DiskQueue{Node: node, Op: grammar.QueueClose}.String()},
			Item{Label: "end its life at once", Command: grammar.Crash{Node: node}.String()})
	}
	if state.Frozen {
		all = append(all, Item{Label: "let everything of it go on", Command: grammar.Thaw{Node: node}.String()})
	} else {
		all = append(all, Item{Label: "hold everything of it", Command: grammar.Freeze{Node: node}.String()})
	}
	if !holdsDisk(v, node) {
		all = append(all, Item{Label: "shut it down in good order", Command: grammar.Stop{Node: node}.String()})
	}
	all = append(all, Item{Label: "end its life at once", Command: grammar.Crash{Node: node}.String()})
	if !isAskedForSnapshot(v, node) {
		all = append(all, Item{Label: "have it take a snapshot", Command: grammar.Snapshot{Node: node}.String()})
	}
	rule := func(verb grammar.FaultVerb, kind, with string, count uint64) string {
		return grammar.Fault{Verb: verb, Ops: grammar.Ops{Kind: kind, Node: node}, With: with, Count: count, Chance: 1}.String()
	}
	all = append(all, diskItems(v, node)...)
	all = append(all, electItems(v, node)...)
	all = append(all, memberItems(v, node)...)
	return append(all,
		Item{Label: "a rule: hold its next append", Command: rule(grammar.Hold, "append", "", 1)},
		Item{Label: "a rule: its next append fails", Command: rule(grammar.Fail, "append", "EIO", 1)},
		Item{Label: "a rule: an append is done, and fails", Command: grammar.Fault{Verb: grammar.Fail, Ops: grammar.Ops{Kind: "append", Node: node}, With: "EIO", After: true, Count: 1, Chance: 1}.String()},
		Item{Label: "a rule: it crashes behind an append", Command: grammar.Fault{Verb: grammar.CrashAt, Ops: grammar.Ops{Kind: "append", Node: node}, After: true, Count: 1, Chance: 1}.String()},
		Item{Label: "a rule: its disk is slow", Command: "delay " + grammar.AnyDisk + " " + node + " by=", Prompt: true},
		Item{Label: "scale its timeouts", Command: "timeouts " + node + " x", Prompt: true},
		Item{Label: "a rule: its applies are slow", Command: "delay " + grammar.FSM + " " + node + " by=", Prompt: true},
	)
}

// unbornItems are for a node that has never started.
func unbornItems(node string) []Item {
	return []Item{
		{Label: "start " + node, Command: grammar.Start{Nodes: []string{node}}.String()},
		{Label: "write a log for " + node, Command: "forge " + node + " terms=", Prompt: true},
	}
}

// linkFaults are those about the links between a node and the others.
func linkFaults(v replay.View, node string) (all []Item) {
	others := slices.DeleteFunc(slices.Clone(v.Roster()), func(n string) bool { return n == node })
	if len(others) == 0 {
		return nil
	}
	one := []string{node}
	to, from := cuts(v, node, others)
	if to < len(others) || from < len(others) {
		all = append(all, Item{Label: "cut it off from the others", Command: grammar.Cut{Left: one, Right: others}.String()})
	}
	if to < len(others) {
		all = append(all, Item{Label: "cut off what it sends", Command: grammar.Cut{Left: one, Right: others, OneWay: true}.String()})
	}
	if from < len(others) {
		all = append(all, Item{Label: "cut off what it is sent", Command: grammar.Cut{Left: others, Right: one, OneWay: true}.String()})
	}
	if to > 0 || from > 0 {
		all = append(all, Item{Label: "undo the cuts of its links", Command: grammar.Heal{Left: one, Right: others}.String()})
	}
	return append(all,
		Item{Label: "a rule: what it sends is slow", Command: "delay " + grammar.AnyMessage + " " + node + ">" + cond.AllNodes + " by=", Prompt: true},
		Item{Label: "a rule: what it sends gets lost at random", Command: "drop " + grammar.AnyMessage + " " + node + ">" + cond.AllNodes + " p=", Prompt: true},
	)
}

// cuts returns how many of the links from and to a node are cut.
func cuts(v replay.View, node string, others []string) (to, from int) {
	for _, other := range others {
		if v.IsCut(node, other) {
			to++
		}
		if v.IsCut(other, node) {
			from++
		}
	}
	return to, from
}

// holdsDisk reports whether an operation of a node's disk is held otherwise than by
// a freeze, so that its raft cannot come to rest.
func holdsDisk(v replay.View, node string) bool {
	return slices.ContainsFunc(v.Held(), func(h replay.Held) bool {
		return h.Machine.Node() == node && slices.Contains(grammar.DiskKinds(), h.Machine.Kind().Name()) && !frozenOnly(h.By)
	})
}

// isAskedForSnapshot reports whether a node may be busy with a snapshot that a user
// has asked for: it would refuse another. One that it takes by itself or is sent may
// have come since.
func isAskedForSnapshot(v replay.View, node string) bool {
	if m := v.Newest("compact", node); m.Known() && m.Open() {
		return true
	}
	const back = 64
	n := v.CountOn("snapshot", node, "")
	for i := n; i > max(0, n-back); i-- {
		if m := v.NthOn("snapshot", node, i); textOf(m, "why") == "asked" {
			return m.Open()
		}
	}
	return false
}

// frozenOnly reports whether nothing but freezes holds an operation.
func frozenOnly(by string) bool {
	for _, reason := range strings.Split(by, ", ") {
		if !strings.HasPrefix(reason, "freeze ") {
			return false
		}
	}
	return true
}

// WorldFaults returns what can be done to the cluster as a whole at the moment of
// a view: to its leader, to all links, to whatever is held, and rules.
func WorldFaults(v replay.View) (all []Item) {
	nodes := v.Roster()
	if leader := v.Leader(); leader != "" {
		others := slices.DeleteFunc(slices.Clone(nodes), func(n string) bool { return n == leader })
		if to, from := cuts(v, leader, others); to < len(others) || from < len(others) {
			all = append(all, Item{Label: "cut the leader off from the others", Command: grammar.Cut{Left: []string{leader}, Right: others}.String()})
		}
		all = append(all, Item{Label: "end the leader's life at once", Command: grammar.Crash{Node: leader}.String()})
	}
	if anyCut(v) {
		all = append(all, Item{Label: "undo all cuts", Command: grammar.Heal{}.String()})
	}
	if slices.ContainsFunc(v.Held(), func(h replay.Held) bool { return !frozenOnly(h.By) }) {
		all = append(all, Item{Label: "let everything held go on, but for what is frozen", Command: grammar.Release{All: true}.String()})
	}
	unborn := func(n string) bool { return v.Node(n).Life == 0 }
	if slices.ContainsFunc(nodes, unborn) {
		all = append(all, Item{Label: "start all that do not run", Command: grammar.Start{}.String()})
	}
	for _, n := range nodes {
		switch state := v.Node(n); {
		case state.Life == 0:
			all = append(all, unbornItems(n)...)
		case !state.Up && state.Life > 0:
			all = append(all, Item{Label: "start " + n + " again on its own files", Command: grammar.Restart{Node: n}.String()})
		case state.Frozen:
			all = append(all, Item{Label: "let everything of " + n + " go on", Command: grammar.Thaw{Node: n}.String()})
		}
	}
	all = append(all, worldRules(len(nodes))...)
	return append(all, clearing(v)...)
}

// worldRules are rules about all nodes.
func worldRules(nodes int) (all []Item) {
	everywhere := cond.AllNodes + ">" + cond.AllNodes
	if nodes > 1 {
		all = append(all,
			Item{Label: "a rule: hold every AppendEntries", Command: "hold append-rpc " + everywhere},
			Item{Label: "a rule: the network is slow", Command: "delay " + grammar.AnyMessage + " " + everywhere + " by=", Prompt: true},
			Item{Label: "a rule: messages get lost at random", Command: "drop " + grammar.AnyMessage + " " + everywhere + " p=", Prompt: true},
			Item{Label: "a rule: messages arrive again, late", Command: "duplicate " + grammar.AnyMessage + " " + everywhere + " by=", Prompt: true},
			Item{Label: "a rule: AppendEntries overtake each other at random", Command: "reorder append-rpc " + everywhere + " p=", Prompt: true})
	}
	return append(all,
		Item{Label: "a rule: hold every append", Command: "hold append " + cond.AllNodes},
		Item{Label: "a rule: all disks are slow", Command: "delay " + grammar.AnyDisk + " " + cond.AllNodes + " by=", Prompt: true})
}

// clearing are the ways to be rid of rules.
func clearing(v replay.View) (all []Item) {
	rules := v.Rules()
	if len(rules) > 0 {
		all = append(all, Item{Label: "remove all rules, and let what they hold go on", Command: grammar.Clear{All: true}.String()})
	}
	for _, r := range rules {
		all = append(all, Item{
			Label:   fmt.Sprintf("remove rule %s: %s", strconv.Itoa(r.N), r.Text),
			Command: grammar.Clear{Rule: r.N}.String(),
		})
	}
	return all
}

func anyCut(v replay.View) bool {
	nodes := v.Roster()
	for _, a := range nodes {
		for _, b := range nodes {
			if a != b && v.IsCut(a, b) {
				return true
			}
		}
	}
	return false
}
