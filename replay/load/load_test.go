package load_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay"
	"raftscope/replay/frames"
	"raftscope/replay/load"
	"raftscope/sm"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	whole, _ := recording(t, recordertest.Workload(50), 20)
	later := append([]byte(nil), whole...)
	later[8] = 9
	for _, test := range []struct {
		name, path, text string
		want             error
	}{
		{"missing", filepath.Join(t.TempDir(), "no.rsc"), "no such file", fs.ErrNotExist},
		{"folder", t.TempDir(), "not a regular file", nil},
		{"device", os.DevNull, "not a regular file", nil},
		{"scenario", write(t, []byte("cluster nodes=3\nwrite leader set x 1\n")), "not a raftscope recording", frames.ErrNotRecording},
		{"empty", write(t, nil), "it is empty", frames.ErrNotRecording},
		{"another version", write(t, later), "format 9, this program reads format 1", frames.ErrVersion},
		{"half a header", write(t, whole[:30]), "header cut short", frames.ErrDamaged},
	} {
		l, err := load.Open(test.path, load.Options{})
		if l != nil || err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, err, test.want)
			continue
		}
		if s := err.Error(); !strings.Contains(s, test.text) || !strings.Contains(s, test.path) || strings.Contains(s, "\n") {
			t.Errorf("%s: %q, expected %q", test.name, s, test.text)
		}
	}
}

func TestLoad(t *testing.T) {
	events := recordertest.Workload(10_000)
	whole, starts := recording(t, events, 4000)
	l := open(t, write(t, whole), load.Options{})
	if p := l.Progress(); p.Running || p.Size != int64(len(whole)) || p.Read != 0 || l.Header().Seed != 7 {
		t.Errorf("before: %+v", p)
	}
	if err := l.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, l.Timeline(), events)
	p := l.Progress()
	if !p.Complete || p.Running || p.Following || p.Stale || p.Err != nil || p.Damage.Any() || p.Damage.String() != "" ||
		p.Read != p.Size || p.Size != int64(len(whole)) || p.Events != len(events) {
		t.Errorf("after: %+v", p)
	}
	var digest sm.Digest
	for i := range events {
		digest.Add(&events[i])
	}
	if d, ok := l.Digest(); !ok || d != digest {
		t.Errorf("digest %s, %v, expected %s", d, ok, digest)
	}
	// Cut anywhere, the whole frames are there, and no end.
	for _, cut := range []int{starts[0], starts[1], starts[2] - 1, starts[2], starts[2] + 60, starts[3]} {
		l := open(t, write(t, whole[:cut]), load.Options{Kinds: recordertest.Kinds()})
		if err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		n := 0
		for i := 2; i < len(starts); i++ {
			if starts[i] <= cut {
				n = (i - 1) * 4000
			}
		}
		same(t, l.Timeline(), events[:min(n, len(events))])
		torn := cut != starts[0] && cut != starts[1] && cut != starts[2] && cut != starts[3]
		if p := l.Progress(); p.Complete || p.Damage.Any() != torn || torn && p.Damage.Reasons() == nil {
			t.Errorf("cut at %d: %+v", cut, p)
		}
		badge := ""
		switch {
		case torn && n == 0:
			badge = "cut off before event 1"
		case torn:
			badge = fmt.Sprintf("cut off behind event %d", n)
		}
		if got := l.Progress().Damage.String(); got != badge {
			t.Errorf("cut at %d: %q, expected %q", cut, got, badge)
		}
	}
}

// TestDamage: a damaged frame is left out and told; the rest is there.
func TestDamage(t *testing.T) {
	events := recordertest.Workload(300)[:300]
	whole, starts := recording(t, events, 100)
	for _, test := range []struct {
		name    string
		at      int // of the byte that is flipped
		want    []sm.Event
		lost    uint64
		badge   string
		reasons []string
	}{
		{"kinds", starts[0] + 70, events, 0, fmt.Sprintf("damaged at byte %d", starts[0]+wire.FrameHeaderLen), []string{"the kinds are lost; those of this version are used", "damaged at byte"}},
		{"last frame", starts[3] + 70, without(events, 100, 2), 100, "events 201..300 lost", []string{"(100 events lost)"}},
	} {
		bad := append([]byte(nil), whole...)
		bad[test.at] ^= 8
		l := open(t, write(t, bad), load.Options{Kinds: recordertest.Kinds()})
		if err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		same(t, l.Timeline(), test.want)
		d := l.Progress().Damage
		if d.Places != 1 || d.Lost != test.lost || d.String() != test.badge || len(d.Reasons()) != len(test.reasons) {
			t.Fatalf("%s: %+v, %s, reasons %q", test.name, d, d, d.Reasons())
		}
		for i, want := range test.reasons {
			if got := d.Reasons()[i]; !strings.Contains(got, want) {
				t.Errorf("%s: %q, expected %q", test.name, got, want)
			}
		}
	}
}

// TestNonsense: what contradicts itself is left out, and clean when told.
func TestNonsense(t *testing.T) {
	l := open(t, write(t, bomb(t, 1, 1000)), load.Options{})
	if err := l.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	events := append(recordertest.Workload(50)[:50], sm.Event{Seq: 51, Type: sm.Moved, Machine: 4000},
		sm.Event{Seq: 52, Type: sm.Born, Kind: "no\x1bkind", Machine: 4000})
	whole, _ := recording(t, events, 20)
	l = open(t, write(t, whole), load.Options{})
	if err := l.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, l.Timeline(), events[:50])
	d := l.Progress().Damage
	want := "2 events contradict what came before and are left out: event 51 (move): unknown machine"
	if d.LeftOut != 2 || d.String() != "2 events left out" || len(d.Reasons()) != 1 || d.Reasons()[0] != want {
		t.Errorf("%+v, %s, %q", d, d, d.Reasons())
	}
}

// TestDamageInTwoPlaces: what is lost need not be of one piece, and then the end
// is cut off.
func TestDamageInTwoPlaces(t *testing.T) {
	whole, starts := recording(t, recordertest.Workload(500)[:500], 100)
	whole[starts[2]+70] ^= 1
	whole[starts[4]+70] ^= 1
	for cut, want := range map[int]string{
		len(whole):      "200 events lost from 101 on",
		starts[5] + 100: "200 events lost from 101 on, cut off behind event 400",
	} {
		l := open(t, write(t, whole[:cut]), load.Options{})
		if err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d := l.Progress().Damage; !strings.HasPrefix(d.String(), want) || d.First != 101 {
			t.Errorf("%+v, %q, expected %q", d, d, want)
		}
	}
}

// TestManyDamages: the first are told one by one, all are counted.
func TestManyDamages(t *testing.T) {
	events := recordertest.Workload(3000)[:3000]
	whole, starts := recording(t, events, 100)
	for _, at := range starts[2 : len(starts)-1] {
		whole[at+70] ^= 1
	}
	l := open(t, write(t, whole), load.Options{})
	if err := l.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, l.Timeline(), events[:100])
	d := l.Progress().Damage
	if lines := d.Reasons(); d.Places != 29 || d.Lost != 2900 || d.String() != "events 101..3000 lost" || len(lines) != load.ReasonsMax+1 || lines[load.ReasonsMax] != "19 more damages" {
		t.Errorf("%+v, %q", d, lines)
	}
}

// TestUnusableKinds: kinds that contradict each other end it.
func TestUnusableKinds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rsc")
	w, err := recorder.Create(path, recorder.FileOptions{})
	other := []sm.KindSpec{{Name: "exec", States: []sm.StateSpec{{Name: "else"}}}}
	if err := errors.Join(err, w.WriteKinds(recordertest.Kinds()), w.WriteKinds(other), w.Close()); err != nil {
		t.Fatal(err)
	}
	l := open(t, path, load.Options{})
	err = l.Run(context.Background())
	if p := l.Progress(); !errors.Is(err, replay.ErrKind) || !strings.HasPrefix(err.Error(), "read "+path+": ") || p.Err != err || p.Running {
		t.Errorf("%v, %+v", err, p)
	}
}

// TestMemoryIsBounded: a small file that unfolds to much is given up in time,
// and what was read stays.
func TestMemoryIsBounded(t *testing.T) {
	l := open(t, write(t, bomb(t, 20, 1<<20)), load.Options{Memory: 8 << 20})
	err := l.Run(context.Background())
	if p := l.Progress(); !errors.Is(err, load.ErrTooLarge) || p.Err == nil || p.Events == 0 || p.Events > 8 {
		t.Errorf("%v, %+v", err, p)
	}
	if !strings.Contains(err.Error(), "more than 8 MB after event") {
		t.Error(err)
	}
}

// TestInterrupted: what was read stays, and Run goes on where it stopped, also
// in the middle of a frame.
func TestInterrupted(t *testing.T) {
	events := recordertest.Workload(30_000)[:30_000]
	path := write(t, bigFrames(t, events, 20_000))
	for stopAt := 0; stopAt <= len(events); stopAt += 2000 {
		ctx, stop := context.WithCancel(context.Background())
		var l *load.Loader
		l = open(t, path, load.Options{Changed: func() {
			if l.Timeline().Events() >= stopAt {
				stop()
			}
		}})
		if stopAt == 0 {
			stop()
		}
		if err := l.Run(ctx); err != nil && err != context.Canceled {
			t.Fatal(err)
		}
		if p := l.Progress(); p.Events < stopAt || p.Events > stopAt+4096 || p.Events < len(events) && p.Err == nil {
			t.Errorf("stopped at %d: %+v", stopAt, p)
		}
		if err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		same(t, l.Timeline(), events)
		if p := l.Progress(); p.Err != nil || p.Read != p.Size || p.Damage.Any() {
			t.Errorf("gone on from %d: %+v", stopAt, p)
		}
		stop()
	}
}
