package frames_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
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

// FuzzFile: the same for a File, which believes an index, seeks and walks.
func FuzzFile(f *testing.F) {
	events := recordertest.Workload(40)[:40]
	whole := recording(f, true, split(events, 20)...)
	f.Add(whole, false)
	f.Add(whole[:len(whole)-20], true)
	f.Add(recording(f, false, split(events, 7)...), true)
	f.Fuzz(func(t *testing.T, b []byte, fix bool) {
		if fix {
			b = repaired(b)
		}
		file, err := frames.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		kinds, err := file.Kinds()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			if !clean(k.Name) || !clean(k.Doc) {
				t.Fatalf("kind %q", k.Name)
			}
		}
		last := uint64(0)
		err = file.Each(1, func(events []sm.Event) error {
			for i := range events {
				if events[i].Seq <= last {
					t.Fatalf("event %d after %d", events[i].Seq, last)
				}
				last = events[i].Seq
				for _, s := range texts(&events[i]) {
					if !clean(s) {
						t.Fatalf("string %q", s)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		checkSeeks(t, file)
	})
}

// checkSeeks looks for every frame by its numbers and reads it.
func checkSeeks(t *testing.T, file *frames.File) {
	list := file.Frames()
	for i, info := range list {
		if at := file.SeekEvent(info.First); at != i {
			t.Fatalf("event %d is sought in frame %d, expected %d", info.First, at, i)
		}
		if at := file.SeekTime(info.To); at > i {
			t.Fatalf("time %d is sought in frame %d, expected %d or before", info.To, at, i)
		}
		if _, err := file.Read(i); err != nil && !errors.Is(err, frames.ErrDamaged) {
			t.Fatal(err)
		}
	}
	if n, err := file.Follow(); n != 0 || err != nil {
		t.Fatalf("Follow finds %d frames in a file that did not grow: %v", n, err)
	}
}

// FuzzHeader: whatever a header says, it is refused or read, and what was read
// is clean and can be written.
func FuzzHeader(f *testing.F) {
	for _, h := range []wire.Header{
		{}, {Seed: 1<<64 - 1, Versions: map[string]string{"raft": "v1.7.3", "": "\x1b[31m"}, Payload: "prefix=9"},
	} {
		b, err := wire.AppendHeader(nil, h)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
		f.Add(b, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, fix bool) {
		if fix {
			b = repaired(b)
		}
		h, err := frames.NewReader(bytes.NewReader(b)).Header()
		if err != nil {
			return
		}
		for name, version := range h.Versions {
			if !clean(name) || !clean(version) {
				t.Fatalf("version %q %q", name, version)
			}
		}
		if !clean(h.Payload) {
			t.Fatalf("payload %q", h.Payload)
		}
	})
}

// FuzzIndex: an index payload is refused, or says what can be true of frames
// and comes back from what it says.
func FuzzIndex(f *testing.F) {
	b, err := wire.AppendIndex(nil, 99, []wire.IndexEntry{
		{Length: 100, Kind: wire.FrameKinds, Count: 9},
		{Length: 70, Kind: wire.FrameEvents, Count: 2, First: 1, From: -3, To: 5},
		{Length: 4000, Kind: wire.FrameEvents, Count: 4096, First: 3, From: 5, To: 1 << 40},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[wire.FrameHeaderLen:], uint32(3))
	f.Fuzz(func(t *testing.T, payload []byte, count uint32) {
		offset, entries, err := wire.ParseIndex(payload, wire.FrameHeader{Kind: wire.FrameIndex, Count: count})
		if err != nil {
			return
		}
		again, err := wire.AppendIndex(nil, offset, entries)
		if err != nil {
			t.Fatal(err)
		}
		h, err := wire.ParseFrameHeader(again)
		if err != nil {
			t.Fatal(err)
		}
		offset2, entries2, err := wire.ParseIndex(again[wire.FrameHeaderLen:], h)
		if err != nil || offset2 != offset || !slices.Equal(entries, entries2) {
			t.Fatalf("%d %+v became %d %+v, %v", offset, entries, offset2, entries2, err)
		}
	})
}
