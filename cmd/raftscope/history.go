package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"raftscope/replay/history"
)

func newHistory(s streams) *cobra.Command {
	var at string
	var asJSON bool
	c := &cobra.Command{
		Use:   "history [flags] FILE",
		Short: "Print what the clients of a recording asked and were told, and whether that is linearizable",
		Long: "Print what the clients of a recording asked and were told, and whether that is linearizable: whether one\n" +
			"order of all calls, each at one moment between its start and its answer, explains all answers.\n" +
			"The exit status is 1 if it is not.",
		Args: arguments(1, 1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := readRecording(c.Context(), args[0], at, s.err)
			if err != nil {
				return err
			}
			h := history.Of(r.view)
			v := h.Check()
			if asJSON {
				enc := json.NewEncoder(s.out)
				enc.SetIndent("", "  ")
				enc.SetEscapeHTML(false)
				err = enc.Encode(h.JSON(v))
			} else if err = h.Text(s.out); err == nil {
				err = v.WriteLines(s.out, "")
			}
			if err == nil && !v.OK() {
				err = errFailed
			}
			return err
		},
		ValidArgsFunction: completeRecording,
	}
	addAt(c, &at)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
