package wire

import (
	"encoding/binary"
	"fmt"

	"raftscope/sm"
)

// IndexEntriesMax is the largest number of entries in an index frame; a longer
// index takes several.
const IndexEntriesMax = 1 << 16

// FramesMax is the largest number of frames in a recording that an index is
// kept of: it bounds what the index takes in memory. It is good for three days
// at four frames a second.
const FramesMax = 1 << 20

// IndexEntry is what the index says of a frame.
type IndexEntry struct {
	Length   uint32 // of the whole frame, header included
	Kind     FrameKind
	Count    uint32
	First    uint64
	From, To sm.Time
}

// EntryOf returns the entry of a frame with the header h.
func EntryOf(h FrameHeader) IndexEntry {
	return IndexEntry{Length: FrameHeaderLen + h.Length, Kind: h.Kind, Count: h.Count, First: h.First, From: h.From, To: h.To}
}

// next is the sequence number expected after the frame: what the next entry's
// is written as a difference to.
func (e *IndexEntry) next() uint64 { return e.First + uint64(e.Count) }

// AppendIndex appends a whole index frame to b: at most IndexEntriesMax
// entries of frames that follow each other from offset on. It fails with
// ErrTooLarge, and appends nothing then.
func AppendIndex(b []byte, offset int64, entries []IndexEntry) ([]byte, error) {
	if len(entries) > IndexEntriesMax {
		return b, fmt.Errorf("index frame of %d entries: %w", len(entries), ErrTooLarge)
	}
	start := len(b)
	b = append(b, make([]byte, FrameHeaderLen)...)
	b = binary.AppendUvarint(b, uint64(offset))
	prev := IndexEntry{}
	for i := range entries {
		e := &entries[i]
		b = append(b, byte(e.Kind))
		b = appendUvarint(b, uint64(e.Length))
		b = appendUvarint(b, uint64(e.Count))
		b = appendVarint(b, int64(e.First-prev.next()))
		b = appendVarint(b, int64(e.From-prev.To))
		b = appendVarint(b, int64(e.To-e.From))
		prev = *e
	}
	Seal(b[start:], FrameHeader{Kind: FrameIndex, Count: uint32(len(entries)), Unpacked: uint32(len(b) - start - FrameHeaderLen)})
	return b, nil
}

// ParseIndex reads the unpacked payload of an index frame. It fails with a
// *Bad. What it returns is as good as the file is honest: each entry is to be
// compared with the frame before its numbers are relied on.
func ParseIndex(payload []byte, h FrameHeader) (offset int64, entries []IndexEntry, err error) {
	c := cursor{b: payload}
	if offset = int64(c.uvarint()); offset < 0 {
		c.fail("offset out of range", "below 2^63")
	}
	prev := IndexEntry{}
	entries = make([]IndexEntry, 0, min(h.Count, IndexEntriesMax))
	for range min(h.Count, IndexEntriesMax) {
		e := IndexEntry{Kind: FrameKind(c.byte()), Length: c.uint32(), Count: c.uint32()}
		e.First = prev.next() + uint64(c.varint())
		e.From = prev.To + sm.Time(c.varint())
		e.To = e.From + sm.Time(c.varint())
		e.check(&c)
		if c.bad != nil {
			return 0, nil, c.bad
		}
		entries = append(entries, e)
		prev = e
	}
	if c.left() != 0 {
		return 0, nil, &Bad{Offset: c.i, What: "bytes after the last entry", Want: "the end"}
	}
	return offset, entries, nil
}

func (e *IndexEntry) check(c *cursor) {
	if e.Length < FrameHeaderLen || e.Length > FrameHeaderLen+PayloadMax {
		c.fail("length of a frame out of range", "56 bytes to 16 MiB")
		return
	}
	h := FrameHeader{Kind: e.Kind, Count: e.Count, First: e.First, From: e.From, To: e.To, Unpacked: PayloadMax}
	if e.Kind == FrameEvents {
		if err := h.checkEvents(); err != nil {
			c.fail("entry of an events frame out of range", "count, sequence numbers and times that such a frame can have")
		}
	}
}

// Summary is what the end frame of a recording says: that it was closed
// properly, and of what.
type Summary struct {
	Index      int64  // offset of the first index frame
	Frames     uint64 // in the index
	Events     uint64 // and the number of the last one
	Machines   uint64
	Links      uint64
	Attributes uint64
	Violations uint64
	Seed       uint64
	Digest     sm.Digest // of the run's events, before any payload was left out
	Last       sm.Time   // of the newest event
}

const (
	// EndMagic stands at the very end of a recording that was closed.
	EndMagic = "RSE\xf5"
	// TrailerLen is the length of what ends an end frame: its length as a
	// whole (u32) and EndMagic.
	TrailerLen = 8
	// EndMax is the largest end frame in bytes.
	EndMax = 4096

	endFieldsLen = 10 * 8
)

// AppendEnd appends a whole end frame to b.
func AppendEnd(b []byte, s Summary) []byte {
	start := len(b)
	b = append(b, make([]byte, FrameHeaderLen)...)
	for _, x := range [...]uint64{uint64(s.Index), s.Frames, s.Events, s.Machines, s.Links, s.Attributes,
		s.Violations, s.Seed, uint64(s.Digest), uint64(s.Last)} {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)-start+TrailerLen))
	b = append(b, EndMagic...)
	Seal(b[start:], FrameHeader{Kind: FrameEnd, Unpacked: uint32(len(b) - start - FrameHeaderLen)})
	return b
}

// ParseEnd reads the payload of an end frame. It fails with a *Bad.
func ParseEnd(payload []byte) (Summary, error) {
	if len(payload) < endFieldsLen+TrailerLen {
		return Summary{}, &Bad{Offset: len(payload), What: "end frame cut short", Want: "at least 88 bytes"}
	}
	if n, ok := ParseTrailer(payload[len(payload)-TrailerLen:]); !ok || n != FrameHeaderLen+len(payload) {
		return Summary{}, &Bad{Offset: len(payload) - TrailerLen, What: "end frame without its trailer", Want: "its length and the magic R S E F5"}
	}
	c := cursor{b: payload}
	s := Summary{Index: int64(c.uint64()), Frames: c.uint64(), Events: c.uint64(), Machines: c.uint64(), Links: c.uint64(),
		Attributes: c.uint64(), Violations: c.uint64(), Seed: c.uint64(), Digest: sm.Digest(c.uint64()), Last: sm.Time(c.uint64())}
	if s.Index < 0 || s.Events > SeqMax {
		return Summary{}, &Bad{Offset: 0, What: "end frame with numbers out of range", Want: "below 2^63"}
	}
	return s, nil
}

// ParseTrailer returns the length of the end frame that ends with the
// TrailerLen bytes b, and whether they can be that.
func ParseTrailer(b []byte) (int, bool) {
	n := binary.LittleEndian.Uint32(b)
	return int(n), string(b[4:TrailerLen]) == EndMagic && n >= FrameHeaderLen+endFieldsLen+TrailerLen && n <= EndMax
}
