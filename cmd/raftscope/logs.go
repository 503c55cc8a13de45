package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"raftscope/replay"
)

// logsWidth is how wide logs are printed.
const logsWidth = 120

func newLogs(s streams) *cobra.Command {
	var views bool
	c := newState(s, "logs", "Print the logs of all nodes of a recording side by side", true,
		func(v replay.View, w io.Writer) error {
			if err := v.LogsText(w, logsWidth); err != nil || !views {
				return err
			}
			return v.ViewsText(w)
		})
	c.Flags().BoolVar(&views, "views", false, "print what raft believes, the store holds, the FSM applied and the leader knows, too")
	return c
}

func newNodes(s streams) *cobra.Command {
	return newState(s, "nodes", "Print role, term and indexes of all nodes of a recording", false,
		func(v replay.View, w io.Writer) error { return v.NodesText(w) })
}

// newState makes a command that prints the nodes' state at a moment.
func newState(s streams, name, short string, logs bool, text func(replay.View, io.Writer) error) *cobra.Command {
	var at string
	var asJSON bool
	c := &cobra.Command{
		Use: name + " [flags] FILE", Short: short,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := readRecording(c.Context(), args[0], at, s.err)
			if err != nil {
				return err
			}
			if !asJSON {
				return text(r.view, s.out)
			}
			enc := json.NewEncoder(s.out)
			enc.SetIndent("", "  ")
			enc.SetEscapeHTML(false)
			return enc.Encode(r.view.NodesJSON(r.timeline.View().Roster(), logs))
		},
		ValidArgsFunction: completeRecording,
	}
	addAt(c, &at)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
