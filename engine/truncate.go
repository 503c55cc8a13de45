package engine

import (
	"fmt"
	"strings"

	"raftscope/engine/fault"
	"raftscope/engine/grammar"
)

// stagesMax bounds how often a plan is made anew: who leads decides how it goes
// on, and an election in between may change that.
const stagesMax = 6

// truncate brings about a truncation: it plans, tells the plan, carries it out,
// and plans again if the plan only prepares. What is journalled are the lines of
// the plan, with a note of it, and not the command, so that a run of the journal
// does the same.
func (w *World) truncate(cmd grammar.Truncate) error {
	done := w.timeline.Count("truncate", "DONE")
	for range stagesMax {
		p, err := w.plan(cmd)
		if err != nil {
			return err
		}
		text := p.String()
		if p.prepares {
			text += "; and then it depends"
		}
		if err := w.Do(grammar.Note{Text: "plan: " + text}); err != nil {
			return err
		}
		if cmd.Plan {
			return nil
		}
		for i, line := range p.lines {
			if err := w.Do(line); err != nil {
				return fmt.Errorf("line %d of the plan, %s: %w", i+1, line, err)
			}
			if rest := p.lines[i+1:]; w.watch.atBreak() && len(rest) > 0 {
				return w.leave(rest)
			}
		}
		if !p.prepares {
			return nil
		}
	}
	if w.timeline.Count("truncate", "DONE") > done {
		return nil
	}
	return fmt.Errorf("%w: no plan held: the cluster changed its leader again and again", ErrTimeout)
}

// leave says what is left of a plan that a breakpoint stopped. The breakpoint
// stays what the command was stopped by.
func (w *World) leave(rest []grammar.Command) error {
	stop := w.watch.stop
	err := w.Do(grammar.Note{Text: "plan stopped by a breakpoint, left of it: " + plan{lines: rest}.String()})
	w.watch.stop = stop
	return err
}

// plan is a list of commands. If it prepares, another plan is to be made after
// them.
type plan struct {
	lines    []grammar.Command
	prepares bool
}

// String joins the lines to one that the grammar reads.
func (p plan) String() string {
	var all []string
	for _, line := range p.lines {
		all = append(all, line.String())
	}
	return strings.Join(all, " ; ")
}

// shorter says whether a plan takes fewer commands than another: nobody knows how
// many more there are behind one that only prepares.
func (p plan) shorter(than plan) bool {
	if p.prepares != than.prepares {
		return !p.prepares
	}
	return len(p.lines) < len(than.lines)
}

func (p *plan) add(lines ...grammar.Command) { p.lines = append(p.lines, lines...) }

// clear refuses to plan while something keeps or loses what a plan relies on.
func (w *World) clear() error {
	if op := w.faults.Holding(nil); op != nil {
		return refuse("%s is held: release it first", w.nameOf(op))
	}
	if r, ok := w.faults.InTheWay(); ok {
		return refuse("rule %d (%s) is in the way: clear it first", r.N, r.Text)
	}
	return nil
}

// nameOf is the name of the machine that tells of an operation.
func (w *World) nameOf(op *fault.Op) string {
	if m := w.timeline.Machine(op.ID()); m != nil {
		return m.Name()
	}
	return "something"
}

// plan makes a plan for the present state.
func (w *World) plan(cmd grammar.Truncate) (plan, error) {
	if err := w.clear(); err != nil {
		return plan{}, err
	}
	pl := planner{
		view: w.timeline.View(), names: w.names, config: w.timeline.View().Configuration(), isCut: w.net.IsCut, preVote: !w.cfg.Raft.PreVoteDisabled,
		rules: w.faults.Made(), frozen: w.faults.Frozen, prefix: "truncated",
	}
	if cmd.Node != "" {
		return pl.forNode(cmd.Node, cmd.From)
	}
	var best plan
	var refusals []error
	for _, name := range pl.byPreference() {
		p, err := pl.forNode(name, cmd.From)
		if err != nil {
			refusals = append(refusals, err)
		} else if best.lines == nil || p.shorter(best) {
			best = p
		}
	}
	if best.lines == nil {
		return plan{}, refusals[0]
	}
	return best, nil
}
