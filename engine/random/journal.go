package random

import (
	"fmt"
	"io"
	"strings"
	"time"

	"raftscope/engine/grammar"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// command is a line of an epoch's journal.
type command struct {
	text   string
	from   sm.Time // when it began
	to     sm.Time // when the next one did
	failed bool    // it was refused, or waited in vain
}

// journal returns the epoch's commands so far, the cluster line first.
func (e *epoch) journal() (all []command) {
	t := e.session.Timeline()
	for i := range t.Events() {
		ev := t.Event(i)
		if ev.Type != sm.Command {
			continue
		}
		if n := len(all); n > 0 {
			all[n-1].to = ev.At
		}
		all = append(all, command{text: ev.Text, from: ev.At, failed: e.unfit[i]})
	}
	if n := len(all); n > 0 {
		all[n-1].to = max(t.Now(), all[n-1].from)
	}
	return all
}

// margin is how much longer than to the violation a scenario goes on, so that the
// instant at which it was seen is over.
const margin = time.Millisecond

// writeScenario writes what shows the violation again: the journal up to it. What
// failed is left out, with the time that it took kept, since a scenario ends with
// its first error, and with what it did before it waited; so a run of the scenario
// has the same events, but for those lines.
func (e *epoch) writeScenario(w io.Writer, run string) error {
	v := e.found
	var b strings.Builder
	fmt.Fprintf(&b, "# Found by %s\n# %s is broken at %s: %s\n", run, v.Rule, seconds(v.At), frames.Clean(v.Text))
	if len(v.Events) > 0 {
		fmt.Fprintf(&b, "# events %s\n", numbers(v.Events))
	}
	if len(v.Nodes) > 0 {
		fmt.Fprintf(&b, "# nodes %s\n", strings.Join(v.Nodes, " "))
	}
	for _, c := range e.journal() {
		if c.from > v.At {
			break
		}
		for _, line := range c.lines(v.At) {
			b.WriteString(line + "\n")
		}
	}
	if v.Expect != "" {
		fmt.Fprintf(&b, "expect %s\n", v.Expect)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lines returns the command as a scenario has it that ends at a moment: most as
// they were. Of what waited in vain, or waits beyond the moment, what it did first
// stays, and the rest becomes the time that passed.
func (c command) lines(end sm.Time) (all []string) {
	spent := time.Duration(min(c.to, end) - c.from)
	if c.to > end {
		spent += margin
	}
	if c.failed && spent < grammar.DurationMin {
		return nil // it was refused
	}
	if !c.failed && c.to <= end {
		return []string{c.text}
	}
	cmds, err := grammar.ParseLine(1, c.text)
	if err != nil || len(cmds) != 1 {
		return []string{c.text} // it is of the journal, so this cannot be
	}
	if did := withoutWait(cmds[0]); did != nil {
		all = append(all, did.String())
	} else if !c.failed && !onlyWaits(cmds[0]) {
		all = append(all, c.text)
	}
	return append(all, grammar.Advance{Duration: max(spent, grammar.DurationMin)}.String())
}

// onlyWaits says whether all that a command does is to let time pass.
func onlyWaits(cmd grammar.Command) bool {
	switch cmd.(type) {
	case grammar.Advance, grammar.RunUntil, grammar.Run, grammar.Step, grammar.Finish:
		return true
	}
	return false
}

// withoutWait returns a command that says wait as it is without that, nil for any
// other. All that may wait say so with their last word.
func withoutWait(cmd grammar.Command) grammar.Command {
	text, waits := strings.CutSuffix(cmd.String(), " wait")
	if !waits {
		return nil
	}
	without, err := grammar.ParseLine(1, text)
	if err != nil || len(without) != 1 {
		return nil
	}
	return without[0]
}

func numbers(all []uint64) string {
	var b strings.Builder
	for i, n := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, n)
	}
	return b.String()
}

func seconds(t sm.Time) string { return fmt.Sprintf("%.6fs", time.Duration(t).Seconds()) }
