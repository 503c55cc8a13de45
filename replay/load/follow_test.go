package load_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
	"raftscope/replay/load"
)

// TestFollowOddChunks: however the bytes arrive, all events do, and nothing is
// damaged meanwhile. Others ask the timeline the whole time.
func TestFollowOddChunks(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(2000)[:2000]
	whole, starts := recording(t, events, 150)
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		path := write(t, whole[:starts[0]])
		var changes atomic.Int64
		l, end, _ := following(t, path, load.Options{Changed: func() { changes.Add(1) }})
		for rest := whole[starts[0]:]; len(rest) > 0; {
			n := min(1+r.IntN(1+2000*int(seed%2)+30), len(rest))
			add(t, path, rest[:n])
			rest = rest[n:]
			if r.IntN(20) == 0 {
				time.Sleep(2 * time.Millisecond)
			}
			if p := l.Progress(); p.Damage.Any() || p.Stale || p.Err != nil || p.Events != 0 && l.Timeline().View().Seq() == 0 {
				t.Fatalf("%+v, reasons %q", p, p.Damage.Reasons())
			}
		}
		wants(t, end, nil)
		same(t, l.Timeline(), events)
		if p := l.Progress(); !p.Complete || p.Following || p.Running || p.Damage.Any() || p.Read != p.Size || p.Size != int64(len(whole)) {
			t.Errorf("%+v", p)
		}
		if changes.Load() < 2 {
			t.Errorf("told of %d changes", changes.Load())
		}
	}
}

// TestFollowRecorder: a recorder's own file, while it writes, from before its
// first event on.
func TestFollowRecorder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "live.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l, end, _ := following(t, path, load.Options{})
	until(t, l, "the end so far", func(p load.Progress) bool { return p.Following && p.Events == 0 && !p.Complete })
	if err := w.WriteKinds(recordertest.Kinds()); err != nil {
		t.Fatal(err)
	}
	events := recordertest.Workload(20_000)
	for from := 0; from < len(events); from += 777 {
		if err := w.Take(events[from:min(from+777, len(events))]); err != nil {
			t.Fatal(err)
		}
	}
	// The recorder flushes by itself, so all is there without its end.
	p := until(t, l, "all events", func(p load.Progress) bool { return p.Events == len(events) && p.Following })
	if p.Complete || !p.Running || p.Quiet > 10*time.Second {
		t.Errorf("%+v", p)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	wants(t, end, nil)
	same(t, l.Timeline(), events)
	if p := l.Progress(); !p.Complete || p.Damage.Any() {
		t.Errorf("%+v", p)
	}
}

// TestTornTail: half a frame is waited for; only when nobody writes it any more
// is it damage, and not even then if it is completed.
func TestTornTail(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(300)[:300]
	whole, starts := recording(t, events, 100)
	path := write(t, whole[:starts[2]+100])
	l, end, _ := following(t, path, load.Options{StaleAfter: 500 * time.Millisecond})
	p := until(t, l, "the first frame", func(p load.Progress) bool { return p.Following })
	if p.Events != 100 || p.Stale || p.Damage.Any() {
		t.Errorf("torn: %+v, reasons %q", p, p.Damage.Reasons())
	}
	p = until(t, l, "staleness", func(p load.Progress) bool { return p.Stale })
	if d := p.Damage; p.Quiet < 500*time.Millisecond || d.Places != 1 || d.Lost != 100 || !strings.Contains(d.Reasons()[0], "frame cut short") {
		t.Errorf("stale: %+v, reasons %q", p, d.Reasons())
	}
	add(t, path, whole[starts[2]+100:starts[3]+10])
	p = until(t, l, "the second frame", func(p load.Progress) bool { return p.Events == 200 && p.Following })
	if p.Stale || p.Damage.Any() || p.Quiet >= 500*time.Millisecond {
		t.Errorf("completed: %+v, reasons %q", p, p.Damage.Reasons())
	}
	add(t, path, whole[starts[3]+10:])
	wants(t, end, nil)
	same(t, l.Timeline(), events)
	if l.Progress().Damage.Any() {
		t.Error(l.Progress().Damage.Reasons())
	}
}

// TestOldFileIsStale: what nobody has written to for an hour is stale at once,
// and says since when.
func TestOldFileIsStale(t *testing.T) {
	t.Parallel()
	whole, starts := recording(t, recordertest.Workload(300), 100)
	path := write(t, whole[:starts[2]])
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	l, end, stop := following(t, path, load.Options{})
	p := until(t, l, "staleness", func(p load.Progress) bool { return p.Stale })
	if p.Quiet < time.Hour || p.Quiet > time.Hour+time.Minute || p.Damage.Any() || p.Events != 100 {
		t.Errorf("%+v", p)
	}
	stop()
	wants(t, end, context.Canceled)
	if p := l.Progress(); p.Running || p.Stale || p.Following || p.Err != context.Canceled {
		t.Errorf("stopped: %+v", p)
	}
}

// TestFollowDamage: damage in the middle is told while the rest goes on, and
// later kinds count.
func TestFollowDamage(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(500)[:500]
	whole, starts := recording(t, events, 100)
	whole[starts[2]+70] ^= 1
	path := write(t, whole[:starts[1]])
	l, end, _ := following(t, path, load.Options{})
	until(t, l, "the kinds", func(p load.Progress) bool { return p.Following })
	add(t, path, whole[starts[1]:starts[2]+80])
	add(t, path, whole[starts[2]+80:starts[3]])
	// The last frame may yet be mended, as far as one can see.
	p := until(t, l, "the first frame", func(p load.Progress) bool { return p.Events == 100 && p.Following && p.Size == int64(starts[3]) })
	if p.Damage.Any() {
		t.Errorf("%+v, reasons %q", p, p.Damage.Reasons())
	}
	add(t, path, whole[starts[3]:starts[4]])
	p = until(t, l, "the third frame", func(p load.Progress) bool { return p.Damage.Lost == 100 && p.Following })
	if p.Damage.Places != 1 || !strings.Contains(p.Damage.Reasons()[0], "checksum") {
		t.Errorf("%+v, reasons %q", p, p.Damage.Reasons())
	}
	add(t, path, whole[starts[4]:])
	wants(t, end, nil)
	if p := l.Progress(); p.Damage.Places != 1 || p.Damage.Lost != 100 || !p.Complete {
		t.Errorf("%+v, reasons %q", p, p.Damage.Reasons())
	}
}

func TestFollowKindsLost(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(200)[:200]
	whole, starts := recording(t, events, 100)
	path := write(t, append(whole[:starts[0]:starts[0]], whole[starts[1]:starts[3]]...))
	l, end, stop := following(t, path, load.Options{Kinds: recordertest.Kinds()})
	p := until(t, l, "the events", func(p load.Progress) bool { return p.Events == 200 && p.Following })
	if !p.Damage.KindsLost || p.Damage.String() != "kinds lost" {
		t.Errorf("%+v", p)
	}
	stop()
	wants(t, end, context.Canceled)
	same(t, l.Timeline(), events)
}

// TestReplaced: another file, none, or a shorter one in its place ends it, with
// what was read kept.
func TestReplaced(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(300)[:300]
	whole, starts := recording(t, events, 100)
	other, _ := recording(t, recordertest.Workload(5000), 100)
	for _, test := range []struct {
		name    string
		replace func(path string) error
		want    error
		text    string
	}{
		{"forced again", func(path string) error {
			w, err := recorder.Create(path, recorder.FileOptions{Force: true})
			return errors.Join(err, w.Close())
		}, frames.ErrReplaced, "replaced while it was read"},
		{"renamed over", func(path string) error {
			next := path + ".next"
			return errors.Join(os.WriteFile(next, other, 0o600), os.Rename(next, path))
		}, frames.ErrReplaced, "another file has its name"},
		{"removed", os.Remove, frames.ErrReplaced, "no file of that name"},
		{"emptied", func(path string) error { return os.Truncate(path, 0) }, frames.ErrShrunk, "shorter"},
		{"cut", func(path string) error { return os.Truncate(path, int64(starts[2])) }, frames.ErrShrunk, "shorter"},
	} {
		path := write(t, whole[:starts[3]])
		l, end, _ := following(t, path, load.Options{})
		until(t, l, "the events", func(p load.Progress) bool { return p.Events == 200 && p.Following })
		if err := test.replace(path); err != nil {
			t.Fatal(test.name, err)
		}
		wants(t, end, test.want)
		p := l.Progress()
		if !p.Replaced() || p.Running || !strings.Contains(p.Err.Error(), test.text) || !strings.Contains(p.Err.Error(), path) {
			t.Errorf("%s: %+v", test.name, p)
		}
		same(t, l.Timeline(), events[:200])
	}
}

// TestReadToTheEndBeforeReplaced: what was written before the name went elsewhere counts.
func TestReadToTheEndBeforeReplaced(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(300)[:300]
	whole, starts := recording(t, events, 100)
	path := write(t, whole[:starts[2]])
	l, end, _ := following(t, path, load.Options{Poll: 100 * time.Millisecond})
	until(t, l, "the events", func(p load.Progress) bool { return p.Following })
	add(t, path, whole[starts[2]:])
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wants(t, end, nil)
	same(t, l.Timeline(), events)
}

// TestFollowYoungFile: a file whose header is not there yet gets it.
func TestFollowYoungFile(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(100)[:100]
	whole, starts := recording(t, events, 100)
	for _, have := range []int{0, 5, 30} {
		path := write(t, whole[:have])
		go func() {
			time.Sleep(50 * time.Millisecond)
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			if err == nil {
				f.Write(whole[have:starts[0]])
				f.Close()
			}
		}()
		l, _, _ := following(t, path, load.Options{})
		add(t, path, whole[starts[0]:])
		until(t, l, "the events", func(p load.Progress) bool { return p.Complete })
		same(t, l.Timeline(), events)
	}
	// What will never be one is said, sooner or later.
	if _, err := load.Open(write(t, []byte("no recording at all")), load.Options{Follow: true}); !errors.Is(err, frames.ErrNotRecording) {
		t.Error(err)
	}
	if _, err := load.Open(write(t, whole[:30]), load.Options{Follow: true}); !errors.Is(err, frames.ErrDamaged) {
		t.Error(err)
	}
}

// TestFollowClosed: a recording that is complete already is read, and that is
// all.
func TestFollowClosed(t *testing.T) {
	t.Parallel()
	events := recordertest.Workload(300)[:300]
	whole, _ := recording(t, events, 100)
	l, end, _ := following(t, write(t, whole), load.Options{})
	wants(t, end, nil)
	same(t, l.Timeline(), events)
}

// TestFollowHugeAndHollow: a file may claim any size.
func TestFollowHugeAndHollow(t *testing.T) {
	t.Parallel()
	whole, starts := recording(t, recordertest.Workload(100)[:100], 100)
	path := write(t, whole[:starts[2]])
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip("no hollow files here: ", err)
	}
	l, end, stop := following(t, path, load.Options{StaleAfter: time.Millisecond})
	p := until(t, l, "its end", func(p load.Progress) bool { return p.Stale })
	if p.Events != 100 || p.Damage.Places != 1 {
		t.Errorf("%+v, reasons %q", p, p.Damage.Reasons())
	}
	stop()
	wants(t, end, context.Canceled)
}
