package fault

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"raftscope/engine/vtime"
	"raftscope/sm"
)

// Errors of what is asked of a board.
var (
	// ErrNoRule: no rule has that number.
	ErrNoRule = errors.New("there is no such rule")
	// ErrNotHeld: the operation is not held.
	ErrNotHeld = errors.New("it is not held")
	// ErrUnfit: such an operation cannot be treated so.
	ErrUnfit = errors.New("that cannot be done to it")
)

// Options describe a board.
type Options struct {
	Seed uint64
	// Clock is the time in events of a moment in the bubble.
	Clock func(time.Time) sm.Time
	// Patience is how long a reordered message waits to be overtaken.
	Patience time.Duration
}

// Board keeps the rules and the operations under way of a world. Its methods
// may be called from any goroutine of the bubble.
type Board struct {
	opt    Options
	closed chan struct{} // ends every wait
	once   sync.Once

	mu     sync.Mutex
	rules  []*rule // in order of number, cleared ones too: the end of a run tells of all
	active int     // rules that are not cleared
	frozen map[string]bool
	ops    map[uint64]*Op // under way, by number
	newest uint64
	late   int // operations that wait to be overtaken
}

// NewBoard returns a board without rules.
func NewBoard(opt Options) *Board {
	return &Board{opt: opt, closed: make(chan struct{}), frozen: map[string]bool{}, ops: map[uint64]*Op{}}
}

// Close ends every wait, as if the operations were lost, and every later one.
func (b *Board) Close() { b.once.Do(func() { close(b.closed) }) }

// Closed is closed by Close.
func (b *Board) Closed() <-chan struct{} { return b.closed }

// Add adds a rule for operations that begin from now on and returns its number.
func (b *Board) Add(r Rule) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.rules) + 1
	b.rules = append(b.rules, &rule{Rule: r, n: n, draws: newDraws()})
	b.active++
	return n
}

// Clear removes a rule; what it holds goes on. ErrNoRule if there is none.
func (b *Board) Clear(n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n < 1 || n > len(b.rules) || b.rules[n-1].cleared {
		return fmt.Errorf("rule %d: %w", n, ErrNoRule)
	}
	r := b.rules[n-1]
	r.cleared = true
	b.active--
	b.let(r.name())
	return nil
}

// ClearAll removes all rules and returns how many there were.
func (b *Board) ClearAll() (cleared int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.rules {
		if !r.cleared {
			r.cleared = true
			cleared++
			b.let(r.name())
		}
	}
	b.active = 0
	return cleared
}

// Rules returns all rules there ever were, in order of number.
func (b *Board) Rules() []RuleState {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []RuleState
	for _, r := range b.rules {
		all = append(all, RuleState{N: r.n, Text: r.Text, Fired: r.fired, Cleared: r.cleared, Spent: r.spent()})
	}
	return all
}

// Freeze holds everything of a node: the messages from it and to it, its disk
// and its state machine, what is under way too. False if it is frozen already.
func (b *Board) Freeze(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.frozen[node] {
		return false
	}
	b.frozen[node] = true
	for _, o := range b.inOrder() {
		if o.what.touches(node) {
			o.hold(freezeOf(node))
		}
	}
	return true
}

// Thaw lets everything of a node go on. False if it is not frozen.
func (b *Board) Thaw(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.frozen[node] {
		return false
	}
	delete(b.frozen, node)
	b.let(freezeOf(node))
	return true
}

// Frozen says whether a node is frozen.
func (b *Board) Frozen(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.frozen[node]
}

func freezeOf(node string) string { return "freeze " + node }

// ReleaseAll lets everything that is held go on, but for what is frozen, and
// returns how much that was.
func (b *Board) ReleaseAll() (released int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.inOrder() {
		if o.isHeld() && o.unhold(func(by string) bool { return !isFreeze(by) }) {
			released++
		}
	}
	return released
}

// Between draws from a range for an operation, each time anew.
func (b *Board) Between(o *Op, r vtime.Range) time.Duration {
	if r.Hi <= r.Lo {
		return r.Lo
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	rng := rand.New(rand.NewPCG(b.opt.Seed, o.n))
	return r.Lo + time.Duration(rng.Int64N(int64(r.Hi-r.Lo)+1))
}

// Abandon lets the requests that a node sent go on, because the life that sent
// them is over and nobody could release them any more.
func (b *Board) Abandon(node string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.inOrder() {
		if o.what.Class == Message && o.what.Node == node {
			o.teller = nil
			if o.isHeld() {
				o.unhold(func(string) bool { return true })
			}
		}
	}
}

// let takes away one reason to hold from all operations. b.mu is held.
func (b *Board) let(reason string) {
	for _, o := range b.inOrder() {
		if o.isHeld() {
			o.unhold(func(by string) bool { return by == reason })
		}
	}
}

// inOrder returns the operations in the order in which they began. b.mu is
// held.
func (b *Board) inOrder() []*Op {
	all := make([]*Op, 0, len(b.ops))
	for _, o := range b.ops {
		all = append(all, o)
	}
	slices.SortFunc(all, func(x, y *Op) int { return cmp.Compare(x.n, y.n) })
	return all
}

// Find returns the operation under way that a machine tells of; of several,
// the newest. nil if there is none.
func (b *Board) Find(id sm.ID) *Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found *Op
	for _, o := range b.ops {
		if o.teller != nil && id != 0 && o.teller.ID() == id && (found == nil || o.n > found.n) {
			found = o
		}
	}
	return found
}

// UnderWay returns how many operations are under way.
func (b *Board) UnderWay() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ops)
}

// Overtook says that a message has arrived: those that left before it on the
// same way and wait to be overtaken go on.
func (b *Board) Overtook(by *Op) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.late == 0 {
		return
	}
	for _, o := range b.inOrder() {
		w := o.what
		w.Kind = by.what.Kind
		if o.n < by.n && w == by.what && (by.what.Kind == o.what.Kind || !isBeat(by.what.Kind)) {
			o.unhold(func(reason string) bool { return reason == overtaking })
		}
	}
}

// isBeat: heartbeats have connections of their own and would overtake
// everything at once.
func isBeat(kind string) bool { return kind == "heartbeat" }

// Begin puts an operation on the board and asks the rules what is to be done
// to it. stream is the one that its time is drawn from. End must be called
// when it is over, whatever became of it.
func (b *Board) Begin(w What, stream *vtime.Stream) *Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.newest++
	o := &Op{board: b, n: b.newest, what: w, stream: stream}
	b.ops[o.n] = o
	if b.active > 0 {
		b.apply(o)
	}
	if len(b.frozen) > 0 {
		for _, node := range []string{w.Node, w.Peer} {
			if b.frozen[node] {
				o.reasons = append(o.reasons, freezeOf(node))
			}
		}
	}
	return o
}

// apply does to an operation what the rules say, in their order. b.mu is held.
func (b *Board) apply(o *Op) {
	for _, r := range b.rules {
		if !r.fires(o.what, b.opt.Seed) {
			continue
		}
		switch r.Action {
		case Hold:
			o.reasons = append(o.reasons, r.name())
			o.mark("held by " + r.name())
		case Fail:
			o.fate, o.err = Failed, r.Err
			o.mark("fails by " + r.name() + ": " + r.Err.Error())
		case Drop:
			o.fate = Dropped
			o.mark("dropped by " + r.name())
		case Delay:
			by := r.by(o.what, b.opt.Seed)
			o.extra += by
			o.mark("delayed by " + r.name() + ", " + by.Round(time.Microsecond).String())
		case Duplicate:
			o.copies = append(o.copies, r.by(o.what, b.opt.Seed))
			o.mark("duplicated by " + r.name())
		case Reorder:
			o.reasons = append(o.reasons, overtaking)
			b.late++
			o.mark("reordered by " + r.name())
		}
		if o.fate != 0 {
			return // it does not get to a second rule
		}
	}
}
