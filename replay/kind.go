package replay

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"raftscope/sm"
)

// Names of the kinds whose meaning this package knows.
const (
	kindExec           = "exec"
	kindRead           = "read"
	kindApply          = "apply"
	kindConfigChange   = "config-change"
	kindTransfer       = "transfer"
	kindEntry          = "entry"
	kindNode           = "node"
	kindAppend         = "append"
	kindTruncate       = "truncate"
	kindDiskBarrier    = "disk-barrier"
	kindAppendRPC      = "append-rpc"
	kindAppendFollower = "append-follower"
	kindRestore        = "restore"
	kindInstallRPC     = "install-rpc"
)

// ErrKind: a kind cannot be used, or differs from the one of that name.
var ErrKind = errors.New("unusable kind")

// KindsMax is the largest number of kinds a timeline holds.
const KindsMax = 4096

// Kind is a family of machines, as the events brought it.
type Kind struct {
	t        *Timeline
	spec     sm.KindSpec
	roles    [sm.StatesMax]role // of the states, if this is the kind entry
	machines list[*Machine]     // in order of birth
	groups   list[*group]       // by node, in order of their first machine
	openings openings
	message  bool // they are messages between nodes

	byNode map[string]*group // the groups; for the writer
	hint   uint32            // events a machine is likely to have; for the writer
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
func (k *Kind) Machines() int { return len(k.machines.all()) }

// AddKinds makes kinds known; machines of other kinds are left out. A kind
// given again with the same states is fine. It fails with ErrKind at the first
// unusable kind; those before it are known then.
func (t *Timeline) AddKinds(specs []sm.KindSpec) error {
	kinds := maps.Clone(*t.kinds.Load())
	t.watcher.AddKinds(specs)
	defer func() { t.kinds.Store(&kinds) }()
	for _, spec := range specs {
		if err := t.addKind(kinds, spec); err != nil {
			return err
		}
	}
	return nil
}

func (t *Timeline) addKind(kinds map[string]*Kind, spec sm.KindSpec) error {
	switch {
	case spec.Name == "" || len(spec.States) == 0:
		return fmt.Errorf("add kind %q: %w: no name or no states", spec.Name, ErrKind)
	case len(spec.States) > sm.StatesMax:
		return fmt.Errorf("add kind %s: %w: %d states", spec.Name, ErrKind, len(spec.States))
	}
	if old, ok := kinds[spec.Name]; ok {
		if !sameStates(old.spec.States, spec.States) {
			return fmt.Errorf("add kind %s: %w: known with other states", spec.Name, ErrKind)
		}
		return nil
	}
	if len(kinds) >= KindsMax {
		return fmt.Errorf("add kind %s: %w: there are %d already", spec.Name, ErrKind, KindsMax)
	}
	k := &Kind{t: t, spec: spec, byNode: make(map[string]*group), hint: 4, message: isMessage(spec.Name)}
	if spec.Name == kindEntry {
		for i, s := range spec.States {
			k.roles[i] = roleNames[s.Name]
		}
	}
	kinds[spec.Name] = k
	t.kindList.append(k)
	return nil
}

func sameStates(a, b []sm.StateSpec) bool {
	return slices.EqualFunc(a, b, func(a, b sm.StateSpec) bool { return a.Name == b.Name && a.Flags == b.Flags })
}

// kind returns the kind of that name, or nil.
func (t *Timeline) kind(name string) *Kind { return (*t.kinds.Load())[name] }

// on returns the group of the kind's machines on the named node, for the
// writer.
func (k *Kind) on(node string) *group {
	g, ok := k.byNode[node]
	if !ok {
		g = &group{kind: k, node: node, tally: make([]atomic.Uint32, len(k.spec.States))}
		k.byNode[node] = g
		k.groups.append(g)
	}
	return g
}

// group returns the group of the machines on the named node, or nil.
func (k *Kind) group(node string) *group {
	for _, g := range k.groups.all() {
		if g.node == node {
			return g
		}
	}
	return nil
}
