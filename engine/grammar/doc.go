// Package grammar is raftscope's one language: the commands of scenario files,
// of the prompt, of the journal in recordings and of tests.
//
// It owns the text of commands: every command is a plain value, parses from
// text with the exact place of whatever is wrong, and prints itself as text
// that parses to the same value. It owns the options of a cluster with their
// defaults and limits. It refuses to do anything: carrying commands out is the
// engine's, and it does not know raft.
//
//	commands, err := grammar.ParseLine(1, "write leader set x 1 ; run until answered")
//
// Conditions and the names of machines are those of the package cond. The
// language is described for its users in docs/grammar.md.
package grammar
