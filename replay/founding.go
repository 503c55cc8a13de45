package replay

import (
	"slices"
	"strconv"
	"strings"

	"raftscope/sm"
)

// founding is what the cluster's line says, the first command of a run: which
// nodes there are, also those that have not started, and who of them are members
// at first. It never changes.
type founding struct {
	event uint32
	names []string // sorted
	first Members
}

// foundingNodes is how many nodes a cluster's line that does not say has; a test
// holds it against the grammar.
const foundingNodes = 3

// isFounding reports whether a line of the journal is a cluster's.
func isFounding(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return word == "cluster"
}

// found keeps what the first line about the cluster says. One that says what
// cannot be is as good as none.
func (t *Timeline) found(e *sm.Event, at uint32) {
	if t.founded.Load() != nil {
		return
	}
	nodes, voters, others := foundingNodes, 0, 0
	for _, option := range strings.Fields(e.Text)[1:] {
		name, value, _ := strings.Cut(option, "=")
		n, err := strconv.Atoi(value)
		switch {
		case name != "nodes" && name != "voters" && name != "nonvoters":
			continue
		case err != nil || n < 0 || n > NodesMax:
			return
		}
		switch name {
		case "nodes":
			nodes = n
		case "voters":
			voters = n
		case "nonvoters":
			others = n
		}
	}
	if voters == 0 {
		voters = nodes - others
	}
	if voters < 1 || voters+others > nodes {
		return
	}
	f := &founding{event: at, names: make([]string, nodes)}
	for i := range f.names {
		f.names[i] = "n" + strconv.Itoa(i+1)
	}
	// The entry at index 1 holds the first configuration.
	f.first = Members{Index: 1, Voters: slices.Clone(f.names[:voters]), Others: slices.Clone(f.names[voters : voters+others])}
	slices.Sort(f.names)
	t.founded.Store(f)
}

// founding returns what the cluster's line said, nil if the events do not tell.
func (v View) founding() *founding {
	if f := v.t.founded.Load(); f != nil && f.event < v.n {
		return f
	}
	return nil
}

// isNode reports whether there is a node of that name, started or not.
func (t *Timeline) isNode(name string) bool {
	if t.roster.Load().find(name) != nil {
		return true
	}
	f := t.founded.Load()
	if f == nil {
		return false
	}
	_, ok := slices.BinarySearch(f.names, name)
	return ok
}

// Roster returns the names of all nodes of the run, sorted: those of Nodes, and
// those that the cluster's line tells of and that have not started yet. The caller
// must not change the slice.
func (v View) Roster() []string {
	seen, f := v.Nodes(), v.founding()
	if f == nil {
		return seen
	}
	missing := func(name string) bool {
		_, ok := slices.BinarySearch(seen, name)
		return !ok
	}
	if !slices.ContainsFunc(f.names, missing) {
		return seen
	}
	all := slices.Clone(seen)
	for _, name := range f.names {
		if missing(name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}
