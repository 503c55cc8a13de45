package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"raftscope/engine/grammar"
	"raftscope/engine/scenario"
	"raftscope/replay/cond/words"
	"raftscope/replay/frames"
)

// verifyMax bounds --verify.
const verifyMax = 1_000_000

// runFlags are the flags of run.
type runFlags struct {
	verify  int
	stats   bool
	pause   time.Duration
	explain bool
	print   grammar.PrintOptions
	record  recordFlags
}

func newRun(s streams) *cobra.Command {
	var f runFlags
	var chance randomFlags
	c := &cobra.Command{
		Use:   "run [flags] FILE | run --random SECONDS [flags]",
		Short: "Run a scenario and print its transcript, or random faults",
		Long: "Run a scenario and print its transcript: every line of FILE with what it brought about.\n" +
			"FILE is - for the standard input. The language is described in docs/grammar.md.\n\n" +
			"With --random: random writes and faults in virtual time, driven by --seed alone, in fresh clusters one after the other.\n" +
			"All rules are watched. A violation writes the scenario that shows it again, and the exit status is 1. The options of the\n" +
			"clusters are left to chance, but for those that flags give.",
		Args: func(c *cobra.Command, args []string) error {
			switch isRandom, err := chance.asked(c.Flags()); {
			case err != nil:
				return &usageError{c.CommandPath(), err}
			case !isRandom:
				return arguments(1, 1, "one FILE")(c, args)
			case len(args) > 0:
				return &usageError{c.CommandPath(), errBoth}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("random") {
				opt, err := chance.options(c.Flags())
				if err := cmp.Or(err, f.record.check(c.Flags())); err != nil {
					return &usageError{c.CommandPath(), err}
				}
				return inOrder(c, s, func() error {
					return runRandom(c.Context(), s, opt, c.Flags().Changed("seed"), f.stats, f.record)
				})
			}
			if err := cmp.Or(f.check(c.Flags().Changed("verify")), f.record.check(c.Flags())); err != nil {
				return &usageError{c.CommandPath(), err}
			}
			file, err := parse(args[0], s.in)
			if err != nil {
				return err
			}
			return inOrder(c, s, func() error { return run(c.Context(), s, f, file) })
		},
	}
	flags := c.Flags()
	flags.IntVar(&f.verify, "verify", 0, "run `N` times and say where runs part")
	flags.BoolVar(&f.stats, "stats", false, "print instants, events, speed, goroutines, files and memory to standard error at the end")
	flags.DurationVar(&f.pause, "pause", 0, "let the cluster stand still at random for up to `DURATION` of real time, which changes nothing")
	flags.BoolVar(&f.explain, "explain", false, "tell each instant in a sentence: what happened and why")
	flags.BoolVar(&f.print.Real, "real", false, "print real durations too, which differ from run to run")
	flags.BoolVar(&f.print.Moves, "moves", false, "print trees with every move")
	flags.IntVar(&f.print.Depth, "depth", 0, "print trees with `N` levels below the root")
	flags.StringSliceVar(&f.print.Kinds, "kind", nil, "print trees with machines of these `KINDS`, joined by commas, and what leads to them")
	flags.BoolVar(&f.print.JSON, "json", false, "print trees and events as JSON")
	f.record.add(flags)
	chance.add(c)
	return c
}

// check refuses values that are out of range.
func (f *runFlags) check(verifies bool) error {
	switch {
	case verifies && f.verify < 1 || f.verify > verifyMax:
		return fmt.Errorf("--verify is %d, expected 1 to %d", f.verify, verifyMax)
	case verifies && f.record.path != "":
		return errors.New("--verify and --record do not go together")
	case f.print.Depth < 0 || f.print.Depth > grammar.DepthMax:
		return fmt.Errorf("--depth is %d, expected 1 to %d, or 0 for all", f.print.Depth, grammar.DepthMax)
	case f.pause < 0 || f.pause > time.Minute:
		return fmt.Errorf("--pause is %s, expected 0s to 1m", f.pause)
	}
	var names []string
	known := map[string]bool{}
	for _, k := range grammar.Kinds() {
		names = append(names, k.Name)
		known[k.Name] = true
	}
	for _, kind := range f.print.Kinds {
		if known[kind] {
			continue
		}
		err := fmt.Errorf("--kind has %q, expected %s", kind, words.OneOf(names))
		if near := words.Nearest(kind, names); near != "" {
			err = fmt.Errorf("%w; did you mean %q?", err, near)
		}
		return err
	}
	return nil
}

// run runs a scenario, once or to verify.
func run(ctx context.Context, s streams, f runFlags, file *grammar.File) (err error) {
	opt := scenario.Options{Print: f.print, Pause: f.pause, Explain: f.explain}
	var verdict scenario.Verdict
	equal := true
	if f.verify > 0 {
		var v scenario.Verification
		verdict, v, err = scenario.Verify(ctx, file, f.verify, s.out, s.out, opt)
		if err == nil {
			equal = v.Equal == v.Runs
			_, err = fmt.Fprintf(s.out, "= %d of %d runs are equal, digest %s\n", v.Equal, v.Runs, v.Digest)
		}
	} else {
		verdict, err = runOnce(ctx, file, s, f.record, opt)
	}
	if f.stats {
		writeStats(s.err, verdict)
	}
	if err != nil {
		return err
	}
	if !verdict.OK() || !equal {
		return errFailed
	}
	return nil
}

// runOnce runs a scenario and records it if that is asked for. A recording that
// stops on the way has been told of and makes the run fail at its end.
func runOnce(ctx context.Context, file *grammar.File, s streams, f recordFlags, opt scenario.Options) (scenario.Verdict, error) {
	if f.path == "" {
		return scenario.Run(ctx, file, s.out, opt)
	}
	rec, err := f.create(file.Cluster.Seed, func(err error) {
		fmt.Fprintf(s.err, "raftscope: %s\n", frames.Clean(err.Error()))
	})
	if err != nil {
		return scenario.Verdict{}, err
	}
	opt.Out = rec
	verdict, err := scenario.Run(ctx, file, s.out, opt)
	broken := rec.Err()
	if closed := rec.Close(); err == nil {
		err = closed
	}
	if err == nil && broken != nil {
		err = errFailed
	}
	return verdict, err
}

// writeStats prints the figures of a run.
func writeStats(w io.Writer, v scenario.Verdict) {
	stats := v.Status.Stats
	virtual, speed := time.Duration(v.Status.At), 0.0
	if stats.Real > 0 {
		speed = float64(virtual) / float64(stats.Real)
	}
	fmt.Fprintf(w, "instants    %d\nevents      %d\nmachines    %d\nviolations  %d\nquiet       %d messages, only counted\n",
		stats.Instants, stats.Events, stats.Machines, stats.Violations, stats.Quiet)
	fmt.Fprintf(w, "time        %s virtual in %s real, %.0fx\n", virtual, stats.Real.Round(time.Millisecond), speed)
	fmt.Fprintf(w, "goroutines  %d\nfiles       %d open\nmemory      %.1f MiB of heap\n",
		stats.Goroutines, stats.Files, float64(stats.Heap)/(1<<20))
}
