package sm

import (
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrKind is wrapped by every error of Build.
var ErrKind = errors.New("kind contradicts itself")

// Limits on the texts of a kind: kinds are also read from files.
const (
	nameBytesMax = 40
	docBytesMax  = 1000
)

// checkSpec checks what can be said of the states one by one.
func checkSpec(spec KindSpec) error {
	if !isName(spec.Name, false) {
		return fmt.Errorf("kind name %q is not lower case words joined by hyphens: %w", clip(spec.Name), ErrKind)
	}
	bad := func(format string, args ...any) error {
		return fmt.Errorf("kind %s: %s: %w", spec.Name, fmt.Sprintf(format, args...), ErrKind)
	}
	if why := docFault(spec.Doc); why != "" {
		return bad("its doc %s", why)
	}
	if len(spec.States) == 0 {
		return bad("it has no states")
	}
	if len(spec.States) > StatesMax {
		return bad("it has %d states, more than %d", len(spec.States), StatesMax)
	}
	if why := namesFault(spec.States); why != "" {
		return bad("%s", why)
	}
	for i := range spec.States {
		if why := stateFault(spec.States, i); why != "" {
			return bad("state %s: %s", spec.States[i].Name, why)
		}
	}
	if !slices.ContainsFunc(spec.States, func(s StateSpec) bool { return s.Flags&Initial != 0 }) {
		return bad("no state is initial")
	}
	return nil
}

func namesFault(states []StateSpec) string {
	for i, s := range states {
		if !isName(s.Name, false) && !isName(s.Name, true) {
			return fmt.Sprintf("state name %q is not words in one case joined by hyphens", clip(s.Name))
		}
		if indexOf(states[:i], s.Name) >= 0 {
			return fmt.Sprintf("two states are named %s", s.Name)
		}
	}
	return ""
}

// stateFault returns what is wrong with state i, "" if nothing is.
func stateFault(states []StateSpec, i int) string {
	s := states[i]
	switch why := docFault(s.Doc); {
	case why != "":
		return "its doc " + why
	case s.Flags&^flagsAll != 0:
		return fmt.Sprintf("it has unknown flags %#x", uint8(s.Flags&^flagsAll))
	case isName(s.Name, true) && s.Flags&Final == 0:
		return "its name is in capitals, but it is not final"
	case s.Flags&Failure != 0 && s.Flags&Final == 0 && len(s.Next) == 0:
		return "it is a failure, but neither final nor can it move on"
	case s.Flags&Final == 0 && len(s.Next) == 0:
		return "it is not final, but cannot move on"
	}
	if s.Unreached != "" {
		if why := docFault(s.Unreached); why != "" {
			return "the reason why it is not reached " + why
		}
	}
	return nextFault(states, s)
}

func nextFault(states []StateSpec, s StateSpec) string {
	for j, name := range s.Next {
		if indexOf(states, name) < 0 {
			return fmt.Sprintf("it moves to %q, which is no state of the kind", clip(name))
		}
		if slices.Contains(s.Next[:j], name) {
			return fmt.Sprintf("it lists the move to %s twice", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.UnreachedNext)) {
		reason := s.UnreachedNext[name]
		if !slices.Contains(s.Next, name) {
			return fmt.Sprintf("it says why a move to %q is not reached, but lists no such move", clip(name))
		}
		if why := docFault(reason); why != "" {
			return fmt.Sprintf("the reason why its move to %s is not reached %s", name, why)
		}
	}
	return ""
}

// checkPaths checks what only the graph of moves tells: every state can be
// reached from an initial one and can reach a final one.
func (k *Kind) checkPaths() error {
	var initial, final uint64
	for i := range k.spec.States {
		if k.flags[i]&Initial != 0 {
			initial |= 1 << i
		}
		if k.flags[i]&Final != 0 {
			final |= 1 << i
		}
	}
	var reversed [StatesMax]uint64
	for from := range k.spec.States {
		for to := range k.spec.States {
			if k.allowed[from]&(1<<to) != 0 {
				reversed[to] |= 1 << from
			}
		}
	}
	born, ends := spread(initial, &k.allowed), spread(final, &reversed)
	for i, s := range k.spec.States {
		if born&(1<<i) == 0 {
			return fmt.Errorf("kind %s: state %s: no moves lead to it from an initial state: %w", k.spec.Name, s.Name, ErrKind)
		}
		if ends&(1<<i) == 0 {
			return fmt.Errorf("kind %s: state %s: no moves lead from it to a final state: %w", k.spec.Name, s.Name, ErrKind)
		}
	}
	return nil
}

// spread returns the set of states that moves reach from the set, itself
// included.
func spread(set uint64, moves *[StatesMax]uint64) uint64 {
	for todo := set; todo != 0; {
		s := bits.TrailingZeros64(todo)
		todo &^= 1 << s
		fresh := moves[s] &^ set
		set |= fresh
		todo |= fresh
	}
	return set
}

func indexOf(states []StateSpec, name string) int {
	return slices.IndexFunc(states, func(s StateSpec) bool { return s.Name == name })
}

// isName reports whether s is words of ASCII letters and digits joined by
// single hyphens, in the one case or the other, beginning with a letter.
func isName(s string, upper bool) bool {
	lo, hi := byte('a'), byte('z')
	if upper {
		lo, hi = 'A', 'Z'
	}
	if s == "" || len(s) > nameBytesMax || s[0] < lo || s[0] > hi || strings.HasSuffix(s, "-") {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter, digit := c >= lo && c <= hi, c >= '0' && c <= '9'
		if !letter && !digit && (c != '-' || s[i-1] == '-') {
			return false
		}
	}
	return true
}

// docFault returns what is wrong with a text of a kind, "" if nothing is. Texts
// are shown as they are, so control and formatting characters are refused.
func docFault(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "is missing"
	case len(s) > docBytesMax:
		return fmt.Sprintf("has %d bytes, more than %d", len(s), docBytesMax)
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "has a character that cannot be printed"
	}
	return ""
}

// clip shortens a name that is quoted in an error: it may come from a file.
func clip(s string) string {
	if len(s) > nameBytesMax {
		return s[:nameBytesMax] + "..."
	}
	return s
}
