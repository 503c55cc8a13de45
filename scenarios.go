// Package raftscope holds what ships inside the program beside its code: the
// scenarios. It refuses to know how they are read or run.
package raftscope

import (
	"embed"
	"io/fs"
)

//go:embed testdata/scenarios/*.txt
var testdata embed.FS

// Scenarios are the scenarios that ship with the program, NAME.txt each.
var Scenarios = scenarios()

func scenarios() fs.FS {
	sub, err := fs.Sub(testdata, "testdata/scenarios")
	if err != nil {
		panic(err) // the path above is none
	}
	return sub
}
