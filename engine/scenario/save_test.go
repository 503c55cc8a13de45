package scenario

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"raftscope/engine"
	"raftscope/recorder"
	"raftscope/replay"
	"raftscope/replay/load"
	"raftscope/replay/save"
)

// loaded reads a recording whole and returns it with the digest at its end.
func loaded(t *testing.T, path string) (*replay.Timeline, string) {
	t.Helper()
	l, err := load.Open(path, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	d, ok := l.Digest()
	if p := l.Progress(); !ok || !p.Complete || p.Damage.Any() {
		t.Fatalf("%s: complete %v, damage %q", path, p.Complete, p.Damage.Reasons())
	}
	return l.Timeline(), d.String()
}

// TestSavedRunsAreRecordedRuns: a run that is saved when it is over gives the
// recording that was made while it ran, and so does a recording that was read
// and is saved again.
func TestSavedRunsAreRecordedRuns(t *testing.T) {
	if raceEnabled {
		t.Skip("a scenario's expectations hold only without the race detector")
	}
	folder := t.TempDir()
	recorded, saved, again := filepath.Join(folder, "recorded"), filepath.Join(folder, "saved"), filepath.Join(folder, "again")
	rec, err := recorder.Create(recorded, recorder.FileOptions{})
	if err := errors.Join(err, rec.WriteKinds(engine.KindSpecs())); err != nil {
		t.Fatal(err)
	}
	v, err := Run(context.Background(), parse(t, filepath.Join(scenarios, "truncation.txt")), io.Discard, Options{Out: rec})
	if err := errors.Join(err, rec.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := save.Write(context.Background(), saved, v.Kept.View(), save.Options{}); err != nil {
		t.Fatal(err)
	}
	want, _ := loaded(t, recorded)
	if _, err := save.Write(context.Background(), again, want.View(), save.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{recorded, saved, again} {
		got, digest := loaded(t, path)
		if digest != v.Digest || got.Events() != v.Events || got.Events() != want.Events() {
			t.Errorf("%s: digest %s of %d events, expected %s of %d", path, digest, got.Events(), v.Digest, v.Events)
			continue
		}
		for i := range v.Events {
			if got.Event(i) != want.Event(i) {
				t.Fatalf("%s: event %d: %+v, expected %+v", path, i, got.Event(i), want.Event(i))
			}
		}
		if a, b := len(got.Kinds()), len(engine.KindSpecs()); a != b {
			t.Errorf("%s: %d kinds, expected %d", path, a, b)
		}
	}
}
