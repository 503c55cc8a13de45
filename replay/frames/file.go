package frames

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// Info says what a frame holds, without reading it. It is what the index or
// the frame's header says; Read compares the two.
type Info struct {
	Offset   int64 // of the frame in the file, in bytes
	Length   uint32
	Count    uint32 // events or kinds
	First    uint64 // sequence number of the first event
	From, To sm.Time
	Kind     wire.FrameKind
}

func infoOf(offset int64, e wire.IndexEntry) Info {
	return Info{Offset: offset, Length: e.Length, Kind: e.Kind, Count: e.Count, First: e.First, From: e.From, To: e.To}
}

// next returns the sequence number after the frame's last.
func (i *Info) next() uint64 { return i.First + uint64(i.Count) }

// File reads a recording in any order, also while another process writes it.
// It holds the index and a few frames. It is not safe for concurrent use.
type File struct {
	src    io.ReaderAt
	size   int64
	closer io.Closer // nil: src is somebody else's
	grown  func() (int64, error)
	moved  func() error // says ErrReplaced if the name stands for another file now

	header   wire.Header
	head     uint32           // checksum of what is before start
	start    int64            // offset of the first frame
	end      int64            // behind the last frame that was found whole
	hints    []int64          // offsets of frames by an index that was given up
	walked   bool             // the frames themselves were looked at, not the index
	complete bool             // there is an end frame
	summary  wire.Summary     // of the end frame
	events   []Info           // by sequence number, without overlaps
	others   []Info           // all other frames but index and end, as in the file
	timed    bool             // times never run backwards from frame to frame
	report   report           // what is wrong for good
	tail     *Damage          // what is wrong behind end, and may still change
	bad      map[int64]Damage // of payloads, by the frame's offset

	dec   decoder
	buf   []byte // one packed frame
	cache []cached
}

// OpenFile opens the recording at path. It fails with ErrNotRecording,
// ErrVersion, ErrDamaged (in the header, without which nothing can be read),
// or what the system says.
func OpenFile(path string) (*File, error) {
	// A pipe would block when it is opened, and nothing but a file can be read
	// in any order.
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	f, err := openOS(file, path)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", path, errors.Join(err, file.Close()))
	}
	return f, nil
}

func openOS(file *os.File, path string) (*File, error) {
	size := func() (int64, error) {
		info, err := file.Stat()
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}
	n, err := size()
	if err != nil {
		return nil, err
	}
	f, err := Open(file, n)
	if err != nil {
		return nil, err
	}
	f.closer, f.grown = file, size
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	f.moved = func() error { return moved(file, path) }
	return f, nil
}

// moved fails with ErrReplaced unless path names the open file.
func moved(file *os.File, path string) error {
	mine, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: there is no file of that name any more", ErrReplaced)
	case err != nil:
		return err
	case !os.SameFile(mine, named):
		return fmt.Errorf("%w: another file has its name", ErrReplaced)
	}
	return nil
}

// Open opens a recording of size bytes. If src tells its size itself (Size()
// int64), Follow asks for it. It fails as OpenFile does.
func Open(src io.ReaderAt, size int64) (*File, error) {
	f := &File{src: src, size: size, timed: true, bad: make(map[int64]Damage)}
	f.moved = func() error { return nil }
	f.grown = func() (int64, error) {
		if s, ok := src.(interface{ Size() int64 }); ok {
			return s.Size(), nil
		}
		return size, nil
	}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	f.end = f.start
	if err := f.openIndex(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) readHeader() error {
	if f.size == 0 {
		return fmt.Errorf("%w: it is empty", ErrNotRecording)
	}
	r := NewReader(io.NewSectionReader(f.src, 0, min(f.size, wire.HeaderFixedLen+wire.HeaderBodyMax+4)))
	h, err := r.Header()
	if err != nil {
		return err
	}
	f.header, f.start = h, r.in.offset
	f.head, err = f.headSum()
	return err
}

// headSum returns the checksum of what is before the first frame, without the
// checksum at its end: with that, all headers have the same. It holds the time
// of the run's start, so that of another recording differs.
func (f *File) headSum() (uint32, error) {
	b := make([]byte, f.start-4)
	err := f.readAt(b, 0)
	return wire.Checksum(b), err
}

// Close closes the file that OpenFile opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Header returns the recording's header. Its strings are cleaned.
func (f *File) Header() wire.Header { return f.header }

// Seed returns the seed of the run.
func (f *File) Seed() uint64 { return f.header.Seed }

// Complete reports whether the recording was closed properly: it has its end
// frame. Damage may still be found in it.
func (f *File) Complete() bool { return f.complete }

// Summary returns the totals of the end frame, zero without one.
func (f *File) Summary() wire.Summary { return f.summary }

// Digest returns the digest of the run, which the end frame holds, and whether
// there is one. It is that of the events as they happened, whatever payload
// was left out of the recording.
func (f *File) Digest() (sm.Digest, bool) { return f.summary.Digest, f.complete }

// Size returns how many bytes of the file were looked at.
func (f *File) Size() int64 { return f.size }

// Frames returns the frames of events that there are, in the order of their
// sequence numbers, which do not overlap. The slice is not to be changed; it
// stays as it is when Follow or a new index make another.
func (f *File) Frames() []Info { return f.events[:len(f.events):len(f.events)] }

// Others returns the frames of other kinds, also of unknown ones, in the order
// of the file; index and end frame are left out. The slice is not to be
// changed.
func (f *File) Others() []Info { return f.others[:len(f.others):len(f.others)] }

// readAt fills b from offset. Bytes that were there and are no more mean that
// the file shrinks.
func (f *File) readAt(b []byte, offset int64) error {
	n, err := f.src.ReadAt(b, offset)
	switch {
	case n == len(b):
		return nil
	case err == io.EOF:
		return fmt.Errorf("read at byte %d: %w", offset+int64(n), ErrShrunk)
	}
	return fmt.Errorf("read at byte %d: %w", offset, err)
}

// headerAt reads the frame header at offset. A false one is a *wire.Bad.
func (f *File) headerAt(offset int64) (wire.FrameHeader, error) {
	var b [wire.FrameHeaderLen]byte
	if err := f.readAt(b[:], offset); err != nil {
		return wire.FrameHeader{}, err
	}
	return wire.ParseFrameHeader(b[:])
}

// payloadAt reads the payload of the frame at offset. It is valid until the
// next call.
func (f *File) payloadAt(offset int64, h wire.FrameHeader) ([]byte, error) {
	n := int(h.Length)
	if cap(f.buf) < n {
		f.buf = make([]byte, n)
	}
	b := f.buf[:n]
	if cap(f.buf) > keptMax {
		f.buf = nil
	}
	return b, f.readAt(b, offset+wire.FrameHeaderLen)
}

// keptMax is how much memory is kept for reading frames; what a larger one
// needs is given back.
const keptMax = 1 << 20
