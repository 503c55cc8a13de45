// Package words is the lexical layer of raftscope's language: a line becomes
// words with columns, and whatever is wrong with one becomes an [Error] that
// says where, what was found and what was expected.
//
// It owns blanks, comments, the separator, quoting, numbers, the limits of a
// line and the search for the nearest known word. It refuses to know any
// command or condition: those are in the packages cond and grammar.
//
// Columns count runes from 1; a tab is one column.
package words
