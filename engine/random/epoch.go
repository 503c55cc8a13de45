package random

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/history"
	"raftscope/sm"
)

// epoch is one cluster's life: trouble and rest in turns, until its time is over
// or something goes wrong. One goroutine uses it.
type epoch struct {
	ctx      context.Context
	opt      *Options
	families []*family
	cluster  grammar.Cluster
	nodes    []string
	rnd      *rand.Rand
	session  *engine.Session
	watchers []watcher
	agenda   []task        // by time
	rateMax  int           // of a client in the background, calls a second
	pause    time.Duration // between two faults, at most
	writes   int           // made so far, other than by clients in the background
	unfit    map[int]bool  // positions of commands in the timeline that failed
	tally    tally
	found    *Violation
	rests    []engine.Stats // at each rest
	err      error          // ends the epoch: errOver, or why the session did
}

// errOver ends an epoch in which a rule was broken.
var errOver = errors.New("a rule is broken")

// newEpoch starts the cluster of an epoch. Its seed and all that happens follow
// from the run's seed and its number.
func newEpoch(ctx context.Context, opt *Options, families []*family, number int) *epoch {
	rnd := rand.New(rand.NewPCG(opt.Seed, uint64(number)))
	e := &epoch{ctx: ctx, opt: opt, families: families, rnd: rnd, unfit: map[int]bool{}}
	e.cluster = clusterOf(rnd, uint64(rnd.Uint32()), opt, families)
	e.nodes = e.cluster.NodeNames()
	e.rateMax = []int{1, 2, 5}[rnd.IntN(3)]
	e.pause = []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second}[rnd.IntN(3)]
	e.watchers = newWatchers(opt, families)
	return e
}

// run carries the epoch out. The error is that of the context, or says that the
// epoch could not begin; whatever happens in the cluster is no error, but found.
func (e *epoch) run(out sm.Sink, length time.Duration) error {
	session, err := engine.Start(e.cluster, engine.SessionOptions{Out: out})
	if err != nil {
		return err
	}
	e.session = session
	defer session.Close()
	if e.opt.begun != nil {
		e.opt.begun(e)
	}
	e.await("leader", patience, "no leader was elected")
	end := sm.Time(length)
	for e.err == nil && end-e.now() > dur(time.Second) {
		left := time.Duration(end - e.now())
		e.trouble(min(left, e.between(15*time.Second, 60*time.Second)))
		e.rest()
		e.wait(max(0, min(time.Duration(end-e.now()), e.between(20*time.Second, 160*time.Second))))
	}
	e.wait(max(0, time.Duration(end-e.now())))
	e.close()
	if e.err != nil && !errors.Is(e.err, errOver) {
		return e.err
	}
	return nil
}

// close judges the epoch when it is over.
func (e *epoch) close() {
	if e.err != nil && e.ctx.Err() == nil && e.found == nil {
		e.died()
	}
	h := history.Of(e.view())
	v := h.Check()
	if !v.OK() && e.found == nil {
		e.found = ofHistory(v)
	}
	e.tally.close(e, &h, v)
}

// now is virtual time.
func (e *epoch) now() sm.Time { return e.session.Status().At }

func (e *epoch) view() replay.View { return e.session.Timeline().View() }

// do carries out a command of the grammar, and returns an error if it did not do
// what it should, or if the epoch is over.
func (e *epoch) do(format string, args ...any) error {
	line := fmt.Sprintf(format, args...)
	cmds, err := grammar.ParseLine(1, line)
	if err != nil || len(cmds) != 1 {
		panic(fmt.Sprintf("random: %q is no command: %v", line, err))
	}
	return e.doCommand(cmds[0])
}

func (e *epoch) doCommand(cmd grammar.Command) error {
	if e.err != nil {
		return e.err
	}
	err := e.session.DoContext(e.ctx, cmd)
	var refused *engine.CommandError
	switch {
	case err == nil:
	case errors.As(err, &refused):
		e.markUnfit()
		e.tally.Refused++
	case e.ctx.Err() != nil:
		e.err = e.ctx.Err()
	default:
		e.err = err
	}
	e.look()
	return err
}

// markUnfit remembers that the newest command in the journal failed: a scenario
// must do without it.
func (e *epoch) markUnfit() {
	t := e.session.Timeline()
	for i := t.Events() - 1; i >= 0; i-- {
		if t.Event(i).Type == sm.Command {
			e.unfit[i] = true
			return
		}
	}
}

// look asks whether a rule was broken meanwhile.
func (e *epoch) look() {
	for _, w := range e.watchers {
		if e.found != nil {
			return
		}
		if v := w.look(e.session.Timeline()); v != nil {
			e.found = v
			e.err = errOver
		}
	}
}

// await waits until a condition holds. That it comes to hold is a rule, of which
// text says how it is broken.
func (e *epoch) await(cond string, patience time.Duration, text string) {
	if e.do("run until %s timeout=%s", cond, patience) == nil || e.err != nil {
		return
	}
	e.found = &Violation{Rule: ruleRecovery, Text: fmt.Sprintf("%s within %s", text, patience), At: e.now(), Expect: cond}
	e.err = errOver
}

// died makes the end of the cluster's process a violation.
func (e *epoch) died() {
	text := e.err.Error()
	if d := e.session.Death(); d != nil {
		text = d.Reason
	}
	e.found = &Violation{Rule: ruleDied, Text: text, At: e.session.Timeline().Now()}
	e.err = errOver
}

// chance is true once in n times.
func (e *epoch) chance(n int) bool { return e.rnd.IntN(n) == 0 }

func (e *epoch) one(of []string) string { return of[e.rnd.IntN(len(of))] }

func (e *epoch) pickOf(of ...string) string { return e.one(of) }

// without returns all but some.
func without(all, some []string) (rest []string) {
	for _, s := range all {
		if !slices.Contains(some, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

func dur(d time.Duration) sm.Time { return sm.Time(d) }
