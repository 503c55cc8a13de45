package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Version is the version of the format this package writes and reads.
const Version = 1

// Magic begins every recording.
const Magic = "\x89RSC\r\n\x1a\n"

// Limits of the header.
const (
	// HeaderFixedLen is the length of the header's part before its body.
	HeaderFixedLen = 16
	// HeaderBodyMax is the largest header body in bytes.
	HeaderBodyMax = 64 << 10
	// VersionsMax is the largest number of versions in a header.
	VersionsMax = 256
)

var (
	// ErrNotRecording: the magic is missing.
	ErrNotRecording = errors.New("not a raftscope recording")
	// ErrVersion: written in a version of the format, or packed in a way,
	// that this program does not know.
	ErrVersion = errors.New("recording of another version")
	// ErrTooLarge: what should be written does not fit the format's limits.
	ErrTooLarge = errors.New("too large for a recording")
)

// Header says where a recording comes from.
type Header struct {
	Format   uint16            // version of the format; writers may leave it zero
	Seed     uint64            // of the run
	Start    time.Time         // UTC, of event 0; to the nanosecond
	Versions map[string]string // of the programs and libraries in the run, by name
	Payload  string            // what is kept of payload; empty means all of it
}

// AppendHeader appends h, in the present version, to b. It fails with
// ErrTooLarge, and appends nothing then.
func AppendHeader(b []byte, h Header) ([]byte, error) {
	body := binary.LittleEndian.AppendUint64(nil, h.Seed)
	body = binary.LittleEndian.AppendUint64(body, uint64(h.Start.UnixNano()))
	names := make([]string, 0, len(h.Versions))
	for name := range h.Versions {
		names = append(names, name)
	}
	slices.Sort(names)
	body = binary.AppendUvarint(body, uint64(len(names)))
	for _, name := range names {
		body = appendString(body, name)
		body = appendString(body, h.Versions[name])
	}
	if h.Payload != "" {
		body = appendString(body, h.Payload)
	}
	if len(names) > VersionsMax || len(body) > HeaderBodyMax {
		return b, fmt.Errorf("header of %d versions and %d bytes: %w", len(names), len(body), ErrTooLarge)
	}
	start := len(b)
	b = append(b, Magic...)
	b = binary.LittleEndian.AppendUint16(b, Version)
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, body...)
	return binary.LittleEndian.AppendUint32(b, Checksum(b[start:])), nil
}

// ParseHeaderLen reads the fixed part of a header and returns the length of
// the whole. It fails with ErrNotRecording, ErrVersion or a *Bad.
func ParseHeaderLen(b []byte) (int, error) {
	if len(b) < HeaderFixedLen || string(b[:8]) != Magic {
		return 0, ErrNotRecording
	}
	if v := binary.LittleEndian.Uint16(b[8:]); v != Version {
		return 0, fmt.Errorf("%w: format %d, this program reads format %d", ErrVersion, v, Version)
	}
	n := binary.LittleEndian.Uint32(b[12:])
	if n > HeaderBodyMax {
		return 0, &Bad{Offset: 12, What: "header too long", Want: "at most 64 KiB"}
	}
	return HeaderFixedLen + int(n) + 4, nil
}

// ParseHeader reads a whole header of the length that ParseHeaderLen said.
func ParseHeader(b []byte) (Header, error) {
	body := len(b) - 4
	if body < HeaderFixedLen {
		return Header{}, &Bad{Offset: len(b), What: "header cut short", Want: "at least 20 bytes"}
	}
	if binary.LittleEndian.Uint32(b[body:]) != Checksum(b[:body]) {
		return Header{}, &Bad{Offset: body, What: "checksum of the header differs", Want: "the CRC-32C of all before it"}
	}
	c := cursor{b: b[:body], i: HeaderFixedLen}
	h := Header{Format: binary.LittleEndian.Uint16(b[8:]), Seed: c.uint64()}
	h.Start = time.Unix(0, int64(c.uint64())).UTC()
	n := c.uvarint()
	if n > VersionsMax {
		c.fail("too many versions", "at most 256")
		n = 0
	}
	h.Versions = make(map[string]string, n)
	for range n {
		name := c.string()
		h.Versions[name] = c.string()
	}
	if c.left() > 0 {
		h.Payload = c.string()
	}
	if c.bad != nil {
		return Header{}, c.bad
	}
	return h, nil
}
