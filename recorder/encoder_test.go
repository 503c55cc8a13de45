package recorder_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// writes counts calls and keeps what was written.
type writes struct {
	bytes.Buffer
	sizes []int
}

func (w *writes) Write(b []byte) (int, error) {
	w.sizes = append(w.sizes, len(b))
	return w.Buffer.Write(b)
}

func TestOneWriteAFrame(t *testing.T) {
	var w writes
	enc := recorder.NewEncoder(&w)
	events := recordertest.Workload(2*recorder.FrameEvents + 10)[:2*recorder.FrameEvents+10]
	for _, err := range []error{
		enc.WriteHeader(recorder.Header{Seed: 7}), enc.WriteKinds(recordertest.Kinds()),
		enc.WriteEvents(events), enc.WriteEvents(nil), enc.WriteStatus([]byte(`{}`)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, want := len(w.sizes), 1+1+3+1; got != want {
		t.Fatalf("%d writes, expected %d", got, want)
	}
	rest := w.Bytes()[w.sizes[0]:]
	for _, size := range w.sizes[1:] {
		h, err := wire.ParseFrameHeader(rest)
		if err != nil || int(h.Length)+wire.FrameHeaderLen != size {
			t.Fatalf("write of %d bytes holds a frame of %d: %v", size, h.Length, err)
		}
		rest = rest[size:]
	}
}

// randomEvent fills every field that chance chooses, also in combinations that
// no run makes.
func randomEvent(r *rand.Rand) sm.Event {
	pick := func() bool { return r.IntN(3) == 0 }
	words := []string{"", "n1", "n2", "entry", "told", "set x 1", "grüße", strings.Repeat("long ", 60)}
	word := func() string { return words[r.IntN(len(words))] }
	e := sm.Event{Type: sm.EventType(r.IntN(14)), Wall: r.Int64N(1e6), Node: word(), Life: r.Uint32() >> r.IntN(32)}
	if pick() {
		e.Type = sm.EventType(r.Uint32())
	}
	if pick() {
		e.Due = sm.Time(r.Uint64())
	}
	if pick() {
		e.From, e.State = sm.State(r.Uint32()), sm.State(r.Uint32())
	}
	if pick() {
		e.Machine, e.Other = sm.ID(r.Uint64()>>r.IntN(64)), sm.ID(r.Uint64()>>r.IntN(64))
	}
	if pick() {
		e.Num, e.Wall = int64(r.Uint64()), int64(r.Uint64())
	}
	e.IsText, e.Kind, e.Key, e.Text = pick(), word(), word(), word()
	return e
}

func TestRoundTripOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		events := make([]sm.Event, 1+r.IntN(60))
		seq, at := uint64(1+r.IntN(5)), sm.Time(r.Int64())
		for i := range events {
			e := randomEvent(r)
			e.Seq, e.At = seq, at
			if seq++; r.IntN(20) == 0 {
				seq += 7
			}
			if at += sm.Time(r.IntN(3)); r.IntN(20) == 0 {
				at = sm.Time(r.Uint64())
			}
			events[i] = e
		}
		var b bytes.Buffer
		enc := recorder.NewEncoder(&b)
		if err := enc.WriteHeader(recorder.Header{}); err != nil {
			t.Fatal(err)
		}
		if err := enc.WriteEvents(events); err != nil {
			t.Fatal(err)
		}
		var got []sm.Event
		for rd := frames.NewReader(&b); ; {
			f, err := rd.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, f.Events...)
		}
		if !reflect.DeepEqual(got, events) {
			t.Fatalf("read back:\n%+v\nexpected:\n%+v", got, events)
		}
	}
}

func TestHeaderAndKindsRoundTrip(t *testing.T) {
	var b bytes.Buffer
	enc := recorder.NewEncoder(&b)
	h := recorder.Header{Format: wire.Version, Seed: 1<<64 - 1, Start: time.Date(2026, 2, 3, 4, 5, 6, 789, time.UTC),
		Versions: map[string]string{"raft": "v1.7.3", "raftscope": "", "go": "1.26"}}
	if err := errors.Join(enc.WriteHeader(h), enc.WriteKinds(recordertest.Kinds()), enc.WriteStatus([]byte("now"))); err != nil {
		t.Fatal(err)
	}
	rd := frames.NewReader(&b)
	got, err := rd.Header()
	if err != nil || !reflect.DeepEqual(got, h) {
		t.Errorf("header %+v, %v; expected %+v", got, err, h)
	}
	f, err := rd.Next()
	if err != nil || !reflect.DeepEqual(f.Kinds, recordertest.Kinds()) {
		t.Errorf("kinds %+v, %v", f.Kinds, err)
	}
	if f, err = rd.Next(); err != nil || string(f.Status) != "now" {
		t.Errorf("status %q, %v", f.Status, err)
	}
}

func TestTooLarge(t *testing.T) {
	huge := strings.Repeat("x", 17<<20)
	var w writes
	enc := recorder.NewEncoder(&w)
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"event", enc.WriteEvents([]sm.Event{{Seq: 1}, {Seq: 2, Text: huge}}), recorder.ErrTooLarge},
		{"status", enc.WriteStatus([]byte(huge)), recorder.ErrTooLarge},
		{"kind", enc.WriteKinds([]sm.KindSpec{{Name: huge}}), recorder.ErrTooLarge},
		{"states", enc.WriteKinds([]sm.KindSpec{{States: make([]sm.StateSpec, 65)}}), recorder.ErrTooLarge},
		{"header", enc.WriteHeader(recorder.Header{Versions: map[string]string{"a": huge}}), recorder.ErrTooLarge},
		{"no sequence", enc.WriteEvents([]sm.Event{{}}), recorder.ErrSequence},
		{"sequence", enc.WriteEvents([]sm.Event{{Seq: 1<<63 + 1}}), recorder.ErrSequence},
		{"fine", enc.WriteEvents([]sm.Event{{Seq: 1 << 63}, {Seq: 3}}), nil},
	}
	for _, test := range tests {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, test.err, test.want)
		}
	}
	if len(w.sizes) != 3 {
		t.Errorf("%d frames written, expected the event before the huge one and two fine ones", len(w.sizes))
	}
}

func TestLargeStringsSplit(t *testing.T) {
	var w writes
	enc := recorder.NewEncoder(&w)
	events := make([]sm.Event, 20)
	for i := range events {
		events[i] = sm.Event{Seq: uint64(i + 1), Type: sm.Note, Text: strings.Repeat(string(rune('a'+i)), 3<<20)}
	}
	if err := enc.WriteEvents(events); err != nil {
		t.Fatal(err)
	}
	if len(w.sizes) != 4 {
		t.Errorf("%d frames, expected 4 of five events each", len(w.sizes))
	}
}

type torn struct{ after int }

func (w *torn) Write(b []byte) (int, error) {
	if w.after--; w.after < 0 {
		return len(b) / 2, io.ErrClosedPipe
	}
	return len(b), nil
}

func TestNothingAfterATornWrite(t *testing.T) {
	w := &torn{after: 1}
	enc := recorder.NewEncoder(w)
	if err := enc.WriteHeader(recorder.Header{}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := enc.WriteEvents([]sm.Event{{Seq: 1}}); !errors.Is(err, io.ErrClosedPipe) {
			t.Fatalf("%v, expected the writer's error", err)
		}
	}
	if w.after != -1 {
		t.Errorf("written %d times after the error", -1-w.after)
	}
}

func TestEncodeAllocatesNothing(t *testing.T) {
	events := recordertest.Workload(recorder.FrameEvents)[:recorder.FrameEvents]
	enc := recorder.NewEncoder(io.Discard)
	if n := testing.AllocsPerRun(20, func() {
		if err := enc.WriteEvents(events); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame, expected none", n)
	}
}

func BenchmarkEncode(b *testing.B) {
	events := recordertest.Workload(recorder.FrameEvents)[:recorder.FrameEvents]
	var size int64
	enc := recorder.NewEncoder(counter{&size})
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := enc.WriteEvents(events); err != nil {
			b.Fatal(err)
		}
		n += len(events)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	b.ReportMetric(float64(size)/float64(n), "B/event")
}

type counter struct{ n *int64 }

func (c counter) Write(b []byte) (int, error) {
	*c.n += int64(len(b))
	return len(b), nil
}
