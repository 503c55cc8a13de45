package scenario

import (
	"fmt"
	"io"

	"raftscope/replay"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// Coverage counts which states and moves of the catalogue runs reached.
type Coverage struct {
	states map[string]map[sm.State]int
	moves  map[string]map[[2]sm.State]int
}

// NewCoverage returns one that has seen nothing.
func NewCoverage() *Coverage {
	return &Coverage{states: map[string]map[sm.State]int{}, moves: map[string]map[[2]sm.State]int{}}
}

// Add counts what a run reached.
func (c *Coverage) Add(t *replay.Timeline) {
	for i := range t.Events() {
		e := t.Event(i)
		if e.Type != sm.Born && e.Type != sm.Moved && e.Type != sm.Failed {
			continue
		}
		m := t.Machine(e.Machine)
		if m == nil {
			continue
		}
		kind := m.Kind().Name()
		if c.states[kind] == nil {
			c.states[kind], c.moves[kind] = map[sm.State]int{}, map[[2]sm.State]int{}
		}
		c.states[kind][e.State]++
		if e.Type != sm.Born {
			c.moves[kind][[2]sm.State{e.From, e.State}]++
		}
	}
}

// Write prints every state and move with its count, and returns how many were
// neither reached nor have a reason in the catalogue.
func (c *Coverage) Write(w io.Writer) (missing int, err error) {
	for _, k := range catalog.All() {
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", k.Name())
		}
		for s, spec := range k.States() {
			from := sm.State(s)
			n := c.states[k.Name()][from]
			if n == 0 && spec.Unreached == "" {
				missing++
			}
			if err == nil {
				_, err = fmt.Fprintf(w, "  %-44s %7s\n", spec.Name, count(n, spec.Unreached))
			}
			for _, name := range spec.Next {
				to, _ := k.State(name)
				n, why := c.moves[k.Name()][[2]sm.State{from, to}], reasonFor(k, spec, name)
				if n == 0 && why == "" {
					missing++
				}
				if err == nil {
					_, err = fmt.Fprintf(w, "    %-42s %7s\n", spec.Name+" > "+name, count(n, why))
				}
			}
		}
	}
	return missing, err
}

// reasonFor is why a move need not be reached: its own reason, or that of one
// of its ends.
func reasonFor(k *sm.Kind, from sm.StateSpec, to string) string {
	if why := from.UnreachedNext[to]; why != "" {
		return why
	}
	s, _ := k.State(to)
	if why := k.States()[s].Unreached; why != "" {
		return why
	}
	return from.Unreached
}

func count(n int, why string) string {
	switch {
	case n > 0:
		return fmt.Sprint(n)
	case why != "":
		return "unreached: " + why
	}
	return "MISSING"
}
