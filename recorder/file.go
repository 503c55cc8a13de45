package recorder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// FlushAfter is how long, in real time, an event may wait for its frame to
// fill. It leaves time to write the frame, so that what happened 250 ms ago is
// in the file.
const FlushAfter = 200 * time.Millisecond

var (
	// ErrClosed: the file was closed before.
	ErrClosed = errors.New("recording is closed")
	// ErrFull: a recording has at most wire.FramesMax frames.
	ErrFull = errors.New("recording is full")
)

// FileOptions say what is recorded, and how.
type FileOptions struct {
	Header  Header  // a zero Start means now; Payload is filled in
	Payload Payload // how much of users' data is kept
	// Force replaces a file that is there, and writes to what is no regular
	// file, such as a device. Without it Create refuses both.
	Force bool
	// Failed is told, once, why recording has stopped; Close does not repeat
	// it then. It must not call the File's methods.
	Failed func(error)
}

// FileStats count what is in a recording so far.
type FileStats struct {
	Events uint64 // written, so that a reader finds them
	Frames uint64
	Bytes  int64
	Digest sm.Digest // of all events taken, whatever payload is left out
}

// File writes a recording. Its methods may be called from any goroutine. It is
// an sm.Sink that never hurts the run it records: the first error stops the
// recording, what was written before stays readable, and Take goes on taking
// events, without keeping them.
type File struct {
	opt FileOptions

	mu      sync.Mutex
	file    output
	enc     *Encoder
	cutter  *cutter     // nil: all payload is kept
	timer   *time.Timer // flushes; armed while events wait
	index   []wire.IndexEntry
	start   int64 // offset of the first frame
	size    int64
	sum     wire.Summary
	written uint64 // events
	err     error
	closed  bool
}

// output is what a File needs of an os.File.
type output interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// Create makes the file, readable by its owner only, and writes the header.
// It fails with fs.ErrExist if there is one and opt.Force is not set.
func Create(path string, opt FileOptions) (*File, error) {
	file, err := create(path, opt.Force)
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	f, err := newFile(file, opt)
	if err != nil {
		return nil, fmt.Errorf("create recording %s: %w", path, errors.Join(err, file.Close()))
	}
	return f, nil
}

// create opens a fresh file. One that is there is removed and not emptied: who
// reads it goes on reading it, and its permissions are not inherited.
func create(path string, force bool) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_APPEND
	if force {
		switch info, err := os.Lstat(path); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case info.Mode().IsRegular(), info.Mode().Type() == fs.ModeSymlink:
			if err := os.Remove(path); err != nil {
				return nil, err
			}
		default:
			return os.OpenFile(path, flags, 0)
		}
	}
	return os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, 0o600)
}

func newFile(file output, opt FileOptions) (*File, error) {
	f := &File{opt: opt, file: file}
	f.enc = NewPackingEncoder(frameWriter{f})
	h := opt.Header
	if h.Start.IsZero() {
		h.Start = time.Now().UTC()
	}
	h.Payload = ""
	if opt.Payload.limited {
		h.Payload = opt.Payload.String()
		f.cutter = &cutter{payload: opt.Payload, clients: make(map[sm.ID]bool)}
	}
	f.sum.Seed = h.Seed
	if err := f.enc.WriteHeader(h); err != nil {
		return nil, err
	}
	f.start = f.size
	f.timer = time.AfterFunc(FlushAfter, f.onTimer)
	f.timer.Stop()
	return f, nil
}

// frameWriter gets the header and every frame in one Write each, and notes
// them for the index.
type frameWriter struct{ f *File }

func (w frameWriter) Write(b []byte) (int, error) {
	n, err := w.f.file.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		// What is torn would look like a frame still being written.
		w.f.file.Truncate(w.f.size)
		return n, err
	}
	w.f.size += int64(n)
	if w.f.start == 0 {
		return n, nil // the header
	}
	h, err := wire.ParseFrameHeader(b)
	if err != nil {
		return n, err
	}
	if h.Kind == wire.FrameEvents {
		w.f.written += uint64(h.Count)
	}
	w.f.index = append(w.f.index, wire.EntryOf(h))
	if len(w.f.index) >= wire.FramesMax {
		return n, ErrFull
	}
	return n, nil
}

// WriteKinds records kinds; events may refer to them from then on. Like Take
// it fails with ErrClosed only.
func (f *File) WriteKinds(kinds []sm.KindSpec) error {
	return f.with(func() error {
		if err := f.enc.Flush(); err != nil {
			return err
		}
		return f.enc.WriteKinds(kinds)
	})
}

// Take implements sm.Sink. It fails with ErrClosed only.
func (f *File) Take(events []sm.Event) error {
	return f.with(func() error {
		waiting := f.enc.Pending() > 0
		for i := range events {
			if err := f.take(&events[i]); err != nil {
				return err
			}
		}
		if !waiting && f.enc.Pending() > 0 {
			f.timer.Reset(FlushAfter)
		}
		return nil
	})
}

func (f *File) take(e *sm.Event) error {
	f.count(e)
	if f.cutter != nil {
		kept := f.cutter.cut(*e)
		e = &kept
	}
	return f.enc.Add(e)
}

func (f *File) count(e *sm.Event) {
	s := &f.sum
	s.Digest.Add(e)
	s.Events, s.Last = e.Seq, e.At
	switch e.Type {
	case sm.Born:
		s.Machines++
	case sm.Linked:
		s.Links++
	case sm.Attributed:
		s.Attributes++
	case sm.Violation:
		s.Violations++
	}
}

// Flush writes what has not been written yet. It fails with ErrClosed only.
func (f *File) Flush() error { return f.with(f.enc.Flush) }

func (f *File) onTimer() { f.Flush() }

// with runs do under the lock, unless recording has stopped, and keeps its
// error.
func (f *File) with(do func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	if f.err == nil {
		f.stop(do())
	}
	return nil
}

// stop keeps the first error and tells it.
func (f *File) stop(err error) {
	if err == nil || f.err != nil {
		return
	}
	f.err = fmt.Errorf("recording stopped after %d events: %w", f.written, err)
	if f.opt.Failed != nil {
		f.opt.Failed(f.err)
	}
}

// Err returns why recording has stopped, nil while it goes on.
func (f *File) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Stats returns what is in the file so far.
func (f *File) Stats() FileStats {
	f.mu.Lock()
	defer f.mu.Unlock()
	return FileStats{Events: f.written, Frames: uint64(len(f.index)), Bytes: f.size, Digest: f.sum.Digest}
}

// Close writes what has not been written, the index and the end frame, and
// closes the file. Without the end frame, as after an error, readers find all
// frames, and say that the recording is not complete. It returns why
// recording stopped, unless FileOptions.Failed was told.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	f.closed = true
	f.timer.Stop()
	if f.err == nil {
		f.stop(f.finish())
	}
	if err := f.file.Close(); err != nil {
		f.stop(fmt.Errorf("close: %w", err))
	}
	if f.opt.Failed != nil {
		return nil
	}
	return f.err
}

func (f *File) finish() error {
	if err := f.enc.Flush(); err != nil {
		return err
	}
	f.sum.Index, f.sum.Frames = f.size, uint64(len(f.index))
	tail, err := f.footer()
	if err != nil {
		return err
	}
	n, err := f.file.Write(tail)
	if err != nil {
		f.file.Truncate(f.size)
		return fmt.Errorf("write index: %w", err)
	}
	f.size += int64(n)
	// A device cannot be synced, and says that the call is invalid.
	if err := f.file.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}

// footer returns the index frames and the end frame.
func (f *File) footer() ([]byte, error) {
	var tail []byte
	var packer wire.Packer
	offset := f.start
	for rest := f.index; len(rest) > 0; {
		part := rest[:min(len(rest), wire.IndexEntriesMax)]
		rest = rest[len(part):]
		frame, err := wire.AppendIndex(nil, offset, part)
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			offset += int64(e.Length)
		}
		packed, err := packer.Pack(frame)
		if err != nil {
			return nil, err
		}
		tail = append(tail, packed...)
	}
	return wire.AppendEnd(tail, f.sum), nil
}
