package save

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"raftscope/recorder"
)

// mayWrite says why nothing may be written to path.
func mayWrite(path string, force bool) error {
	if path == "" {
		return errors.New("expected the name of a file")
	}
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return reason(err)
	case !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink:
		return ErrNotFile
	case !force:
		return fs.ErrExist
	}
	return nil
}

// create begins a recording under a name of its own in the folder, so that it
// can be renamed later.
func create(folder string, opt Options) (name string, rec *recorder.File, err error) {
	for range 100 {
		name = filepath.Join(folder, fmt.Sprintf(".raftscope-save-%016x", rand.Uint64()))
		rec, err = recorder.Create(name, recorder.FileOptions{Header: opt.Header, Payload: opt.Payload})
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", nil, reason(err)
	}
	return name, rec, nil
}

// reason leaves out the name that a file has for a while only: it would tell
// the user nothing.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// place gives the file its name, and makes sure that the name outlives a crash
// of the system.
func place(name, path string, force bool) error {
	move := os.Rename
	if !force {
		move = moveNew
	}
	if err := move(name, path); err != nil {
		return reason(err)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil // it may be written to and not read: the file is there
	}
	folder.Sync() // not every system can, and the file itself is synced
	return folder.Close()
}

// moveNew is a rename that fails with fs.ErrExist instead of replacing what came
// to be there in the meantime.
func moveNew(name, path string) error {
	err := os.Link(name, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err // the old name is removed in any case
	}
	return takeAndMove(name, path) // not every file system has links
}

// takeAndMove takes the name with an empty file, and then replaces that.
func takeAndMove(name, path string) error {
	taken, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(taken.Close(), os.Rename(name, path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
