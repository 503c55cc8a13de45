package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"raftscope/engine"
	"raftscope/replay/load"
	"raftscope/tui"
)

func newReplay(s streams) *cobra.Command {
	var look cockpitFlags
	var follow bool
	c := &cobra.Command{
		Use:   "replay [flags] FILE",
		Short: "Show a recording in the cockpit",
		Long: "Show a recording in the cockpit, at any moment of it. With --follow it may still be written by another process:\n" +
			"the cockpit keeps up with it.",
		Args: arguments(1, 1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := look.check(); err != nil {
				return &usageError{c.CommandPath(), err}
			}
			term, err := s.terminal("raftscope events FILE prints a recording, and so do info, tree, logs, nodes and history")
			if err != nil {
				return err
			}
			p := &cockpit{s: s, term: term, flags: look, ended: func() {}}
			return inOrder(c, s, func() error { return p.showRecording(c.Context(), args[0], follow) })
		},
		ValidArgsFunction: completeRecording,
	}
	look.add(c)
	c.Flags().BoolVar(&follow, "follow", false, "go on reading while another process writes the file")
	return c
}

// showRecording shows a recording while it is read, until the user quits.
func (p *cockpit) showRecording(ctx context.Context, path string, follow bool) error {
	l, err := load.Open(path, load.Options{Follow: follow, Kinds: engine.KindSpecs()})
	if err != nil {
		return err
	}
	r := &reading{loader: l, over: make(chan struct{})}
	err = p.show(ctx, tui.Source{
		Timeline: l.Timeline(), Name: filepath.Base(path), Seed: l.Header().Seed, Load: r.run, Loading: r.loading, Follow: follow,
	})
	r.end()
	return errors.Join(err, l.Close())
}

// reading is a recording that is being read.
type reading struct {
	loader *load.Loader
	over   chan struct{} // closed when nobody looks any more

	mu   sync.Mutex // held while it is read
	done atomic.Bool
}

// run reads to the end, until ctx ends, or until nobody looks any more.
func (r *reading) run(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-r.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := r.loader.Run(ctx)
	r.done.Store(true)
	return err
}

// end waits until nothing is read any more.
func (r *reading) end() {
	close(r.over)
	r.mu.Lock()
	defer r.mu.Unlock()
}

// loading is how far the recording was read, as the cockpit wants to know it.
func (r *reading) loading() tui.Loading {
	done := r.done.Load() // asked first: what comes after it is final
	p := r.loader.Progress()
	out := tui.Loading{
		Bytes: p.Read, Size: p.Size, Done: done, Following: p.Following,
		Complete: p.Complete, Damage: p.Damage.String(), Reasons: p.Damage.Reasons(), Err: p.Err,
	}
	if p.Stale {
		out.Stale = p.Quiet
	}
	return out
}

// completeRecording offers files that end as recordings do.
func completeRecording(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"rsc"}, cobra.ShellCompDirectiveFilterFileExt
}
