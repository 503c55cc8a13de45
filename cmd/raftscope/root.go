package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"raftscope/engine"
	"raftscope/engine/grammar"
	"raftscope/replay/cond/words"
	"raftscope/replay/frames"
	"raftscope/tui"
)

// Exit statuses.
const (
	statusOK          = 0
	statusFailed      = 1
	statusInput       = 2
	statusInterrupted = 130
)

// errFailed is returned by a subcommand that has already printed what failed.
var errFailed = errors.New("something failed")

// usageError is a command line that makes no sense.
type usageError struct {
	command string // whose help is to be looked at
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// streams are what a subcommand reads and writes, and what else of the system
// it has to do with.
type streams struct {
	in       io.Reader
	out, err io.Writer

	cockpit func(context.Context, tui.Source, tui.Options) error     // nil: tui.Run
	signals func(context.Context) (ctx context.Context, stop func()) // nil: none are taken
}

// execute carries out a command line and returns the exit status.
func execute(ctx context.Context, args []string, s streams) int {
	if s.cockpit == nil {
		s.cockpit = tui.Run
	}
	if s.signals == nil {
		s.signals = func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }
	}
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	return report(root.ExecuteContext(ctx), s.err)
}

// report tells an error in one line, and a hint below it if the usage was
// wrong, and returns the exit status.
func report(err error, w io.Writer) int {
	if err == nil {
		return statusOK
	}
	if errors.Is(err, errFailed) {
		return statusFailed
	}
	var sig *signalError
	switch {
	case errors.As(err, &sig):
		fmt.Fprintln(w, "raftscope:", sig)
		return sig.status()
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "raftscope: interrupted")
		return statusInterrupted
	}
	fmt.Fprintln(w, "raftscope:", oneLine(err))
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(w, "see: %s --help\n", usage.command)
	}
	if errors.Is(err, engine.ErrDied) || errors.Is(err, engine.ErrStuck) || errors.Is(err, engine.ErrBroken) {
		return statusFailed
	}
	return statusInput
}

func oneLine(err error) string {
	return frames.Clean(strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; "))
}

func newRoot(s streams) *cobra.Command {
	var look cockpitFlags
	var cluster clusterFlags
	var record recordFlags
	root := &cobra.Command{
		Use:   "raftscope [flags]",
		Short: "A debugger for raft write paths",
		Long: "raftscope runs a cluster of unmodified hashicorp/raft nodes in virtual time and shows every\n" +
			"request, log entry and disk operation as a nested state machine, across nodes.\n\n" +
			"Without a command it starts a cluster, elects a leader and shows the cockpit. The flags say what the cluster is like.",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", docWidth)))
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newOpen(s), newReplay(s), newRun(s), newTree(s), newEvents(s), newInfo(s), newLogs(s), newNodes(s), newHistory(s), newCheck(s),
		newKinds(s), newCompletion(s), newVersion(s))
	root.SetHelpCommand(newHelp(s))
	root.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args[0])
		}
		return nil
	}
	root.RunE = func(c *cobra.Command, _ []string) error {
		what, err := cluster.value()
		if err := cmp.Or(err, look.check(), record.check(c.Flags())); err != nil {
			return &usageError{c.CommandPath(), err}
		}
		term, err := s.terminal("raftscope run FILE prints what happens in a scenario")
		if err != nil {
			return err
		}
		p := &cockpit{s: s, term: term, flags: look}
		return inOrder(c, s, func() error {
			return p.showLive(c.Context(), liveRun{cluster: what, first: firstCommands(what), record: record})
		})
	}
	cluster.add(root)
	record.add(root.Flags())
	look.add(root)
	return root
}

// firstCommands are carried out before a cluster's cockpit is shown: without a
// leader it takes no writes. Where no node starts by itself there is none to wait for.
func firstCommands(c grammar.Cluster) []grammar.Command {
	if !c.Start {
		return nil
	}
	cmds, err := grammar.ParseLine(1, "run until leader")
	if err != nil {
		panic(err) // it is of the grammar
	}
	return cmds
}

// statusOf is the exit status for an error that nobody is told any more.
func statusOf(err error) int {
	var sig *signalError
	if errors.As(err, &sig) {
		return sig.status()
	}
	return statusInterrupted
}

func unknownCommand(c *cobra.Command, word string) error {
	names := commandNames(c)
	err := fmt.Errorf("unknown command %q, expected %s", word, words.OneOf(names))
	if near := words.Nearest(word, names); near != "" {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return &usageError{c.CommandPath(), err}
}

func commandNames(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			names = append(names, sub.Name())
		}
	}
	return names
}

// arguments checks the number of arguments; a negative most means any number.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return &usageError{c.CommandPath(), fmt.Errorf("got %d arguments, expected %s", len(args), what)}
		}
		return nil
	}
}
