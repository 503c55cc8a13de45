package frames

import (
	"slices"

	"raftscope/recorder/wire"
)

// openIndex takes the frames from the index at the end of the file, or walks
// the frames. That there is no end frame is no damage: the writer crashed, or
// writes still. An end frame without a sound index is.
func (f *File) openIndex() error {
	at, s, ended := f.findEnd()
	if ended {
		if found, ok := f.readIndex(s, at); ok {
			f.complete, f.summary, f.end = true, s, f.size
			if f.arrange(found); f.Damaged() == 0 {
				return nil
			}
			f.keepHints()
		}
	}
	if err := f.walk(); err != nil {
		return err
	}
	if ended && f.Damaged() == 0 {
		f.falseIndex(at)
	}
	return nil
}

// keepHints remembers where an index that is given up says that frames begin.
func (f *File) keepHints() {
	for _, list := range [][]Info{f.others, f.events} {
		for i := range list {
			f.hints = append(f.hints, list[i].Offset)
		}
	}
	slices.Sort(f.hints)
}

func (f *File) falseIndex(offset int64) {
	f.report.add(Damage{Offset: offset, What: "index is missing or differs from the frames", Expected: "what their headers say"})
}

// findEnd looks for an end frame as the last thing in the file.
func (f *File) findEnd() (offset int64, s wire.Summary, ok bool) {
	var b [wire.TrailerLen]byte
	if f.size < f.start+wire.TrailerLen || f.readAt(b[:], f.size-wire.TrailerLen) != nil {
		return 0, s, false
	}
	n, ok := wire.ParseTrailer(b[:])
	offset = f.size - int64(n)
	if !ok || offset < f.start {
		return 0, s, false
	}
	s, err := f.endAt(offset)
	return offset, s, err == nil
}

// endAt reads the end frame at offset.
func (f *File) endAt(offset int64) (s wire.Summary, err error) {
	h, err := f.headerAt(offset)
	if err != nil {
		return s, err
	}
	if h.Kind != wire.FrameEnd || h.Compression != wire.CompressionNone || h.Length > wire.EndMax {
		return s, &wire.Bad{Offset: 8, What: "no end frame", Want: "one"}
	}
	payload, err := f.payloadAt(offset, h)
	if err != nil {
		return s, err
	}
	if err := checkPayload(h, payload, offset); err != nil {
		return s, err
	}
	return wire.ParseEnd(payload)
}

// readIndex reads the index frames, which stand before the end frame at end.
// The frames they tell of must lie one behind the other from the header to the
// index, as those that a recorder wrote do.
func (f *File) readIndex(s wire.Summary, end int64) ([]Info, bool) {
	if s.Index < f.start || s.Index > end || s.Frames > wire.FramesMax {
		return nil, false
	}
	// Every frame takes 56 bytes at least, so memory is bounded by the file.
	found := make([]Info, 0, min(int64(s.Frames), (s.Index-f.start)/wire.FrameHeaderLen))
	offset := f.start
	for at := s.Index; at < end; {
		h, err := f.headerAt(at)
		if err != nil || h.Kind != wire.FrameIndex || at+wire.FrameHeaderLen+int64(h.Length) > end {
			return nil, false
		}
		from, entries, ok := f.indexFrame(at, h)
		if !ok || from != offset || len(found)+len(entries) > cap(found) {
			return nil, false
		}
		for _, e := range entries {
			found = append(found, infoOf(offset, e))
			offset += int64(e.Length)
		}
		at += wire.FrameHeaderLen + int64(h.Length)
	}
	return found, offset == s.Index && uint64(len(found)) == s.Frames
}

func (f *File) indexFrame(at int64, h wire.FrameHeader) (from int64, entries []wire.IndexEntry, ok bool) {
	payload, err := f.payloadAt(at, h)
	if err != nil || checkPayload(h, payload, at) != nil {
		return 0, nil, false
	}
	if payload, err = f.dec.unpacker.Unpack(h, payload); err != nil {
		return 0, nil, false
	}
	from, entries, err = wire.ParseIndex(payload, h)
	return from, entries, err == nil
}
