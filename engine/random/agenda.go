package random

import (
	"slices"
	"time"

	"raftscope/engine/grammar"
	"raftscope/sm"
)

// task is something that is done later, such as the undoing of a fault. It looks
// for itself whether there is still something to do.
type task struct {
	at sm.Time
	do func()
}

// after puts a task on the agenda. Of two at one moment the first one put there
// is the first.
func (e *epoch) after(d time.Duration, do func()) {
	at := e.now() + sm.Time(d)
	i := len(e.agenda)
	for i > 0 && e.agenda[i-1].at > at {
		i--
	}
	e.agenda = slices.Insert(e.agenda, i, task{at, do})
}

// wait lets virtual time pass and does what is due meanwhile.
func (e *epoch) wait(d time.Duration) {
	end := e.now() + sm.Time(d)
	for e.err == nil && len(e.agenda) > 0 && e.agenda[0].at <= end {
		t := e.agenda[0]
		e.agenda = e.agenda[1:]
		e.advance(t.at)
		t.do()
	}
	e.advance(end)
}

// advance lets virtual time pass until a moment.
func (e *epoch) advance(until sm.Time) {
	if d := time.Duration(until - e.now()); d >= grammar.DurationMin {
		e.doCommand(grammar.Advance{Duration: d})
	}
}

// between draws a duration; short ones are as likely as long ones, in that each
// doubling is.
func (e *epoch) between(lo, hi time.Duration) time.Duration {
	d := lo
	for d < hi && e.rnd.IntN(2) == 0 {
		d *= 2
	}
	d += time.Duration(e.rnd.Int64N(int64(d) + 1))
	return min(d, hi).Truncate(time.Microsecond)
}
