package narrate

import (
	"slices"
	"strings"

	"raftscope/replay"
	"raftscope/sm"
)

// scene is what happened in one instant, machine by machine.
type scene struct {
	t       *replay.Timeline
	at      sm.Time
	from    int
	to      int
	before  replay.View
	after   replay.View
	changes []*change // in the order of their first events
	events  []sm.Event
	clauses []clause
	stepped []string // nodes of which it was told what newer term made them follow
	vital   bool     // the next clause says what a user did
}

// change is what happened to one machine.
type change struct {
	m     replay.MachineView // as it is afterwards
	kind  string
	node  string
	born  bool
	moves []move
	attrs []sm.Event
	// states are where the machine was when it got each attribute; empty: where
	// it was before the instant.
	states []string
	// deedsTold says of what it was told what a user did: the operation (false),
	// a message's answer (true).
	deedsTold []bool
	over      bool // its node's life ended before it did
	used      bool // it has been told
}

// move is the entry into a state; a birth is one too.
type move struct {
	state  string
	due    sm.Time
	reason string
}

// newScene gathers the events at positions from to to.
func newScene(t *replay.Timeline, from, to int) *scene {
	s := &scene{t: t, from: from, to: to, before: t.At(from), after: t.At(to), events: make([]sm.Event, 0, 8)}
	s.at = s.after.Now()
	known := make(map[sm.ID]*change, 8)
	for i := from; i < to; i++ {
		e := t.Event(i)
		switch e.Type {
		case sm.Violation, sm.Log, sm.Note:
			s.events = append(s.events, e)
			continue
		case sm.Born, sm.Moved, sm.Failed, sm.Attributed, sm.Abandoned:
		default:
			continue
		}
		c := known[e.Machine]
		if c == nil {
			m := s.after.Machine(e.Machine)
			if !m.Known() {
				continue
			}
			c = &change{m: m, kind: m.Kind().Name(), node: m.Node()}
			known[e.Machine] = c
			s.changes = append(s.changes, c)
		}
		c.add(&e)
	}
	return s
}

func (c *change) add(e *sm.Event) {
	switch e.Type {
	case sm.Born, sm.Moved:
		c.born = c.born || e.Type == sm.Born
		c.moves = append(c.moves, move{c.m.Kind().StateName(e.State), e.Due, ""})
	case sm.Failed:
		c.moves = append(c.moves, move{c.m.Kind().StateName(e.State), 0, e.Text})
	case sm.Attributed:
		c.attrs = append(c.attrs, *e)
		state := ""
		if len(c.moves) > 0 {
			state = c.moves[len(c.moves)-1].state
		}
		c.states = append(c.states, state)
	case sm.Abandoned:
		c.over = true
	}
}

// into returns the move into a state, if the machine entered it.
func (c *change) into(state string) (m move, ok bool) {
	for i := len(c.moves) - 1; i >= 0; i-- {
		if c.moves[i].state == state {
			return c.moves[i], true
		}
	}
	return move{}, false
}

func (c *change) entered(state string) bool {
	_, ok := c.into(state)
	return ok
}

// set returns the value an attribute got in the instant.
func (c *change) set(key string) (e sm.Event, ok bool) {
	for i := len(c.attrs) - 1; i >= 0; i-- {
		if c.attrs[i].Key == key {
			return c.attrs[i], true
		}
	}
	return sm.Event{}, false
}

// num returns an attribute that is a number, 0 if it is none.
func (c *change) num(key string) uint64 { return num(c.m, key) }

func (c *change) text(key string) string { return text(c.m, key) }

func num(m replay.MachineView, key string) uint64 {
	v, ok := m.Attr(key)
	if !ok || v.IsText || v.Num < 0 {
		return 0
	}
	return uint64(v.Num)
}

func text(m replay.MachineView, key string) string {
	v, _ := m.Attr(key)
	return v.Text
}

// ends returns the nodes a message goes from and to, "n1>n2".
func ends(m replay.MachineView) (from, to string) {
	from, to, _ = strings.Cut(m.Subject(), ">")
	return from, to
}

// find calls yield for the changes of a kind, on a node unless that is empty,
// that entered a state, any if that is empty, and have not been told. Of nodes
// it finds those too that only changed an attribute.
func (s *scene) find(kind, node, state string, yield func(*change)) {
	for _, c := range s.changes {
		if len(c.moves) == 0 && kind != "node" {
			continue
		}
		if c.kind == kind && !c.used && (node == "" || c.node == node) && (state == "" || c.entered(state)) {
			yield(c)
		}
	}
}

// first returns the first of what find finds, or nil.
func (s *scene) first(kind, node, state string) (found *change) {
	s.find(kind, node, state, func(c *change) {
		if found == nil {
			found = c
		}
	})
	return found
}

// use marks all changes of a kind on a node that entered a state as told.
func (s *scene) use(kind, node, state string) {
	s.find(kind, node, state, func(c *change) { c.used = true })
}

// cause returns the first machine that caused m in a role, effect the last that
// m caused in it; the zero view if there is none.
func (s *scene) cause(m replay.MachineView, role string) replay.MachineView {
	for _, l := range m.Causes() {
		if l.Role == role && l.Machine != nil {
			return s.after.Of(l.Machine)
		}
	}
	return replay.MachineView{}
}

func (s *scene) effect(m replay.MachineView, role string) (out replay.MachineView) {
	for _, l := range m.Effects() {
		if l.Role == role && l.Machine != nil {
			out = s.after.Of(l.Machine)
		}
	}
	return out
}

// changeOf returns what happened to a machine, nil if nothing did.
func (s *scene) changeOf(m replay.MachineView) *change {
	if !m.Known() {
		return nil
	}
	for _, c := range s.changes {
		if c.m.Machine == m.Machine {
			return c
		}
	}
	return nil
}

// log returns the first line of a node's log in the instant that begins so, and
// reports whether there is one.
func (s *scene) log(node, begins string) (line string, ok bool) {
	for i := range s.events {
		if e := &s.events[i]; e.Type == sm.Log && e.Node == node && strings.HasPrefix(e.Text, begins) {
			return e.Text, true
		}
	}
	return "", false
}

// voters returns how many nodes vote in a node's eyes.
func (s *scene) voters(node string) int { return len(s.after.Voters(node)) }

// counted returns those of a leader and its peers that vote in the leader's eyes.
func (s *scene) counted(leader string, peers []string) (who []string) {
	voters := s.after.Voters(leader)
	for _, name := range append([]string{leader}, peers...) {
		if slices.Contains(voters, name) {
			who = append(who, name)
		}
	}
	return who
}

// in says in how long something is due: " (done in 3.141ms)"; nothing if nobody
// knows.
func (s *scene) in(word string, due sm.Time) string {
	if due <= s.at {
		return ""
	}
	return " (" + word + " in " + replay.Duration(due-s.at) + ")"
}

// simulated reports whether the run is one of the simulated network, where a
// message that will arrive always has a time at which it will.
func (s *scene) simulated() bool {
	if s.t.Events() == 0 {
		return false
	}
	e := s.t.Event(0)
	return e.Type == sm.Command && strings.HasPrefix(e.Text, "cluster")
}
