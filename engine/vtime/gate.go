package vtime

import (
	"slices"
	"sync"
	"time"
)

// Step is the least virtual time between two admissions of one gate, and the
// least that an arrival waits: about a microsecond.
const Step = 8 * Slots * time.Nanosecond

// Gate admits what enters a node: requests, answers, client calls, stops. It
// is shut while a modelled operation of the node's main goroutine runs, then
// admits one delivery per virtual microsecond, in order of arrival, and never at
// the very instant of its arrival: what arrives at one instant is sorted first.
//
// It exists because Go picks at random among the ready cases of a select: a
// raft main goroutine that returns from a disk write must not find two of its
// channels ready. The gate only orders what raft's channels would queue.
//
// A gate has a slot of its own, as streams have: what is let into a node never
// happens at the instant of anything else.
type Gate struct {
	slot    int64
	blocked func() bool      // main is held up, or soon may be; nil: it never is
	timer   func() time.Time // when main's own timer fires; nil: it has none

	mu      sync.Mutex
	busy    int       // modelled operations of main that run now
	queue   []*Ticket // in order of arrival
	handing *Ticket   // admitted, and not yet handed over
	held    int       // how many want that nothing that may be gathered is let in
	armed   bool      // a timer will admit the head of the queue
	last    time.Time // last admission, or end of the last operation
	dead    <-chan struct{}
}

// NewGate returns an open gate of a life that ends when dead is closed. No
// stream of the run may have its slot.
func NewGate(dead <-chan struct{}, slot int) *Gate {
	return &Gate{dead: dead, slot: int64(slot % Slots)}
}

// Watch has the gate shut while blocked says so, too. Poke must be called when
// that may have changed. blocked is called with the gate's lock held.
func (g *Gate) Watch(blocked func() bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.blocked = blocked
}

// Beside tells the gate when main's own timer fires next: at that very instant
// nothing is let in. timer is called with the gate's lock held.
func (g *Gate) Beside(timer func() time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timer = timer
}

// Poke has the gate look again, at its next instant, whether it is still shut by
// what Watch was told, if somebody waits for that.
func (g *Gate) Poke() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.blocked == nil || g.armed || len(g.queue) == 0 || g.busy > 0 || g.handing != nil {
		return
	}
	g.armed = true
	time.AfterFunc(time.Until(g.after(time.Now())), g.fire)
}

// after returns the first instant of the gate's slot that is a Step or more
// after t, and not that of main's timer. g.mu is held.
func (g *Gate) after(t time.Time) time.Time {
	t = t.Add(Step)
	t = t.Add(time.Duration((g.slot - t.UnixNano()%Slots + Slots) % Slots))
	if g.timer != nil && g.timer().Equal(t) {
		t = t.Add(Slots)
	}
	return t
}

// Ticket is a place in a gate's queue.
type Ticket struct {
	gate     *Gate
	arrived  time.Time
	key      int
	group    bool // may be let in with its neighbours, see Gather
	admitted chan struct{}
}

// Enter takes the next place in the queue. It never blocks, so that the
// caller fixes the order; Wait does the waiting.
func (g *Gate) Enter() *Ticket { return g.EnterAs(0) }

// EnterAs is Enter for something that may arrive together with others: those
// that arrive at one instant are admitted in the order of their keys, however
// the scheduler ran them.
func (g *Gate) EnterAs(key int) *Ticket { return g.enter(key, false) }

// EnterGroup is EnterAs for something that may be gathered.
func (g *Gate) EnterGroup(key int) *Ticket { return g.enter(key, true) }

func (g *Gate) enter(key int, group bool) *Ticket {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.ticket(key)
	t.group = group
	at := len(g.queue)
	for at > 0 && g.queue[at-1].arrived.Equal(t.arrived) && g.queue[at-1].key > key {
		at--
	}
	g.queue = slices.Insert(g.queue, at, t)
	g.pump()
	return t
}

// EnterFirst takes the first place in the queue.
func (g *Gate) EnterFirst() *Ticket {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.ticket(0)
	g.queue = slices.Insert(g.queue, 0, t)
	g.pump()
	return t
}

func (g *Gate) ticket(key int) *Ticket {
	return &Ticket{gate: g, arrived: time.Now(), key: key, admitted: make(chan struct{})}
}

// Wait blocks, in virtual time, until the ticket is admitted. It returns false
// if the node's life ended first.
func (t *Ticket) Wait() bool {
	select {
	case <-t.gate.dead:
		return false
	default:
	}
	select {
	case <-t.admitted:
		return true
	case <-t.gate.dead:
		return false
	}
}

// Gather lets in those at the head of the queue that may be gathered, at most n,
// while the gate is shut. It is called by the main goroutine at the end of its
// operation: they line up on raft's channel before it comes back, one a
// microsecond, and it takes them all at once, as it does with what queued there
// while it was busy. It ends before main's timer fires, which main must not find
// beside them. It returns false if the life ended meanwhile.
func (g *Gate) Gather(n int) bool {
	for range n {
		t, until := g.takeGroup()
		if t == nil {
			return true
		}
		close(t.admitted)
		select {
		case <-time.After(time.Until(until)):
		case <-g.dead:
			return false
		}
	}
	return true
}

// takeGroup takes the head of the queue if it may be gathered, and says until
// when nothing else may be let in.
func (g *Gate) takeGroup() (t *Ticket, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 || !g.queue[0].group || g.held > 0 {
		return nil, until
	}
	now := time.Now()
	until = g.after(now)
	if g.timer != nil {
		if fires := g.timer(); !fires.Before(now) && !fires.After(until) {
			return nil, until
		}
	}
	t = g.queue[0]
	g.queue = slices.Delete(g.queue, 0, 1)
	return t, until
}

// Done says that what the ticket stood for has been handed over; the next may
// come a microsecond later.
func (t *Ticket) Done() {
	g := t.gate
	g.mu.Lock()
	if g.handing == t {
		g.handing = nil
		g.last = time.Now()
		g.pump()
	}
	g.mu.Unlock()
}

// IsShut says whether an operation of the main goroutine runs.
func (g *Gate) IsShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy > 0
}

// Begin shuts the gate for an operation of the main goroutine.
func (g *Gate) Begin() {
	g.mu.Lock()
	g.busy++
	g.mu.Unlock()
}

// End opens the gate again, from the next microsecond on.
func (g *Gate) End() {
	g.mu.Lock()
	g.busy--
	g.last = time.Now()
	g.pump()
	g.mu.Unlock()
}

// pump sees to it that the head of the queue is admitted when it is time. g.mu
// is held.
func (g *Gate) pump() {
	i := g.next()
	if g.busy > 0 || g.handing != nil || g.armed || i < 0 {
		return
	}
	due := g.queue[i].arrived
	if g.last.After(due) {
		due = g.last
	}
	if wait := time.Until(g.after(due)); wait > 0 {
		g.armed = true
		time.AfterFunc(wait, g.fire)
		return
	}
	if g.blocked == nil || !g.blocked() {
		g.admit(i)
	}
}

// next returns the place in the queue of what is to be let in next, -1 if
// nothing is. g.mu is held.
func (g *Gate) next() int {
	return slices.IndexFunc(g.queue, func(t *Ticket) bool { return g.held == 0 || !t.group })
}

// HoldGroup keeps what may be gathered waiting while everything else is let in,
// until the function that it returns is called.
func (g *Gate) HoldGroup() (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.held--
		g.last = time.Now()
		g.pump()
	}
}

func (g *Gate) fire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.armed = false
	g.pump()
}

func (g *Gate) admit(i int) {
	t := g.queue[i]
	if i == 0 {
		g.queue[0] = nil
		g.queue = g.queue[1:]
	} else {
		g.queue = slices.Delete(g.queue, i, i+1)
	}
	g.handing = t
	close(t.admitted)
}
