package recordertest

import (
	"time"

	"raftscope/sm"
)

// Script collects events. It numbers them and the machines, and keeps time.
type Script struct {
	Events []sm.Event
	now    sm.Time
	wall   int64
	born   map[sm.ID]*machine
	kinds  map[string][]string
	last   sm.ID
	taken  int // events that are not in Events any more
}

type machine struct {
	kind  string
	node  string
	life  uint32
	state sm.State
}

// New returns an empty script at time zero.
func New() *Script {
	s := &Script{born: make(map[sm.ID]*machine), kinds: make(map[string][]string)}
	for _, k := range Kinds() {
		for _, st := range k.States {
			s.kinds[k.Name] = append(s.kinds[k.Name], st.Name)
		}
	}
	return s
}

// Kind returns the name of a machine's kind.
func (s *Script) Kind(id sm.ID) string { return s.born[id].kind }

// Wait lets virtual time pass.
func (s *Script) Wait(d time.Duration) { s.now += sm.Time(d) }

// Now returns the virtual time.
func (s *Script) Now() sm.Time { return s.now }

// Add adds e with the next number and the present time.
func (s *Script) Add(e sm.Event) {
	n := s.taken + len(s.Events)
	s.wall += 300 + int64(n%7)*211
	e.Seq, e.At, e.Wall = uint64(n+1), s.now, s.wall
	s.Events = append(s.Events, e)
}

// Take returns the events since it was last called and keeps them no longer,
// for runs that are longer than memory. They are valid until the next event.
func (s *Script) Take() []sm.Event {
	events := s.Events
	s.taken += len(events)
	s.Events = s.Events[:0]
	return events
}

// Machines returns how many machines were born.
func (s *Script) Machines() int { return int(s.last) }

// Born adds the birth of a machine of kind, whose state is the named one or,
// if that is empty, the kind's first. It panics on an unknown name: a mistake
// in the test.
func (s *Script) Born(kind, node string, life uint32, state, subject, label string) sm.ID {
	s.last++
	m := &machine{kind: kind, node: node, life: life}
	if state != "" {
		m.state = s.state(kind, state)
	}
	s.born[s.last] = m
	s.Add(sm.Event{Type: sm.Born, Machine: s.last, Kind: kind, Node: node, Life: life,
		State: m.state, Key: subject, Text: label})
	return s.last
}

func (s *Script) state(kind, name string) sm.State {
	for i, n := range s.kinds[kind] {
		if n == name {
			return sm.State(i)
		}
	}
	panic("recordertest: no state " + name + " of kind " + kind)
}

// Move adds one move for each named state, all at the present time.
func (s *Script) Move(id sm.ID, states ...string) {
	for _, name := range states {
		s.move(id, name, sm.Event{Type: sm.Moved})
	}
}

// MoveDue adds a move to a state that will end after d.
func (s *Script) MoveDue(id sm.ID, state string, d time.Duration) {
	s.move(id, state, sm.Event{Type: sm.Moved, Due: s.now + sm.Time(d)})
}

// Fail adds a failure.
func (s *Script) Fail(id sm.ID, state string, code int64, reason string) {
	s.move(id, state, sm.Event{Type: sm.Failed, Num: code, Text: reason})
}

func (s *Script) move(id sm.ID, state string, e sm.Event) {
	m := s.born[id]
	to := s.state(m.kind, state)
	e.Machine, e.Node, e.Life, e.From, e.State = id, m.node, m.life, m.state, to
	m.state = to
	s.Add(e)
}

// Link adds: cause is a cause of effect.
func (s *Script) Link(cause, effect sm.ID, role string) {
	m := s.born[effect]
	s.Add(sm.Event{Type: sm.Linked, Machine: effect, Other: cause, Node: m.node, Life: m.life, Key: role})
}

// Attr adds a number.
func (s *Script) Attr(id sm.ID, key string, v int64) {
	m := s.born[id]
	s.Add(sm.Event{Type: sm.Attributed, Machine: id, Node: m.node, Life: m.life, Key: key, Num: v})
}

// AttrText adds a text.
func (s *Script) AttrText(id sm.ID, key, v string) {
	m := s.born[id]
	s.Add(sm.Event{Type: sm.Attributed, Machine: id, Node: m.node, Life: m.life, Key: key, Text: v, IsText: true})
}

// End adds a close or an abandonment.
func (s *Script) End(id sm.ID, t sm.EventType) {
	m := s.born[id]
	s.Add(sm.Event{Type: t, Machine: id, Node: m.node, Life: m.life, State: m.state})
}
