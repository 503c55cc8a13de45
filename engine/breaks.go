package engine

import (
	"errors"
	"fmt"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/breaks"
	"raftscope/replay/cond"
)

// Stop is why time stands where it does: the first event of the last instant
// that met a breakpoint or the condition of a `run until`.
type Stop struct {
	Break int    `json:"break,omitempty"` // number of the breakpoint; 0: the condition of `run until`
	Cond  string `json:"cond"`            // its condition
	Seq   uint64 `json:"seq"`             // number of the event
	Why   string `json:"why"`             // what the event was, or what has become true
	Also  []int  `json:"also,omitempty"`  // other breakpoints hit in the instant, at this event or after it
}

// BreakState is a breakpoint as a session sees it.
type BreakState struct {
	N        int    `json:"n"`
	Cond     string `json:"cond"`
	Once     bool   `json:"once,omitempty"`
	Ignore   int    `json:"ignore,omitempty"` // how many more times it is ignored
	Disabled bool   `json:"disabled,omitempty"`
	Hits     int    `json:"hits"` // how many times it was met, ignored ones included
}

// watch looks at every event once, when its instant is over, for what a run is
// to stop at.
type watch struct {
	breaks breaks.Set
	goal   cond.Cond // of the `run until` that runs; nil if none does
	stop   *Stop     // of the command that runs, or ran last
	seen   int       // events looked at so far
}

// begin forgets what stopped the command before.
func (a *watch) begin() { a.stop, a.goal = nil, nil }

// end forgets what the command waited for.
func (a *watch) end() { a.goal = nil }

// look looks at the events since it was called last.
func (a *watch) look(t *replay.Timeline) {
	from, to := a.seen, t.Events()
	a.seen = to
	if from == to {
		return
	}
	if hit, ok := a.breaks.Check(t, from, to); ok && a.stop == nil {
		a.stop = &Stop{Break: hit.N, Cond: hit.Cond, Seq: t.At(hit.Event + 1).Seq(), Why: hit.Why, Also: hit.Also}
		to = hit.Event // of two that are met by one event the breakpoint is told of
	}
	if a.goal == nil {
		return
	}
	for i := from; i < to; i++ {
		if v := t.At(i + 1); v.Holds(a.goal) {
			a.reach(v)
			return
		}
	}
}

// reach stops at the newest event of v, at which the goal holds. A breakpoint
// that was hit behind it, in the same instant, is told of too.
func (a *watch) reach(v replay.View) {
	s := &Stop{Cond: a.goal.String(), Seq: v.Seq(), Why: v.Saw(a.goal)}
	if cond.AboutEvent(a.goal) {
		s.Why = v.Timeline().Describe(v.Events()-1, false)
	}
	if a.stop != nil {
		s.Also = append([]int{a.stop.Break}, a.stop.Also...)
	}
	a.stop, a.goal = s, nil
}

// atBreak says whether a breakpoint stopped the last command.
func (a *watch) atBreak() bool { return a.stop != nil && (a.stop.Break > 0 || len(a.stop.Also) > 0) }

// doBreak carries out the commands about breakpoints.
func (w *World) doBreak(cmd grammar.Command) (err error) {
	set := &w.watch.breaks
	switch c := cmd.(type) {
	case grammar.Break:
		_, _, err = set.Add(breaks.Break{Cond: c.Cond, Once: c.Once, Ignore: c.Ignore}, w.timeline.View())
	case grammar.Enable:
		err = set.Enable(c.N)
	case grammar.Disable:
		err = set.Disable(c.N)
	case grammar.Delete:
		if c.N == 0 {
			if len(set.List()) == 0 {
				return refuse("there are no breakpoints")
			}
			set.Clear()
		} else {
			err = set.Delete(c.N)
		}
	}
	if errors.Is(err, breaks.ErrNone) || errors.Is(err, breaks.ErrFull) || errors.Is(err, breaks.ErrLong) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}

func (w *World) breakStates() []BreakState {
	var out []BreakState
	for _, b := range w.watch.breaks.List() {
		out = append(out, BreakState{N: b.N, Cond: b.Cond.String(), Once: b.Once, Ignore: b.Ignore, Disabled: b.Disabled, Hits: b.Hits})
	}
	return out
}
