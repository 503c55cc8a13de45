package frames_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// recording writes events to a file, each part in a frame of its own, and
// returns its bytes. Every one but a closed file lacks index and end.
func recording(t testing.TB, closed bool, parts ...[]sm.Event) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{Header: recorder.Header{Seed: 7, Versions: map[string]string{"raft": "v1.7.3"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteKinds(recordertest.Kinds()[:3]); err != nil {
		t.Fatal(err)
	}
	for _, events := range parts {
		if err := errors.Join(w.Take(events), w.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	open, err := os.ReadFile(path)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if !closed {
		return open
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// split cuts events into parts of n.
func split(events []sm.Event, n int) [][]sm.Event {
	var parts [][]sm.Event
	for len(events) > 0 {
		k := min(n, len(events))
		parts = append(parts, events[:k])
		events = events[k:]
	}
	return parts
}

func open(t testing.TB, b []byte) *frames.File {
	t.Helper()
	f, err := frames.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// all reads every event.
func all(t testing.TB, f *frames.File) []sm.Event {
	t.Helper()
	var events []sm.Event
	if err := f.Each(1, func(e []sm.Event) error { events = append(events, e...); return nil }); err != nil {
		t.Fatal(err)
	}
	return events
}

func TestFileRoundTrip(t *testing.T) {
	events := recordertest.Workload(1000)
	for _, closed := range []bool{true, false} {
		f := open(t, recording(t, closed, split(events, 100)...))
		if got := all(t, f); !reflect.DeepEqual(got, events) {
			t.Errorf("closed %v: %d events, expected %d", closed, len(got), len(events))
		}
		kinds, err := f.Kinds()
		if err != nil || !reflect.DeepEqual(kinds, recordertest.Kinds()[:3]) {
			t.Errorf("closed %v: kinds %v, %v", closed, kinds, err)
		}
		digest, ok := f.Digest()
		if f.Complete() != closed || ok != closed || f.Seed() != 7 || len(f.Damage()) > 0 {
			t.Errorf("closed %v: complete %v, digest known %v, seed %d, damage %v", closed, f.Complete(), ok, f.Seed(), f.Damage())
		}
		if closed {
			checkSummary(t, f.Summary(), digest, events)
		}
	}
}

func checkSummary(t *testing.T, s wire.Summary, digest sm.Digest, events []sm.Event) {
	t.Helper()
	want := wire.Summary{Index: s.Index, Frames: s.Frames, Seed: 7}
	for i := range events {
		e := &events[i]
		want.Digest.Add(e)
		want.Events, want.Last = e.Seq, e.At
		switch e.Type {
		case sm.Born:
			want.Machines++
		case sm.Linked:
			want.Links++
		case sm.Attributed:
			want.Attributes++
		}
	}
	if s != want || digest != want.Digest {
		t.Errorf("summary %+v, expected %+v", s, want)
	}
}

func TestSeek(t *testing.T) {
	events := recordertest.Workload(1000)
	f := open(t, recording(t, true, split(events, 64)...))
	for i := range events {
		e := &events[i]
		at := f.SeekEvent(e.Seq)
		frame, err := f.Read(at)
		if err != nil || frame.Events[0].Seq > e.Seq || frame.Events[len(frame.Events)-1].Seq < e.Seq {
			t.Fatalf("event %d is not in frame %d: %v", e.Seq, at, err)
		}
		first := 0
		for first < len(events) && events[first].At < e.At {
			first++
		}
		if at := f.SeekTime(e.At); at != f.SeekEvent(events[first].Seq) {
			t.Fatalf("time %d is said to begin in frame %d, expected that of event %d", e.At, at, events[first].Seq)
		}
	}
	last := events[len(events)-1]
	if n := len(f.Frames()); f.SeekEvent(last.Seq+1) != n || f.SeekTime(last.At+1) != n || f.SeekEvent(0) != 0 || f.SeekTime(-5) != 0 {
		t.Error("what is beyond the ends is not found beyond the ends")
	}
	var got []sm.Event
	if err := f.Each(500, func(e []sm.Event) error { got = append(got, e...); return nil }); err != nil || !reflect.DeepEqual(got, events[499:]) {
		t.Errorf("from event 500: %d events, %v", len(got), err)
	}
	stop := errors.New("enough")
	if err := f.Each(1, func([]sm.Event) error { return stop }); err != stop {
		t.Errorf("%v, expected the caller's own error", err)
	}
}

// TestReadKeeps: frames that were read stay as they are.
func TestReadKeeps(t *testing.T) {
	events := recordertest.Workload(1000)
	f := open(t, recording(t, true, split(events, 50)...))
	var got []frames.Frame
	for range 2 {
		for i := range f.Frames() {
			frame, err := f.Read(i)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, frame)
		}
	}
	var joined []sm.Event
	for _, frame := range got {
		joined = append(joined, frame.Events...)
	}
	if !reflect.DeepEqual(joined, append(append([]sm.Event(nil), events...), events...)) {
		t.Error("frames read earlier were changed by later reads")
	}
}

func TestUnknownFramesAreListed(t *testing.T) {
	b := recording(t, false, recordertest.Workload(50))
	odd := append(make([]byte, wire.FrameHeaderLen), "from a later version"...)
	wire.Seal(odd, wire.FrameHeader{Kind: 99, Count: 3, Unpacked: uint32(len(odd) - wire.FrameHeaderLen)})
	f := open(t, append(b, odd...))
	others := f.Others()
	if len(others) != 2 || others[1].Kind != 99 || len(f.Damage()) != 0 {
		t.Fatalf("others %+v, damage %v", others, f.Damage())
	}
	if frame, err := f.ReadOther(1); err != nil || string(frame.Other) != "from a later version" {
		t.Errorf("read %q, %v", frame.Other, err)
	}
}

func TestOpenFileRefuses(t *testing.T) {
	dir := t.TempDir()
	whole := recording(t, true, recordertest.Workload(50))
	later := bytes.Clone(whole)
	later[8] = 9
	tests := []struct {
		name string
		in   []byte
		want error
		text string
	}{
		{"empty", nil, frames.ErrNotRecording, "it is empty"},
		{"foreign", []byte(strings.Repeat("# a scenario\n", 100)), frames.ErrNotRecording, "not a raftscope recording"},
		{"zeros", make([]byte, 1<<20), frames.ErrNotRecording, "not a raftscope recording"},
		{"future", later, frames.ErrVersion, "format 9, this program reads format 1"},
		{"header cut", whole[:30], frames.ErrDamaged, "header cut short"},
	}
	for _, test := range tests {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, test.in, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := frames.OpenFile(path)
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, expected %q", test.name, err, test.text)
		}
	}
	if _, err := frames.OpenFile(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := frames.OpenFile(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("folder: %v", err)
	}
}
