// Package raftscope holds what ships inside the program beside its code: the
// scenarios. It refuses to know how they are read or run.
package raftscope

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"slices"
)

//go:embed testdata/scenarios/*.txt testdata/scenarios/findings/*.txt
var testdata embed.FS

// Scenarios are the scenarios that ship with the program, NAME.txt each, without
// folders. Those in the folder findings show how unmodified raft breaks a rule.
var Scenarios fs.FS = flat{sub("testdata/scenarios"), sub("testdata/scenarios/findings")}

func sub(folder string) fs.FS {
	files, err := fs.Sub(testdata, folder)
	if err != nil {
		panic(err) // the path above is none
	}
	return files
}

// flat shows the files of several folders as if they were in one.
type flat []fs.FS

// Open implements fs.FS: the first folder that has the file is asked.
func (f flat) Open(name string) (file fs.File, err error) {
	for _, folder := range f {
		if file, err = folder.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return file, err
}

// ReadDir implements fs.ReadDirFS.
func (f flat) ReadDir(name string) (all []fs.DirEntry, err error) {
	for _, folder := range f {
		entries, err := fs.ReadDir(folder, name)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.IsDir() {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return all, nil
}
