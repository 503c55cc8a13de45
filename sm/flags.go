package sm

import (
	"encoding/json"
	"fmt"
	"strings"
)

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

	flagsAll = Initial | Final | Failure
)

// names returns the words of the flags set, in a fixed order. A bit without a
// word is spelt out, so that it is seen rather than lost.
func (f Flags) names() []string {
	out := []string{}
	if f&Initial != 0 {
		out = append(out, "initial")
	}
	if f&Final != 0 {
		out = append(out, "final")
	}
	if f&Failure != 0 {
		out = append(out, "failure")
	}
	if rest := f &^ flagsAll; rest != 0 {
		out = append(out, fmt.Sprintf("flags-%#x", uint8(rest)))
	}
	return out
}

// String returns the words of the flags set, separated by a space; "" if there
// are none.
func (f Flags) String() string { return strings.Join(f.names(), " ") }

// MarshalJSON writes the flags as a list of words.
func (f Flags) MarshalJSON() ([]byte, error) { return json.Marshal(f.names()) }

// UnmarshalJSON reads a list of words. An unknown word is an error that wraps
// ErrKind.
func (f *Flags) UnmarshalJSON(data []byte) error {
	var words []string
	if err := json.Unmarshal(data, &words); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	var out Flags
	for _, w := range words {
		switch w {
		case "initial":
			out |= Initial
		case "final":
			out |= Final
		case "failure":
			out |= Failure
		default:
			return fmt.Errorf("unknown flag %q: %w", w, ErrKind)
		}
	}
	*f = out
	return nil
}
