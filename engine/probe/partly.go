package probe

import (
	"errors"

	"raftscope/sm/catalog"
)

// DoneError is what a Device returns for an operation that it did, all or in
// part, and of which it says nevertheless that it failed. Raft takes it for
// not done; what is on the disk is another matter, and the probe tells it.
type DoneError struct {
	Err   error // what raft is told
	Wrote int   // of a write of entries: how many of them are on the disk
}

// Error implements error: it is what raft is told.
func (e *DoneError) Error() string { return e.Err.Error() }

// Unwrap returns what raft is told.
func (e *DoneError) Unwrap() error { return e.Err }

// wroteOf says how many of a write's entries are on the disk.
func wroteOf(err error, entries int) int {
	var done *DoneError
	switch {
	case err == nil:
		return entries
	case errors.As(err, &done):
		return min(done.Wrote, entries)
	}
	return 0
}

// isDone says whether an operation that writes no entries was done.
func isDone(err error) bool {
	var done *DoneError
	return err == nil || errors.As(err, &done)
}

// onDisk tells what became of the entries of a write: the first so many are on
// the disk, whatever raft is told of them. p.mu is held.
func (p *Probe) onDisk(w *appending, err error) {
	wrote := wroteOf(err, len(w.entries))
	if err != nil && wrote > 0 {
		w.machine.Attr("wrote", int64(wrote))
	}
	for i, e := range w.entries {
		p.goBy(e, w, err)
		if i >= wrote {
			e.machine.Fail(catalog.EntryFailed, 0, err.Error())
			continue
		}
		if old := p.entries[e.index]; old != nil {
			old.machine.Move(catalog.EntryOverwritten)
		}
		p.keep(e)
		e.machine.Move(catalog.EntryDurable)
		if e.apply != nil && err == nil {
			e.apply.machine.Move(catalog.ApplyReplicating)
		}
	}
}
