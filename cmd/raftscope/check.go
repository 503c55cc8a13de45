package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"raftscope/engine"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/replay/rules"
	"raftscope/sm"
)

// checkJSON is what `check --json` prints of a recording. Fields and their
// meaning never change; new ones may come.
type checkJSON struct {
	File       string            `json:"file"`
	Events     uint64            `json:"events"`
	Violations []rules.Violation `json:"violations"` // the first thousand
	Count      int               `json:"count"`      // of all violations
	Undecided  []rules.Undecided `json:"undecided"`  // what could not be judged
	Lost       uint64            `json:"lost"`       // events known to be lost
	Damage     []damageJSON      `json:"damage"`
	Complete   bool              `json:"complete"` // the recording was closed properly
}

func newCheck(s streams) *cobra.Command {
	var asJSON, list bool
	c := &cobra.Command{
		Use:   "check [flags] FILE...",
		Short: "Look at every event of recordings for what raft must never do",
		Long: "Look at every event of recordings for what raft must never do: two leaders of a term, logs that part, what was committed\n" +
			"or told to a client and is lost, and more: see --rules. What a recording does not tell is left out and counted;\n" +
			"of a damaged one, or one that was not closed, what is there is looked at, and the last line says what is not.\n" +
			"The exit status is 1 if a rule is broken.",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case list && len(args) > 0:
				return &usageError{c.CommandPath(), fmt.Errorf("--rules takes no FILE, got %d", len(args))}
			case list && asJSON:
				return writeJSON(s.out, rules.All())
			case list:
				return writeRules(s.out)
			case len(args) == 0:
				return &usageError{c.CommandPath(), fmt.Errorf("got 0 arguments, expected at least one FILE")}
			}
			return checkFiles(c.Context(), s, args, asJSON)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"rsc"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, an object for each FILE")
	c.Flags().BoolVar(&list, "rules", false, "print the rules: what must hold, who says so, and which events decide it")
	return c
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// checkFiles checks recordings one after the other. One that cannot be read
// ends that.
func checkFiles(ctx context.Context, s streams, paths []string, asJSON bool) error {
	broken := false
	for _, path := range paths {
		got, err := checkFile(ctx, path, s.err)
		if err != nil {
			return err
		}
		broken = broken || got.Count > 0
		if asJSON {
			err = writeJSON(s.out, got)
		} else {
			err = got.write(s.out)
		}
		if err != nil {
			return err
		}
	}
	if broken {
		return errFailed
	}
	return nil
}

// checkFile reads a recording once, frame by frame, keeping only what the rules
// need.
func checkFile(ctx context.Context, path string, warn io.Writer) (*checkJSON, error) {
	file, err := frames.OpenFile(path)
	if err != nil {
		return nil, err // says what was done, to which file
	}
	defer file.Close()
	kinds, err := file.Kinds()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(kinds) == 0 { // their frame is damaged
		kinds = engine.KindSpecs()
	}
	w := rules.NewWatcher()
	w.AddKinds(kinds)
	got := &checkJSON{File: path, Violations: []rules.Violation{}, Undecided: []rules.Undecided{}, Damage: []damageJSON{}}
	err = file.Each(0, func(events []sm.Event) error {
		for i := range events {
			w.Take(&events[i])
		}
		got.Events += uint64(len(events))
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	for _, d := range file.Damage() {
		fmt.Fprintf(warn, "raftscope: %s: %s\n", frames.Clean(path), frames.Clean(d.Error()))
		got.Damage = append(got.Damage, damageJSON{Offset: d.Offset, Lost: d.Lost, What: d.Error()})
	}
	got.Violations = append(got.Violations, w.Violations()...)
	got.Count, got.Lost, got.Complete = w.Count(), file.Lost(), file.Complete()
	got.Undecided = append(got.Undecided, w.Undecided()...)
	return got, nil
}

// write prints what was found, for people.
func (c *checkJSON) write(w io.Writer) error {
	var b strings.Builder
	name := frames.Clean(c.File)
	for _, v := range c.Violations {
		fmt.Fprintf(&b, "%s: %s  %s\n", name, strings.TrimSpace(replay.Seconds(v.At)), frames.Clean(v.String()))
	}
	for _, u := range c.Undecided {
		fmt.Fprintf(&b, "%s: not decided, %s: %s: %s\n", name, u.Rule, counted(u.Times, "time"), frames.Clean(u.Reason))
	}
	verdict := "no rule is broken"
	if c.Count > 0 {
		verdict = counted(c.Count, "violation")
		if more := c.Count - len(c.Violations); more > 0 {
			verdict += fmt.Sprintf(", %d of them not shown", more)
		}
	}
	fmt.Fprintf(&b, "%s: %s; %s, %d rules%s\n", name, verdict, counted(int(c.Events), "event"), len(rules.All()), c.beyond())
	_, err := io.WriteString(w, b.String())
	return err
}

// beyond says what of the recording was not there to be looked at, if anything.
func (c *checkJSON) beyond() (text string) {
	switch {
	case c.Lost > 0:
		text = "; damaged, at least " + counted(int(c.Lost), "event") + " lost"
	case len(c.Damage) > 0:
		text = "; damaged"
	}
	if !c.Complete {
		text += "; not closed: its end may be missing"
	}
	return text
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// writeRules prints the rules.
func writeRules(w io.Writer) error {
	var b strings.Builder
	for i, r := range rules.All() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(r.Name + "\n")
		wrap(&b, "  ", r.Doc)
		wrap(&b, "  ", "Source: "+r.Source)
		wrap(&b, "  ", "Needs: "+r.Needs)
		wrap(&b, "  ", "Not decided: "+r.Beyond)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
