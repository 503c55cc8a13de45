package kv

import (
	"bytes"
	"io"
	"testing"

	"github.com/hashicorp/raft"
)

// sink keeps a snapshot in memory.
type sink struct{ bytes.Buffer }

func (s *sink) ID() string    { return "" }
func (s *sink) Close() error  { return nil }
func (s *sink) Cancel() error { return nil }

// What is no UTF-8 survives a snapshot, and so does the hash.
func TestSnapshotKeepsBytes(t *testing.T) {
	a, b := New(), New()
	for i, value := range []string{"1", "", "\xff\x00", "\u2028 \"quoted\""} {
		ws := WriteSet{Op: OpSet, Key: string(rune('a'+i)) + "\xfe", Value: value}
		if failed := a.Apply(&raft.Log{Index: uint64(i + 1), Data: ws.Encode()}); failed != nil {
			t.Fatal(failed)
		}
	}
	image, err := a.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	var s sink
	if err := image.Persist(&s); err != nil {
		t.Fatal(err)
	}
	if err := b.Restore(io.NopCloser(&s.Buffer)); err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() || b.Applied() != 4 {
		t.Errorf("hash %s became %s, applied %d", a.Hash(), b.Hash(), b.Applied())
	}
	if v, ok := b.Get("c\xfe"); !ok || v != "\xff\x00" {
		t.Errorf("got %q, %v", v, ok)
	}
}
