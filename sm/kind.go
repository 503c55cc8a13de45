package sm

import (
	"fmt"
	"maps"
	"slices"
)

// StatesMax is the largest number of states a kind may have.
const StatesMax = 64

// StateSpec describes one state of a kind.
type StateSpec struct {
	Name  string   `json:"name"`            // required; lower case, upper case for final states that end the usual way
	Doc   string   `json:"doc"`             // required; a sentence or two for somebody who learns raft
	Flags Flags    `json:"flags,omitempty"` // what the state means for a machine's life
	Next  []string `json:"next,omitempty"`  // names of the states it may move to

	// Unreached says why no scenario of the project reaches the state; empty
	// for states that scenarios must reach.
	Unreached string `json:"unreached,omitempty"`

	// UnreachedNext says the same of single moves, by the name of the state
	// moved to. Moves from or to an unreached state need no entry.
	UnreachedNext map[string]string `json:"unreachedNext,omitempty"`
}

// KindSpec describes a kind before it is built. It is plain data: it travels
// inside recordings as JSON, so that a viewer can show kinds it does not know.
type KindSpec struct {
	Name   string      `json:"name"` // required; lower case words joined by hyphens
	Doc    string      `json:"doc"`  // required; what an instance stands for
	States []StateSpec `json:"states"`
}

// Kind is a checked, immutable family of machines. Build makes one.
type Kind struct {
	spec    KindSpec
	allowed [StatesMax]uint64 // allowed[from] has bit to set if the move is allowed
	flags   [StatesMax]Flags
	byName  map[string]State
}

// Build checks a spec and makes a kind of it. A spec that contradicts itself is
// refused with one error that wraps ErrKind and names the kind, the state and
// what is wrong. The kind keeps a copy: later changes to spec do not reach it.
func Build(spec KindSpec) (*Kind, error) {
	if err := checkSpec(spec); err != nil {
		return nil, err
	}
	k := &Kind{spec: spec, byName: make(map[string]State, len(spec.States))}
	k.spec.States = copyStates(spec.States)
	for i, s := range spec.States {
		k.flags[i] = s.Flags
		k.byName[s.Name] = State(i)
	}
	for i, s := range spec.States {
		for _, name := range s.Next {
			k.allowed[i] |= 1 << k.byName[name]
		}
	}
	if err := k.checkPaths(); err != nil {
		return nil, err
	}
	return k, nil
}

// MustBuild is Build for kinds written in code, where a contradiction is a
// programmer's error: it panics.
func MustBuild(spec KindSpec) *Kind {
	k, err := Build(spec)
	if err != nil {
		panic(err)
	}
	return k
}

// Name returns the kind's name.
func (k *Kind) Name() string { return k.spec.Name }

// Doc returns what an instance of the kind stands for.
func (k *Kind) Doc() string { return k.spec.Doc }

// Len returns the number of states.
func (k *Kind) Len() int { return len(k.spec.States) }

// Spec returns a copy of the description the kind was built from.
func (k *Kind) Spec() KindSpec {
	spec := k.spec
	spec.States = k.States()
	return spec
}

// States returns a copy of the states, in the order of their numbers.
func (k *Kind) States() []StateSpec { return copyStates(k.spec.States) }

// State returns the state of that name, and whether there is one.
func (k *Kind) State(name string) (State, bool) {
	s, ok := k.byName[name]
	return s, ok
}

// StateName returns the name of s, or state-N for a state the kind does not
// have, so that it can be used on what a file claims.
func (k *Kind) StateName(s State) string {
	if int(s) >= len(k.spec.States) {
		return fmt.Sprintf("state-%d", s)
	}
	return k.spec.States[s].Name
}

// Allowed reports whether a machine may move from one state to the other.
// States that the kind does not have allow nothing.
func (k *Kind) Allowed(from, to State) bool {
	return from < StatesMax && to < StatesMax && k.allowed[from]&(1<<to) != 0
}

// Is reports whether s has all of the flags f; false for a state that the kind
// does not have.
func (k *Kind) Is(s State, f Flags) bool {
	return int(s) < len(k.spec.States) && k.flags[s]&f == f
}

// Initial returns the states a machine may be born in, lowest first.
func (k *Kind) Initial() []State {
	var out []State
	for i := range k.spec.States {
		if k.flags[i]&Initial != 0 {
			out = append(out, State(i))
		}
	}
	return out
}

func copyStates(in []StateSpec) []StateSpec {
	out := slices.Clone(in)
	for i := range out {
		out[i].Next = slices.Clone(out[i].Next)
		out[i].UnreachedNext = maps.Clone(out[i].UnreachedNext)
	}
	return out
}
