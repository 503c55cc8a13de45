package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/recorder"
	"raftscope/replay"
	"raftscope/replay/cond/words"
	"raftscope/replay/frames"
	"raftscope/replay/save"
	"raftscope/tui"
	"raftscope/tui/theme"
)

// cockpitFlags say how the cockpit looks.
type cockpitFlags struct {
	theme        string
	ascii, stats bool
}

func (f *cockpitFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.theme, "theme", theme.Auto, "colours: `NAME` is auto, which goes by the terminal's background, dark, light or none")
	flags.BoolVar(&f.ascii, "ascii", false, "use ASCII characters only")
	flags.BoolVar(&f.stats, "stats", false, "print figures of the cockpit to standard error at the end")
	c.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(theme.Names(), cobra.ShellCompDirectiveNoFileComp))
}

func (f *cockpitFlags) check() error {
	if !slices.Contains(theme.Names(), f.theme) {
		return fmt.Errorf("--theme is %q, expected %s", f.theme, words.OneOf(theme.Names()))
	}
	return nil
}

// cockpit is what it takes to show one: from a live cluster or a recording.
type cockpit struct {
	s     streams
	term  *terminal
	flags cockpitFlags
	ended func() // ends what must not outlive the program, if it has to end at once
}

// hungAfter is how long a cockpit may take to end once it is asked to: it may
// wait for a terminal that takes nothing any more.
const hungAfter = 5 * time.Second

// show shows a source until the user quits, ctx ends or the terminal is closed.
// Afterwards the terminal is sane, whatever happened.
func (p *cockpit) show(parent context.Context, src tui.Source) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	go p.term.watch(ctx, cancel)
	opt := tui.Options{Theme: p.flags.theme, ASCII: p.flags.ascii, In: p.term.in, Out: p.term.out, History: historyFile()}
	if p.flags.stats {
		opt.Stats = p.s.err
	}
	shown := make(chan struct{})
	defer close(shown)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-shown:
		case <-time.After(hungAfter):
			p.ended()
			os.Exit(statusOf(context.Cause(ctx)))
		}
	})
	defer stop()
	defer func() {
		if reason := recover(); reason != nil {
			p.term.rescue()
			panic(reason)
		}
	}()
	err := p.s.cockpit(ctx, src, opt)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx) // whatever the cockpit made of it
	case p.term.isGone():
		return hungUp
	}
	return err
}

// liveRun is a cluster that the cockpit is to show.
type liveRun struct {
	cluster  grammar.Cluster
	scenario *grammar.File // it is not begun; nil: there is none
	name     string        // of the scenario
	first    []grammar.Command
	record   recordFlags
}

// base is the folder in which relative paths of its commands begin.
func (r liveRun) base() string {
	if r.scenario == nil {
		return ""
	}
	return filepath.Dir(r.scenario.Name)
}

// showLive starts a cluster and shows it until the user quits. Nothing of the
// cluster is left then, and its recording is closed.
func (p *cockpit) showLive(ctx context.Context, run liveRun) (err error) {
	record, err := run.record.begin(run.cluster.Seed)
	if err != nil {
		return err
	}
	defer func() {
		if broken := record.close(); broken != nil {
			fmt.Fprintf(p.s.err, "raftscope: %s\n", oneLine(broken))
			err = cmp.Or(err, errFailed)
		}
	}()
	header := recorder.Header{Seed: run.cluster.Seed, Start: time.Now().UTC(), Versions: engine.Versions()}
	session, err := engine.Start(run.cluster, engine.SessionOptions{Out: record.sink(), Base: run.base()})
	if err != nil {
		return err
	}
	l := newLive(session, record)
	p.ended = func() { l.end(); record.close() }
	defer func() { err = cmp.Or(err, l.end()) }()
	for _, cmd := range run.first {
		if l.Do(ctx, cmd); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	var saved atomic.Pointer[string]
	save := saver(session.Timeline(), header, run.record.payload)
	err = p.show(ctx, tui.Source{
		Timeline: session.Timeline(), Controller: l, Name: run.name, Seed: run.cluster.Seed, Cluster: run.cluster,
		Scenario: run.scenario, Recording: run.record.path,
		Save: func(ctx context.Context, path string, force bool) error {
			err := save(ctx, path, force)
			if err == nil {
				saved.Store(&path)
			}
			return err
		},
	})
	if path := saved.Load(); path != nil { // the screen that told it is gone
		fmt.Fprintf(p.s.out, "saved: raftscope replay %s opens it\n", shellWord(*path))
	}
	if dead := l.State().Dead; dead != nil && err == nil {
		err = fmt.Errorf("%w: %s", engine.ErrDied, dead.Reason) // the screen that told it is gone
	}
	return err
}

// saver saves a run as a recording.
func saver(t *replay.Timeline, header recorder.Header, kept string) func(context.Context, string, bool) error {
	return func(ctx context.Context, path string, force bool) error {
		payload, err := recorder.ParsePayload(kept)
		if err != nil {
			return err
		}
		_, err = save.Write(ctx, path, t.View(), save.Options{Header: header, Payload: payload, Force: force})
		return err
	}
}

// shellWord returns a text as one word of a shell's line.
func shellWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:@%/"
	text = frames.Clean(text)
	if text != "" && text[0] != '-' && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// historyFile is the file that keeps the lines of the prompt, empty if the user
// has no folder for such things.
func historyFile() string {
	home, _ := os.UserHomeDir()
	folder := cmp.Or(os.Getenv("XDG_STATE_HOME"), filepath.Join(home, ".local", "state"))
	if !filepath.IsAbs(folder) {
		return ""
	}
	return filepath.Join(folder, "raftscope", "history")
}
