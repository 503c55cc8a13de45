package save_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/replay/save"
	"raftscope/sm"
)

func timeline(t testing.TB, events []sm.Event) *replay.Timeline {
	t.Helper()
	tl := replay.NewTimeline()
	if err := errors.Join(tl.AddKinds(recordertest.Kinds()), tl.Append(events)); err != nil {
		t.Fatal(err)
	}
	return tl
}

// read reads a recording, which must be whole.
func read(t testing.TB, path string) (f *frames.File, kinds []sm.KindSpec, events []sm.Event) {
	t.Helper()
	f, err := frames.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	kinds, err = f.Kinds()
	err = errors.Join(err, f.Each(1, func(part []sm.Event) error { events = append(events, part...); return nil }))
	if err != nil || f.Damaged() > 0 || !f.Complete() {
		t.Fatalf("%v, damage %v, complete %v", err, f.Damage(), f.Complete())
	}
	return f, kinds, events
}

// alone fails unless the folder holds these files and no others.
func alone(t testing.TB, folder string, names ...string) {
	t.Helper()
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("the folder holds %v, expected %v", got, names)
	}
}

func TestWrite(t *testing.T) {
	events := recordertest.Workload(10_000)
	tl := timeline(t, events)
	for _, n := range []int{len(events), 5000, 0} {
		path := filepath.Join(t.TempDir(), "run.rsc")
		var steps []int
		header := recorder.Header{Seed: 7, Start: time.Unix(5, 6).UTC(), Versions: map[string]string{"raft": "v1.7.3"}}
		saved, err := save.Write(context.Background(), path, tl.At(n), save.Options{Header: header, Progress: func(written, all int) {
			steps = append(steps, written)
			if all != n {
				t.Errorf("%d of %d", written, all)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		f, kinds, got := read(t, path)
		var digest sm.Digest
		for i := range n {
			digest.Add(&events[i])
			if got[i] != events[i] {
				t.Fatalf("event %d: %+v, expected %+v", i, got[i], events[i])
			}
		}
		if d, _ := f.Digest(); len(got) != n || d != digest || saved.Digest != digest || saved.Events != n || saved.Bytes != f.Size() {
			t.Errorf("%d events, digest %s, %+v; expected %d, %s", len(got), d, saved, n, digest)
		}
		if !reflect.DeepEqual(kinds, recordertest.Kinds()) {
			t.Error("the kinds are others")
		}
		if h := f.Header(); h.Seed != 7 || !h.Start.Equal(header.Start) || h.Versions["raft"] != "v1.7.3" || f.Summary().Machines == 0 && n > 0 {
			t.Errorf("header %+v, summary %+v", h, f.Summary())
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if want := (n + 4095) / 4096; len(steps) != want || want > 0 && steps[want-1] != n {
			t.Errorf("told %v", steps)
		}
		alone(t, filepath.Dir(path), "run.rsc")
	}
}

// TestRefused: what was there stays, and nothing is left.
func TestRefused(t *testing.T) {
	tl := timeline(t, recordertest.Workload(100))
	folder := t.TempDir()
	there := filepath.Join(folder, "there")
	if err := errors.Join(os.WriteFile(there, []byte("mine"), 0o644), os.Symlink("nowhere", filepath.Join(folder, "link"))); err != nil {
		t.Fatal(err)
	}
	ended, stop := context.WithCancel(context.Background())
	stop()
	for _, test := range []struct {
		name, path string
		ctx        context.Context
		force      bool
		want       error
		text       string
	}{
		{"there", there, context.Background(), false, fs.ErrExist, "file already exists"},
		{"link", filepath.Join(folder, "link"), context.Background(), false, fs.ErrExist, "file already exists"},
		{"folder", folder, context.Background(), false, save.ErrNotFile, "not a regular file"},
		{"folder forced", folder, context.Background(), true, save.ErrNotFile, "not a regular file"},
		{"device forced", os.DevNull, context.Background(), true, save.ErrNotFile, "not a regular file"},
		{"no folder", filepath.Join(folder, "no", "run.rsc"), context.Background(), false, fs.ErrNotExist, "no such file or directory"},
		{"folder is a file", filepath.Join(there, "run.rsc"), context.Background(), false, nil, "not a directory"},
		{"no name", "", context.Background(), false, nil, "expected the name of a file"},
		{"long name", filepath.Join(folder, strings.Repeat("x", 300)), context.Background(), false, nil, "name too long"},
		{"interrupted", filepath.Join(folder, "new"), ended, false, context.Canceled, "canceled"},
		{"interrupted forced", there, ended, true, context.Canceled, "canceled"},
	} {
		_, err := save.Write(test.ctx, test.path, tl.View(), save.Options{Force: test.force})
		if err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, err, test.want)
			continue
		}
		if s := err.Error(); !strings.HasPrefix(s, "save "+test.path+": ") || !strings.Contains(s, test.text) || strings.ContainsAny(s, "\n") || strings.Contains(s, ".raftscope") {
			t.Errorf("%s: %q, expected %q", test.name, s, test.text)
		}
	}
	if b, err := os.ReadFile(there); string(b) != "mine" {
		t.Errorf("%q, %v", b, err)
	}
	alone(t, folder, "link", "there")
}

// TestForce replaces a file and not what a link points to.
func TestForce(t *testing.T) {
	folder := t.TempDir()
	there, link := filepath.Join(folder, "there"), filepath.Join(folder, "link")
	if err := errors.Join(os.WriteFile(there, []byte("mine"), 0o644), os.Symlink("there", link)); err != nil {
		t.Fatal(err)
	}
	events := recordertest.Workload(100)
	tl := timeline(t, events)
	if _, err := save.Write(context.Background(), link, tl.View(), save.Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(there); string(b) != "mine" {
		t.Errorf("%.10q, %v", b, err)
	}
	if _, err := save.Write(context.Background(), there, tl.View(), save.Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{there, link} {
		if _, _, got := read(t, path); len(got) != len(events) {
			t.Errorf("%s: %d events", path, len(got))
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
	}
	alone(t, folder, "link", "there")
}

// TestTakenMeanwhile: a file that appears while the run is written is not
// replaced either.
func TestTakenMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.rsc")
	tl := timeline(t, recordertest.Workload(100))
	_, err := save.Write(context.Background(), path, tl.View(), save.Options{Progress: func(int, int) {
		if _, err := os.Stat(path); err == nil {
			t.Error("the file is there before it is whole")
		}
		if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, expected %v", err, fs.ErrExist)
	}
	if b, err := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("%.10q, %v", b, err)
	}
	alone(t, filepath.Dir(path), "run.rsc")
}

// TestInterrupted: in the middle, nothing is left.
func TestInterrupted(t *testing.T) {
	folder := t.TempDir()
	tl := timeline(t, recordertest.Workload(20_000))
	ctx, stop := context.WithCancel(context.Background())
	told := 0
	_, err := save.Write(ctx, filepath.Join(folder, "run.rsc"), tl.View(), save.Options{Progress: func(int, int) {
		told++
		stop()
	}})
	if !errors.Is(err, context.Canceled) || told != 1 {
		t.Errorf("%v after %d", err, told)
	}
	alone(t, folder)
}

func TestPayload(t *testing.T) {
	events := recordertest.Workload(200)
	path := filepath.Join(t.TempDir(), "run.rsc")
	saved, err := save.Write(context.Background(), path, timeline(t, events).View(), save.Options{Payload: recorder.PayloadPrefix(0)})
	if err != nil {
		t.Fatal(err)
	}
	f, _, got := read(t, path)
	for _, e := range got {
		if e.Kind == "exec" && !strings.HasPrefix(e.Text, "[") {
			t.Errorf("%+v", e)
		}
	}
	var digest sm.Digest
	for i := range events {
		digest.Add(&events[i])
	}
	if f.Header().Payload != "off" || saved.Digest != digest {
		t.Errorf("payload %q, digest %s, expected %s", f.Header().Payload, saved.Digest, digest)
	}
}

func BenchmarkWrite(b *testing.B) {
	const n = 1_000_000
	tl := timeline(b, recordertest.Workload(n)[:n])
	path := filepath.Join(b.TempDir(), "run.rsc")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := save.Write(context.Background(), path, tl.View(), save.Options{Force: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
}
