package frames_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// part is one frame of a test stream.
type part struct {
	start, end int
	events     []sm.Event
}

// stream returns a recording of a few frames and where each begins.
func stream(t testing.TB) ([]byte, []part) {
	t.Helper()
	var b bytes.Buffer
	enc := recorder.NewEncoder(&b)
	var parts []part
	write := func(events []sm.Event, err error) {
		start := 0
		if len(parts) > 0 {
			start = parts[len(parts)-1].end
		}
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part{start, b.Len(), events})
	}
	write(nil, enc.WriteHeader(recorder.Header{Seed: 7, Versions: map[string]string{"raft": "v1.7.3"}}))
	write(nil, enc.WriteKinds(recordertest.Kinds()[:2]))
	events := recordertest.Workload(60)
	for i := 0; i < 60; i += 20 {
		write(events[i:i+20], enc.WriteEvents(events[i:i+20]))
	}
	write(nil, enc.WriteStatus([]byte("end")))
	return b.Bytes(), parts
}

// drain reads everything and returns the events, the damages, and the error
// that ended it.
func drain(r *frames.Reader) (events []sm.Event, damages []*frames.Damage, end error) {
	for {
		f, err := r.Next()
		var d *frames.Damage
		_, header := r.Header()
		switch {
		case header != nil:
			return events, damages, header
		case errors.As(err, &d):
			damages = append(damages, d)
		case errors.Is(err, frames.ErrVersion): // of this one frame
		case err != nil:
			return events, damages, err
		default:
			events = append(events, f.Events...)
		}
	}
}

func TestCutAtEveryByte(t *testing.T) {
	whole, parts := stream(t)
	boundary := map[int]bool{}
	for _, p := range parts {
		boundary[p.end] = true
	}
	for n := range whole {
		events, damages, end := drain(frames.NewReader(bytes.NewReader(whole[:n])))
		var want []sm.Event
		for _, p := range parts {
			if p.end <= n {
				want = append(want, p.events...)
			}
		}
		if !reflect.DeepEqual(events, want) {
			t.Fatalf("cut at %d: %d events, expected %d", n, len(events), len(want))
		}
		switch {
		case n < wire.HeaderFixedLen:
			if !errors.Is(end, frames.ErrNotRecording) {
				t.Fatalf("cut at %d: %v, expected ErrNotRecording", n, end)
			}
		case n < parts[0].end:
			if !errors.Is(end, frames.ErrDamaged) {
				t.Fatalf("cut at %d: %v, expected ErrDamaged", n, end)
			}
		case end != io.EOF:
			t.Fatalf("cut at %d: %v, expected the end", n, end)
		case boundary[n] != (len(damages) == 0), len(damages) > 1:
			t.Fatalf("cut at %d: damages %v", n, damages)
		case len(damages) == 1 && (!damages[0].Cut || damages[0].Offset != int64(n)):
			t.Fatalf("cut at %d: %v, expected that it is cut there", n, damages[0])
		}
	}
}

// TestOneBitFlipped: whichever bit is flipped, it is noticed, it costs the one
// frame it is in, and everything else arrives.
func TestOneBitFlipped(t *testing.T) {
	whole, parts := stream(t)
	for bit := parts[0].end * 8; bit < len(whole)*8; bit++ {
		b := bytes.Clone(whole)
		b[bit/8] ^= 1 << (bit % 8)
		events, damages, end := drain(frames.NewReader(bytes.NewReader(b)))
		var want []sm.Event
		for _, p := range parts {
			if bit/8 < p.start || bit/8 >= p.end {
				want = append(want, p.events...)
			}
		}
		if end != io.EOF || len(damages) != 1 || !reflect.DeepEqual(events, want) {
			t.Fatalf("bit %d of byte %d: %d events (expected %d), damages %v, end %v",
				bit%8, bit/8, len(events), len(want), damages, end)
		}
	}
	for bit := range parts[0].end * 8 {
		b := bytes.Clone(whole)
		b[bit/8] ^= 1 << (bit % 8)
		if events, _, end := drain(frames.NewReader(bytes.NewReader(b))); len(events) > 0 || end == io.EOF {
			t.Fatalf("bit %d of the header: not noticed", bit)
		}
	}
}

func TestDamageSaysWhatIsLost(t *testing.T) {
	whole, parts := stream(t)
	b := bytes.Clone(whole)
	b[parts[3].start+wire.FrameHeaderLen+5] ^= 0xff
	r := frames.NewReader(bytes.NewReader(b))
	_, damages, _ := drain(r)
	if len(damages) != 1 || damages[0].Lost != 20 || damages[0].Offset != int64(parts[3].start+wire.FrameHeaderLen) {
		t.Errorf("damages %+v, expected 20 events lost in the second frame's payload", damages)
	}
	if got := r.Stats(); got != (frames.Stats{Damaged: 1, Lost: 20}) {
		t.Errorf("stats %+v", got)
	}
}

func TestNotARecording(t *testing.T) {
	whole, _ := stream(t)
	later := bytes.Clone(whole)
	later[8] = 9
	tests := []struct {
		name string
		in   []byte
		want error
		text string
	}{
		{"empty", nil, frames.ErrNotRecording, "not a raftscope recording"},
		{"text", []byte("# a scenario file, and not a recording\n"), frames.ErrNotRecording, "not a raftscope"},
		{"line ends changed", bytes.ReplaceAll(whole, []byte("\r\n"), []byte("\n")), frames.ErrNotRecording, "not a raftscope"},
		{"later version", later, frames.ErrVersion, "format 9, this program reads format 1"},
	}
	for _, test := range tests {
		r := frames.NewReader(bytes.NewReader(test.in))
		for range 2 {
			_, err := r.Next()
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%s: %v, expected %q", test.name, err, test.text)
			}
		}
	}
}

func TestUnknownIsSkippedOrCarried(t *testing.T) {
	whole, _ := stream(t)
	b := append(bytes.Clone(whole), sealed(t, wire.FrameHeader{Kind: 77, Count: 3}, []byte("index"))[len(sealed(t, wire.FrameHeader{}, nil))-wire.FrameHeaderLen:]...)
	b = append(b, packed(t)...)
	r := frames.NewReader(bytes.NewReader(b))
	events, damages, end := drain(r)
	if len(events) != 60 || len(damages) != 0 || end != io.EOF || r.Stats().Unknown != 1 {
		t.Errorf("%d events, damages %v, end %v, stats %+v", len(events), damages, end, r.Stats())
	}
	var c bytes.Buffer
	enc := recorder.NewEncoder(&c)
	odd := sm.Event{Seq: 1, Type: 200, Text: "from a later version", Num: 5}
	if err := errors.Join(enc.WriteHeader(recorder.Header{}), enc.WriteEvents([]sm.Event{odd})); err != nil {
		t.Fatal(err)
	}
	if events, _, _ = drain(frames.NewReader(&c)); len(events) != 1 || events[0] != odd {
		t.Errorf("event of an unknown type: %+v", events)
	}
}

// packed returns a frame packed in a way nobody knows.
func packed(t *testing.T) []byte {
	t.Helper()
	b := append(make([]byte, wire.FrameHeaderLen), "???"...)
	wire.Seal(b, wire.FrameHeader{Kind: wire.FrameEvents, Compression: 9, Count: 1, First: 1, Unpacked: 100})
	return b
}

func TestPackedByAnUnknownMethod(t *testing.T) {
	head := sealed(t, wire.FrameHeader{}, nil)
	b := append(head[:len(head)-wire.FrameHeaderLen], packed(t)...)
	if _, err := frames.NewReader(bytes.NewReader(b)).Next(); !errors.Is(err, frames.ErrVersion) {
		t.Errorf("%v, expected ErrVersion", err)
	}
}

func TestByteByByte(t *testing.T) {
	whole, _ := stream(t)
	events, damages, end := drain(frames.NewReader(iotest.OneByteReader(bytes.NewReader(whole))))
	if len(events) != 60 || len(damages) != 0 || end != io.EOF {
		t.Errorf("%d events, damages %v, end %v", len(events), damages, end)
	}
}

func TestReadErrorIsKept(t *testing.T) {
	whole, parts := stream(t)
	r := frames.NewReader(iotest.TimeoutReader(io.MultiReader(bytes.NewReader(whole[:parts[1].end+9]), bytes.NewReader(whole))))
	_, _, end := drain(r)
	if !errors.Is(end, iotest.ErrTimeout) {
		t.Errorf("%v, expected the reader's own error", end)
	}
}

// TestFrameArrivesWhenWhole: on a pipe nothing waits for bytes that are not
// needed.
func TestFrameArrivesWhenWhole(t *testing.T) {
	whole, parts := stream(t)
	in, out := io.Pipe()
	defer in.Close()
	r := frames.NewReader(in)
	for i, p := range parts {
		go out.Write(whole[p.start:p.end])
		if i == 0 {
			if _, err := r.Header(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if f, err := r.Next(); err != nil || f.Offset != int64(p.start) {
			t.Fatalf("frame at %d, %v; expected the one at %d", f.Offset, err, p.start)
		}
	}
}
