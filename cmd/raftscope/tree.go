package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"raftscope/replay"
)

func newTree(s streams) *cobra.Command {
	var at string
	var up, asJSON bool
	var options replay.Options
	var style replay.Style
	c := &cobra.Command{
		Use:   "tree [flags] FILE [ROOT]",
		Short: "Print a machine of a recording and everything it caused",
		Long: "Print a machine of a recording and everything it caused, on all nodes. ROOT is a machine like exec#12,\n" +
			"exec@3, append@n2 or n3:2/5 (an entry); the newest write, else the newest election, if it" +
			" is left out.",
		Args: arguments(1, 2, "a FILE and perhaps a ROOT"),
		RunE: func(c *cobra.Command, args []string) error {
			if options.Depth < 0 {
				return &usageError{c.CommandPath(), fmt.Errorf("--depth is %d, expected 1 or more, or 0 for all", options.Depth)}
			}
			r, err := readRecording(c.Context(), args[0], at, s.err)
			if err != nil {
				return err
			}
			root, err := r.root(args[1:])
			if err != nil {
				return err
			}
			for _, kind := range options.Kinds {
				if r.timeline.Kind(kind) == nil {
					return fmt.Errorf("--kind has %q, which is no kind of this recording", kind)
				}
			}
			tree := r.view.Tree(root, options)
			if up {
				tree = r.view.UpTree(root, options)
			}
			if asJSON {
				return tree.JSON(s.out, style)
			}
			return tree.Text(s.out, style)
		},
		ValidArgsFunction: completeRecording,
	}
	addAt(c, &at)
	flags := c.Flags()
	flags.BoolVar(&up, "up", false, "print what caused the machine instead")
	flags.BoolVar(&style.Moves, "moves", false, "print every move")
	flags.BoolVar(&style.Real, "real", false, "print real durations too")
	flags.IntVar(&options.Depth, "depth", 0, "print `N` levels below the root")
	flags.StringSliceVar(&options.Kinds, "kind", nil, "print machines of these `KINDS`, joined by commas, and what leads to them")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
