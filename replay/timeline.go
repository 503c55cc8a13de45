package replay

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"raftscope/sm"
)

// ErrFull: a timeline holds at most 2^32-1 events.
var ErrFull = errors.New("timeline is full")

// Timeline holds a run's events and answers questions about them, at the
// newest event. It is not safe for concurrent use while it grows.
type Timeline struct {
	rows     rows
	strings  stringTable
	kinds    map[string]*Kind
	kindList []*Kind // in the order they became known

	machines []*Machine // in order of birth, and so of id
	slab     []Machine  // room for the next machines
	lists    []uint32   // room for the next lists of events

	places   []place
	placeNos map[placeKey]uint16
	nodes    map[string]*node
	names    []string // of the nodes, sorted

	clients    clients
	entries    map[position][]*Machine // all entries, on all nodes and in all lives
	violations []uint32

	now     sm.Time
	lastSeq uint64
	damage  Damage
}

// placeKey is where an event happened.
type placeKey struct {
	node string
	life uint32
}

type place struct {
	placeKey
	here *life // nil until a machine is born there
}

// Damage says what was left out because it contradicts what came before.
type Damage struct {
	Events  int      // left out
	Reasons []string // of the first DamageReasons of them
}

// DamageReasons is how many reasons a Damage keeps.
const DamageReasons = 16

// NewTimeline returns an empty timeline.
func NewTimeline() *Timeline {
	return &Timeline{
		strings:  stringTable{numbers: make(map[string]uint32)},
		kinds:    make(map[string]*Kind),
		placeNos: make(map[placeKey]uint16),
		nodes:    make(map[string]*node),
		clients:  clients{byOrdinal: make(map[uint64]*Machine)},
		entries:  make(map[position][]*Machine),
	}
}

// Append adds events, which follow those before. It keeps their strings but
// not the slice. What contradicts itself is left out and counted, see Damage.
// It fails with ErrFull.
func (t *Timeline) Append(events []sm.Event) error {
	for i := range events {
		if t.rows.length >= math.MaxUint32 {
			return fmt.Errorf("append event %d: %w", events[i].Seq, ErrFull)
		}
		if why := t.take(&events[i]); why != "" {
			t.refuse(&events[i], why)
		}
	}
	return nil
}

func (t *Timeline) refuse(e *sm.Event, why string) {
	t.damage.Events++
	if len(t.damage.Reasons) < DamageReasons {
		t.damage.Reasons = append(t.damage.Reasons, fmt.Sprintf("event %d (%s): %s", e.Seq, e.Type, why))
	}
}

// Damage returns what was left out so far.
func (t *Timeline) Damage() Damage {
	return Damage{Events: t.damage.Events, Reasons: slices.Clone(t.damage.Reasons)}
}

// Events returns the number of events kept.
func (t *Timeline) Events() int { return t.rows.length }

// LastSeq returns the number of the newest event. It is more than Events if
// events were lost or left out.
func (t *Timeline) LastSeq() uint64 { return t.lastSeq }

// Now returns the time of the latest event.
func (t *Timeline) Now() sm.Time { return t.now }

// Violations returns the violations, in order.
func (t *Timeline) Violations() []sm.Event {
	var out []sm.Event
	for _, i := range t.violations {
		out = append(out, t.Event(int(i)))
	}
	return out
}

// Kinds returns the kinds in the order they became known.
func (t *Timeline) Kinds() []*Kind { return slices.Clone(t.kindList) }

// Kind returns the kind of that name, or nil.
func (t *Timeline) Kind(name string) *Kind { return t.kinds[name] }

// placeOf returns the number of the place where e happened, or that there are
// too many.
func (t *Timeline) placeOf(e *sm.Event) (uint16, bool) {
	if n := len(t.places); n > 0 && t.places[n-1].life == e.Life && t.places[n-1].node == e.Node {
		return uint16(n - 1), true
	}
	key := placeKey{e.Node, e.Life}
	if n, ok := t.placeNos[key]; ok {
		return n, true
	}
	if len(t.places) > math.MaxUint16 {
		return 0, false
	}
	n := uint16(len(t.places))
	t.places = append(t.places, place{placeKey: key})
	t.placeNos[key] = n
	return n, true
}
