package sm

import (
	"errors"
	"fmt"
	"math/bits"
)

// StatesMax is the largest number of states a kind may have.
const StatesMax = 64

// Flags say what a state means for the life of a machine.
type Flags uint8

const (
	// Initial: a machine may be born in the state.
	Initial Flags = 1 << iota
	// Final: a machine may rest in the state for ever. It may still move on
	// if the state lists moves.
	Final
	// Failure: the state means that what the machine stands for did not work.
	Failure
)

// StateSpec describes one state of a kind.
type StateSpec struct {
	Name  string   // required; lower case, upper case for states that end the usual way
	Doc   string   // required; one sentence for somebody who learns raft
	Flags Flags    //
	Next  []string // names of the states it may move to

	// Unreached says why no scenario of the project reaches the state; empty
	// for states that scenarios must reach.
	Unreached string
}

// KindSpec describes a kind before it is built.
type KindSpec struct {
	Name   string // required; lower case words joined by hyphens
	Doc    string // required; what an instance stands for
	States []StateSpec
}

// Kind is a checked, immutable family of machines. Build makes one.
type Kind struct {
	spec    KindSpec
	allowed [StatesMax]uint64 // allowed[from] has bit to set if the move is allowed
	flags   [StatesMax]Flags
	byName  map[string]State
}

// ErrKind is wrapped by every error of Build.
var ErrKind = errors.New("kind contradicts itself")
