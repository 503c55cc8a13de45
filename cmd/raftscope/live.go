package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"raftscope/engine"
	"raftscope/engine/fault"
	"raftscope/engine/grammar"
	"raftscope/replay/frames"
	"raftscope/sm"
	"raftscope/tui"
)

// live lets a session's cluster go on for the cockpit. It implements
// tui.Controller.
type live struct {
	session *engine.Session
	record  *recordingOf // nil: the run is not recorded

	mu    sync.Mutex // held while a command runs, and to end
	rules []tui.Rule // all there ever were
	dead  *tui.Death

	state sync.Mutex // guards last, which is asked for while a command runs, too
	last  tui.Report
}

func newLive(s *engine.Session, record *recordingOf) *live {
	l := &live{session: s, record: record}
	l.report(nil)
	return l
}

// Do implements tui.Controller.
func (l *live) Do(ctx context.Context, cmd grammar.Command) tui.Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.report(l.session.DoContext(ctx, cmd))
}

// State implements tui.Controller.
func (l *live) State() tui.Report {
	l.state.Lock()
	defer l.state.Unlock()
	return l.last
}

// Now implements tui.Controller.
func (l *live) Now() sm.Time { return l.session.Now() }

// endAfter is how long a command may take to be interrupted at the end.
const endAfter = 2 * time.Second

// end ends the session, and whatever still runs in it.
func (l *live) end() error {
	l.session.Interrupt()
	kill := time.AfterFunc(endAfter, l.session.Kill)
	l.mu.Lock()
	defer l.mu.Unlock()
	kill.Stop()
	return l.session.Close()
}

// report says what became of a command. Only the command's own errors leave
// the cluster usable.
func (l *live) report(err error) tui.Report {
	status := l.session.Status()
	l.keepRules(status.Rules)
	r := tui.Report{
		Rules: slices.Clone(l.rules), Breaks: breaksOf(l.session.Breaks()), Stop: stopOf(l.session.Stop()),
		At: status.At, Goroutines: status.Stats.Goroutines, Heap: status.Stats.Heap,
	}
	var refused *engine.CommandError
	switch {
	case err == nil:
	case errors.Is(err, engine.ErrInterrupted):
		r.Interrupted = true
	case errors.As(err, &refused):
		r.Err = plainError(err)
	default:
		r.Err = plainError(err)
		l.die(err)
	}
	r.Dead = l.dead
	why, isNew := l.record.broken()
	if why != nil {
		r.Unrecorded = oneLine(why)
	}
	if isNew && r.Err == nil {
		r.Err = plainError(why)
	}
	l.state.Lock()
	defer l.state.Unlock()
	l.last = r
	return r
}

// die keeps how the cluster ended: what is told later is only that it has.
func (l *live) die(err error) {
	if l.dead != nil {
		return
	}
	l.dead = &tui.Death{Reason: oneLine(err)}
	if d := l.session.Death(); d != nil {
		l.dead.Reason, l.dead.Stacks = frames.Clean(d.Reason), cleanLines(d.Stacks)
	}
}

// keepRules keeps all rules there ever were: the session only knows those that
// were not cleared.
func (l *live) keepRules(now []fault.RuleState) {
	for i := range l.rules {
		l.rules[i].Cleared = !slices.ContainsFunc(now, func(r fault.RuleState) bool { return r.N == l.rules[i].N })
	}
	for _, r := range now {
		rule := tui.Rule{N: r.N, Text: r.Text, Fired: r.Fired}
		if i := slices.IndexFunc(l.rules, func(old tui.Rule) bool { return old.N == r.N }); i >= 0 {
			l.rules[i] = rule
		} else {
			l.rules = append(l.rules, rule)
		}
	}
}

func stopOf(s *engine.Stop) *tui.Stop {
	if s == nil {
		return nil
	}
	return &tui.Stop{Break: s.Break, Cond: s.Cond, Seq: s.Seq, Why: s.Why, Also: s.Also}
}

func breaksOf(all []engine.BreakState) []tui.Break {
	var out []tui.Break
	for _, b := range all {
		out = append(out, tui.Break{N: b.N, Cond: b.Cond, Once: b.Once, Disabled: b.Disabled, Ignore: b.Ignore, Hits: b.Hits})
	}
	return out
}

// plainError is an error of one clean line.
func plainError(err error) error { return &lineError{oneLine(err), err} }

type lineError struct {
	line string
	err  error
}

func (e *lineError) Error() string { return e.line }
func (e *lineError) Unwrap() error { return e.err }

// cleanLines takes from a text what could command a terminal, but for the ends
// of its lines.
func cleanLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(frames.Clean(strings.TrimRight(line, "\r\n")) + "\n")
	}
	return b.String()
}
