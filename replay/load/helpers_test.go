package load_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay"
	"raftscope/replay/load"
	"raftscope/sm"
)

// recording returns the bytes of a closed recording of the events, in frames
// of so many, and where its first frame, its frames of events and its end
// begin.
func recording(t testing.TB, events []sm.Event, perFrame int) (b []byte, starts []int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{Header: recorder.Header{Seed: 7}})
	if err != nil {
		t.Fatal(err)
	}
	mark := func() { starts = append(starts, int(w.Stats().Bytes)) }
	mark()
	if err := w.WriteKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	for len(events) > 0 {
		mark()
		n := min(perFrame, len(events))
		if err := errors.Join(w.Take(events[:n]), w.Flush()); err != nil {
			t.Fatal(err)
		}
		events = events[n:]
	}
	mark()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return b, starts
}

func write(t testing.TB, b []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "run.rsc")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func add(t testing.TB, path string, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string, opt load.Options) *load.Loader {
	t.Helper()
	l, err := load.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// following starts Run, with a poll fit for tests, and returns its error.
func following(t testing.TB, path string, opt load.Options) (l *load.Loader, end <-chan error, stop func()) {
	t.Helper()
	opt.Follow = true
	if opt.Poll == 0 {
		opt.Poll = time.Millisecond
	}
	l, err := load.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done, gone := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(gone)
		done <- l.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-gone; l.Close() })
	return l, done, stop
}

// until waits until Progress is as asked.
func until(t testing.TB, l *load.Loader, what string, ok func(load.Progress) bool) load.Progress {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Microsecond) {
		p := l.Progress()
		if ok(p) {
			return p
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s: %+v, reasons %q", what, p, p.Damage.Reasons())
		}
	}
}

// wants waits for Run's end and compares its error.
func wants(t testing.TB, end <-chan error, want error) {
	t.Helper()
	select {
	case err := <-end:
		if !errors.Is(err, want) {
			t.Fatalf("Run: %v, expected %v", err, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Run does not end")
	}
}

// same compares a timeline with the events it should hold.
func same(t testing.TB, tl *replay.Timeline, events []sm.Event) {
	t.Helper()
	if tl.Events() != len(events) {
		t.Fatalf("%d events, expected %d", tl.Events(), len(events))
	}
	for i := range events {
		if got := tl.Event(i); got != events[i] {
			t.Fatalf("event %d: %+v, expected %+v", i, got, events[i])
		}
	}
}

// without returns the events but those of a frame.
func without(events []sm.Event, perFrame, frame int) []sm.Event {
	return append(append([]sm.Event(nil), events[:frame*perFrame]...), events[(frame+1)*perFrame:]...)
}

// bigFrames returns a recording without an end, in frames of more events than
// a recorder writes.
func bigFrames(t testing.TB, events []sm.Event, perFrame int) []byte {
	t.Helper()
	b, err := wire.AppendHeader(nil, wire.Header{Start: time.Unix(1, 0)})
	if err == nil {
		b, err = wire.AppendKinds(b, recordertest.Kinds())
	}
	if err != nil {
		t.Fatal(err)
	}
	var w wire.EventsWriter
	for i := range events {
		w.Add(&events[i])
		if w.Len() == perFrame || i == len(events)-1 {
			b = append(b, w.Finish()...)
		}
	}
	return b
}

// bomb returns a recording with one frame of kinds and frames of one event
// that unfolds to much more than its bytes.
func bomb(t testing.TB, frames, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := recorder.NewPackingEncoder(&b)
	err := errors.Join(enc.WriteHeader(recorder.Header{}), enc.WriteKinds(recordertest.Kinds()))
	text := string(bytes.Repeat([]byte("x"), size))
	for i := range frames {
		err = errors.Join(err, enc.WriteEvents([]sm.Event{{Seq: uint64(i + 1), Type: sm.Note, Text: text}}))
	}
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() > frames*size/10+wire.HeaderBodyMax {
		t.Fatalf("%d bytes are no bomb", b.Len())
	}
	return b.Bytes()
}
