package fault

import (
	"errors"
	"fmt"
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
	AttrHeld  = "held"  // 1 while the operation is held, 0 from when it goes on
	AttrFault = "fault" // what was done to it, in words
	AttrDue   = "due"   // when it will go on, if that has changed
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

func isFreeze(reason string) bool { return strings.HasPrefix(reason, "freeze ") }

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
	}
}

// Pass waits while the operation is held before it has begun to take time. It
// returns Arrived if it may begin.
func (o *Op) Pass(dead <-chan struct{}) Fate {
	for {
		o.board.mu.Lock()
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
	if slices.Contains(o.reasons, overtaking) {
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
		o.unhold(func(reason string) bool { return reason == overtaking })
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
	delete(o.board.ops, o.n)
	if slices.Contains(o.reasons, overtaking) {
		o.board.late--
	}
	if o.isHeld() && o.what.Class == Message { // lost while it was held; others are held until their life ends
		o.tell(AttrHeld, 0)
	}
	o.reasons = nil
}

// Err is the error of a Failed operation.
func (o *Op) Err() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return o.err
}

func (o *Op) isHeld() bool { return len(o.reasons) > 0 }

// Hold holds the operation where it is.
func (o *Op) Hold() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if slices.Contains(o.reasons, byHand) {
		return fmt.Errorf("%w: it is held already", ErrUnfit)
	}
	o.hold(byHand)
	return nil
}

// hold adds a reason to hold. b.mu is held.
func (o *Op) hold(reason string) {
	held := o.isHeld()
	o.reasons = append(o.reasons, reason)
	if held {
		return
	}
	if o.waiting {
		o.left = max(time.Until(o.due), 0)
	}
	o.tell(AttrHeld, 1)
	o.rouse()
}

// Release lets the operation go on, whatever holds it. Its time goes on where
// it stopped.
func (o *Op) Release() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if !o.isHeld() {
		return ErrNotHeld
	}
	o.unhold(func(string) bool { return true })
	return nil
}

// Reorder holds the request until one that left later has overtaken it.
func (o *Op) Reorder() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.what.Class != Message || o.again == nil {
		return fmt.Errorf("%w: only requests can be overtaken", ErrUnfit)
	}
	if slices.Contains(o.reasons, overtaking) {
		return fmt.Errorf("%w: it waits to be overtaken already", ErrUnfit)
	}
	o.board.late++
	o.limit = time.Now().Add(o.board.opt.Patience)
	o.mark("reordered")
	o.hold(overtaking)
	return nil
}

// unhold takes away the reasons to hold that match, and returns whether it is
// held no more. It is held before. b.mu is held.
func (o *Op) unhold(match func(string) bool) bool {
	before := len(o.reasons)
	if slices.Contains(o.reasons, overtaking) && match(overtaking) {
		o.board.late--
	}
	o.reasons = slices.DeleteFunc(o.reasons, match)
	if before == 0 || o.isHeld() {
		return false
	}
	o.tell(AttrHeld, 0)
	if o.waiting {
		o.goOn(o.left)
	}
	o.rouse()
	return true
}

// goOn gives the operation a new time to wait. b.mu is held.
func (o *Op) goOn(left time.Duration) {
	d := o.stream.Draw(vtime.Range{Lo: left, Hi: left}) // it ends at an instant of its stream's own
	o.due = time.Now().Add(d)
	o.tell(AttrDue, int64(o.board.opt.Clock(o.due)))
}

// Delay makes the operation take longer, also while it is held.
func (o *Op) Delay(by time.Duration) error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	o.mark("delayed by " + by.String())
	switch {
	case !o.waiting:
		o.later += by
	case o.isHeld():
		o.left += by
	default:
		o.goOn(max(time.Until(o.due), 0) + by)
		o.rouse()
	}
	return nil
}

// Fail ends the operation with an error, now.
func (o *Op) Fail(err error) error {
	if o.what.Class == FSM {
		return fmt.Errorf("%w: a state machine cannot refuse what was committed", ErrUnfit)
	}
	o.decide(Failed, err, "failed: "+err.Error())
	return nil
}

// Drop loses the message, now.
func (o *Op) Drop() error {
	if o.what.Class != Message {
		return fmt.Errorf("%w: only messages can be lost; a disk operation can fail", ErrUnfit)
	}
	o.decide(Dropped, nil, "dropped")
	return nil
}

func (o *Op) decide(fate Fate, err error, text string) {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	o.fate, o.err, o.now = fate, err, true
	o.mark(text)
	if o.isHeld() {
		o.reasons = nil
		o.tell(AttrHeld, 0)
	}
	o.rouse()
}

// errAnswer: only requests can be sent twice.
var errAnswer = errors.New("only a request can be sent twice")

// Duplicate has a copy of the request arrive so long after it would itself.
func (o *Op) Duplicate(after time.Duration) error {
	o.board.mu.Lock()
	again := o.again
	if again == nil {
		o.board.mu.Unlock()
		return fmt.Errorf("%w: %w", ErrUnfit, errAnswer)
	}
	left := o.left
	if !o.isHeld() {
		left = max(time.Until(o.due), 0)
	}
	o.mark("duplicated")
	o.board.mu.Unlock()
	again(left + after)
	return nil
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
