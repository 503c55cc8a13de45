package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"raftscope/replay"
	"raftscope/replay/narrate"
	"raftscope/sm"
)

// eventFlags are the flags of events.
type eventFlags struct {
	at, filter   string
	notable      bool
	real, asJSON bool
	explain      bool
}

func newEvents(s streams) *cobra.Command {
	var f eventFlags
	c := &cobra.Command{
		Use:   "events [flags] FILE",
		Short: "Print the events of a recording",
		Long: "Print the events of a recording, one a line. A filter is a condition, mostly about the event: node:n2 kind:append\n" +
			"state:DONE move:pending>writing type:move attr:entries = 3 slow>5ms. Any other word is looked for in the text (in\n" +
			"quotes if it begins a condition), all must fit, and \"and\", \"or\", \"not\" and brackets may join them. The\n" +
			"conditions of scenarios hold just after the event: kind:append and leader n1.",
		Args: arguments(1, 1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := readRecording(c.Context(), args[0], f.at, s.err)
			if err != nil {
				return err
			}
			if f.explain {
				return writeExplained(s.out, r.view)
			}
			filter, err := r.timeline.ParseFilter(f.filter)
			if err != nil {
				return fmt.Errorf("--filter: %w", err)
			}
			out := bufio.NewWriter(s.out)
			if err := writeEvents(out, r.view, filter, f); err != nil {
				return err
			}
			return out.Flush()
		},
		ValidArgsFunction: completeRecording,
	}
	addAt(c, &f.at)
	flags := c.Flags()
	flags.StringVar(&f.filter, "filter", "", "print events that fit these `WORDS`")
	flags.BoolVar(&f.notable, "notable", false, "print leader changes, rejections, truncations, errors, crashes and violations only")
	flags.BoolVar(&f.real, "real", false, "print real durations too")
	flags.BoolVar(&f.asJSON, "json", false, "print a JSON object a line")
	flags.BoolVar(&f.explain, "explain", false, "print a sentence for each instant instead: what happened and why")
	for _, other := range []string{"filter", "notable", "real", "json"} {
		c.MarkFlagsMutuallyExclusive("explain", other)
	}
	return c
}

// writeExplained prints the commands and, for each instant, what happened and
// why.
func writeExplained(w io.Writer, v replay.View) error {
	t := v.Timeline()
	out := bufio.NewWriter(w)
	for i := 0; i < v.Events(); {
		_, to := narrate.Bounds(t, i)
		to = max(i+1, min(to, v.Events()))
		for part := range narrate.Parts(t, i, to) {
			at := replay.Seconds(t.Event(part.From).At)
			if part.Command {
				fmt.Fprintf(out, "%s  > %s\n", at, t.Event(part.From).Text)
			} else if text := narrate.Instant(t, part.From, part.To); text != "" {
				fmt.Fprintf(out, "%s  %s\n", at, text)
			}
		}
		i = to
	}
	return out.Flush()
}

func writeEvents(w io.Writer, v replay.View, filter replay.Filter, f eventFlags) error {
	t := v.Timeline()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range v.Events() {
		e := t.Event(i)
		if !filter.Event(t, i) || !f.real && !f.asJSON && e.Type == sm.Attributed && sm.IsReal(e.Key) {
			continue
		}
		text := ""
		if f.notable {
			var ok bool
			if text, ok = t.Notable(i); !ok {
				continue
			}
		}
		var err error
		switch {
		case f.asJSON:
			err = enc.Encode(t.EventJSON(i, f.real))
		default:
			if !f.notable {
				text = t.Describe(i, f.real)
			}
			_, err = fmt.Fprintf(w, "%8d  %s  %s\n", e.Seq, replay.Seconds(e.At), text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
