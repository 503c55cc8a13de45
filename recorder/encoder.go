package recorder

import (
	"errors"
	"fmt"
	"io"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// FrameEvents is how many events a full frame holds. More would make a damaged
// frame cost more and pack hardly better.
const FrameEvents = 4096

// Header says where a recording comes from.
type Header = wire.Header

var (
	// ErrTooLarge: what should be written does not fit into a frame.
	ErrTooLarge = wire.ErrTooLarge
	// ErrSequence: an event has no sequence number, or one above wire.SeqMax.
	ErrSequence = errors.New("no sequence number")
)

// Encoder writes frames. Each frame, and the header, is one call of Write. It
// is not safe for concurrent use.
type Encoder struct {
	w       io.Writer
	events  wire.EventsWriter
	packer  *wire.Packer // nil: frames are not packed
	scratch []byte
	err     error // of the writer, the first one
}

// NewEncoder returns an encoder that writes frames as they are to w, nothing
// yet.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

// NewPackingEncoder returns an encoder that packs frames.
func NewPackingEncoder(w io.Writer) *Encoder { return &Encoder{w: w, packer: new(wire.Packer)} }

// WriteHeader writes the stream's header. It comes first, and once.
func (e *Encoder) WriteHeader(h Header) error {
	b, err := wire.AppendHeader(e.scratch[:0], h)
	if err != nil {
		return fmt.Errorf("encode header: %w", err)
	}
	return e.write(b, "header")
}

// WriteKinds writes kinds; events may refer to them from then on.
func (e *Encoder) WriteKinds(kinds []sm.KindSpec) error {
	b, err := wire.AppendKinds(e.scratch[:0], kinds)
	if err != nil {
		return fmt.Errorf("encode kinds: %w", err)
	}
	e.scratch = b
	return e.writeFrame(b, "kinds")
}

// WriteStatus writes a payload that means something to the two ends of a pipe
// alone.
func (e *Encoder) WriteStatus(payload []byte) error {
	if len(payload) > wire.PayloadMax {
		return fmt.Errorf("encode status of %d bytes: %w", len(payload), ErrTooLarge)
	}
	b := append(e.scratch[:0], make([]byte, wire.FrameHeaderLen)...)
	b = append(b, payload...)
	e.scratch = b
	wire.Seal(b, wire.FrameHeader{Kind: wire.FrameStatus, Unpacked: uint32(len(payload))})
	return e.write(b, "status")
}

// WriteEvents writes events in as many frames as they need: a frame ends when
// it is full, before a gap in the sequence numbers, and before an event
// earlier than the frame's first. It keeps nothing of events. It fails with
// ErrTooLarge or ErrSequence at an event that no frame can hold; the events
// before it are written then.
func (e *Encoder) WriteEvents(events []sm.Event) error {
	for i := range events {
		if err := e.Add(&events[i]); err != nil {
			return err
		}
	}
	return e.Flush()
}

// Add takes one event, and writes what it has if that makes a full frame, or
// if ev cannot be in one frame with it. It keeps nothing of ev. It fails as
// WriteEvents does.
func (e *Encoder) Add(ev *sm.Event) error {
	if !e.events.Fits(ev) {
		if err := e.makeRoom(ev); err != nil {
			return err
		}
	}
	e.events.Add(ev)
	if e.events.Len() >= FrameEvents {
		return e.Flush()
	}
	return nil
}

// Pending returns the number of events that were added and not yet written.
func (e *Encoder) Pending() int { return e.events.Len() }

func (e *Encoder) makeRoom(ev *sm.Event) error {
	if err := e.Flush(); err != nil {
		return err
	}
	switch {
	case ev.Seq == 0 || ev.Seq > wire.SeqMax:
		return fmt.Errorf("encode %s event numbered %d: %w", ev.Type, ev.Seq, ErrSequence)
	case !e.events.Fits(ev):
		return fmt.Errorf("encode event %d: %w", ev.Seq, ErrTooLarge)
	}
	return nil
}

// Flush writes a frame of what was added since the last one, if anything was.
func (e *Encoder) Flush() error {
	frame := e.events.Finish()
	if frame == nil {
		return e.err
	}
	return e.writeFrame(frame, "events")
}

func (e *Encoder) writeFrame(frame []byte, what string) error {
	if e.packer != nil {
		packed, err := e.packer.Pack(frame)
		if err != nil {
			return err
		}
		frame = packed
	}
	return e.write(frame, what)
}

func (e *Encoder) write(b []byte, what string) error {
	if e.err != nil {
		return e.err
	}
	n, err := e.w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		e.err = fmt.Errorf("write %s: %w", what, err)
	}
	return e.err
}
