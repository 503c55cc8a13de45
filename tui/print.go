package tui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/breaks"
	"raftscope/replay/history"
	"raftscope/sm"
)

// printWidth is how wide logs are printed, printMax how many lines of events.
const (
	printWidth = 120
	printMax   = 2000
)

// printer is what a print command prints of. Nothing in it changes any more, so
// printing may take its time beside the screen.
type printer struct {
	view   replay.View
	rules  []Rule
	breaks []breaks.Break
	dead   *Death // nil: the cluster lives, or this is a moment before its end
}

// printedMsg brings what was printed.
type printedMsg struct {
	title, text string
	err         error
	then        func() tea.Cmd
}

// print prints what a command says of a moment, and goes on then.
func (m *Model) print(c grammar.Print, v replay.View, then func() tea.Cmd) tea.Cmd {
	p := printer{v, m.last.Rules, slices.Clone(m.scene.Breaks), nil}
	if v.Events() == m.timeline().Events() {
		p.dead = m.last.Dead
	}
	return guarded(func() tea.Msg {
		text, err := p.print(c)
		return printedMsg{c.String(), text, err, then}
	})
}

func (m *Model) onPrinted(msg printedMsg) tea.Cmd {
	if msg.err != nil {
		m.fail(msg.err)
		return nil
	}
	m.showText(msg.title, msg.text)
	return msg.then()
}

// print returns what a print command prints.
func (p printer) print(c grammar.Print) (string, error) {
	v := p.view
	var b bytes.Buffer
	var err error
	switch c.What {
	case grammar.PrintTree:
		err = printTree(&b, v, c)
	case grammar.PrintLogs:
		if err = v.LogsText(&b, printWidth); err == nil && c.Options.Views {
			err = v.ViewsText(&b)
		}
	case grammar.PrintNodes:
		err = v.NodesText(&b)
	case grammar.PrintOutcomes:
		err = v.OutcomesText(&b)
	case grammar.PrintHeld:
		err = v.HeldText(&b)
	case grammar.PrintRules:
		p.printRules(&b)
	case grammar.PrintBreaks:
		p.printBreaks(&b)
	case grammar.PrintHistory:
		h := history.Of(v)
		if err = h.Text(&b); err == nil {
			err = h.Check().WriteLines(&b, "")
		}
	case grammar.PrintEvents:
		printEvents(&b, v, func(sm.Event) bool { return true })
	case grammar.PrintLog:
		if p.dead != nil { // its stack is in no event
			fmt.Fprintf(&b, "the cluster's process died: %s\n%s\nbefore that:\n", p.dead.Reason, p.dead.Stacks)
		}
		printEvents(&b, v, func(e sm.Event) bool { return e.Type == sm.Log })
	case grammar.PrintDigest:
		var d sm.Digest
		for i := range v.Events() {
			e := v.Timeline().Event(i)
			d.Add(&e)
		}
		fmt.Fprintf(&b, "digest %s after %d events\n", d, v.Events())
	default:
		err = fmt.Errorf("%s: the cockpit does not know how", c)
	}
	return strings.TrimRight(b.String(), "\n"), err
}

func printTree(b *bytes.Buffer, v replay.View, c grammar.Print) error {
	w := v.Find(c.Machine)
	if !w.Known() {
		return fmt.Errorf("there is no %s at this moment", c.Machine)
	}
	tree := v.Tree(w.Machine, replay.Options{Depth: c.Options.Depth, Kinds: c.Options.Kinds})
	style := replay.Style{Moves: c.Options.Moves, Real: c.Options.Real}
	if c.Options.JSON {
		return tree.JSON(b, style)
	}
	return tree.Text(b, style)
}

// printEvents prints the newest events that are wanted; the events view shows
// all of them.
func printEvents(b *bytes.Buffer, v replay.View, want func(sm.Event) bool) {
	t := v.Timeline()
	var lines []string
	for i := v.Events() - 1; i >= 0 && len(lines) < printMax; i-- {
		if e := t.Event(i); want(e) {
			lines = append(lines, fmt.Sprintf("%s  %s", replay.Seconds(e.At), t.Describe(i, false)))
		}
	}
	if len(lines) == printMax {
		lines = append(lines, fmt.Sprintf("... the last %d; view 6 shows all", printMax))
	}
	for i := len(lines) - 1; i >= 0; i-- {
		fmt.Fprintln(b, lines[i])
	}
}

func (p printer) printRules(b *bytes.Buffer) {
	if len(p.rules) == 0 {
		fmt.Fprintln(b, "no rules")
	}
	for _, r := range p.rules {
		state := fmt.Sprintf("fired %s", plural(int(r.Fired), "time"))
		if r.Cleared {
			state += ", cleared"
		}
		fmt.Fprintf(b, "rule %d: %s (%s)\n", r.N, r.Text, state)
	}
}

func (p printer) printBreaks(b *bytes.Buffer) {
	if len(p.breaks) == 0 {
		fmt.Fprintln(b, "no breakpoints")
	}
	for _, k := range p.breaks {
		state := fmt.Sprintf("met %s", plural(k.Hits, "time"))
		if k.Ignore > 0 {
			state += fmt.Sprintf(", to be ignored %s more", plural(k.Ignore, "time"))
		}
		if k.Once {
			state += ", once"
		}
		if k.Disabled {
			state += ", disabled"
		}
		fmt.Fprintf(b, "breakpoint %d: %s (%s)\n", k.N, k.Cond, state)
	}
}

func (m *Model) enabledBreaks() (n int) {
	for _, b := range m.scene.Breaks {
		if !b.Disabled {
			n++
		}
	}
	return n
}

// activeRules are the rules of faults that have not been cleared.
func (m *Model) activeRules() (out []Rule) {
	for _, r := range m.last.Rules {
		if !r.Cleared {
			out = append(out, r)
		}
	}
	return out
}
