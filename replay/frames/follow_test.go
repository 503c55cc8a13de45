package frames_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"raftscope/recorder/recordertest"
	"raftscope/recorder/wire"
	"raftscope/replay/frames"
	"raftscope/sm"
)

// grow is a recording that is shown byte by byte.
type grow struct {
	whole []byte
	n     int64
}

func (g *grow) Size() int64 { return g.n }

func (g *grow) ReadAt(b []byte, at int64) (int, error) {
	n := copy(b, g.whole[min(at, g.n):g.n])
	if n < len(b) {
		return n, errEOF
	}
	return n, nil
}

func TestFollowByteByByte(t *testing.T) {
	events := recordertest.Workload(60)[:60]
	whole := recording(t, true, split(events, 20)...)
	p := spans(t, whole)
	g := &grow{whole, int64(p[0].start)}
	f, err := frames.Open(g, g.n)
	if err != nil {
		t.Fatal(err)
	}
	var got []sm.Event
	for g.n < int64(len(whole)) {
		g.n++
		n, err := f.Follow()
		if err != nil {
			t.Fatalf("at %d: %v", g.n, err)
		}
		for i := len(f.Frames()) - n; i < len(f.Frames()); i++ {
			frame, err := f.Read(i)
			if err != nil {
				t.Fatalf("at %d: %v", g.n, err)
			}
			got = append(got, frame.Events...)
		}
		if want := without(events, p, int(g.n), len(whole)); !reflect.DeepEqual(got, want) {
			t.Fatalf("at %d: %d events, expected %d", g.n, len(got), len(want))
		}
		if d := f.Damage(); len(d) > 1 || len(d) == 1 && !d[0].Cut {
			t.Fatalf("at %d: damage %v", g.n, d)
		}
	}
	if !f.Complete() || f.Damaged() != 0 || len(f.Others()) != 1 {
		t.Errorf("complete %v, damage %v, others %v", f.Complete(), f.Damage(), f.Others())
	}
}

// TestFollowLengthBeforeBytes: the last frame seems whole, but its bytes are
// zeros still.
func TestFollowLengthBeforeBytes(t *testing.T) {
	events := recordertest.Workload(60)[:60]
	whole := recording(t, false, split(events, 20)...)
	p := spans(t, whole)
	last := p[len(p)-1]
	for _, from := range []int{last.start, last.start + wire.FrameHeaderLen} {
		torn := append([]byte(nil), whole...)
		clear(torn[from:])
		g := &grow{torn, int64(last.start)}
		f, err := frames.Open(g, g.n)
		if err != nil {
			t.Fatal(err)
		}
		g.n = int64(len(torn))
		if n, err := f.Follow(); n != 0 || err != nil {
			t.Fatalf("zeros from %d: %d frames, %v", from, n, err)
		}
		g.whole, g.n = append(whole[:len(whole):len(whole)], 0xf5), g.n+1
		if n, err := f.Follow(); n != 1 || err != nil || len(all(t, f)) != 60 {
			t.Errorf("zeros from %d: then %d frames, %v, damage %v", from, n, err, f.Damage())
		}
	}
}

func TestFileThatShrinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rsc")
	whole := recording(t, false, split(recordertest.Workload(100), 20)...)
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := frames.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, int64(len(whole)-1)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Follow(); !errors.Is(err, frames.ErrShrunk) {
		t.Errorf("Follow: %v, expected ErrShrunk", err)
	}
	if _, err := f.Read(len(f.Frames()) - 1); !errors.Is(err, frames.ErrShrunk) {
		t.Errorf("Read: %v, expected ErrShrunk", err)
	}
	if err := f.Each(1, func([]sm.Event) error { return nil }); !errors.Is(err, frames.ErrShrunk) {
		t.Errorf("Each: %v, expected ErrShrunk", err)
	}
}

// TestFileThatIsReplaced: what is read belongs to one recording, whatever
// becomes of its name.
func TestFileThatIsReplaced(t *testing.T) {
	write := func(path string, b []byte) error { return os.WriteFile(path, b, 0o600) }
	events := split(recordertest.Workload(100), 20)
	mine, other := recording(t, false, events[:3]...), recording(t, true, events...)
	for _, test := range []struct {
		name    string
		replace func(path string) error
		want    error
	}{
		{"nothing", func(string) error { return nil }, nil},
		{"grown", func(path string) error { return write(path, append(mine[:len(mine):len(mine)], mine[100:200]...)) }, nil},
		{"removed", os.Remove, frames.ErrReplaced},
		{"another file", func(path string) error { return errors.Join(os.Remove(path), write(path, mine)) }, frames.ErrReplaced},
		{"written over", func(path string) error { return write(path, other) }, frames.ErrReplaced},
		{"emptied", func(path string) error { return write(path, nil) }, frames.ErrShrunk},
	} {
		path := filepath.Join(t.TempDir(), "a.rsc")
		if err := write(path, mine); err != nil {
			t.Fatal(err)
		}
		f, err := frames.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := test.replace(path); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Follow(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, err, test.want)
		}
		if tail, ok := f.Tail(); ok != (test.name == "grown") || ok && tail.Offset < int64(len(mine)) {
			t.Errorf("%s: tail %v, %v", test.name, tail, ok)
		}
	}
}
