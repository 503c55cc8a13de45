// Package cond holds the conditions of raftscope's language: what "run until",
// "expect" and breakpoints ask about a moment of a run, and how machines are
// named.
//
// It owns their syntax: every condition is a plain value, parses from text with
// the exact place of whatever is wrong, and prints itself as text that parses
// to the same value. It refuses to know what is true: evaluating a condition
// over a timeline is the package replay's.
//
//	c, err := cond.Parse(1, "commit n2 >= 5 and not logs equal", cond.Scope{})
//
// The grammar, loosest first:
//
//	condition = conjunction { "or" conjunction }
//	conjunction = negation { "and" negation }
//	negation = "not" negation | "(" condition ")" | simple
package cond
