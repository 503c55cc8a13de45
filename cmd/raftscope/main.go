// Command raftscope is a debugger for raft write paths.
//
// It owns the command line: flags, the files it opens and exit statuses. What
// the subcommands do is in the packages below engine and replay.
//
// Exit status: 0 if all is well; 1 if an expectation failed, a rule of the
// catalogue was broken, runs were not equal, or the cluster's process died;
// 2 for wrong usage or input, a command that is refused or waits in vain, and
// output that cannot be written; 128 and the signal's number if one ended it,
// which is 130 after an interrupt.
package main

import (
	"context"
	"os"

	"raftscope/engine"
)

func main() {
	engine.MaybeDebuggee()
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, signals: untilSignal}
	os.Exit(execute(context.Background(), os.Args[1:], s))
}
