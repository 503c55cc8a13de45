package narrate_test

import (
	"strings"
	"testing"

	"raftscope/replay"
	"raftscope/replay/narrate"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

// gadget is a kind that the package does not know.
var gadget = sm.MustBuild(sm.KindSpec{
	Name: "gadget", Doc: "A thing of a later version.",
	States: []sm.StateSpec{
		{Name: "idle", Flags: sm.Initial, Next: []string{"BUSY", "MUTE"}, Doc: "The gadget has nothing to do: it waits."},
		{Name: "BUSY", Flags: sm.Final, Doc: "Somebody turned the handle. It takes a while."},
		{Name: "MUTE", Flags: sm.Final, Doc: "Taken away by kinds."},
	},
})

func kinds() []sm.KindSpec {
	specs := []sm.KindSpec{gadget.Spec()}
	specs[0].States[2].Doc = "" // a recording may leave it out
	for _, k := range catalog.All() {
		specs = append(specs, k.Spec())
	}
	return specs
}

// script makes up a run.
type script struct {
	t        *testing.T
	events   []sm.Event
	machines map[sm.ID]*sm.Event // the births
	at       sm.Time
	last     sm.ID
}

func newScript(t *testing.T) *script {
	s := &script{t: t, machines: map[sm.ID]*sm.Event{}}
	s.add(sm.Event{Type: sm.Command, Text: "cluster nodes=3"})
	return s
}

func (s *script) add(e sm.Event) {
	e.Seq, e.At = uint64(len(s.events)+1), s.at
	s.events = append(s.events, e)
}

func (s *script) wait() { s.at += 1_000_000 }

func (s *script) state(kind, name string) sm.State {
	for _, k := range append(catalog.All(), gadget) {
		if k.Name() != kind {
			continue
		}
		if state, ok := k.State(name); ok {
			return state
		}
	}
	s.t.Helper()
	s.t.Fatalf("there is no state %s of %s", name, kind)
	return 0
}

func (s *script) born(node, kind, state, subject, label string) sm.ID {
	s.t.Helper()
	s.last++
	e := sm.Event{Type: sm.Born, Machine: s.last, Node: node, Life: 1, Kind: kind, State: s.state(kind, state), Key: subject, Text: label}
	s.machines[s.last] = &e
	s.add(e)
	return s.last
}

func (s *script) event(id sm.ID, e sm.Event) {
	m := s.machines[id]
	e.Machine, e.Node, e.Life = id, m.Node, m.Life
	s.add(e)
}

func (s *script) move(id sm.ID, states ...string) {
	s.t.Helper()
	for _, name := range states {
		m := s.machines[id]
		from := m.State
		m.State = s.state(m.Kind, name)
		s.event(id, sm.Event{Type: sm.Moved, From: from, State: m.State})
	}
}

// due is move, to a state that is known to end.
func (s *script) due(id sm.ID, state string) {
	s.t.Helper()
	s.move(id, state)
	s.events[len(s.events)-1].Due = s.at + 2_000_000
}

func (s *script) fail(id sm.ID, state, reason string) {
	s.t.Helper()
	m := s.machines[id]
	from := m.State
	m.State = s.state(m.Kind, state)
	s.event(id, sm.Event{Type: sm.Failed, From: from, State: m.State, Text: reason})
}

func (s *script) num(id sm.ID, key string, v int64) {
	s.event(id, sm.Event{Type: sm.Attributed, Key: key, Num: v})
}

func (s *script) text(id sm.ID, key, v string) {
	s.event(id, sm.Event{Type: sm.Attributed, Key: key, Text: v, IsText: true})
}

func (s *script) link(cause, effect sm.ID, role string) {
	s.event(effect, sm.Event{Type: sm.Linked, Other: cause, Key: role})
}

// node is a node that has a role and a term.
func (s *script) node(name, role string, term int64) sm.ID {
	s.t.Helper()
	id := s.born(name, "node", "follower", name, "")
	switch role {
	case "candidate":
		s.move(id, "candidate")
	case "leader":
		s.move(id, "candidate", "leader")
	}
	s.num(id, "term", term)
	return id
}

func (s *script) timeline() *replay.Timeline {
	s.t.Helper()
	t := replay.NewTimeline()
	if err := t.AddKinds(kinds()); err != nil {
		s.t.Fatal(err)
	}
	if err := t.Append(s.events); err != nil {
		s.t.Fatal(err)
	}
	if d := t.Damage(); d.Events > 0 {
		s.t.Fatalf("damage: %s", strings.Join(d.Reasons, ", "))
	}
	return t
}

// lastSentence returns the sentence of the newest instant.
func lastSentence(t *replay.Timeline) string {
	from, to := narrate.Bounds(t, t.Events()-1)
	return narrate.Instant(t, from, to)
}
