// Package keys holds key maps: which key does what, in words. The cockpit acts
// by them, and its help, its footer and the README's table are made of them, so
// that what is written is what works.
package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Verb is what a key does, for the code: "step", "goto". It is empty for keys
// that do nothing.
type Verb string

// Binding is a verb and the keys for it.
type Binding struct {
	Verb  Verb     // required
	Keys  []string // as Bubble Tea names them: "j", "shift+tab", "space"
	Short string   // in the footer; empty: not shown there
	Help  string   // required; what it does, in a few words
}

// Map is the keys of one scope: the cockpit as a whole, a pane, a dialog.
type Map struct {
	Name     string // as the user knows it
	Bindings []Binding
}

// Verb returns what a key does, empty if nothing.
func (m *Map) Verb(key string) Verb {
	for i := range m.Bindings {
		if slices.Contains(m.Bindings[i].Keys, key) {
			return m.Bindings[i].Verb
		}
	}
	return ""
}

// Has says whether the map has keys for a verb.
func (m *Map) Has(v Verb) bool {
	return slices.ContainsFunc(m.Bindings, func(b Binding) bool { return b.Verb == v })
}

// Binding returns the binding of a verb; it panics if there is none, which is
// a mistake in the program.
func (m *Map) Binding(v Verb) Binding {
	for _, b := range m.Bindings {
		if b.Verb == v {
			return b
		}
	}
	panic(fmt.Sprintf("the keys of %s have no %q", m.Name, v))
}

// names are keys as people write them.
var names = strings.NewReplacer("up", "↑", "down", "↓", "left", "←", "right", "→", "pgup", "PgUp", "pgdn", "PgDn", "pgdown", "PgDn")

// Shown returns the keys of a binding as people write them: "j ↓".
func (b Binding) Shown() string {
	out := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		out[i] = k
		if len(k) > 1 {
			out[i] = names.Replace(k)
		}
	}
	return strings.Join(out, " ")
}

// Plain returns the keys of a binding by their names, for screens that have no
// arrows: "j down".
func (b Binding) Plain() string { return strings.Join(b.Keys, " ") }

// Check returns the first key that two of the maps, or one of them twice, have;
// empty if none. Maps that are active at one time must not share a key unless
// the earlier is meant to win.
func Check(maps ...Map) (twice string) {
	seen := map[string]string{}
	for _, m := range maps {
		for _, b := range m.Bindings {
			for _, k := range b.Keys {
				if other, ok := seen[k]; ok {
					return fmt.Sprintf("%s: %s and %s %s", k, other, m.Name, b.Verb)
				}
				seen[k] = fmt.Sprintf("%s %s", m.Name, b.Verb)
			}
		}
	}
	return ""
}
