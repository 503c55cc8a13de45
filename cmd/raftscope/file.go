package main

import (
	"io"
	"os"

	"raftscope/engine/grammar"
)

// stdinName stands for the standard input on the command line.
const stdinName = "-"

// parse reads a scenario file, or the standard input.
func parse(name string, in io.Reader) (*grammar.File, error) {
	if name == stdinName {
		return grammar.ParseFile("stdin", in)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err // says what was done, to which file
	}
	defer f.Close()
	return grammar.ParseFile(name, f)
}
