package recorder_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
	"raftscope/sm"
)

func create(t testing.TB, opt recorder.FileOptions) (*recorder.File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.rsc")
	f, err := recorder.Create(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, path
}

func readAll(t testing.TB, path string) (*frames.File, []sm.Event) {
	t.Helper()
	f, err := frames.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var events []sm.Event
	if err := f.Each(1, func(e []sm.Event) error { events = append(events, e...); return nil }); err != nil {
		t.Fatal(err)
	}
	return f, events
}

func TestCreate(t *testing.T) {
	f, path := create(t, recorder.FileOptions{})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, expected 0600", info.Mode())
	}
	if _, err := recorder.Create(path, recorder.FileOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	f.Close()
	os.Chmod(path, 0o644)
	f, err = recorder.Create(path, recorder.FileOptions{Force: true, Header: recorder.Header{Seed: 9}})
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	info, _ = os.Stat(path)
	if got, _ := readAll(t, path); got.Seed() != 9 || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("replaced: seed %d, mode %v", got.Seed(), info.Mode())
	}
	if _, err := recorder.Create(filepath.Join(path, "below"), recorder.FileOptions{Force: true}); err == nil {
		t.Error("a file below a file is no error")
	}
	if _, err := recorder.Create(t.TempDir(), recorder.FileOptions{Force: true}); err == nil {
		t.Error("a folder is no error")
	}
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		f.Close()
		t.Skip("this user may write everywhere")
	}
	if _, err := recorder.Create(filepath.Join(dir, "a.rsc"), recorder.FileOptions{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, expected fs.ErrPermission", err)
	}
}

// TestQuietRunIsOnDisk: what was taken is in the file soon, without more events
// and without Close, and a full frame at once.
func TestQuietRunIsOnDisk(t *testing.T) {
	f, path := create(t, recorder.FileOptions{})
	events := recordertest.Workload(2 * recorder.FrameEvents)
	if err := f.Take(events[:recorder.FrameEvents+3]); err != nil {
		t.Fatal(err)
	}
	if _, got := readAll(t, path); len(got) != recorder.FrameEvents {
		t.Errorf("%d events at once, expected a full frame", len(got))
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, got := readAll(t, path); len(got) == recorder.FrameEvents+3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the rest was never written")
		}
		time.Sleep(10 * time.Millisecond)
	}
	want := recorder.FileStats{Events: recorder.FrameEvents + 3, Frames: 2}
	if s := f.Stats(); s.Events != want.Events || s.Frames != want.Frames || s.Bytes == 0 {
		t.Errorf("stats %+v, expected %+v", s, want)
	}
}

func TestManyGoroutines(t *testing.T) {
	f, path := create(t, recorder.FileOptions{})
	events := recordertest.Workload(3000)
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := 0
	for range 4 {
		wg.Go(func() {
			for {
				mu.Lock()
				from := next
				next = min(next+7, len(events))
				err := f.Take(events[from:next])
				mu.Unlock()
				if err != nil || from == len(events) {
					return
				}
				if f.Err() != nil || f.Stats().Events > uint64(len(events)) || f.Flush() != nil {
					t.Error("state")
				}
			}
		})
	}
	wg.Wait()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Take(events), f.Flush()); !errors.Is(err, recorder.ErrClosed) || !errors.Is(f.Close(), recorder.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if r, got := readAll(t, path); !reflect.DeepEqual(got, events) || !r.Complete() {
		t.Errorf("%d events, complete %v", len(got), r.Complete())
	}
}

// TestEventThatCannotBeRecorded: the recording stops and says so once, the run
// goes on, and what was written is readable.
func TestEventThatCannotBeRecorded(t *testing.T) {
	var told []error
	f, path := create(t, recorder.FileOptions{Failed: func(err error) { told = append(told, err) }})
	events := recordertest.Workload(100)[:100]
	huge := sm.Event{Seq: 101, Type: sm.Note, Text: strings.Repeat("x", 17<<20)}
	if err := errors.Join(f.Take(events), f.Take([]sm.Event{huge}), f.Take(events), f.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !errors.Is(told[0], recorder.ErrTooLarge) || f.Err() != told[0] {
		t.Errorf("told %v, kept %v", told, f.Err())
	}
	if r, got := readAll(t, path); !reflect.DeepEqual(got, events) || r.Complete() || r.Damaged() != 0 {
		t.Errorf("%d events, complete %v, damage %v", len(got), r.Complete(), r.Damage())
	}
	f, _ = create(t, recorder.FileOptions{})
	if err := f.Take([]sm.Event{huge}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); !errors.Is(err, recorder.ErrTooLarge) {
		t.Errorf("Close: %v, expected why recording stopped", err)
	}
}

func TestPayload(t *testing.T) {
	const secret = "geheimnis"
	events := []sm.Event{
		{Type: sm.Command, Text: "write leader set " + secret + " 1 wait"},
		{Type: sm.Command, Text: "advance 5s"},
		{Type: sm.Born, Machine: 1, Kind: "exec", Key: "1", Text: "set " + secret + " 1"},
		{Type: sm.Born, Machine: 2, Kind: "entry", Key: "2/1", Text: "set " + secret + "=1"},
		{Type: sm.Born, Machine: 3, Kind: "entry", Key: "2/2", Text: "no-op"},
		{Type: sm.Born, Machine: 4, Kind: "append", Key: "1..2", Text: "2 entries"},
		{Type: sm.Attributed, Machine: 1, Key: "result", Text: secret, IsText: true},
		{Type: sm.Attributed, Machine: 1, Key: "told", Text: "ok", IsText: true},
		{Type: sm.Attributed, Machine: 1, Key: "type", Text: "command", IsText: true},
		{Type: sm.Failed, Machine: 4, Text: "no space left"},
		{Type: sm.Failed, Machine: 1, Text: "cas " + secret},
		{Type: sm.Born, Machine: 5, Kind: "read", Key: "2", Text: "get grüße"},
	}
	for i := range events {
		events[i].Seq = uint64(i + 1)
	}
	tests := []struct{ payload, want string }{
		{"off", "write leader [20 bytes];advance 5s;[15 bytes];[15 bytes];no-op;2 entries;[9 bytes];ok;command;no space left;[13 bytes];[11 bytes]"},
		{"prefix=7", "write leader set geh...[20 bytes];advance 5s;set geh...[15 bytes];set geh...[15 bytes];no-op;2 entries;geheimn...[9 bytes];ok;command;no space left;cas geh...[13 bytes];get gr...[11 bytes]"},
		{"whole", ""},
	}
	for _, test := range tests {
		p, err := recorder.ParsePayload(test.payload)
		if err != nil || p.String() != test.payload {
			t.Fatalf("%s: %v, %v", test.payload, p, err)
		}
		f, path := create(t, recorder.FileOptions{Payload: p})
		if err := errors.Join(f.Take(events), f.Close()); err != nil {
			t.Fatal(err)
		}
		r, got := readAll(t, path)
		var digest sm.Digest
		var texts []string
		for i := range got {
			digest.Add(&events[i])
			texts = append(texts, got[i].Text)
		}
		if d, ok := r.Digest(); !ok || d != digest {
			t.Errorf("%s: digest %s, expected the run's own %s", test.payload, d, digest)
		}
		if test.want == "" {
			if !reflect.DeepEqual(got, events) || r.Header().Payload != "" {
				t.Errorf("whole: %+v, header %q", got, r.Header().Payload)
			}
			continue
		}
		raw, _ := os.ReadFile(path)
		if joined := strings.Join(texts, ";"); joined != test.want || r.Header().Payload != test.payload || strings.Contains(string(raw), secret) {
			t.Errorf("%s: header %q, texts\n%s\nexpected\n%s", test.payload, r.Header().Payload, joined, test.want)
		}
	}
	for _, bad := range []string{"", "some", "prefix=", "prefix=-1", "prefix=99999999999"} {
		if _, err := recorder.ParsePayload(bad); !errors.Is(err, recorder.ErrPayload) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
