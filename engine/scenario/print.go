package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay"
	"raftscope/replay/history"
	"raftscope/sm"
)

// printWidth is how wide logs are printed.
const printWidth = 120

// print carries out a print command.
func (r *runner) print(c grammar.Print) error {
	t, opt := r.session.Timeline(), c.Options.WithDefaults(r.opt.Print)
	var b bytes.Buffer
	var err error
	switch c.What {
	case grammar.PrintTree:
		err = printTree(&b, t, c, opt)
	case grammar.PrintLogs:
		if err = t.LogsText(&b, printWidth); err == nil && opt.Views {
			err = t.ViewsText(&b)
		}
	case grammar.PrintNodes:
		err = t.NodesText(&b)
	case grammar.PrintDigest:
		fmt.Fprintf(&b, "digest %s after %d events\n", r.session.Digest(), t.Events())
	case grammar.PrintOutcomes:
		err = t.OutcomesText(&b)
	case grammar.PrintHeld:
		err = t.HeldText(&b)
	case grammar.PrintRules:
		r.printRules(&b)
	case grammar.PrintHistory:
		err = printHistory(&b, t, opt)
	case grammar.PrintEvents:
		err = printEvents(&b, t, opt, func(e *sm.Event) bool { return true })
	case grammar.PrintLog:
		err = printEvents(&b, t, opt, func(e *sm.Event) bool { return e.Type == sm.Log })
	case grammar.PrintBreaks:
		printBreaks(&b, r.session.Breaks())
	default:
		err = fmt.Errorf("print %q: %w", c.What, engine.ErrRefused)
	}
	if err != nil {
		return err
	}
	r.indented(b.String())
	return nil
}

func printTree(w io.Writer, t *replay.Timeline, c grammar.Print, opt grammar.PrintOptions) error {
	root := t.Find(c.Machine)
	if root == nil {
		return fmt.Errorf("%w: there is no %s", engine.ErrRefused, c.Machine)
	}
	tree, style := t.Tree(root, replay.Options{Depth: opt.Depth, Kinds: opt.Kinds}), replay.Style{Moves: opt.Moves, Real: opt.Real}
	if opt.JSON {
		return tree.JSON(w, style)
	}
	return tree.Text(w, style)
}

func printHistory(w io.Writer, t *replay.Timeline, opt grammar.PrintOptions) error {
	h := history.Of(t.View())
	v := h.Check()
	if opt.JSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(h.JSON(v))
	}
	if err := h.Text(w); err != nil {
		return err
	}
	return v.WriteLines(w, "")
}

func printEvents(w io.Writer, t *replay.Timeline, opt grammar.PrintOptions, show func(*sm.Event) bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range t.Events() {
		e := t.Event(i)
		if !show(&e) || !opt.Real && !opt.JSON && e.Type == sm.Attributed && sm.IsReal(e.Key) {
			continue
		}
		var err error
		if opt.JSON {
			err = enc.Encode(t.EventJSON(i, opt.Real))
		} else {
			_, err = fmt.Fprintf(w, "%s  %s\n", replay.Seconds(e.At), t.Describe(i, opt.Real))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// indented writes text below its command.
func (r *runner) indented(text string) {
	for line := range strings.Lines(text) {
		r.w.say("%s", strings.TrimRight(line, "\n"))
	}
}
