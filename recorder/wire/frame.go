package wire

import (
	"encoding/binary"
	"hash/crc32"

	"raftscope/sm"
)

// Limits. A reader checks them before it allocates anything.
const (
	// PayloadMax is the largest payload of a frame in bytes, packed and
	// unpacked.
	PayloadMax = 16<<20 - FrameHeaderLen
	// EventsMax is the largest number of events in a frame. It bounds what
	// the rows of a frame may unfold to in memory.
	EventsMax = 1 << 16
	// StringsPerEvent is how many strings one event can refer to.
	StringsPerEvent = 4
	// SeqMax is the largest sequence number; far enough from the end of its
	// type that no reader's sum overflows.
	SeqMax = 1 << 63
	// KindsMax is the largest number of kinds in a frame.
	KindsMax = 1024
)

// FrameHeaderLen is the length of a frame's header in bytes.
const FrameHeaderLen = 56

// FrameMagic begins every frame.
const FrameMagic = "\xf5RSF"

// FrameKind says what a frame's payload is.
type FrameKind uint8

// The kinds of frames. The numbers are part of the format.
const (
	FrameKinds  FrameKind = 1
	FrameEvents FrameKind = 2
	FrameStatus FrameKind = 3
	FrameIndex  FrameKind = 4
	FrameEnd    FrameKind = 5
)

// Compression says how a frame's payload is packed. Zero is not at all.
type Compression uint8

// The ways a payload is packed. The numbers are part of the format.
const (
	CompressionNone Compression = 0 // stored as it is
	CompressionZstd Compression = 1 // one zstd frame
)

// FrameHeader is what stands before a payload.
type FrameHeader struct {
	Length      uint32 // bytes of payload on the wire
	Kind        FrameKind
	Compression Compression
	Count       uint32 // events or kinds
	Unpacked    uint32 // bytes of payload after unpacking
	Strings     uint32 // events: length of the string table
	First       uint64 // events: sequence number of the first
	From, To    sm.Time
	PayloadCRC  uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C of b.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// Seal completes a frame: b is room for the header, FrameHeaderLen bytes, and
// then the whole payload as it will be stored. Seal sets h's Length and
// PayloadCRC and writes the header.
func Seal(b []byte, h FrameHeader) {
	payload := b[FrameHeaderLen:]
	h.Length = uint32(len(payload))
	h.PayloadCRC = Checksum(payload)
	le := binary.LittleEndian
	copy(b, FrameMagic)
	le.PutUint32(b[4:], h.Length)
	b[8], b[9] = byte(h.Kind), byte(h.Compression)
	le.PutUint16(b[10:], 0)
	le.PutUint32(b[12:], h.Count)
	le.PutUint32(b[16:], h.Unpacked)
	le.PutUint32(b[20:], h.Strings)
	le.PutUint64(b[24:], h.First)
	le.PutUint64(b[32:], uint64(h.From))
	le.PutUint64(b[40:], uint64(h.To))
	le.PutUint32(b[48:], h.PayloadCRC)
	le.PutUint32(b[52:], Checksum(b[:52]))
}

// ParseFrameHeader reads and checks a header from the first FrameHeaderLen
// bytes of b. It fails with a *Bad whose offset counts from the frame's start.
func ParseFrameHeader(b []byte) (FrameHeader, error) {
	if len(b) < FrameHeaderLen {
		return FrameHeader{}, &Bad{Offset: len(b), What: "frame header cut short", Want: "56 bytes"}
	}
	if string(b[:4]) != FrameMagic {
		return FrameHeader{}, &Bad{Offset: 0, What: "no frame begins here", Want: "the magic F5 R S F"}
	}
	le := binary.LittleEndian
	if le.Uint32(b[52:]) != Checksum(b[:52]) {
		return FrameHeader{}, &Bad{Offset: 52, What: "checksum of the frame header differs", Want: "the CRC-32C of its 52 bytes"}
	}
	h := FrameHeader{
		Length: le.Uint32(b[4:]), Kind: FrameKind(b[8]), Compression: Compression(b[9]),
		Count: le.Uint32(b[12:]), Unpacked: le.Uint32(b[16:]), Strings: le.Uint32(b[20:]),
		First: le.Uint64(b[24:]), From: sm.Time(le.Uint64(b[32:])), To: sm.Time(le.Uint64(b[40:])),
		PayloadCRC: le.Uint32(b[48:]),
	}
	return h, h.check()
}

// check tests what a true checksum does not vouch for: a frame may have been
// made to harm.
func (h *FrameHeader) check() error {
	switch {
	case h.Length > PayloadMax:
		return &Bad{Offset: 4, What: "frame too long", Want: "at most 16 MiB"}
	case h.Unpacked > PayloadMax:
		return &Bad{Offset: 16, What: "frame too long when unpacked", Want: "at most 16 MiB"}
	case h.Compression == CompressionNone && h.Unpacked != h.Length:
		return &Bad{Offset: 16, What: "unpacked length differs from length", Want: "the same without compression"}
	}
	switch h.Kind {
	case FrameEvents:
		return h.checkEvents()
	case FrameKinds:
		if h.Count > KindsMax {
			return &Bad{Offset: 12, What: "too many kinds", Want: "at most 1024"}
		}
	case FrameIndex:
		if h.Count > IndexEntriesMax {
			return &Bad{Offset: 12, What: "too many index entries", Want: "at most 65536"}
		}
	}
	return nil
}

func (h *FrameHeader) checkEvents() error {
	switch {
	case h.Count == 0 || h.Count > EventsMax:
		return &Bad{Offset: 12, What: "number of events out of range", Want: "1 to 65536"}
	case uint64(h.Count)*rowMin > uint64(h.Unpacked):
		return &Bad{Offset: 12, What: "more events than the payload can hold", Want: "at least 2 bytes each"}
	case h.Strings > h.Count*StringsPerEvent:
		return &Bad{Offset: 20, What: "more strings than the events can refer to", Want: "at most 4 an event"}
	case h.First == 0 || h.First > SeqMax-uint64(h.Count)+1:
		return &Bad{Offset: 24, What: "sequence numbers out of range", Want: "1 to 2^63"}
	case h.From > h.To:
		return &Bad{Offset: 32, What: "time range ends before it begins", Want: "from <= to"}
	}
	return nil
}
