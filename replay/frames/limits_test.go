package frames_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

var errEOF = io.EOF

// memoryMax is what a hostile file may take while it is read.
const memoryMax = 64 << 20

// allocated returns how many bytes do allocated, and how long it took.
func allocated(do func()) (uint64, time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	do()
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

// TestTerabyteOfZeros: a sparse file, with nothing, a header, or frames before
// the zeros, and with a closed recording's end behind them.
func TestTerabyteOfZeros(t *testing.T) {
	whole := recording(t, true, split(recordertest.Workload(100)[:100], 20)...)
	p := spans(t, whole)
	tests := []struct {
		name   string
		front  []byte
		back   []byte
		events int
		damage int
	}{
		{"all zeros", nil, nil, 0, 0},
		{"header", whole[:p[0].start], nil, 0, 1},
		{"frames", whole[:p[4].start], nil, 60, 1},
		{"cut frame", whole[:p[4].start+70], nil, 60, 2},
		{"end far away", whole[:p[4].start], whole[p[4].start:], 60, 1},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "zeros")
		if err := os.WriteFile(path, test.front, 0o600); err != nil {
			t.Fatal(err)
		}
		sparse(t, path, 1<<40, test.back)
		var got int
		bytes, took := allocated(func() {
			f, err := frames.OpenFile(path)
			if (test.damage == 0) != (err != nil) {
				t.Fatalf("%s: %v", test.name, err)
			}
			if err == nil {
				got = len(all(t, f))
				if f.Damaged() != test.damage {
					t.Errorf("%s: damage %v", test.name, f.Damage())
				}
				f.Close()
			}
		})
		if got != test.events || bytes > 4<<20 || took > 5*time.Second {
			t.Errorf("%s: %d events, expected %d; %d bytes in %s", test.name, got, test.events, bytes, took)
		}
		t.Logf("%s: %s, %d KiB", test.name, took, bytes>>10)
	}
}

func sparse(t *testing.T, path string, size int64, back []byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(size); err != nil {
		t.Skipf("no sparse file of %d bytes here: %v", size, err)
	}
	if _, err := file.WriteAt(back, size-int64(len(back))); err != nil {
		t.Fatal(err)
	}
}

// bomb returns a frame with true checksums whose payload unpacks to size
// bytes of c while its header says claimed.
func bomb(t *testing.T, c byte, size int, h wire.FrameHeader) []byte {
	t.Helper()
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := enc.EncodeAll(bytes.Repeat([]byte{c}, size), make([]byte, wire.FrameHeaderLen))
	h.Compression = wire.CompressionZstd
	wire.Seal(b, h)
	return b
}

func TestCompressionBomb(t *testing.T) {
	head := recording(t, false)
	tests := []struct {
		name  string
		frame []byte
		want  string
	}{
		{"256 MiB said to be 100 bytes", bomb(t, 0, 256<<20, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1, First: 1, Unpacked: 100}), "cannot be unpacked"},
		{"256 MiB said to be 16 MiB", bomb(t, 0, 256<<20, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1, First: 1, Unpacked: wire.PayloadMax}), "cannot be unpacked"},
		{"less than is said", bomb(t, 0, 10, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1, First: 1, Unpacked: 1 << 20}), "unpacks to 10 bytes"},
		{"16 MiB of zeros", bomb(t, 0, wire.PayloadMax, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1 << 16, First: 1, Unpacked: wire.PayloadMax}), "row of type 0"},
		{"16 MiB of strings", bomb(t, 0, wire.PayloadMax, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1 << 16, Strings: 1 << 18, First: 1, Unpacked: wire.PayloadMax}), "row of type 0"},
		{"long strings", bomb(t, 0xa0, wire.PayloadMax, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1 << 16, Strings: 1 << 18, First: 1, Unpacked: wire.PayloadMax}), "number cut short"},
	}
	for _, test := range tests {
		bad := append(bytes.Clone(head), test.frame...)
		n, _ := allocated(func() {
			f := open(t, bad)
			if got := all(t, f); len(got) != 0 {
				t.Errorf("%s: %d events", test.name, len(got))
			}
			if d := f.Damage(); len(d) != 1 || !strings.Contains(d[0].Error(), test.want) {
				t.Errorf("%s: %v, expected %q", test.name, d, test.want)
			}
		})
		if n > memoryMax {
			t.Errorf("%s: %d MiB allocated", test.name, n>>20)
		}
		_, damages, _ := drain(frames.NewReader(bytes.NewReader(bad)))
		if len(damages) != 1 || !strings.Contains(damages[0].Error(), test.want) {
			t.Errorf("%s: as a stream: %v, expected %q", test.name, damages, test.want)
		}
	}
}

// TestStringsThatGrow: one string of 16 MiB of which every second byte is not
// UTF-8, which cleaning makes twice as long.
func TestStringsThatGrow(t *testing.T) {
	n := wire.PayloadMax - 20&^1
	payload := binary.AppendUvarint(nil, uint64(n))
	payload = append(payload, bytes.Repeat([]byte{0xff, 'a'}, n/2)...)
	payload = append(payload, byte(sm.Note), 0, 1)
	b := append(make([]byte, wire.FrameHeaderLen), payload...)
	wire.Seal(b, wire.FrameHeader{Kind: wire.FrameEvents, Count: 1, Strings: 1, First: 1, Unpacked: uint32(len(payload))})
	file := append(recording(t, false), b...)
	var longest int
	used, _ := allocated(func() {
		for _, e := range all(t, open(t, file)) {
			longest = max(longest, len(e.Text))
		}
	})
	if longest < n || used > memoryMax+uint64(longest) {
		t.Errorf("a text of %d bytes, %d MiB allocated", longest, used>>20)
	}
}

// TestIndexBomb: an index of more entries than the file has room for.
func TestIndexBomb(t *testing.T) {
	events := recordertest.Workload(20)[:20]
	b := recording(t, false, events)
	entries := make([]wire.IndexEntry, wire.IndexEntriesMax)
	for i := range entries {
		entries[i] = wire.IndexEntry{Length: wire.FrameHeaderLen, Kind: 99}
	}
	at := int64(len(b))
	frame, err := wire.AppendIndex(nil, int64(spans(t, b)[0].start), entries)
	if err != nil {
		t.Fatal(err)
	}
	var packer wire.Packer
	if frame, err = packer.Pack(frame); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		b = append(b, frame...)
	}
	b = wire.AppendEnd(b, wire.Summary{Index: at, Frames: wire.FramesMax, Events: 20})
	n, _ := allocated(func() {
		if f := open(t, b); len(all(t, f)) != 20 || !f.Complete() {
			t.Errorf("complete %v, damage %v", f.Complete(), f.Damage())
		}
	})
	if n > memoryMax {
		t.Errorf("%d MiB allocated", n>>20)
	}
}
