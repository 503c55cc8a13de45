package fault

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"raftscope/engine/vtime"
	"raftscope/sm"
)

// Teller is where it is told what is done to an operation: its machine.
type Teller interface {
	ID() sm.ID // zero while it has none
	Attr(key string, v int64)
	AttrText(key, v string)
}

// The attributes that tell of faults.
const (
	AttrHeld   = "held"    // 1 while the operation is held, 0 from when it goes on
	AttrHeldBy = "held-by" // by what, while it is
	AttrFault  = "fault"   // what was done to it, in words
	AttrDue    = "due"     // when it will go on, if that has changed
)

// Fate is how a wait for an operation ended.
type Fate uint8

// The fates.
const (
	Arrived Fate = 1 + iota // its time has passed
	Dropped                 // it is lost
	Failed                  // it ends with Op.Err
	Ended                   // the life it belongs to is over, or the board was closed
)

// Reasons to hold beside rules and freezes.
const (
	byHand     = "hand"
	overtaking = "overtaking"
)

func isFreeze(reason string) bool     { return strings.HasPrefix(reason, "freeze ") }
func isOvertaking(reason string) bool { return strings.HasPrefix(reason, overtaking) }

// unfit is an ErrUnfit that says why.
type unfit string

func (e unfit) Error() string        { return string(e) }
func (e unfit) Is(target error) bool { return target == ErrUnfit }

// Op is one operation under way. It is used by whoever carries it out; the
// board's lock guards it.
type Op struct {
	board  *Board
	n      uint64
	what   What
	stream *vtime.Stream
	teller Teller
	marks  []string // what was done before there was a teller
	wake   chan struct{}
	ended  chan struct{} // closed when it is over, if somebody asked
	over   bool
	copied bool
	kept   bool       // it was held at some time
	rng    *rand.Rand // of what is drawn for it by hand

	reasons []string      // to hold it; none: it is not held
	waiting bool          // Wait was called
	now     bool          // its fate does not wait for its time
	due     time.Time     // when its time has passed, while it waits and is not held
	left    time.Duration // of its time, while it waits and is held
	limit   time.Time     // until when it waits to be overtaken
	extra   time.Duration // longer by rules
	later   time.Duration // longer by hand, from before it waited
	copies  []time.Duration
	fate    Fate // Dropped or Failed if that was decided
	err     error
	how     How                       // a Failed operation of a disk: how much of it is done
	queued  bool                      // it waits for its turn
	again   func(after time.Duration) // sends it once more; nil: it is no request
}

func newDraws() map[string]*rand.Rand { return map[string]*rand.Rand{} }

// Touched says whether a rule or a freeze did anything to the operation.
func (o *Op) Touched() bool {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return len(o.marks) > 0 || o.isHeld()
}

// Extra is how much longer the operation takes than it would.
func (o *Op) Extra() time.Duration { return o.extra }

// Copies says how long after the operation itself further copies arrive.
func (o *Op) Copies() []time.Duration { return o.copies }

// Known says whether it is known when the operation's time will have passed:
// it is neither held nor lost.
func (o *Op) Known() bool {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return !o.isHeld() && o.fate != Dropped
}

// Tell says where to tell of the operation. again sends it once more, after a
// time; nil if that makes no sense.
func (o *Op) Tell(t Teller, again func(after time.Duration)) {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	o.teller, o.again = t, again
	for _, text := range o.marks {
		o.tellText(text)
	}
	o.marks = nil
	if o.isHeld() {
		o.tell(AttrHeld, 1)
		o.tellReasons()
	}
}

// Ended returns a channel that is closed when the operation is over.
func (o *Op) Ended() <-chan struct{} {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.ended == nil {
		o.ended = make(chan struct{})
		if o.over {
			close(o.ended)
		}
	}
	return o.ended
}

// What is the operation.
func (o *Op) What() What { return o.what }

// ID is the number of the machine that tells of the operation, zero if none
// does.
func (o *Op) ID() sm.ID {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.teller == nil {
		return 0
	}
	return o.teller.ID()
}

// Queue waits for the operation's turn, unless somebody ends it before. It
// returns Arrived when its turn has come.
func (o *Op) Queue(turn, dead <-chan struct{}) Fate {
	for {
		o.board.mu.Lock()
		o.queued = true
		if o.fate != 0 && o.now {
			o.board.mu.Unlock()
			return o.fate
		}
		wake := o.waker()
		o.board.mu.Unlock()
		select {
		case <-turn:
			return Arrived
		case <-wake:
		case <-dead:
			return Ended
		}
	}
}

// Pass waits while the operation is held before it has begun to take time. It
// returns Arrived if it may begin.
func (o *Op) Pass(dead <-chan struct{}) Fate {
	for {
		o.board.mu.Lock()
		o.queued = false
		if o.fate != 0 && o.now {
			o.board.mu.Unlock()
			return o.fate
		}
		if !o.isHeld() {
			o.board.mu.Unlock()
			return Arrived
		}
		wake := o.waker()
		o.board.mu.Unlock()
		select {
		case <-wake:
		case <-dead:
			return Ended
		case <-o.board.closed:
			return Ended
		}
	}
}

// Wait waits until the operation's time d has passed and it is not held. dead
// may be nil: a message outlives its sender.
func (o *Op) Wait(d time.Duration, dead <-chan struct{}) Fate {
	b := o.board
	b.mu.Lock()
	d += o.later
	o.waiting, o.left, o.due = true, d, time.Now().Add(d)
	if o.later > 0 && !o.isHeld() {
		o.goOn(d)
	}
	if slices.ContainsFunc(o.reasons, isOvertaking) {
		o.limit = time.Now().Add(b.opt.Patience)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		fate, until := o.state()
		if fate != 0 {
			b.mu.Unlock()
			return fate
		}
		wake := o.waker()
		b.mu.Unlock()
		if until.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(time.Until(until))
		}
		select {
		case <-timer.C:
		case <-wake:
		case <-dead:
			return Ended
		case <-b.closed:
			return Ended
		}
		b.mu.Lock()
	}
}

// state returns the fate if it is time for one, else when to look again; zero:
// only when woken. b.mu is held.
func (o *Op) state() (fate Fate, until time.Time) {
	switch {
	case o.fate == Dropped, o.fate != 0 && o.now:
		return o.fate, until
	case !o.limit.IsZero() && !time.Now().Before(o.limit) && o.isHeld():
		o.limit = time.Time{}
		o.unhold(isOvertaking)
		return o.state()
	case o.isHeld():
		return 0, o.limit
	case time.Now().Before(o.due):
		return 0, o.due
	case o.fate != 0:
		return o.fate, until
	}
	return Arrived, until
}

// waker returns the channel that says that something changed. b.mu is held.
func (o *Op) waker() <-chan struct{} {
	if o.wake == nil {
		o.wake = make(chan struct{}, 1)
	}
	return o.wake
}

func (o *Op) rouse() {
	if o.wake == nil {
		return
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// End takes the operation off the board.
func (o *Op) End() {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.over {
		return
	}
	o.over = true
	delete(o.board.ops, o.n)
	if o.what.Class == Message { // lost while it was held; others are held until their life ends
		o.let()
	}
	o.remove(func(string) bool { return true })
	if o.ended != nil {
		close(o.ended)
	}
}

// Lost says that the link was cut under a message. If somebody held it, they
// must hear that it went nowhere.
func (o *Op) Lost() {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.kept {
		o.mark("lost: the link was cut meanwhile")
	}
}

// Err is the error of a Failed operation.
func (o *Op) Err() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return o.err
}

func (o *Op) isHeld() bool { return len(o.reasons) > 0 }

// apply does to an operation that begins what a rule says. b.mu is held.
func (o *Op) apply(r *rule) {
	seed := o.board.opt.Seed
	switch r.Action {
	case Hold:
		o.because(r.name())
		o.mark("held by " + r.name())
	case Fail:
		o.fate, o.err, o.how = Failed, r.Err, r.How
		o.mark(r.How.words(r.name(), r.Err))
	case Crash:
		o.fate, o.how = Failed, How{After: r.How.After, Crash: true}
		o.mark(o.how.words(r.name(), nil))
	case Drop:
		o.fate = Dropped
		o.mark("dropped by " + r.name())
	case Delay:
		by := r.by(o.what, seed)
		o.extra += by
		o.mark("delayed by " + r.name() + ", " + by.Round(time.Microsecond).String())
	case Duplicate:
		o.copies = append(o.copies, r.by(o.what, seed))
		o.mark("duplicated by " + r.name())
	case Reorder:
		o.because(overtaking + " by " + r.name())
		o.mark("reordered by " + r.name())
	}
}

// mark tells what was done to the operation, or keeps it until there is
// somebody to tell. b.mu is held.
func (o *Op) mark(text string) {
	if o.teller == nil {
		o.marks = append(o.marks, text)
		return
	}
	o.tellText(text)
}

func (o *Op) tellText(text string) {
	if o.teller != nil {
		o.teller.AttrText(AttrFault, text)
	}
}

func (o *Op) tell(key string, v int64) {
	if o.teller != nil {
		o.teller.Attr(key, v)
	}
}
