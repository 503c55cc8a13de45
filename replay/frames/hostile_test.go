package frames_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// sealed returns a stream of a header and one frame.
func sealed(t *testing.T, h wire.FrameHeader, payload []byte) []byte {
	t.Helper()
	b, err := wire.AppendHeader(nil, wire.Header{})
	if err != nil {
		t.Fatal(err)
	}
	start := len(b)
	b = append(append(b, make([]byte, wire.FrameHeaderLen)...), payload...)
	if h.Unpacked == 0 {
		h.Unpacked = uint32(len(payload))
	}
	wire.Seal(b[start:], h)
	return b
}

// TestTrueChecksumFalseContent: frames made to harm, with checksums in order.
func TestTrueChecksumFalseContent(t *testing.T) {
	events := func(count, table uint32, to sm.Time) wire.FrameHeader {
		return wire.FrameHeader{Kind: wire.FrameEvents, Count: count, Strings: table, First: 1, To: to}
	}
	note := []byte{1, 'x', byte(sm.Note), 0, 1}
	tests := []struct {
		name    string
		head    wire.FrameHeader
		payload []byte
		want    string // "" fine
	}{
		{"fine", events(1, 1, 0), note, ""},
		{"no events", events(0, 1, 0), note, "number of events out of range"},
		{"a billion events", events(1e9, 1, 0), note, "number of events out of range"},
		{"more rows than bytes", events(9, 1, 0), note, "more events than the payload can hold"},
		{"a row too few", events(2, 1, 0), note, "payload cut short"},
		{"a row too many", events(1, 1, 0), append(bytes.Clone(note), note[2:]...), "bytes after the last row"},
		{"many strings", events(1, 5, 0), note, "more strings than the events can refer to"},
		{"string beyond the end", events(1, 1, 0), []byte{0xff, 0xff, 0x7f, 0, 0}, "length beyond the end"},
		{"string number", events(1, 1, 0), []byte{1, 'x', byte(sm.Note), 0, 2}, "string number out of range"},
		{"endless varint", events(1, 0, 0), bytes.Repeat([]byte{0xff}, 30), "number cut short or above"},
		{"type 0", events(1, 0, 0), []byte{0, 0}, "row of type 0"},
		{"type 3 the long way", events(1, 0, 0), []byte{0x8f, 3, 0, 0}, "type in a byte of its own"},
		{"time", events(1, 0, 5), []byte{byte(sm.Note) | 0x90, 0, 0, 12}, "time outside the frame's range"},
		{"life", events(1, 0, 0), []byte{byte(sm.Note) | 0xa0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, "life out of range"},
		{"time range", wire.FrameHeader{Kind: wire.FrameEvents, Count: 1, First: 1, From: 2, To: 1}, note, "ends before it begins"},
		{"sequence 0", wire.FrameHeader{Kind: wire.FrameEvents, Count: 1}, note, "sequence numbers out of range"},
		{"sequence end", wire.FrameHeader{Kind: wire.FrameEvents, Count: 2, First: 1 << 63}, note, "sequence numbers out of range"},
		{"unpacked", wire.FrameHeader{Kind: wire.FrameStatus, Unpacked: 4}, []byte("x"), "unpacked length differs"},
		{"huge unpacked", wire.FrameHeader{Kind: wire.FrameStatus, Unpacked: 1 << 31, Compression: 1}, []byte("x"), "too long when unpacked"},
		{"kinds", wire.FrameHeader{Kind: wire.FrameKinds, Count: 1 << 30}, []byte("x"), "too many kinds"},
		{"kind record", wire.FrameHeader{Kind: wire.FrameKinds, Count: 1}, []byte{9, 1}, "length beyond the end"},
		{"kind states", wire.FrameHeader{Kind: wire.FrameKinds, Count: 1}, []byte{3, 0, 0, 65}, "too many states"},
		{"kind left over", wire.FrameHeader{Kind: wire.FrameKinds}, []byte{3, 0, 0, 65}, "bytes after the last kind"},
	}
	for _, test := range tests {
		_, damages, end := drain(frames.NewReader(bytes.NewReader(sealed(t, test.head, test.payload))))
		switch {
		case end != io.EOF:
			t.Errorf("%s: ended with %v", test.name, end)
		case test.want == "" && len(damages) > 0:
			t.Errorf("%s: %v", test.name, damages[0])
		case test.want != "" && (len(damages) != 1 || !strings.Contains(damages[0].Error(), test.want)):
			t.Errorf("%s: %v, expected %q", test.name, damages, test.want)
		}
	}
}

func TestLengthThatLies(t *testing.T) {
	b := sealed(t, wire.FrameHeader{Kind: wire.FrameStatus}, []byte("x"))
	// A true header that claims 16 MiB on a stream that ends: no more memory
	// than what arrived.
	start := len(b) - 1 - wire.FrameHeaderLen
	big := make([]byte, wire.FrameHeaderLen+wire.PayloadMax)
	wire.Seal(big, wire.FrameHeader{Kind: wire.FrameStatus, Unpacked: wire.PayloadMax})
	b = append(b[:start], big[:wire.FrameHeaderLen+10]...)
	n := testing.AllocsPerRun(1, func() {
		if _, damages, _ := drain(frames.NewReader(bytes.NewReader(b))); len(damages) != 1 || !damages[0].Cut {
			t.Errorf("damages %v, expected that it is cut", damages)
		}
	})
	if n > 30 {
		t.Errorf("%v allocations", n)
	}
}
