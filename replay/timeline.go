package replay

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"sync/atomic"

	"raftscope/replay/rules"
	"raftscope/sm"
)

// ErrFull: a timeline holds at most 2^32-1 events.
var ErrFull = errors.New("timeline is full")

// Timeline holds a run's events and answers questions about them, at the
// newest event or, by a View, at any. One goroutine may append (Append,
// AddKinds) while others ask: nothing that was answered from changes any more,
// so no lock is taken. Whoever asks more than one question takes a View, or
// the answers are of different events.
type Timeline struct {
	length atomic.Uint32 // how many events may be asked about: whole batches

	rows     rows
	strings  stringTable
	runs     runs
	kinds    atomic.Pointer[map[string]*Kind] // never changed, but replaced
	kindList list[*Kind]                      // in the order they became known
	machines list[*Machine]                   // in order of birth, and so of id
	places   list[placeKey]
	roster   atomic.Pointer[roster]

	clients    index                // execs and reads by their ordinal, which counts both
	entries    index                // all entries, on all nodes and in all lives
	lastExecs  list[step[*Machine]] // of the highest ordinal
	lastReads  list[step[*Machine]]
	retrying   list[step[uint32]] // how many failed calls their clients will make again
	violations list[uint32]
	broken     list[brokenAt] // the rules found broken
	notable    list[uint32]
	pendings   openings     // what may be under way, of all kinds: see stir
	helds      openings     // what is held
	cutting    list[uint32] // the lines of the journal that cut and heal links
	ruling     list[uint32] // those that make and clear rules
	cuts       atomic.Pointer[cutSet]
	founded    atomic.Pointer[founding] // nil until the cluster's line is met
	damaged    atomic.Int64
	reasons    list[string]

	// For the writer.
	watcher  *rules.Watcher
	awaited  map[*Machine]bool // calls that are counted in retrying
	slab     []Machine         // room for the next machines
	keys     []key             // room for the next keys
	placeNos map[placeKey]uint16
	lives    []*life // by place; nil until a machine is born there
	now      sm.Time
	lastSeq  uint64
}

// placeKey is where an event happened.
type placeKey struct {
	node string
	life uint32
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
	t := &Timeline{
		watcher:  rules.NewWatcher(),
		strings:  stringTable{numbers: make(map[string]uint32)},
		placeNos: make(map[placeKey]uint16),
		awaited:  make(map[*Machine]bool),
		clients:  index{seed: maphash.MakeSeed()},
		entries:  index{seed: maphash.MakeSeed()},
		pendings: openings{which: inPending},
		helds:    openings{which: inHeld},
	}
	t.kinds.Store(&map[string]*Kind{})
	t.roster.Store(&roster{})
	return t
}

// Append adds events, which follow those before; only when it returns are they
// seen. It keeps their strings but not the slice. What contradicts itself is
// left out and counted, see Damage. It fails with ErrFull.
func (t *Timeline) Append(events []sm.Event) error {
	defer func() { t.length.Store(uint32(t.rows.length)) }()
	for i := range events {
		if t.rows.length >= math.MaxUint32 {
			return fmt.Errorf("append event %d: %w", events[i].Seq, ErrFull)
		}
		if why := t.take(&events[i]); why != "" {
			t.refuse(&events[i], why)
		}
		if n := t.watcher.Take(&events[i]); n > 0 {
			t.noteBroken(n)
		}
	}
	return nil
}

func (t *Timeline) refuse(e *sm.Event, why string) {
	if t.damaged.Load() < DamageReasons {
		t.reasons.append(fmt.Sprintf("event %d (%s): %s", e.Seq, e.Type, why))
	}
	t.damaged.Add(1)
}

// Damage returns what was left out so far.
func (t *Timeline) Damage() Damage {
	return Damage{Events: int(t.damaged.Load()), Reasons: slices.Clone(t.reasons.all())}
}

// Events returns the number of events kept.
func (t *Timeline) Events() int { return int(t.length.Load()) }

// LastSeq returns the number of the newest event, 0 if there is none. It is
// more than Events if events were lost or left out.
func (t *Timeline) LastSeq() uint64 { return t.View().Seq() }

// Now returns the time of the latest event.
func (t *Timeline) Now() sm.Time { return t.View().Now() }

// timeAt returns the latest time of the first n events, or 0.
func (t *Timeline) timeAt(n uint32) sm.Time {
	if n == 0 {
		return 0
	}
	return t.rows.latest(n - 1)
}

// Kinds returns the kinds in the order they became known.
func (t *Timeline) Kinds() []*Kind { return slices.Clone(t.kindList.all()) }

// Kind returns the kind of that name, or nil.
func (t *Timeline) Kind(name string) *Kind { return t.kind(name) }

// placeOf returns the number of the place where e happened, or that there are
// too many.
func (t *Timeline) placeOf(e *sm.Event) (uint16, bool) {
	key := placeKey{e.Node, e.Life}
	if n, ok := t.placeNos[key]; ok {
		return n, true
	}
	if len(t.lives) > math.MaxUint16 {
		return 0, false
	}
	n := uint16(len(t.lives))
	t.places.append(key)
	t.lives = append(t.lives, nil)
	t.placeNos[key] = n
	return n, true
}
