package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// signalError says which signal ended a command.
type signalError struct{ signal syscall.Signal }

// Error says it in words.
func (e *signalError) Error() string {
	if e.signal == syscall.SIGINT {
		return "interrupted"
	}
	return fmt.Sprintf("ended by a signal: %s", e.signal)
}

// status is the exit status, as a shell has it.
func (e *signalError) status() int { return 128 + int(e.signal) }

// inOrder runs what holds something that must not be left behind: a cluster, a
// recording, the terminal. The first signal that asks the program to end ends
// the command's context, so that it ends in good order; the second ends the
// program at once. A command that holds nothing ends with the first.
func inOrder(c *cobra.Command, s streams, run func() error) error {
	ctx, stop := s.signals(c.Context())
	defer stop()
	c.SetContext(ctx)
	err := run()
	var sig *signalError
	if errors.Is(err, context.Canceled) && errors.As(context.Cause(ctx), &sig) {
		return sig
	}
	return err
}

// untilSignal returns a context that ends with a signal, which is its cause.
// The signals are the process's own again then, or after stop. Only a hangup is
// ignored from then on: a terminal that closes may tell it twice, by the kernel
// and by the shell or tmux, and that is nobody's second request.
func untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	asked := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		asked = append(asked, syscall.SIGHUP)
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, asked...)
	go func() {
		select {
		case sig := <-came:
			number, _ := sig.(syscall.Signal)
			if number == syscall.SIGHUP {
				signal.Ignore(syscall.SIGHUP)
			}
			signal.Stop(came)
			cancel(&signalError{number})
		case <-ctx.Done():
			signal.Stop(came)
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}
