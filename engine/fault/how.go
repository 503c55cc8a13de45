package fault

import (
	"fmt"
	"slices"
)

// How says how much of an operation of a disk is done although it fails, and
// what fails with it. Its zero value is an operation that is not done.
type How struct {
	After bool // it is done, and fails all the same
	Wrote int  // writes of entries: how many of them are written, if not all; else zero
	Crash bool // its node crashes
}

// words says how an operation ends, for its machine: by a rule, or by hand if
// by is empty.
func (h How) words(by string, err error) string {
	verb, when := "fail", ""
	switch {
	case h.After:
		when = ", when it is done"
	case h.Wrote == 1:
		when = ", with one entry written"
	case h.Wrote > 0:
		when = fmt.Sprintf(", with %d entries written", h.Wrote)
	case h.Crash:
		when = ", before it is done"
	}
	if h.Crash {
		verb, err = "crash", nil
	}
	switch {
	case by == "":
		verb += "ed"
	case h.Crash:
		verb += "es by " + by
	default:
		verb += "s by " + by
	}
	if err != nil {
		when += ": " + err.Error()
	}
	return verb + when
}

// FailHow ends an operation of a disk now, and decides how much of it is done.
// What still waits for others in the queue has not begun, so nothing of it can
// be done.
func (o *Op) FailHow(err error, how How) error {
	switch {
	case how == How{}:
		return o.Fail(err)
	case o.what.Class != Disk:
		return unfit("only an operation of a disk can end so")
	}
	o.board.mu.Lock()
	queued := o.queued
	o.board.mu.Unlock()
	if queued && (how.After || how.Wrote > 0) {
		return unfit("it waits for what the disk has to do before: nothing of it can be on the disk yet")
	}
	o.decide(Failed, err, how, how.words("", err))
	return nil
}

// How is how much of a Failed operation is done all the same.
func (o *Op) How() How {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return o.how
}

// SetFull fills a node's disk: whatever it would have to write fails, and a
// removal writes too. False if it is full.
func (b *Board) SetFull(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.full[node] {
		return false
	}
	b.full[node] = true
	return true
}

// Full says whether a node's disk is full.
func (b *Board) Full(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.full[node]
}

// SetUnreadable says that a node's disk cannot read a block any more, by the
// index of the entry in it. False if it was so already.
func (b *Board) SetUnreadable(node string, index uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.Contains(b.unread[node], index) {
		return false
	}
	b.unread[node] = append(b.unread[node], index)
	slices.Sort(b.unread[node])
	return true
}

// Unreadable returns what a node's disk cannot read, in order.
func (b *Board) Unreadable(node string) []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.unread[node])
}

// IsUnreadable says whether a node's disk cannot read an entry.
func (b *Board) IsUnreadable(node string, index uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Contains(b.unread[node], index)
}

// HealDisk makes a node's disk a good one. False if it was.
func (b *Board) HealDisk(node string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	ill := b.full[node] || len(b.unread[node]) > 0
	delete(b.full, node)
	delete(b.unread, node)
	return ill
}
