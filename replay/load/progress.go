package load

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftscope/replay/frames"
)

// ReasonsMax is how many damages of a file are told one by one.
const ReasonsMax = 10

// Progress is how far reading has come. It is a value of its own and never
// changes.
type Progress struct {
	Read   int64 // bytes of the file that were gone through
	Size   int64 // bytes that are there
	Events int   // in the timeline
	Damage Damage

	Running   bool // Run has not returned
	Complete  bool // the recording was closed properly: no more will come
	Following bool // Run has read all there is and waits for more
	// Stale says that the file is followed and has not grown for a while: its
	// writer has ended without closing it, or nothing happens in its run.
	Stale bool
	// Quiet is how long ago the file grew, in real time, if it is followed.
	Quiet time.Duration
	// Err is why the last Run stopped before the end, nil while it runs.
	Err error

	grew time.Time
}

// Replaced reports whether reading stopped because the file became shorter or
// another file took its place.
func (p Progress) Replaced() bool {
	return errors.Is(p.Err, frames.ErrReplaced) || errors.Is(p.Err, frames.ErrShrunk)
}

// Damage is what of a recording is lost.
type Damage struct {
	Places  int    // where the file is damaged
	Offset  int64  // of the first of them, in bytes
	Lost    uint64 // events known to be lost there
	First   uint64 // number of the first of them, 0 if that is not known
	LeftOut int    // events that contradict what came before
	// Cut says that the file ends inside a frame: nobody knows how many events
	// came behind Last, the number of the last one that was found.
	Cut  bool
	Last uint64
	// KindsLost says that events came without kinds, so that Options.Kinds
	// are used.
	KindsLost bool

	places []string // the first ReasonsMax
	reason string   // of the first event left out
	until  uint64   // number of the last event lost, if First is known
	ending uint64   // of Lost, those of the frame in which the file ends
}

// Any reports whether anything is damaged.
func (d Damage) Any() bool { return d.Places > 0 || d.LeftOut > 0 || d.KindsLost }

// String says in a few words what is lost and where, for a badge; empty if
// nothing is damaged. The numbers are those of events.
func (d Damage) String() string {
	var parts []string
	switch lost := d.Lost - d.ending; {
	case lost > 0 && d.First == 0:
		parts = append(parts, count(lost, "event")+" lost")
	case lost == 1:
		parts = append(parts, fmt.Sprintf("event %d lost", d.First))
	case lost > 0 && d.until-d.First+1 == lost:
		parts = append(parts, fmt.Sprintf("events %d..%d lost", d.First, d.First+lost-1))
	case lost > 0:
		parts = append(parts, fmt.Sprintf("%s lost from %d on", count(lost, "event"), d.First))
	}
	switch {
	case d.Cut && d.Last == 0:
		parts = append(parts, "cut off before event 1")
	case d.Cut:
		parts = append(parts, fmt.Sprintf("cut off behind event %d", d.Last))
	}
	switch {
	case d.LeftOut > 0 && len(parts) > 0:
		parts = append(parts, fmt.Sprintf("%d left out", d.LeftOut))
	case d.LeftOut > 0:
		parts = append(parts, count(uint64(d.LeftOut), "event")+" left out")
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case d.Places == 1:
		return fmt.Sprintf("damaged at byte %d", d.Offset)
	case d.Places > 1:
		return fmt.Sprintf("damaged at %d places from byte %d on", d.Places, d.Offset)
	case d.KindsLost:
		return "kinds lost"
	}
	return ""
}

func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Reasons says all of it, a line each, the first ReasonsMax places of the file
// one by one. The lines are clean.
func (d Damage) Reasons() []string {
	var lines []string
	if d.KindsLost {
		lines = append(lines, "the kinds are lost; those of this version are used")
	}
	lines = append(lines, d.places...)
	if more := d.Places - len(d.places); more > 0 {
		lines = append(lines, fmt.Sprintf("%d more damages", more))
	}
	if d.LeftOut > 0 {
		lines = append(lines, fmt.Sprintf("%d events contradict what came before and are left out: %s", d.LeftOut, d.reason))
	}
	return lines
}

// Progress returns how far reading has come. It may be asked by any goroutine
// and costs next to nothing.
func (l *Loader) Progress() Progress {
	p := *l.shown.Load()
	if p.Following {
		p.Quiet = max(0, time.Since(p.grew))
	}
	return p
}

// told is what Run knows and Progress tells.
type told struct {
	running   bool
	err       error
	read      int64
	stale     bool
	kindsLost bool

	damage Damage
	tail   bool // the file's tail is among it
}

// publish shows Progress as it is now.
func (l *Loader) publish() {
	t := &l.told
	t.stale = l.isStale()
	l.lookForDamage()
	l.shown.Store(&Progress{
		Read: t.read, Size: l.file.Size(), Events: l.timeline.Events(), Damage: t.damage,
		Running: t.running, Complete: l.file.Complete(), Err: t.err, grew: l.grew,
		Following: l.waits(), Stale: t.stale,
	})
	if l.opt.Changed != nil {
		l.opt.Changed()
	}
}

// lookForDamage asks the file and the timeline for damage, if there is more
// than there was.
func (l *Loader) lookForDamage() {
	t := &l.told
	places := l.file.Damaged()
	_, tail := l.file.Tail()
	// The end of a file that grows is no damage before nobody writes it.
	if tail && t.running && l.follows() && !t.stale {
		tail = false
		places--
	}
	t.damage.KindsLost = t.kindsLost
	if places != t.damage.Places || tail != t.tail {
		t.tail, t.damage.Places = tail, places
		l.tellDamage(tail)
	}
	if nonsense := l.timeline.Damage(); nonsense.Events != t.damage.LeftOut {
		t.damage.LeftOut, t.damage.reason = nonsense.Events, nonsense.Reasons[0]
	}
}

// tellDamage tells how many events are lost, and where, and the first damages of
// the file, with or without its tail.
func (l *Loader) tellDamage(withTail bool) {
	d := &l.told.damage
	*d = Damage{Places: d.Places, Lost: l.file.Lost(), LeftOut: d.LeftOut, KindsLost: d.KindsLost, reason: d.reason}
	all := l.file.Damage()
	if tail, ok := l.file.Tail(); ok && !withTail {
		all = all[:len(all)-1]
		d.Lost -= tail.Lost
	}
	for i, bad := range all {
		if i == 0 {
			d.Offset = bad.Offset
		}
		if i < ReasonsMax {
			d.places = append(d.places, frames.Clean(bad.Error()))
		}
		switch {
		case bad.Cut:
			d.Cut, d.Last, d.ending = true, l.lastFound(), bad.Lost
		case bad.Lost > 0 && bad.First > 0:
			if d.First == 0 || bad.First < d.First {
				d.First = bad.First
			}
			d.until = max(d.until, bad.First+bad.Lost-1)
		}
	}
}

// lastFound is the number of the last event that the file is known to hold.
func (l *Loader) lastFound() uint64 {
	found := l.file.Frames()
	if len(found) == 0 {
		return 0
	}
	last := found[len(found)-1]
	return last.First + uint64(last.Count) - 1
}
