package frames

import (
	"errors"
	"fmt"
	"sort"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

const (
	// cacheFrames is how many decoded frames a File keeps: enough for a screen
	// of events and the way to its neighbours.
	cacheFrames = 8
	// cacheUnpacked is the largest payload of a frame that is kept.
	cacheUnpacked = 1 << 20
)

type cached struct {
	offset int64
	frame  Frame
}

// Read returns the frame at position i of Frames. What it holds may be kept,
// and is not to be changed. It fails with a *Damage, at every call for the
// same frame, and reports that once; with ErrReindexed, after which positions
// are others; with ErrShrunk; or with what the system says.
func (f *File) Read(i int) (Frame, error) {
	info := f.events[i]
	for n, c := range f.cache {
		if c.offset == info.Offset {
			copy(f.cache[1:n+1], f.cache[:n])
			f.cache[0] = c
			return c.frame, nil
		}
	}
	f.dec.events = nil
	frame, err := f.read(info)
	f.dec.events = nil
	if err != nil || frame.Unpacked > cacheUnpacked {
		return frame, err
	}
	if len(f.cache) < cacheFrames {
		f.cache = append(f.cache, cached{})
	}
	copy(f.cache[1:], f.cache)
	f.cache[0] = cached{info.Offset, frame}
	return frame, nil
}

// ReadOther returns the frame at position i of Others, otherwise as Read does.
// A frame of an unknown kind has its payload in Other.
func (f *File) ReadOther(i int) (Frame, error) {
	frame, err := f.read(f.others[i])
	if err == nil {
		frame.Status, frame.Other = append([]byte(nil), frame.Status...), append([]byte(nil), frame.Other...)
	}
	return frame, err
}

// read reads a frame and compares it with what was known of it. What it
// returns is valid until the decoder is used again.
func (f *File) read(info Info) (frame Frame, err error) {
	h, err := f.headerAt(info.Offset)
	var bad *wire.Bad
	switch {
	case err != nil && !errors.As(err, &bad):
		return frame, err
	case err != nil || infoOf(info.Offset, wire.EntryOf(h)) != info:
		return frame, f.contradiction(info, bad)
	}
	payload, err := f.payloadAt(info.Offset, h)
	if err != nil {
		return frame, err
	}
	if h.Kind == wire.FrameEvents && cap(f.dec.events) < int(h.Count) {
		f.dec.events = make([]sm.Event, 0, h.Count)
	}
	frame = frameOf(info.Offset, h)
	if err := f.dec.decode(&frame, h, payload); err != nil {
		return Frame{}, f.damaged(info, err)
	}
	return frame, nil
}

// damaged reports the damage of a frame once.
func (f *File) damaged(info Info, err error) error {
	var d *Damage
	if errors.Is(err, ErrVersion) {
		d = &Damage{Offset: info.Offset, What: err.Error(), Expected: "a way this program knows"}
	} else if !errors.As(err, &d) {
		return err
	}
	if d.First = 0; info.Kind == wire.FrameEvents {
		d.First, d.Lost = info.First, uint64(info.Count)
	}
	if _, known := f.bad[info.Offset]; !known {
		f.bad[info.Offset] = *d
		f.report.add(*d)
	}
	return d
}

// contradiction deals with a frame that is not what was known of it: bad says
// why its header is false, nil that the header is true and says otherwise.
func (f *File) contradiction(info Info, bad *wire.Bad) error {
	if f.walked {
		d := &Damage{Offset: info.Offset, What: "frame has changed while it was read", Expected: "the frame that was there"}
		if bad != nil {
			d.What = "frame has changed while it was read: " + bad.What
		}
		return f.damaged(info, d)
	}
	index := f.summary.Index
	f.keepHints()
	if err := f.walk(); err != nil {
		return err
	}
	if f.Damaged() == 0 {
		f.falseIndex(index)
	}
	return ErrReindexed
}

// SeekEvent returns the position in Frames of the frame that holds event seq
// or, if it is lost or still to come, of the first one behind it; len(Frames())
// if there is none. It reads nothing.
func (f *File) SeekEvent(seq uint64) int {
	return sort.Search(len(f.events), func(i int) bool { return f.events[i].next() > seq })
}

// SeekTime returns the position in Frames of the first frame with an event at
// or after a virtual time, len(Frames()) if there is none. It reads nothing.
func (f *File) SeekTime(at sm.Time) int {
	if f.timed {
		return sort.Search(len(f.events), func(i int) bool { return f.events[i].To >= at })
	}
	for i := range f.events {
		if f.events[i].To >= at {
			return i
		}
	}
	return len(f.events)
}

// Kinds returns the kinds of all kinds frames. Damaged frames are reported and
// left out.
func (f *File) Kinds() ([]sm.KindSpec, error) {
	var kinds []sm.KindSpec
	for i := 0; i < len(f.others); i++ {
		if f.others[i].Kind != wire.FrameKinds {
			continue
		}
		frame, err := f.ReadOther(i)
		switch {
		case errors.Is(err, ErrReindexed):
			return f.Kinds() // once: there is no index any more
		case err != nil && !errors.Is(err, ErrDamaged):
			return nil, fmt.Errorf("read kinds: %w", err)
		}
		kinds = append(kinds, frame.Kinds...)
	}
	return kinds, nil
}

// Each calls do with the events from number seq on, frame by frame, until
// there are no more or do fails. The first frame may begin before seq; its
// earlier events are left out. The events are valid during the call, strings
// excepted: those live on. Damaged frames are reported and left out; Each
// fails with what do returned, with ErrShrunk, or with what the system says.
func (f *File) Each(seq uint64, do func([]sm.Event) error) error {
	return f.EachFrame(seq, func(frame Frame) error { return do(frame.Events) })
}

// EachFrame is Each for those who also want to know how far they are.
func (f *File) EachFrame(seq uint64, do func(Frame) error) error {
	for i := f.SeekEvent(seq); i < len(f.events); {
		frame, err := f.read(f.events[i])
		switch {
		case errors.Is(err, ErrReindexed):
			i = f.SeekEvent(seq)
			continue
		case errors.Is(err, ErrDamaged):
			i++
			continue
		case err != nil:
			return err
		}
		if first := frame.Events[0].Seq; first < seq {
			frame.Events = frame.Events[seq-first:]
		}
		seq = f.events[i].next()
		i++
		if err := do(frame); err != nil {
			return err
		}
	}
	return nil
}
