package fault

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"raftscope/engine/vtime"
)

// Hold holds the operation where it is.
func (o *Op) Hold() error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if slices.Contains(o.reasons, byHand) {
		return unfit("it is held already")
	}
	o.hold(byHand)
	return nil
}

// hold adds a reason to hold and tells so. b.mu is held.
func (o *Op) hold(reason string) {
	held := o.isHeld()
	o.because(reason)
	if held {
		o.tellReasons()
		return
	}
	if o.waiting {
		o.left = max(time.Until(o.due), 0)
	}
	o.tell(AttrHeld, 1)
	o.tellReasons()
	o.rouse()
}

// because adds a reason to hold. b.mu is held.
func (o *Op) because(reason string) {
	o.reasons = append(o.reasons, reason)
	o.kept = true
	if isOvertaking(reason) {
		o.board.late++
	}
}

// remove takes away the reasons to hold that match. b.mu is held.
func (o *Op) remove(match func(string) bool) {
	o.reasons = slices.DeleteFunc(o.reasons, func(reason string) bool {
		if !match(reason) {
			return false
		}
		if isOvertaking(reason) {
			o.board.late--
		}
		return true
	})
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
		return unfit("only requests can be overtaken")
	}
	if slices.ContainsFunc(o.reasons, isOvertaking) {
		return unfit("it waits to be overtaken already")
	}
	o.limit = time.Now().Add(o.board.opt.Patience)
	o.mark("reordered")
	o.hold(overtaking)
	return nil
}

// unhold takes away the reasons to hold that match, and returns whether it was
// held and is no more. b.mu is held.
func (o *Op) unhold(match func(string) bool) bool {
	before := len(o.reasons)
	o.remove(match)
	switch {
	case before == len(o.reasons):
		return false
	case o.isHeld():
		o.tellReasons()
		return false
	}
	o.tell(AttrHeld, 0)
	if o.waiting {
		o.goOn(o.left)
	}
	o.rouse()
	return true
}

// let takes the hold off an operation that does not go on. b.mu is held.
func (o *Op) let() {
	if o.isHeld() {
		o.remove(func(string) bool { return true })
		o.tell(AttrHeld, 0)
	}
}

// tellReasons tells what holds the operation. b.mu is held.
func (o *Op) tellReasons() {
	if o.teller != nil {
		o.teller.AttrText(AttrHeldBy, strings.Join(o.reasons, ", "))
	}
}

// goOn gives the operation a new time to wait. b.mu is held.
func (o *Op) goOn(left time.Duration) {
	d := o.stream.Draw(vtime.Range{Lo: left, Hi: left}) // it ends at an instant of its stream's own
	o.due = time.Now().Add(d)
	o.tell(AttrDue, int64(o.board.opt.Clock(o.due)))
}

// between draws from a range, each time anew. b.mu is held.
func (o *Op) between(r vtime.Range) time.Duration {
	if r.Hi <= r.Lo {
		return r.Lo
	}
	if o.rng == nil {
		o.rng = rand.New(rand.NewPCG(o.board.opt.Seed, o.n))
	}
	return (r.Lo + time.Duration(o.rng.Int64N(int64(r.Hi-r.Lo)+1))).Round(time.Microsecond)
}

// Delay makes the operation take longer, by a time drawn from a range, also
// while it is held.
func (o *Op) Delay(r vtime.Range) error {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	by := o.between(r)
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
		return unfit("a state machine cannot refuse what was committed")
	}
	o.decide(Failed, err, How{}, "failed: "+err.Error())
	return nil
}

// Drop loses the message, now.
func (o *Op) Drop() error {
	if o.what.Class != Message {
		return unfit("only messages can be lost; a disk operation can fail")
	}
	o.decide(Dropped, nil, How{}, "dropped")
	return nil
}

func (o *Op) decide(fate Fate, err error, how How, text string) {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	o.fate, o.err, o.how, o.now = fate, err, how, true
	o.mark(text)
	o.let()
	o.rouse()
}

// Duplicate has a copy of the request arrive a time after the request itself,
// drawn from a range.
func (o *Op) Duplicate(r vtime.Range) error {
	o.board.mu.Lock()
	again, after := o.again, o.between(r)
	if again == nil {
		o.board.mu.Unlock()
		return unfit("only a request can be sent twice")
	}
	o.mark("duplicated")
	o.board.mu.Unlock()
	again(after)
	return nil
}
