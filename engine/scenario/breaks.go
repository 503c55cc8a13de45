package scenario

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay/cond"
	"raftscope/sm"
)

// restMax is how many events of an instant are shown behind the one at which
// time was stopped.
const restMax = 20

// movesTime says whether a command is one that lets time go on.
func movesTime(cmd grammar.Command) bool {
	switch c := cmd.(type) {
	case grammar.Run, grammar.RunUntil, grammar.Step, grammar.Finish, grammar.Advance:
		return true
	case grammar.Truncate:
		return !c.Plan
	}
	return false
}

// waits says whether a command lets time go on until a client has its answer.
func waits(cmd grammar.Command) bool {
	switch c := cmd.(type) {
	case grammar.Write:
		return c.Wait
	case grammar.Read:
		return c.Wait
	case grammar.Snapshot:
		return c.Wait
	}
	return false
}

// stop tells at which event a command was stopped, and what else happened at
// that instant. A run that came to what it was to run until says nothing,
// unless that is not so any more at the end of the instant.
func (r *runner) stop(cmd grammar.Command) {
	s, t := r.session.Stop(), r.session.Timeline()
	if s == nil {
		return
	}
	until, ok := cmd.(grammar.RunUntil)
	if s.Break == 0 && len(s.Also) == 0 && (!ok || t.Holds(until.Cond)) {
		return
	}
	next := t.AtSeq(s.Seq).Events()
	at := t.Event(next - 1).At
	text := fmt.Sprintf("at event %d: %s", s.Seq, s.Why)
	switch {
	case s.Break == 0:
		text = "it held " + text
	case movesTime(cmd) || waits(cmd):
		text = fmt.Sprintf("stopped by breakpoint %d (%s) %s", s.Break, s.Cond, text)
	default:
		text = fmt.Sprintf("met breakpoint %d (%s) %s", s.Break, s.Cond, text)
	}
	r.w.event(at, text)
	if len(s.Also) > 0 {
		r.w.say("met too in this instant: breakpoint %s", numbers(s.Also))
	}
	if step, ok := cmd.(grammar.Step); !ok || step.N == 0 { // a step by instants has told all of it
		r.rest(next, at)
	}
}

func numbers(all []int) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// rest tells the events of an instant from a position on.
func (r *runner) rest(from int, at sm.Time) {
	t := r.session.Timeline()
	shown, more := 0, 0
	for i := from; i < t.Events() && t.Event(i).At == at; i++ {
		switch {
		case !r.visible(t.Event(i)):
			continue
		case shown == restMax:
			more++
			continue
		case shown == 0:
			r.w.say("in the same instant, after it:")
		}
		shown++
		r.w.event(at, t.Describe(i, r.opt.Print.Real))
	}
	if more > 0 {
		r.w.say("... %d more", more)
	}
}

// isSet tells the number of a new breakpoint.
func (r *runner) isSet(c grammar.Break) {
	all := r.session.Breaks()
	if len(all) == 0 {
		return
	}
	text := fmt.Sprintf("breakpoint %d", all[len(all)-1].N)
	if t := r.session.Timeline(); !cond.AboutEvent(c.Cond) && t.Holds(c.Cond) {
		text += ": it holds already, so it is met when it holds anew; " + t.Saw(c.Cond)
	}
	r.w.say("%s", text)
}

func printBreaks(w io.Writer, all []engine.BreakState) {
	if len(all) == 0 {
		fmt.Fprintln(w, "no breakpoints")
	}
	for _, b := range all {
		about := []string{"met " + times(b.Hits)}
		if b.Ignore > 0 {
			about = append(about, "to be ignored "+times(b.Ignore)+" more")
		}
		if b.Once {
			about = append(about, "once")
		}
		if b.Disabled {
			about = append(about, "disabled")
		}
		fmt.Fprintf(w, "breakpoint %d: %s (%s)\n", b.N, b.Cond, strings.Join(about, ", "))
	}
}

func times(n int) string {
	if n == 1 {
		return "1 time"
	}
	return strconv.Itoa(n) + " times"
}
