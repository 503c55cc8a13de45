package fault

import (
	"cmp"
	"errors"
	"fmt"
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
	// ErrUnfit: such an operation cannot be treated so; the error says why.
	ErrUnfit = errors.New("that cannot be done to it")
	// ErrFull: there are RulesMax rules.
	ErrFull = fmt.Errorf("there are %d rules already", RulesMax)
)

// Options describe a board.
type Options struct {
	Seed uint64
	// Clock is the time in events of a moment in the bubble.
	Clock func(time.Time) sm.Time
	// Patience is how long a reordered message waits to be overtaken.
	Patience time.Duration
	// Full is the error of a disk that is full.
	Full error
}

// Board keeps the rules and the operations under way of a world. Its methods
// may be called from any goroutine of the bubble.
type Board struct {
	opt    Options
	closed chan struct{} // ends every wait
	once   sync.Once

	mu     sync.Mutex
	rules  []*rule // in order of number
	made   int     // how many rules there ever were
	frozen map[string]bool
	full   map[string]bool     // disks that are full, by node
	unread map[string][]uint64 // entries that disks cannot read, by node
	ops    map[uint64]*Op      // under way, by number
	newest uint64
	late   int // operations that wait to be overtaken
}

// NewBoard returns a board without rules.
func NewBoard(opt Options) *Board {
	return &Board{opt: opt, closed: make(chan struct{}), frozen: map[string]bool{}, full: map[string]bool{}, unread: map[string][]uint64{}, ops: map[uint64]*Op{}}
}

// Close ends every wait, as if the operations were lost, and every later one.
func (b *Board) Close() { b.once.Do(func() { close(b.closed) }) }

// Closed is closed by Close.
func (b *Board) Closed() <-chan struct{} { return b.closed }

// RulesMax is how many rules a board has at once: each is asked for every
// operation.
const RulesMax = 100

// Add adds a rule for operations that begin from now on and returns its number,
// which counts all rules there ever were. It fails with ErrFull.
func (b *Board) Add(r Rule) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rules) >= RulesMax {
		return 0, ErrFull
	}
	b.made++
	b.rules = append(b.rules, &rule{Rule: r, n: b.made, draws: newDraws()})
	return b.made, nil
}

// Made returns how many rules there ever were: the number of the newest.
func (b *Board) Made() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.made
}

// Clear removes a rule; what it holds goes on. ErrNoRule if there is none.
func (b *Board) Clear(n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.rules, func(r *rule) bool { return r.n == n })
	if i < 0 {
		return fmt.Errorf("rule %d: %w", n, ErrNoRule)
	}
	r := b.rules[i]
	b.rules = slices.Delete(b.rules, i, i+1)
	b.let(r.holds)
	return nil
}

// ClearAll removes all rules and returns how many there were.
func (b *Board) ClearAll() (cleared int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rules := b.rules
	b.rules = nil
	for _, r := range rules {
		b.let(r.holds)
	}
	return len(rules)
}

// Rules returns the rules, in order of number.
func (b *Board) Rules() []RuleState {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []RuleState
	for _, r := range b.rules {
		all = append(all, r.state())
	}
	return all
}

// InTheWay returns a rule that keeps or loses operations and may still fire.
func (b *Board) InTheWay() (r RuleState, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.rules {
		if !r.spent() && (r.Action == Hold || r.Action == Drop || r.Action == Fail || r.Action == Crash) {
			return r.state(), true
		}
	}
	return RuleState{}, false
}

// Holding returns the oldest operation that is held by a rule or by hand, if
// there is one that match wants; a nil match wants all.
func (b *Board) Holding(match func(What) bool) *Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.inOrder() {
		if (match == nil || match(o.what)) && slices.ContainsFunc(o.reasons, func(r string) bool { return !isFreeze(r) }) {
			return o
		}
	}
	return nil
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
	b.let(func(reason string) bool { return reason == freezeOf(node) })
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
	ours := func(by string) bool { return !isFreeze(by) }
	for _, o := range b.inOrder() {
		if slices.ContainsFunc(o.reasons, ours) { // a freeze may keep it all the same
			released++
		}
		o.unhold(ours)
	}
	return released
}

// Abandon lets the requests go on that a life of a node sent, now that it is
// over: by their machines, which are gone with it, nobody could release them.
// What another node's freeze holds stays, for a thaw lets that go.
func (b *Board) Abandon(node string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.inOrder() {
		if o.what.Class == Message && o.what.Node == node {
			o.teller = nil
			o.unhold(func(reason string) bool { return !isFreeze(reason) || reason == freezeOf(node) })
		}
	}
}

// let takes away the reasons to hold that match from all operations. b.mu is
// held.
func (b *Board) let(match func(reason string) bool) {
	for _, o := range b.inOrder() {
		o.unhold(match)
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
// the newest that is no copy. nil if there is none.
func (b *Board) Find(id sm.ID) *Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found *Op
	for _, o := range b.ops {
		if o.teller != nil && id != 0 && o.teller.ID() == id && (found == nil || found.copied && !o.copied || found.copied == o.copied && o.n > found.n) {
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
			o.unhold(isOvertaking)
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
	o := b.begin(w, stream)
	for _, r := range b.rules {
		if o.fate == 0 && r.fires(w, b.opt.Seed) { // what is lost gets to no second rule
			o.apply(r)
		}
	}
	if w.Class == Disk && !w.Reads && b.full[w.Node] && o.fate == 0 {
		o.fate, o.err = Failed, b.opt.Full
		o.mark("fails, since the disk is full")
	}
	return o
}

// BeginCopy is Begin for a second copy of a message: rules were asked about the
// first.
func (b *Board) BeginCopy(w What, stream *vtime.Stream) *Op {
	b.mu.Lock()
	defer b.mu.Unlock()
	o := b.begin(w, stream)
	o.copied = true
	return o
}

func (b *Board) begin(w What, stream *vtime.Stream) *Op {
	b.newest++
	o := &Op{board: b, n: b.newest, what: w, stream: stream}
	b.ops[o.n] = o
	if len(b.frozen) == 0 {
		return o
	}
	for _, node := range []string{w.Node, w.Peer} {
		if b.frozen[node] {
			o.because(freezeOf(node))
		}
	}
	return o
}
