package frames_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// span is where a frame stands in a recording.
type span struct {
	start, end int
	head       wire.FrameHeader
}

// spans returns where the frames of a whole recording begin and end.
func spans(t testing.TB, b []byte) []span {
	t.Helper()
	at, err := wire.ParseHeaderLen(b)
	if err != nil {
		t.Fatal(err)
	}
	var out []span
	for at < len(b) {
		h, err := wire.ParseFrameHeader(b[at:])
		if err != nil {
			t.Fatal(err)
		}
		end := at + wire.FrameHeaderLen + int(h.Length)
		out = append(out, span{at, end, h})
		at = end
	}
	return out
}

// without returns the events that no frame holds that touches bytes from..to.
func without(events []sm.Event, frames []span, from, to int) []sm.Event {
	var out []sm.Event
	for _, s := range frames {
		if s.head.Kind == wire.FrameEvents && (s.end <= from || s.start >= to) {
			out = append(out, events[s.head.First-1:s.head.First-1+uint64(s.head.Count)]...)
		}
	}
	return out
}

func TestFileCutAtEveryByte(t *testing.T) {
	events := recordertest.Workload(60)[:60]
	whole := recording(t, true, split(events, 20)...)
	all60 := spans(t, whole)
	edge := map[int]bool{all60[0].start: true}
	for _, s := range all60 {
		edge[s.end] = true
	}
	for n := range whole {
		b := whole[:n]
		f, err := frames.Open(bytes.NewReader(b), int64(n))
		if n < all60[0].start {
			if !errors.Is(err, frames.ErrNotRecording) && !errors.Is(err, frames.ErrDamaged) {
				t.Fatalf("cut at %d: %v", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if got, want := all(t, f), without(events, all60, n, len(whole)); !reflect.DeepEqual(got, want) {
			t.Fatalf("cut at %d: %d events, expected %d", n, len(got), len(want))
		}
		d := f.Damage()
		if f.Complete() || edge[n] != (len(d) == 0) || len(d) > 1 || len(d) == 1 && !d[0].Cut {
			t.Fatalf("cut at %d: complete %v, damage %v", n, f.Complete(), d)
		}
	}
}

// TestFileOneBitFlipped: it is noticed wherever it is, reported once, and costs
// the events of one frame at most, in a recording closed and not closed.
func TestFileOneBitFlipped(t *testing.T) {
	events := recordertest.Workload(60)[:60]
	for _, closed := range []bool{true, false} {
		whole := recording(t, closed, split(events, 20)...)
		parts := spans(t, whole)
		for bit := range len(whole) * 8 {
			b := bytes.Clone(whole)
			b[bit/8] ^= 1 << (bit % 8)
			f, err := frames.Open(bytes.NewReader(b), int64(len(b)))
			if bit/8 < parts[0].start {
				if err == nil {
					t.Fatalf("bit %d of the header: not noticed", bit)
				}
				continue
			}
			if err != nil {
				t.Fatalf("closed %v, bit %d of byte %d: %v", closed, bit%8, bit/8, err)
			}
			got, want := all(t, f), without(events, parts, bit/8, bit/8+1)
			f.Kinds()
			if f.Damaged() != 1 || !reflect.DeepEqual(got, want) {
				t.Fatalf("closed %v, bit %d of byte %d: %d events, expected %d; damage %v",
					closed, bit%8, bit/8, len(got), len(want), f.Damage())
			}
			if lost := uint64(len(events) - len(want)); closed && f.Lost() != lost {
				t.Fatalf("bit %d of byte %d: %d events lost, expected %d: %v", bit%8, bit/8, f.Lost(), lost, f.Damage())
			}
		}
	}
}

// TestFramesMoved: frames exchanged, repeated or taken out.
func TestFramesMoved(t *testing.T) {
	events := recordertest.Workload(100)[:100]
	whole := recording(t, true, split(events, 20)...)
	p := spans(t, whole) // kinds, five of events, index, end
	build := func(order ...int) []byte {
		b := bytes.Clone(whole[:p[0].start])
		for _, i := range order {
			b = append(b, whole[p[i].start:p[i].end]...)
		}
		return b
	}
	tests := []struct {
		name  string
		file  []byte
		lost  uint64
		texts []string
	}{
		{"as it was", build(0, 1, 2, 3, 4, 5, 6, 7), 0, nil},
		{"exchanged", build(0, 1, 3, 2, 4, 5, 6, 7), 0, []string{"wrong place"}},
		{"exchanged, no index", build(0, 1, 3, 2, 4, 5), 0, []string{"wrong place"}},
		{"repeated", build(0, 1, 2, 2, 3, 4, 5, 6, 7), 0, []string{"events 21..40 once more"}},
		{"one missing", build(0, 1, 2, 4, 5, 6, 7), 20, []string{"events are missing before this"}},
		{"first missing", build(0, 2, 3, 4, 5, 6, 7), 20, []string{"events are missing"}},
		{"last missing", build(0, 1, 2, 3, 4, 6, 7), 20, []string{"events are missing"}},
		{"no index", build(0, 1, 2, 3, 4, 5, 7), 0, []string{"index is missing"}},
		{"bytes behind", append(build(0, 1, 2, 3, 4, 5, 6, 7), "hello"...), 0, []string{"bytes behind the end"}},
		{"garbage between", append(append(build(0, 1, 2), bytes.Repeat([]byte("RSF\xf5RSF"), 999)...),
			whole[p[3].start:]...), 0, []string{"no frame begins here"}},
	}
	for _, test := range tests {
		f := open(t, test.file)
		got := all(t, f)
		if uint64(len(got)) != 100-test.lost || f.Lost() != test.lost {
			t.Errorf("%s: %d events, %d lost", test.name, len(got), f.Lost())
		}
		for i := 1; i < len(got); i++ {
			if got[i].Seq <= got[i-1].Seq {
				t.Errorf("%s: event %d after %d", test.name, got[i].Seq, got[i-1].Seq)
			}
		}
		if d := f.Damage(); len(d) != len(test.texts) || len(d) > 0 && !strings.Contains(d[0].Error(), test.texts[0]) {
			t.Errorf("%s: damage %v, expected %v", test.name, d, test.texts)
		}
	}
}

// TestIndexLies: a closed file whose index, with true checksums, says what the
// frames do not.
func TestIndexLies(t *testing.T) {
	events := recordertest.Workload(100)[:100]
	whole := recording(t, true, split(events, 20)...)
	p := spans(t, whole)
	lie := func(change func(e []wire.IndexEntry)) []byte {
		var entries []wire.IndexEntry
		for _, s := range p[:6] {
			entries = append(entries, wire.EntryOf(s.head))
		}
		change(entries)
		b := bytes.Clone(whole[:p[6].start])
		s := wire.Summary{Index: int64(len(b)), Frames: uint64(len(entries)), Events: 100}
		b, err := wire.AppendIndex(b, int64(p[0].start), entries)
		if err != nil {
			t.Fatal(err)
		}
		return wire.AppendEnd(b, s)
	}
	tests := []struct {
		name   string
		change func(e []wire.IndexEntry)
		damage int
	}{
		{"true", func(e []wire.IndexEntry) {}, 0},
		{"first", func(e []wire.IndexEntry) { e[3].First += 5 }, 1},
		{"count", func(e []wire.IndexEntry) { e[3].Count-- }, 1},
		{"time", func(e []wire.IndexEntry) { e[5].To++ }, 1},
		{"kind", func(e []wire.IndexEntry) { e[2].Kind = 88 }, 1},
		{"places", func(e []wire.IndexEntry) { e[1].Length += 9; e[2].Length -= 9 }, 1},
		{"length", func(e []wire.IndexEntry) { e[2].Length++ }, 1},
	}
	for _, test := range tests {
		f := open(t, lie(test.change))
		if got := all(t, f); !reflect.DeepEqual(got, events) || !f.Complete() || f.Damaged() != test.damage {
			t.Errorf("%s: %d events, complete %v, damage %v", test.name, len(got), f.Complete(), f.Damage())
		}
	}
	f := open(t, lie(tests[3].change))
	var err error
	for i := 0; i < len(f.Frames()) && err == nil; i++ {
		_, err = f.Read(i)
	}
	if !errors.Is(err, frames.ErrReindexed) {
		t.Errorf("Read: %v, expected ErrReindexed", err)
	}
}

// TestDamageIsKeptByAWalk: what was found damaged before a false header makes
// the index anew is still told.
func TestDamageIsKeptByAWalk(t *testing.T) {
	events := recordertest.Workload(100)[:100]
	b := recording(t, true, split(events, 20)...)
	p := spans(t, b)
	b[p[2].start+wire.FrameHeaderLen+3] ^= 1
	b[p[4].start+20] ^= 1
	f := open(t, b)
	if got := all(t, f); len(got) != 60 || f.Damaged() != 2 || f.Lost() != 40 {
		t.Errorf("%d events, %d lost, damage %v", len(got), f.Lost(), f.Damage())
	}
	d := f.Damage()
	if d[0].First != 21 || d[0].Lost != 20 || d[1].First != 61 || d[1].Lost != 20 {
		t.Errorf("damage %+v", d)
	}
	if _, err := f.Read(1); !errors.Is(err, frames.ErrDamaged) || f.Damaged() != 2 {
		t.Errorf("read again: %v, %d damages", err, f.Damaged())
	}
}
