package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// infoJSON is what `info --json` prints. Fields and their meaning never
// change; new ones may come.
type infoJSON struct {
	Format     uint16            `json:"format"` // version of the file format
	Size       int64             `json:"size"`   // bytes
	Start      time.Time         `json:"start"`  // when the run was recorded
	Seed       uint64            `json:"seed"`
	Complete   bool              `json:"complete"` // the recording was closed properly
	Frames     int               `json:"frames"`
	Events     uint64            `json:"events"`
	Machines   uint64            `json:"machines"`
	Links      uint64            `json:"links"`
	Attributes uint64            `json:"attributes"`
	Violations uint64            `json:"violations"`
	Last       sm.Time           `json:"last"` // virtual time of the last event, ns
	Nodes      []string          `json:"nodes"`
	Digest     string            `json:"digest"` // of the run; of what is left if the recording is not complete
	Damage     []damageJSON      `json:"damage"`
	Lost       uint64            `json:"lost"` // events known to be lost
	Payload    string            `json:"payload"`
	Versions   map[string]string `json:"versions"`
}

// damageJSON is one damage of a recording.
type damageJSON struct {
	Offset int64  `json:"offset"` // bytes from the beginning
	Lost   uint64 `json:"lost"`   // events, as far as is known
	What   string `json:"what"`
}

func newInfo(s streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "info [flags] FILE",
		Short: "Print what a recording is and holds, and what is damaged",
		Args:  arguments(1, 1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			info, err := readInfo(args[0])
			if err != nil {
				return err
			}
			if !asJSON {
				return info.write(s.out)
			}
			enc := json.NewEncoder(s.out)
			enc.SetIndent("", "  ")
			enc.SetEscapeHTML(false)
			return enc.Encode(info)
		},
		ValidArgsFunction: completeRecording,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// readInfo reads a recording once, frame by frame, keeping nothing: it counts
// for itself, whatever the recording says of itself.
func readInfo(path string) (*infoJSON, error) {
	file, err := frames.OpenFile(path)
	if err != nil {
		return nil, err // says what was done, to which file
	}
	defer file.Close()
	h := file.Header()
	info := &infoJSON{Format: h.Format, Size: file.Size(), Start: h.Start, Seed: h.Seed, Payload: h.Payload, Versions: h.Versions,
		Nodes: []string{}, Damage: []damageJSON{}}
	if info.Payload == "" {
		info.Payload = "whole"
	}
	if _, err := file.Kinds(); err != nil { // reads them, so that damage to them is told too
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var digest sm.Digest
	nodes := map[string]bool{}
	err = file.Each(0, func(events []sm.Event) error {
		for i := range events {
			digest.Add(&events[i])
			info.count(&events[i], nodes)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if d, ok := file.Digest(); ok {
		digest = d
	}
	info.Digest, info.Complete, info.Frames = digest.String(), file.Complete(), len(file.Frames())
	info.Nodes = slices.AppendSeq(info.Nodes, maps.Keys(nodes))
	slices.Sort(info.Nodes)
	for _, d := range file.Damage() {
		info.Damage = append(info.Damage, damageJSON{Offset: d.Offset, Lost: d.Lost, What: d.Error()})
	}
	info.Lost = file.Lost()
	return info, nil
}

func (info *infoJSON) count(e *sm.Event, nodes map[string]bool) {
	info.Events++
	info.Last = max(info.Last, e.At)
	if e.Node != "" {
		nodes[e.Node] = true
	}
	switch e.Type {
	case sm.Born:
		info.Machines++
	case sm.Linked:
		info.Links++
	case sm.Attributed:
		info.Attributes++
	case sm.Violation:
		info.Violations++
	}
}

// write prints the info for people.
func (info *infoJSON) write(w io.Writer) error {
	complete := "yes"
	if !info.Complete {
		complete = "no: it was not closed, by a crash or because it is still being written"
	}
	_, err := fmt.Fprintf(w, "format      %d, %d bytes in %d frames of events\nrecorded    %s\nseed        %d\ncomplete    %s\n"+
		"events      %d, until %s\nmachines    %d\nlinks       %d\nattributes  %d\nviolations  %d\nnodes       %s\ndigest      %s\npayload     %s\n",
		info.Format, info.Size, info.Frames, info.Start.UTC().Format(time.RFC3339), info.Seed, complete,
		info.Events, strings.TrimSpace(replay.Seconds(info.Last)), info.Machines, info.Links, info.Attributes, info.Violations,
		strings.Join(info.Nodes, " "), info.Digest, info.Payload)
	for _, name := range slices.Sorted(maps.Keys(info.Versions)) {
		if err == nil {
			_, err = fmt.Fprintf(w, "version     %s %s\n", name, info.Versions[name])
		}
	}
	for _, d := range info.Damage {
		if err == nil {
			_, err = fmt.Fprintf(w, "damage      %s\n", d.What)
		}
	}
	return err
}
