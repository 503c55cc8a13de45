package frames

import (
	"errors"
	"fmt"

	"raftscope/recorder/wire"
	"raftscope/sm"
)

// decoder makes frames of payloads. It keeps its memory from frame to frame.
type decoder struct {
	unpacker wire.Unpacker
	strings  []string
	events   []sm.Event
}

// decode fills f with what the payload of the frame at f.Offset holds. It
// fails with a *Damage, or with ErrVersion for a frame packed in an unknown
// way. What f holds is valid until the next call.
func (d *decoder) decode(f *Frame, h wire.FrameHeader, payload []byte) error {
	if err := checkPayload(h, payload, f.Offset); err != nil {
		return err
	}
	payload, err := d.unpacker.Unpack(h, payload)
	if errors.Is(err, ErrVersion) {
		return fmt.Errorf("frame at byte %d: %w", f.Offset, err)
	}
	if err == nil {
		err = d.parse(f, h, payload)
	}
	if err == nil {
		return nil
	}
	err = damage(err, f.Offset+wire.FrameHeaderLen)
	if bad, ok := err.(*Damage); ok {
		if bad.Lost = eventsOf(h); h.Compression != wire.CompressionNone {
			bad.Offset = f.Offset // the place in the unpacked payload tells nobody anything
		}
	}
	return err
}

// checkPayload compares the payload of the frame at offset with its checksum.
func checkPayload(h wire.FrameHeader, payload []byte, offset int64) error {
	if wire.Checksum(payload) == h.PayloadCRC {
		return nil
	}
	return &Damage{Offset: offset + wire.FrameHeaderLen, What: "checksum of the payload differs",
		Expected: "its CRC-32C", Lost: eventsOf(h)}
}

// eventsOf returns how many events a frame has by its header.
func eventsOf(h wire.FrameHeader) uint64 {
	if h.Kind != wire.FrameEvents {
		return 0
	}
	return uint64(h.Count)
}

func (d *decoder) parse(f *Frame, h wire.FrameHeader, payload []byte) (err error) {
	switch h.Kind {
	case wire.FrameKinds:
		f.Kinds, err = wire.ParseKinds(payload, h)
		cleanKinds(f.Kinds)
	case wire.FrameStatus:
		f.Status = payload
	case wire.FrameEvents:
		var rows int
		d.strings, rows, err = wire.ParseStrings(payload, h, d.strings[:0])
		if err != nil {
			return err
		}
		for i, s := range d.strings {
			d.strings[i] = Clean(s)
		}
		d.events, err = wire.ParseRows(payload, rows, h, d.strings, d.events[:0])
		f.Events = d.events
	default:
		f.Other = payload
	}
	return err
}
