package save

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"raftscope/recorder"
	"raftscope/replay"
	"raftscope/sm"
)

// ErrNotFile: the path names something that is no regular file, such as a
// folder or a device; that is never replaced.
var ErrNotFile = errors.New("not a regular file")

// batch is how many events are written at once; an interruption counts, and
// progress is told, after that many: every millisecond.
const batch = 1 << 12

// Options say what is saved, and how.
type Options struct {
	// Header says where the run comes from. A zero Start means now.
	Header  recorder.Header
	Payload recorder.Payload // how much of users' data is kept
	// Force replaces a recording, or any other regular file, that is there.
	Force bool
	// Progress is told now and then how many events of how many are written,
	// on the goroutine of Write. It may be nil.
	Progress func(written, all int)
}

// Saved says what was written.
type Saved struct {
	Events int
	Bytes  int64
	Digest sm.Digest // of the events, as the end of the file holds it
}

// Write saves everything that happened up to a view, as a recording that was
// closed properly, readable by its owner only. The file appears at path when it
// is whole; until then it has a name of its own in the same folder, which is
// gone when Write returns. It fails with fs.ErrExist if there is a file and
// Force is not set, with ErrNotFile, with ctx's error, or with what the system
// says; then what was at path still is.
func Write(ctx context.Context, path string, v replay.View, opt Options) (Saved, error) {
	saved, err := write(ctx, path, v, opt)
	if err != nil {
		return Saved{}, fmt.Errorf("save %s: %w", path, err)
	}
	return saved, nil
}

func write(ctx context.Context, path string, v replay.View, opt Options) (saved Saved, err error) {
	// What cannot work is said before a million events were written.
	if err := mayWrite(path, opt.Force); err != nil {
		return saved, err
	}
	name, rec, err := create(filepath.Dir(path), opt)
	if err != nil {
		return saved, err
	}
	err = fill(ctx, rec, v, opt.Progress)
	err = errors.Join(err, rec.Close())
	if err == nil {
		stats := rec.Stats()
		saved = Saved{Events: int(stats.Events), Bytes: stats.Bytes, Digest: stats.Digest}
		err = place(name, path, opt.Force)
	}
	if gone := os.Remove(name); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return saved, err
}

// fill writes the kinds and all events.
func fill(ctx context.Context, rec *recorder.File, v replay.View, progress func(written, all int)) error {
	t, all := v.Timeline(), v.Events()
	if err := rec.WriteKinds(kindsOf(t)); err != nil {
		return err
	}
	events := make([]sm.Event, 0, min(batch, all))
	for written := 0; written < all && rec.Err() == nil; {
		if err := ctx.Err(); err != nil {
			return err
		}
		events = events[:0]
		for ; written < all && len(events) < batch; written++ {
			events = append(events, t.Event(written))
		}
		if err := rec.Take(events); err != nil {
			return err
		}
		if progress != nil {
			progress(written, all)
		}
	}
	return nil // what stopped the recording is told by Close
}

func kindsOf(t *replay.Timeline) []sm.KindSpec {
	var specs []sm.KindSpec
	for _, k := range t.Kinds() {
		specs = append(specs, sm.KindSpec{Name: k.Name(), Doc: k.Doc(), States: k.States()})
	}
	return specs
}
