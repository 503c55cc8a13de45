package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"raftscope/engine"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of raftscope, of Go and of what it embeds",
		Args:  arguments(0, 0, "none"),
		RunE: func(*cobra.Command, []string) error {
			versions := engine.Versions()
			own := versions["raftscope"]
			if own == "" {
				own = "(unknown)"
			}
			if _, err := fmt.Fprintf(s.out, "raftscope %s\n", own); err != nil {
				return err
			}
			for _, name := range slices.Sorted(maps.Keys(versions)) {
				if name == "raftscope" {
					continue
				}
				if _, err := fmt.Fprintf(s.out, "  %s %s\n", name, versions[name]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
