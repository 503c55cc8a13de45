package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"raftscope/recorder/wire"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// ErrTooLarge: the recording needs more memory than Options.Memory.
var ErrTooLarge = errors.New("recording needs too much memory")

const (
	// MemoryMax is how much memory a timeline may take, in bytes, if nothing
	// else is said: that of about 40 million events. A small file can be made to
	// unfold to any size.
	MemoryMax = 4 << 30
	// memoryEvent is what an event takes in a timeline, in bytes and without
	// its strings; replay's benchmark says so.
	memoryEvent = 100

	// pollEvery is how often a file that is followed is looked at.
	pollEvery = 50 * time.Millisecond
	// staleAfter is how long a file that is followed may not grow before it
	// counts as stale. A recorder writes what happened within 250 ms.
	staleAfter = 3 * time.Second

	// batch is how many events are appended at once: what is appended shows,
	// and an interruption counts, after that many; about a millisecond.
	batch = 4096
)

// Options say how a recording is read.
type Options struct {
	// Follow goes on when the end of the file is reached, until the recording
	// is complete or the context of Run ends.
	Follow bool
	// Kinds are those used for a recording whose own are lost.
	Kinds []sm.KindSpec
	// Memory is how many bytes the timeline may take, roughly. Zero means
	// MemoryMax.
	Memory int64
	// Changed is called by Run, on its goroutine, when Progress or the
	// timeline has changed. It must not block. It may be nil.
	Changed func()

	// Poll is how often a file that is followed is looked at, in real time, and
	// StaleAfter how long it may not grow before it counts as stale. Zero means
	// 50 ms and 3 s.
	Poll, StaleAfter time.Duration
}

// Loader reads one recording.
type Loader struct {
	opt      Options
	path     string
	file     *frames.File
	timeline *replay.Timeline
	shown    atomic.Pointer[Progress]

	// For Run.
	next   uint64 // number of the event to go on with
	others int    // frames without events that were looked at
	memory int64
	grew   time.Time // when the file last grew, in real time
	told   told
}

// Open opens the recording at path. It reads little more than its header: the
// events come by Run. It fails with frames.ErrNotRecording, frames.ErrVersion,
// frames.ErrDamaged if the header is, or with what the system says, as for a
// path that is no regular file. A file to be followed that has no whole header
// yet gets a second of real time to get one.
func Open(path string, opt Options) (*Loader, error) {
	if opt.Poll <= 0 {
		opt.Poll = pollEvery
	}
	if opt.StaleAfter <= 0 {
		opt.StaleAfter = staleAfter
	}
	if opt.Memory <= 0 {
		opt.Memory = MemoryMax
	}
	young := isYoung(path)
	file, err := frames.OpenFile(path)
	for wait := time.Second; opt.Follow && wait > 0 && err != nil && (young || isCut(err)); wait -= headerPoll {
		time.Sleep(headerPoll)
		young = isYoung(path)
		file, err = frames.OpenFile(path)
	}
	if err != nil {
		return nil, err // says what was done, to which file
	}
	l := &Loader{opt: opt, path: path, file: file, timeline: replay.NewTimeline(), next: 1, grew: time.Now()}
	// A file that nobody has written to for an hour is stale from the start.
	if info, err := os.Stat(path); err == nil && info.ModTime().Before(l.grew) {
		l.grew = info.ModTime()
	}
	l.shown.Store(&Progress{Size: file.Size(), grew: l.grew})
	return l, nil
}

// headerPoll is how often it is looked whether a header is whole.
const headerPoll = 20 * time.Millisecond

// isYoung reports whether the file at path was made just now: it is too short to
// hold a header. It is asked before the file is opened, because afterwards the
// header may have come.
func isYoung(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() < wire.HeaderFixedLen
}

// isCut reports whether err says that a header has begun and does not end.
func isCut(err error) bool {
	var d *frames.Damage
	return errors.As(err, &d) && d.Cut
}

// Timeline returns the timeline that Run fills.
func (l *Loader) Timeline() *replay.Timeline { return l.timeline }

// Header returns the recording's header. Its strings are cleaned, and it is not
// to be changed.
func (l *Loader) Header() wire.Header { return l.file.Header() }

// Digest returns the digest of the run, which the end frame holds, and whether
// there is one yet. It is asked after Run.
func (l *Loader) Digest() (sm.Digest, bool) { return l.file.Digest() }

// Close closes the file, after Run. The timeline stays.
func (l *Loader) Close() error { return l.file.Close() }

// Run reads to the end and returns nil; what is damaged is left out and told
// by Progress. With Options.Follow it returns when the recording is complete.
// It fails with ctx's error; with ErrTooLarge; with frames.ErrShrunk or
// frames.ErrReplaced if the file is another one now; with replay.ErrKind,
// replay.ErrFull, or what the system says. What was read until then stays in
// the timeline, and Run may be called again to go on. One goroutine may call it
// at a time.
func (l *Loader) Run(ctx context.Context) error {
	l.told.running = true
	err := l.run(ctx)
	if err != nil && !errors.Is(err, ctx.Err()) {
		err = fmt.Errorf("read %s: %w", l.path, err)
	}
	l.told.running, l.told.err = false, err
	l.publish()
	return err
}

func (l *Loader) run(ctx context.Context) error {
	if err := l.readNew(ctx); err != nil || !l.follows() {
		return err
	}
	ticker := time.NewTicker(l.opt.Poll)
	defer ticker.Stop()
	for {
		size := l.file.Size()
		if _, err := l.file.Follow(); err != nil {
			return err
		}
		if l.file.Size() != size {
			l.grew = time.Now()
			if err := l.readNew(ctx); err != nil || !l.follows() {
				return err
			}
		}
		if l.isStale() != l.told.stale {
			l.publish()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// follows reports whether more of the file is waited for.
func (l *Loader) follows() bool { return l.opt.Follow && !l.file.Complete() }

// waits reports whether all there is was read and more is waited for.
func (l *Loader) waits() bool {
	return l.told.running && l.follows() && l.told.read == l.file.Size()
}

func (l *Loader) isStale() bool { return l.waits() && time.Since(l.grew) >= l.opt.StaleAfter }

// readNew reads what was found in the file and not read yet.
func (l *Loader) readNew(ctx context.Context) error {
	if err := l.readKinds(ctx); err != nil {
		return err
	}
	err := l.file.EachFrame(l.next, func(f frames.Frame) error { return l.take(ctx, f) })
	if err != nil {
		return err
	}
	// Damaged frames at the end are not looked at again.
	if found := l.file.Frames(); len(found) > 0 {
		last := found[len(found)-1]
		l.next = max(l.next, last.First+uint64(last.Count))
	}
	l.told.read = l.file.Size()
	l.publish()
	return nil
}

// readKinds takes the kinds from frames of kinds that were not looked at yet.
// They stand before the events that need them.
func (l *Loader) readKinds(ctx context.Context) error {
	for ; l.others < len(l.file.Others()); l.others++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.file.Others()[l.others].Kind != wire.FrameKinds {
			continue
		}
		f, err := l.file.ReadOther(l.others)
		switch {
		case errors.Is(err, frames.ErrReindexed):
			l.others = -1 // positions are others now; kinds may be given twice
			continue
		case errors.Is(err, frames.ErrDamaged):
			continue
		case err != nil:
			return err
		}
		if err := l.use(f, 0); err != nil {
			return err
		}
		if err := l.timeline.AddKinds(f.Kinds); err != nil {
			return err
		}
	}
	return nil
}

// use takes the memory that a frame with so many new events needs.
func (l *Loader) use(f frames.Frame, events int) error {
	need := int64(f.Unpacked) + int64(events)*memoryEvent
	if l.memory+need > l.opt.Memory {
		return fmt.Errorf("%w: more than %d MB after event %d", ErrTooLarge, l.opt.Memory>>20, l.next-1)
	}
	l.memory += need
	return nil
}

// take appends a frame's events.
func (l *Loader) take(ctx context.Context, f frames.Frame) error {
	if err := l.use(f, len(f.Events)); err != nil {
		return err
	}
	if err := l.needKinds(); err != nil {
		return err
	}
	for rest := f.Events; len(rest) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := rest[:min(batch, len(rest))]
		rest = rest[len(part):]
		if err := l.timeline.Append(part); err != nil {
			return err
		}
		l.next = part[len(part)-1].Seq + 1
		if len(rest) == 0 {
			l.told.read = f.Offset + int64(f.Length)
		}
		l.publish()
	}
	return nil
}

// needKinds falls back to the kinds of this version if events come and the
// recording's kinds did not.
func (l *Loader) needKinds() error {
	if l.told.kindsLost || len(l.timeline.Kinds()) > 0 {
		return nil
	}
	l.told.kindsLost = true
	return l.timeline.AddKinds(l.opt.Kinds)
}
