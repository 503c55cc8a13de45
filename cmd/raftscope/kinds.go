package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"raftscope/engine/scenario"
	"raftscope/sm"
	"raftscope/sm/catalog"
)

func newKinds(s streams) *cobra.Command {
	var asJSON, coverage bool
	c := &cobra.Command{
		Use:   "kinds [--json] | kinds --coverage FILE...",
		Short: "Print every kind of machine with its states, moves and meaning",
		Long: "Print every kind of machine with its states, moves and meaning or, with --coverage, run scenarios\n" +
			"and count which states and moves they reach.",
		Args: arguments(0, -1, "FILEs"),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case coverage && asJSON:
				return &usageError{c.CommandPath(), errors.New("--json and --coverage do not go together")}
			case coverage && len(args) == 0:
				return &usageError{c.CommandPath(), errors.New("--coverage needs at least one FILE")}
			case coverage:
				return inOrder(c, s, func() error { return writeCoverage(c, s, args) })
			case len(args) > 0:
				return &usageError{c.CommandPath(), fmt.Errorf("got %q, expected no argument without --coverage", args[0])}
			case asJSON:
				return writeKindsJSON(s.out)
			}
			return writeKinds(s.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the kinds as JSON")
	c.Flags().BoolVar(&coverage, "coverage", false, "run the scenarios and count the states and moves that they reach")
	return c
}

func writeKindsJSON(w io.Writer) error {
	var specs []sm.KindSpec
	for _, k := range catalog.All() {
		specs = append(specs, k.Spec())
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(specs)
}

const (
	docWidth   = 116 // columns of text
	docIndent  = "      "
	stateWidth = 16
)

// writeKinds prints the catalogue for reading.
func writeKinds(w io.Writer) error {
	for i, k := range catalog.All() {
		var b strings.Builder
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(k.Name() + "\n")
		wrap(&b, "  ", k.Doc())
		for _, s := range k.States() {
			fmt.Fprintf(&b, "    %-*s%s", stateWidth, s.Name, s.Flags)
			if len(s.Next) > 0 {
				if s.Flags != 0 {
					b.WriteString("  ")
				}
				b.WriteString("> " + strings.Join(s.Next, ", "))
			}
			b.WriteByte('\n')
			wrap(&b, docIndent, s.Doc)
			if s.Unreached != "" {
				wrap(&b, docIndent, "No scenario reaches it: "+s.Unreached)
			}
			for _, to := range s.Next {
				if why := s.UnreachedNext[to]; why != "" {
					wrap(&b, docIndent, "No scenario moves on to "+to+": "+why)
				}
			}
		}
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// wrap writes text in lines of at most docWidth columns.
func wrap(b *strings.Builder, indent, text string) {
	column := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+n > docWidth:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
}

// writeCoverage runs scenarios and prints what they reach together.
func writeCoverage(c *cobra.Command, s streams, names []string) error {
	coverage := scenario.NewCoverage()
	failed := false
	for _, name := range names {
		file, err := parse(name, s.in)
		if err != nil {
			return err
		}
		verdict, err := scenario.Run(c.Context(), file, io.Discard, scenario.Options{})
		if err != nil {
			return err
		}
		if !verdict.OK() {
			failed = true
			fmt.Fprintf(s.err, "raftscope: %s: %d of %d expectations failed, %d violations\n",
				name, verdict.Failed, verdict.Expectations, verdict.Violations)
		}
		coverage.Add(verdict.Kept)
	}
	missing, err := coverage.Write(s.out)
	if err != nil {
		return err
	}
	if missing > 0 {
		fmt.Fprintf(s.err, "raftscope: %d states and moves are reached by no scenario and have no reason in the catalogue\n", missing)
	}
	if missing > 0 || failed {
		return errFailed
	}
	return nil
}
