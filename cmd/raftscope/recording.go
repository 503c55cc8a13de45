package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"raftscope/engine"
	"raftscope/replay"
	"raftscope/replay/cond"
	"raftscope/replay/frames"
	"raftscope/replay/load"
	"raftscope/sm"
)

// recording is a recording that was read whole.
type recording struct {
	timeline *replay.Timeline
	view     replay.View // at the event or time asked for
}

// readRecording reads a recording into a timeline. What is damaged is left out
// and told on warn, and so is an end that may be missing.
func readRecording(ctx context.Context, path, at string, warn io.Writer) (*recording, error) {
	l, err := load.Open(path, load.Options{Kinds: engine.KindSpecs()})
	if err != nil {
		return nil, err // says what was done, to which file
	}
	defer l.Close()
	if err := l.Run(ctx); err != nil {
		return nil, err
	}
	p := l.Progress()
	for _, reason := range p.Damage.Reasons() {
		fmt.Fprintf(warn, "raftscope: %s: %s\n", frames.Clean(path), reason)
	}
	if !p.Complete && !p.Damage.Cut { // else that was told
		fmt.Fprintf(warn, "raftscope: %s: the recording was not closed: its end may be missing, or it is still being written\n", frames.Clean(path))
	}
	r := &recording{timeline: l.Timeline()}
	if r.view, err = viewAt(r.timeline, at); err != nil {
		return nil, err
	}
	return r, nil
}

// viewAt returns a timeline at an event's number ("412") or at a time ("1.5s");
// at its end if at is empty.
func viewAt(t *replay.Timeline, at string) (replay.View, error) {
	if at == "" {
		return t.View(), nil
	}
	if seq, err := strconv.ParseUint(at, 10, 64); err == nil {
		if seq > t.LastSeq() {
			return replay.View{}, fmt.Errorf("--at is event %d, the recording ends with event %d", seq, t.LastSeq())
		}
		return t.AtSeq(seq), nil
	}
	if d, err := time.ParseDuration(at); err == nil && d >= 0 {
		if d%time.Microsecond == 0 {
			d += time.Microsecond - 1 // times are printed to the microsecond: all of it is meant
		}
		return t.AtTime(sm.Time(d)), nil
	}
	return replay.View{}, fmt.Errorf("--at is %q, expected the number of an event, like 412, or a time since the start, like 1.318420s", at)
}

// addAt adds the flag that says at which event to look.
func addAt(c *cobra.Command, at *string) {
	c.Flags().StringVar(at, "at", "", "look at the moment after `EVENT|TIME`: an event's number (seq in JSON), or virtual time since the start like 1.5s")
}

// root finds the machine a tree is asked of: the newest write, or the newest
// election, if nothing is said.
func (r *recording) root(args []string) (*replay.Machine, error) {
	if len(args) == 0 {
		for _, kind := range []string{"exec", "election"} {
			if m := r.view.Newest(kind, ""); m.Known() {
				return m.Machine, nil
			}
		}
		return nil, fmt.Errorf("there is neither a write nor an election at this moment; name a ROOT, like node#1")
	}
	ref, err := cond.ParseRef(1, args[0], r.timeline.Scope())
	if err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if m := r.view.Find(ref); m.Known() {
		return m.Machine, nil
	}
	return nil, fmt.Errorf("there is no %s at this moment", ref)
}
