package engine

import (
	"errors"
	"fmt"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay"
)

// Errors of commands.
var (
	// ErrTimeout: what a run waited for did not happen within its virtual time.
	ErrTimeout = errors.New("not reached")
	// ErrRefused: the command makes no sense at this moment.
	ErrRefused = errors.New("refused")
)

const (
	// quietMax is how long a step waits for something visible.
	quietMax = 2 * time.Second
	// answerMax is how long `wait`, `finish` and a step to a machine wait.
	answerMax = grammar.DefaultTimeout
)

// until runs from instant to instant until done says so, which it is asked
// first before time moves at all, or until a breakpoint is met. It returns
// ErrTimeout after limit.
func (w *World) until(limit time.Duration, done func() bool) error {
	return w.untilDone(limit, func() bool { return w.watch.stop != nil || done() })
}

// untilDone is until for what must not be left half done: no breakpoint stops
// it.
//
// Whether somebody wants it to stop is asked last. So what a command came to
// depends on the moment at which it ended alone, and not on whether it came to
// that moment by itself or was interrupted there: see DoUntil.
func (w *World) untilDone(limit time.Duration, done func() bool) error {
	end := time.Now().Add(limit)
	for {
		if w.err != nil {
			return w.err
		}
		if done() {
			return nil
		}
		if !time.Now().Before(end) {
			return fmt.Errorf("%w within %s of virtual time", ErrTimeout, limit)
		}
		if err := w.check(); err != nil {
			return err
		}
		next := end
		if w.limited {
			left := time.Duration(w.limit - w.Now())
			if left <= 0 {
				return errInterrupted
			}
			if l := time.Now().Add(left); l.Before(end) {
				next = l
			}
		}
		w.next(next)
	}
}

// check says why the world cannot go on, or that somebody wants it to stop.
func (w *World) check() error {
	if w.err != nil {
		return w.err
	}
	if w.interim != nil {
		return w.interim()
	}
	return nil
}

func (w *World) runUntil(cmd grammar.RunUntil) error {
	if w.timeline.Holds(cmd.Cond) {
		return nil
	}
	w.watch.goal = cmd.Cond // what holds for no instant's end is met too
	err := w.until(cmd.Timeout, func() bool { return false })
	if errors.Is(err, ErrTimeout) {
		return fmt.Errorf("%w: waited for %q, saw %s", err, cmd.Cond, w.timeline.Saw(cmd.Cond))
	}
	return err
}

// run goes on until a breakpoint is met.
func (w *World) run(cmd grammar.Run) error {
	if !w.watch.breaks.Active() {
		return fmt.Errorf("%w: no breakpoint is enabled, so nothing would stop it", ErrRefused)
	}
	err := w.until(cmd.Timeout, func() bool { return false })
	if errors.Is(err, ErrTimeout) {
		return fmt.Errorf("%w: no breakpoint was met", err)
	}
	return err
}

// advance lets virtual time pass. The world stops exactly at the end of it.
func (w *World) advance(d time.Duration) error {
	err := w.until(d, func() bool { return false })
	if errors.Is(err, ErrTimeout) {
		return nil
	}
	return err
}

// step goes on by n visible instants. It ends early when nothing visible
// happens for quietMax, or when a breakpoint is met.
func (w *World) step(n int) error {
	for i := 0; i < n && w.watch.stop == nil; i++ {
		first := true
		err := w.until(quietMax, func() bool {
			if first {
				first = false
				return false
			}
			return w.visible
		})
		if errors.Is(err, ErrTimeout) {
			return fmt.Errorf("%w: nothing visible happened for %s", ErrTimeout, quietMax)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stepMachine goes on until a machine moves.
func (w *World) stepMachine(cmd grammar.Step) error {
	m := w.timeline.Find(cmd.Machine)
	if m == nil {
		return fmt.Errorf("%w: there is no %s", ErrRefused, cmd.Machine)
	}
	if m.Abandoned() || !m.Open() && len(m.Kind().States()[m.State()].Next) == 0 {
		return fmt.Errorf("%w: %s is %s and moves no more", ErrRefused, m.Name(), m.StateName())
	}
	moves, open := len(m.Moves()), m.Open()
	err := w.until(answerMax, func() bool { return len(m.Moves()) != moves || m.Open() != open })
	if errors.Is(err, ErrTimeout) {
		return fmt.Errorf("%w: waited for %s to move, it is %s", err, m.Name(), m.StateName())
	}
	return err
}

// finish goes on until a machine rests.
func (w *World) finish(cmd grammar.Finish) error {
	m := w.timeline.Find(cmd.Machine)
	if m == nil {
		return fmt.Errorf("%w: there is no %s", ErrRefused, cmd.Machine)
	}
	return w.finishMachine(m)
}

func (w *World) finishMachine(m *replay.Machine) error {
	err := w.until(answerMax, func() bool { return !m.Open() })
	if errors.Is(err, ErrTimeout) {
		return fmt.Errorf("%w: waited for %s to rest, it is %s", err, m.Name(), m.StateName())
	}
	return err
}
