package frames

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"raftscope/recorder/wire"
)

const (
	// searchMax is how far a walk looks for the next frame behind damage, all
	// damages of the walk together: four of the largest frames. A file may
	// seem to be a terabyte long and hold nothing.
	searchMax = 64 << 20
	// searchStep is how many bytes are read at once for that.
	searchStep = 64 << 10
)

// walk makes the index anew from the headers of the frames. It fails only if
// the file cannot be read.
func (f *File) walk() error {
	f.walked = true
	f.events, f.others, f.report, f.tail, f.timed = nil, nil, report{}, nil, true
	f.end, f.complete, f.summary = f.start, false, wire.Summary{}
	f.cache = nil
	found, err := f.walkOn()
	if err != nil {
		return err
	}
	f.arrange(found)
	f.keepBad()
	return nil
}

// keepBad reports anew what reading had found damaged before the walk, if the
// walk found the same frame: it looks at headers only.
func (f *File) keepBad() {
	bad := f.bad
	f.bad = make(map[int64]Damage)
	for _, list := range [][]Info{f.others, f.events} {
		for i := range list {
			if d, ok := bad[list[i].Offset]; ok {
				f.bad[list[i].Offset] = d
				f.report.add(d)
			}
		}
	}
}

// walkOn returns the frames from f.end on, as they follow in the file, and
// moves f.end behind the last whole one. What is behind that is f.tail.
func (f *File) walkOn() ([]Info, error) {
	var found []Info
	f.tail = nil
	for budget := int64(searchMax); f.end < f.size && !f.complete; {
		at := f.end
		h, err := f.nextHeader(at)
		var bad *wire.Bad
		switch {
		case errors.As(err, &bad):
			next, ok, err := f.search(at+1, &budget)
			if err != nil {
				return nil, err
			}
			d := Damage{Offset: at + int64(bad.Offset), What: bad.What, Expected: bad.Want}
			if !ok {
				f.tail = &d
				return found, nil
			}
			f.report.add(d)
			f.end = next
			continue
		case err != nil:
			return nil, err
		case f.tail != nil:
			return found, nil
		}
		if len(f.events)+len(found) >= wire.FramesMax {
			f.tail = &Damage{Offset: at, What: "more frames than a recording has", Expected: "at most 1048576"}
			return found, nil
		}
		f.end = at + wire.FrameHeaderLen + int64(h.Length)
		switch h.Kind {
		case wire.FrameIndex:
			f.checkIndex(at, h)
		case wire.FrameEnd:
			f.takeEnd(at)
		default:
			found = append(found, infoOf(at, wire.EntryOf(h)))
		}
	}
	if f.complete && f.end < f.size {
		f.tail = &Damage{Offset: f.end, What: "bytes behind the end of the recording", Expected: "none"}
	}
	return found, nil
}

// checkIndex reports an index frame that was damaged. A walk has no other use
// for it.
func (f *File) checkIndex(at int64, h wire.FrameHeader) {
	payload, err := f.payloadAt(at, h)
	var d *Damage
	if err == nil && errors.As(checkPayload(h, payload, at), &d) {
		f.report.add(*d)
	}
}

// takeEnd reads the end frame at offset.
func (f *File) takeEnd(offset int64) {
	s, err := f.endAt(offset)
	if err == nil {
		f.complete, f.summary = true, s
		return
	}
	var d *Damage
	if errors.As(damage(err, offset+wire.FrameHeaderLen), &d) {
		f.report.add(*d)
	}
}

// nextHeader reads the header of the frame at offset. If the file ends inside
// that frame, or the frame is the last and not whole yet, it sets f.tail.
func (f *File) nextHeader(at int64) (wire.FrameHeader, error) {
	if f.size-at < wire.FrameHeaderLen {
		f.tail = &Damage{Offset: f.size, What: "frame cut short", Expected: "the rest of it", Cut: true}
		return wire.FrameHeader{}, nil
	}
	h, err := f.headerAt(at)
	if err != nil {
		return h, err
	}
	switch end := at + wire.FrameHeaderLen + int64(h.Length); {
	case end > f.size:
		f.tail = &Damage{Offset: f.size, What: "frame cut short", Expected: "the rest of it", Lost: eventsOf(h), First: h.First, Cut: true}
	case end == f.size && h.Kind != wire.FrameEnd:
		// A file system may show a file's new length before its bytes.
		payload, err := f.payloadAt(at, h)
		if err != nil {
			return h, err
		}
		var d *Damage
		if errors.As(checkPayload(h, payload, at), &d) {
			d.First = h.First
			f.tail = d
		}
	}
	return h, nil
}

// search returns the offset of the first frame header that is true, from at
// on. It uses up the budget; behind that it looks only where an earlier index
// says that a frame begins.
func (f *File) search(at int64, budget *int64) (next int64, ok bool, err error) {
	buf := make([]byte, searchStep)
	for f.size-at >= wire.FrameHeaderLen && *budget > 0 {
		b := buf[:min(searchStep, f.size-at)]
		if err := f.readAt(b, at); err != nil {
			return 0, false, err
		}
		if i := findHeader(b); i >= 0 {
			return at + int64(i), true, nil
		}
		step := int64(len(b) - wire.FrameHeaderLen + 1)
		at += step
		*budget -= step
	}
	if f.size-at < wire.FrameHeaderLen {
		return 0, false, nil
	}
	i, _ := slices.BinarySearch(f.hints, at)
	for _, hint := range f.hints[i:] {
		if _, err := f.headerAt(hint); err == nil {
			return hint, true, nil
		}
	}
	return 0, false, nil
}

// findHeader returns where in b the first true frame header begins, or -1.
func findHeader(b []byte) int {
	for from := 0; ; from++ {
		i := bytes.Index(b[from:], []byte(wire.FrameMagic))
		if i < 0 || len(b)-from-i < wire.FrameHeaderLen {
			return -1
		}
		from += i
		if _, err := wire.ParseFrameHeader(b[from:]); err == nil {
			return from
		}
	}
}

// Follow looks whether the file has grown, and returns how many new frames of
// events it holds. A frame that is not whole yet is no damage: it is found by
// a later call. It fails with ErrShrunk if the file has become shorter than
// what was read of it, and with ErrReplaced if it, or its name, is another
// recording's now; then it is not a recording that grows.
func (f *File) Follow() (int, error) {
	size, err := f.grown()
	if err != nil && err != io.EOF {
		return 0, err
	}
	if size < f.end {
		return 0, ErrShrunk
	}
	if size == f.size {
		// What was written before another file took its name is read first.
		return 0, f.moved()
	}
	head, err := f.headSum()
	if err == nil && head != f.head {
		err = fmt.Errorf("%w: another one was written into the file", ErrReplaced)
	}
	if err != nil {
		return 0, err
	}
	f.size = size
	if f.complete {
		f.tail = nil
		if size > f.end {
			f.tail = &Damage{Offset: f.end, What: "bytes behind the end of the recording", Expected: "none"}
		}
		return 0, nil
	}
	found, err := f.walkOn()
	if err != nil {
		return 0, err
	}
	before := len(f.events)
	for _, info := range found {
		f.place(info)
	}
	return len(f.events) - before, nil
}
