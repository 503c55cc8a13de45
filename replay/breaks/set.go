package breaks

import (
	"errors"
	"fmt"
	"slices"

	"raftscope/replay"
	"raftscope/replay/cond"
)

// Errors of Set.
var (
	// ErrNone: there is no breakpoint of that number.
	ErrNone = errors.New("there is no breakpoint")
	// ErrFull: there are Max breakpoints already.
	ErrFull = errors.New("too many breakpoints")
	// ErrLong: the condition's text has more than CondBytesMax bytes.
	ErrLong = errors.New("the condition is too long for a breakpoint")
)

// Limits of a set, since each breakpoint costs time at every event.
const (
	Max          = 100
	CondBytesMax = 4096
)

// Break is a breakpoint.
type Break struct {
	N        int // its number, from 1; Add gives it
	Cond     cond.Cond
	Once     bool // deleted when it is hit
	Ignore   int  // how many more times it is met without being hit
	Disabled bool
	Hits     int // how many times it was met, ignored ones included
}

// Set is a set of breakpoints in the order of their numbers. The zero value is
// an empty one. It is for one goroutine.
type Set struct {
	all     []watch
	last    int // the highest number given so far
	enabled int
}

// watch is a breakpoint with what it is compared with.
type watch struct {
	Break
	aboutEvent bool
	held       bool // after the event before position at; not of those about events
	at         int  // -1: not known
	spent      bool // it was to be hit once, and was
}

// Add adds a breakpoint, whose N is not looked at, and returns its number.
// holds reports that its condition, if it is not about an event, holds at now:
// it is met when it has become false and then true again. It fails with ErrFull
// or ErrLong.
func (s *Set) Add(b Break, now replay.View) (n int, holds bool, err error) {
	switch {
	case len(s.all) >= Max:
		return 0, false, fmt.Errorf("%w: there are %d", ErrFull, Max)
	case len(b.Cond.String()) > CondBytesMax:
		return 0, false, fmt.Errorf("%w: it has more than %d bytes", ErrLong, CondBytesMax)
	}
	s.last++
	b.N = s.last
	w := watch{Break: b, aboutEvent: cond.AboutEvent(b.Cond), at: now.Events()}
	if !w.aboutEvent {
		w.held = now.Holds(b.Cond)
	}
	s.all = append(s.all, w)
	s.count()
	return b.N, w.held, nil
}

// Enable switches a breakpoint on. It fails with ErrNone.
func (s *Set) Enable(n int) error { return s.set(n, false) }

// Disable switches a breakpoint off: it is neither hit nor counted. It fails
// with ErrNone.
func (s *Set) Disable(n int) error { return s.set(n, true) }

func (s *Set) set(n int, disabled bool) error {
	i, err := s.find(n)
	if err != nil {
		return err
	}
	if s.all[i].Disabled != disabled {
		s.all[i].Disabled, s.all[i].at = disabled, -1
	}
	s.count()
	return nil
}

// Delete removes a breakpoint; its number is not used again. It fails with
// ErrNone.
func (s *Set) Delete(n int) error {
	i, err := s.find(n)
	if err != nil {
		return err
	}
	s.all = slices.Delete(s.all, i, i+1)
	s.count()
	return nil
}

// Clear removes all breakpoints; their numbers are not used again.
func (s *Set) Clear() {
	s.all = nil
	s.count()
}

func (s *Set) find(n int) (int, error) {
	i := slices.IndexFunc(s.all, func(w watch) bool { return w.N == n })
	if i < 0 {
		return 0, fmt.Errorf("%w %d", ErrNone, n)
	}
	return i, nil
}

func (s *Set) count() {
	s.enabled = 0
	for i := range s.all {
		if !s.all[i].Disabled {
			s.enabled++
		}
	}
}

// List returns all breakpoints.
func (s *Set) List() []Break {
	var out []Break
	for i := range s.all {
		out = append(out, s.all[i].Break)
	}
	return out
}

// Active reports whether any breakpoint is enabled: if not, Check never finds
// one that is met.
func (s *Set) Active() bool { return s.enabled > 0 }
