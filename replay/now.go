package replay

import (
	"io"

	"raftscope/replay/cond"
	"raftscope/sm"
)

// The questions of a View, at the newest event. Where a view returns the zero
// MachineView these return nil.

// Machine returns the machine with that number, or nil.
func (t *Timeline) Machine(id sm.ID) *Machine { return t.View().Machine(id).Machine }

// Newest returns the youngest machine of a kind on a node, or on any node if
// node is empty; nil if there is none.
func (t *Timeline) Newest(kind, node string) *Machine { return t.View().Newest(kind, node).Machine }

// Nth returns the nth machine of a kind by birth, from 1, or nil.
func (t *Timeline) Nth(kind string, n int) *Machine { return t.View().Nth(kind, n).Machine }

// NthOn is Nth among the machines on one node, or on any if node is empty.
func (t *Timeline) NthOn(kind, node string, n int) *Machine {
	return t.View().NthOn(kind, node, n).Machine
}

// ByKind returns all machines of a kind in order of birth. The caller must not
// change the slice.
func (t *Timeline) ByKind(kind string) []*Machine { return t.View().ByKind(kind) }

// Count returns how many machines of a kind are in the named state, or were
// when their node's life ended; of any state if it is empty.
func (t *Timeline) Count(kind, state string) int { return t.View().Count(kind, state) }

// CountOn is Count on one node, or on any if node is empty.
func (t *Timeline) CountOn(kind, node, state string) int { return t.View().CountOn(kind, node, state) }

// Exec returns the exec or read with that ordinal, from 1, or nil.
func (t *Timeline) Exec(ordinal int) *Machine { return t.View().Exec(ordinal).Machine }

// LastExec returns the exec or read with the highest ordinal, or nil.
func (t *Timeline) LastExec() *Machine { return t.View().LastExec().Machine }

// Entry returns the newest entry with that term and index on a node, or on any
// node if node is empty; nil if there is none.
func (t *Timeline) Entry(node string, term, index uint64) *Machine {
	return t.View().Entry(node, term, index).Machine
}

// Find returns the machine that r names, or nil.
func (t *Timeline) Find(r cond.Ref) *Machine { return t.View().Find(r).Machine }

// Nodes returns the names of the nodes, sorted. The caller must not change the
// slice.
func (t *Timeline) Nodes() []string { return t.View().Nodes() }

// Node returns what is known of a node; of an unknown one only the name.
func (t *Timeline) Node(name string) NodeState { return t.View().Node(name) }

// Leader returns the name of the node that leads, see View.Leader.
func (t *Timeline) Leader() string { return t.View().Leader() }

// Log returns the live entries in a node's log, see View.Log.
func (t *Timeline) Log(node string) []*Machine { return t.View().Log(node) }

// LogsEqual reports whether all nodes that are up hold the same log, see
// View.LogsEqual.
func (t *Timeline) LogsEqual() (equal bool, why string) { return t.View().LogsEqual() }

// HashesEqual reports whether the FSMs of all nodes that are up hold the same,
// see View.HashesEqual.
func (t *Timeline) HashesEqual() (equal bool, why string) { return t.View().HashesEqual() }

// Outcome returns the outcome of an exec or read, as far as it is known.
func (t *Timeline) Outcome(exec *Machine) Outcome { return t.View().Outcome(exec) }

// Holds reports whether c holds, see View.Holds.
func (t *Timeline) Holds(c cond.Cond) bool { return t.View().Holds(c) }

// Saw says in words what is the case where c asks, see View.Saw.
func (t *Timeline) Saw(c cond.Cond) string { return t.View().Saw(c) }

// Violations returns the violations, in order.
func (t *Timeline) Violations() []sm.Event { return t.View().Violations() }

// Tree returns the tree of what root caused, see View.Tree.
func (t *Timeline) Tree(root *Machine, o Options) *Tree { return t.View().Tree(root, o) }

// LogsText prints the nodes' logs, see View.LogsText.
func (t *Timeline) LogsText(w io.Writer, width int) error { return t.View().LogsText(w, width) }

// ViewsText prints the four views of each node's log, see View.ViewsText.
func (t *Timeline) ViewsText(w io.Writer) error { return t.View().ViewsText(w) }

// NodesText prints a table of the nodes. It returns w's error.
func (t *Timeline) NodesText(w io.Writer) error { return t.View().NodesText(w) }

// Held returns what is held, see View.Held.
func (t *Timeline) Held() []Held { return t.View().Held() }

// HeldText prints what is held, see View.HeldText.
func (t *Timeline) HeldText(w io.Writer) error { return t.View().HeldText(w) }

// OutcomesText prints what became of clients' requests, see View.OutcomesText.
func (t *Timeline) OutcomesText(w io.Writer) error { return t.View().OutcomesText(w) }

// ClientsText prints what clients in the background were told, see
// View.ClientsText.
func (t *Timeline) ClientsText(w io.Writer) error { return t.View().ClientsText(w) }
