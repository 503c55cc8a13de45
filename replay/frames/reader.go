package frames

import (
	"errors"
	"fmt"
	"io"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// Frame is one frame of the stream. What it holds is valid until the next
// call of Next, strings excepted: those live on.
type Frame struct {
	Kind     wire.FrameKind
	Offset   int64  // of the frame in the stream, in bytes
	Length   uint32 // of the frame in the stream, in bytes
	Unpacked uint32 // length of its payload before it was packed
	From, To sm.Time

	Kinds  []sm.KindSpec // FrameKinds; kept by nobody else, valid for ever
	Events []sm.Event    // FrameEvents
	Status []byte        // FrameStatus; strings in it are not cleaned
	Other  []byte        // what a File finds in a frame of an unknown kind, unpacked and not cleaned
}

// frameOf returns the frame at offset without what it holds.
func frameOf(offset int64, h wire.FrameHeader) Frame {
	return Frame{Kind: h.Kind, Offset: offset, Length: wire.FrameHeaderLen + h.Length, Unpacked: h.Unpacked, From: h.From, To: h.To}
}

// Stats counts what a Reader met beside the frames it returned.
type Stats struct {
	Unknown int    // frames of kinds unknown to this version, skipped
	Damaged int    // damages reported
	Lost    uint64 // events known to be lost in them
}

// Reader reads a stream frame by frame. It holds one frame at a time, at most
// 16 MiB of bytes and what they unfold to, and reads no further than the
// bytes that are there: on a pipe it returns a frame as soon as it is whole.
// It is not safe for concurrent use.
type Reader struct {
	in     input
	header wire.Header
	begun  bool // the header has been read
	lost   bool // looking for the next frame
	dec    decoder
	stats  Stats
	err    error // the end, or what made it impossible to go on
}

// NewReader returns a reader of src. It reads nothing yet.
func NewReader(src io.Reader) *Reader { return &Reader{in: input{src: src}} }

// Stats returns the counts so far.
func (r *Reader) Stats() Stats { return r.stats }

// Header returns the stream's header, and reads it if that was not yet done.
// It fails with ErrNotRecording, ErrVersion, ErrDamaged or what src returned;
// then nothing can be read.
func (r *Reader) Header() (wire.Header, error) {
	if !r.begun && r.err == nil {
		if err := r.readHeader(); err != nil {
			r.err = err
		}
		r.begun = true
	}
	if r.err != nil && r.header.Versions == nil {
		return wire.Header{}, r.err
	}
	return r.header, nil
}

func (r *Reader) readHeader() error {
	b, err := r.in.peek(wire.HeaderFixedLen)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read header: %w", err)
	}
	n, err := wire.ParseHeaderLen(b)
	if err != nil {
		return fmt.Errorf("read header: %w", damage(err, 0))
	}
	b, err = r.in.peek(n)
	switch {
	case err == io.EOF:
		return &Damage{Offset: int64(len(b)), What: "header cut short", Expected: fmt.Sprintf("%d bytes", n), Cut: true}
	case err != nil:
		return fmt.Errorf("read header: %w", err)
	}
	h, err := wire.ParseHeader(b)
	if err != nil {
		return fmt.Errorf("read header: %w", damage(err, 0))
	}
	cleanHeader(&h)
	r.header = h
	r.in.skip(n)
	return nil
}

// Next returns the next frame of a known kind. It fails with io.EOF at the
// end; with a *Damage, after which it may be called again and goes on behind
// the damage; with ErrVersion for one frame packed in a way this program does
// not know, and goes on likewise; or with what src returned.
func (r *Reader) Next() (Frame, error) {
	if _, err := r.Header(); err != nil {
		return Frame{}, err
	}
	for r.err == nil {
		if r.lost {
			r.find()
			continue
		}
		f, known, err := r.frame()
		var d *Damage
		if errors.As(err, &d) {
			r.stats.Damaged++
			r.stats.Lost += d.Lost
		}
		switch {
		case err != nil:
			return Frame{}, err
		case known:
			return f, nil
		case f.Kind != wire.FrameIndex && f.Kind != wire.FrameEnd:
			r.stats.Unknown++
		}
	}
	return Frame{}, r.err
}

// frame reads the frame that begins here. A damaged one is left behind, or
// puts the reader into the search for the next.
func (r *Reader) frame() (f Frame, known bool, err error) {
	at := r.in.offset
	b, err := r.in.peek(wire.FrameHeaderLen)
	if err != nil {
		return f, false, r.end(err, at, len(b), 0)
	}
	h, err := wire.ParseFrameHeader(b)
	if err != nil {
		r.in.skip(1)
		r.lost = true
		return f, false, damage(err, at)
	}
	whole := wire.FrameHeaderLen + int(h.Length)
	b, err = r.in.peek(whole)
	lost := eventsOf(h)
	if err != nil {
		return f, false, r.end(err, at, len(b), lost)
	}
	r.in.skip(whole)
	payload := b[wire.FrameHeaderLen:]
	f = frameOf(at, h)
	if h.Kind < wire.FrameKinds || h.Kind > wire.FrameStatus {
		return f, false, checkPayload(h, payload, at)
	}
	if err := r.dec.decode(&f, h, payload); err != nil {
		return Frame{}, false, err
	}
	return f, true, nil
}

// end says why the stream stops inside a frame, or that it ends before one.
func (r *Reader) end(err error, at int64, have int, lost uint64) error {
	if err != io.EOF {
		r.err = fmt.Errorf("read frame at byte %d: %w", at, err)
		return r.err
	}
	r.err = io.EOF
	if have == 0 {
		return io.EOF
	}
	return &Damage{Offset: at + int64(have), What: "frame cut short", Expected: "the rest of it", Lost: lost, Cut: true}
}

// find looks for the next frame header that is true, byte by byte. A header
// may itself hold the magic by chance, so it steps over one byte only. A
// payload is not looked at before its header is known to be true, so the
// search is linear whatever the bytes are.
func (r *Reader) find() {
	for {
		b, err := r.in.peek(wire.FrameHeaderLen)
		if err != nil {
			r.in.skip(len(b))
			if r.err = err; err != io.EOF {
				r.err = fmt.Errorf("read at byte %d: %w", r.in.offset, err)
			}
			return
		}
		if b[0] == wire.FrameMagic[0] {
			if _, err := wire.ParseFrameHeader(b); err == nil {
				r.lost = false
				return
			}
		}
		r.in.skip(1)
	}
}
