package replay

import (
	"errors"
	"fmt"
	"strings"

	"raftscope/sm"
)

// Names of the kinds whose meaning this package knows.
const (
	kindExec  = "exec"
	kindRead  = "read"
	kindApply = "apply"
	kindEntry = "entry"
	kindNode  = "node"
)

// ErrKind: a kind cannot be used, or differs from the one of that name.
var ErrKind = errors.New("unusable kind")

// KindsMax is the largest number of kinds a timeline holds.
const KindsMax = 4096

// Kind is a family of machines, as the events brought it.
type Kind struct {
	spec  sm.KindSpec
	all   group
	nodes map[string]*group
	roles [sm.StatesMax]role // of the states, if this is the kind entry
	hint  int                // events a machine is likely to have
}

// group is the machines of one kind on one node, or on all.
type group struct {
	t        *Timeline
	kind     *Kind
	machines []*Machine // in order of birth
	tally    [sm.StatesMax]int
	open     int // neither resting in a final state, nor closed, nor abandoned
}

// Name returns the kind's name.
func (k *Kind) Name() string { return k.spec.Name }

// Doc returns what an instance stands for.
func (k *Kind) Doc() string { return k.spec.Doc }

// States returns the states; the caller must not change them.
func (k *Kind) States() []sm.StateSpec { return k.spec.States }

// StateName returns the name of s, or state-N if there is no such state.
func (k *Kind) StateName(s sm.State) string {
	if int(s) < len(k.spec.States) {
		return k.spec.States[s].Name
	}
	return fmt.Sprintf("state-%d", s)
}

// State returns the state of that name, in capitals or not.
func (k *Kind) State(name string) (s sm.State, ok bool) {
	for i := range k.spec.States {
		if strings.EqualFold(k.spec.States[i].Name, name) {
			return sm.State(i), true
		}
	}
	return 0, false
}

// Is reports whether s has all of the flags.
func (k *Kind) Is(s sm.State, flags sm.Flags) bool {
	return int(s) < len(k.spec.States) && k.spec.States[s].Flags&flags == flags
}

// Machines returns how many machines of the kind were born.
func (k *Kind) Machines() int { return len(k.all.machines) }

// AddKinds makes kinds known; machines of other kinds are left out. A kind
// given again with the same states is fine. It fails with ErrKind at the first
// unusable kind; those before it are known then.
func (t *Timeline) AddKinds(specs []sm.KindSpec) error {
	for _, spec := range specs {
		if err := t.addKind(spec); err != nil {
			return err
		}
	}
	return nil
}

func (t *Timeline) addKind(spec sm.KindSpec) error {
	switch {
	case spec.Name == "" || len(spec.States) == 0:
		return fmt.Errorf("add kind %q: %w: no name or no states", spec.Name, ErrKind)
	case len(spec.States) > sm.StatesMax:
		return fmt.Errorf("add kind %s: %w: %d states", spec.Name, ErrKind, len(spec.States))
	}
	if old, ok := t.kinds[spec.Name]; ok {
		if !sameStates(old.spec.States, spec.States) {
			return fmt.Errorf("add kind %s: %w: known with other states", spec.Name, ErrKind)
		}
		return nil
	}
	if len(t.kindList) >= KindsMax {
		return fmt.Errorf("add kind %s: %w: there are %d already", spec.Name, ErrKind, KindsMax)
	}
	k := &Kind{spec: spec, nodes: make(map[string]*group), hint: 4}
	k.all = group{t: t, kind: k}
	if spec.Name == kindEntry {
		for i, s := range spec.States {
			k.roles[i] = roleNames[s.Name]
		}
	}
	t.kinds[spec.Name] = k
	t.kindList = append(t.kindList, k)
	return nil
}

func sameStates(a, b []sm.StateSpec) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Flags != b[i].Flags {
			return false
		}
	}
	return true
}

// on returns the group of the kind's machines on the named node.
func (k *Kind) on(node string) *group {
	g, ok := k.nodes[node]
	if !ok {
		g = &group{t: k.all.t, kind: k}
		k.nodes[node] = g
	}
	return g
}
