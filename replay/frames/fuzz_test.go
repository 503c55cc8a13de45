package frames_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"raftscope/recorder/wire"
	"raftscope/replay/frames"
)

// FuzzReader: whatever the bytes, no panic, no endless loop, and nothing read
// that breaks what the package promises. With fix, checksums are put right, so
// that the fuzzer gets behind them.
func FuzzReader(f *testing.F) {
	whole, parts := stream(f)
	f.Add(whole, false)
	for _, p := range parts {
		f.Add(whole[:p.end], true)
	}
	f.Fuzz(func(t *testing.T, b []byte, fix bool) {
		if fix {
			b = repaired(b)
		}
		events, damages, _ := drain(frames.NewReader(bytes.NewReader(b)))
		if len(damages) > len(b)+1 {
			t.Fatalf("%d damages in %d bytes", len(damages), len(b))
		}
		for i := range events {
			for _, s := range texts(&events[i]) {
				if !clean(s) {
					t.Fatalf("string %q", s)
				}
			}
		}
	})
}

// repaired returns b with the checksums of its header and of every frame that
// follows without a gap.
func repaired(b []byte) []byte {
	b = bytes.Clone(b)
	n, err := wire.ParseHeaderLen(b)
	if err != nil || n > len(b) {
		return b
	}
	binary.LittleEndian.PutUint32(b[n-4:], wire.Checksum(b[:n-4]))
	for rest := b[n:]; len(rest) >= wire.FrameHeaderLen; {
		copy(rest, wire.FrameMagic)
		length := int(binary.LittleEndian.Uint32(rest[4:])) % (len(rest) - wire.FrameHeaderLen + 1)
		binary.LittleEndian.PutUint32(rest[4:], uint32(length))
		if rest[9] == 0 {
			binary.LittleEndian.PutUint32(rest[16:], uint32(length))
		}
		payload := rest[wire.FrameHeaderLen:][:length]
		binary.LittleEndian.PutUint32(rest[48:], wire.Checksum(payload))
		binary.LittleEndian.PutUint32(rest[52:], wire.Checksum(rest[:52]))
		rest = rest[wire.FrameHeaderLen+length:]
	}
	return b
}
