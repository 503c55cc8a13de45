package kv_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hashicorp/raft"

	"raftscope/engine/kv"
)

// apply applies write sets from an index on and returns the last answer.
func apply(s *kv.Store, first uint64, sets ...kv.WriteSet) (answer any) {
	for i, w := range sets {
		answer = s.Apply(&raft.Log{Index: first + uint64(i), Term: 1, Data: w.Encode()})
	}
	return answer
}

func set(key, value string) kv.WriteSet { return kv.WriteSet{Op: kv.OpSet, Key: key, Value: value} }
func del(key string) kv.WriteSet        { return kv.WriteSet{Op: kv.OpDel, Key: key} }

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name  string
		sets  []kv.WriteSet
		key   string
		value string
		there bool
	}{
		{"nothing", nil, "x", "", false},
		{"set", []kv.WriteSet{set("x", "1")}, "x", "1", true},
		{"set to nothing", []kv.WriteSet{set("x", "")}, "x", "", true},
		{"set again", []kv.WriteSet{set("x", "1"), set("x", "2")}, "x", "2", true},
		{"del", []kv.WriteSet{set("x", "1"), del("x")}, "x", "", false},
		{"del what is not there", []kv.WriteSet{set("y", "1"), del("x")}, "y", "1", true},
		{"del and set", []kv.WriteSet{set("x", "1"), del("x"), set("x", "3")}, "x", "3", true},
	} {
		s := kv.New()
		if answer := apply(s, 5, c.sets...); answer != nil {
			t.Errorf("%s: the answer is %v", c.name, answer)
		}
		if value, there := s.Get(c.key); value != c.value || there != c.there {
			t.Errorf("%s: %s is %q, %v, want %q, %v", c.name, c.key, value, there, c.value, c.there)
		}
		if n := len(c.sets); n > 0 && s.Applied() != uint64(4+n) {
			t.Errorf("%s: applied is %d, want %d", c.name, s.Applied(), 4+n)
		}
	}
}

func TestApplyBadData(t *testing.T) {
	s := kv.New()
	apply(s, 1, set("x", "1"))
	before := s.Hash()
	err, _ := s.Apply(&raft.Log{Index: 2, Term: 3, Data: []byte("junk")}).(error)
	if !errors.Is(err, kv.ErrWriteSet) || !strings.Contains(err.Error(), "entry 3/2") {
		t.Errorf("the answer is %v", err)
	}
	if s.Hash() != before || s.Applied() != 2 {
		t.Errorf("junk changes the contents, or is not counted as applied: %d", s.Applied())
	}
}

// The hash depends on the contents alone.
func TestHash(t *testing.T) {
	seen := map[string]string{}
	for name, sets := range map[string][]kv.WriteSet{
		"empty": {}, "x=1": {set("x", "1")}, "x=2": {set("x", "2")}, "y=1": {set("y", "1")}, "1=x": {set("1", "x")},
		"x=1 y=1": {set("x", "1"), set("y", "1")}, "x=1 y=2": {set("x", "1"), set("y", "2")}, "x=2 y=1": {set("x", "2"), set("y", "1")},
		"xy=": {set("xy", "")}, "x=y": {set("x", "y")}, "=xy": {set("", "xy")},
	} {
		s := kv.New()
		apply(s, 1, sets...)
		if other, twice := seen[s.Hash()]; twice {
			t.Errorf("%s and %s have the same hash %s", name, other, s.Hash())
		}
		if seen[s.Hash()] = name; len(s.Hash()) != 16 {
			t.Errorf("%s: the hash is %q", name, s.Hash())
		}
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	a, b, last := kv.New(), kv.New(), map[string]string{}
	for i := range uint64(500) {
		k, v := fmt.Sprint(rnd.IntN(20)), fmt.Sprint(rnd.IntN(5))
		if rnd.IntN(4) == 0 {
			apply(a, i+1, del(k))
			delete(last, k)
			continue
		}
		apply(a, i+1, set(k, v))
		last[k] = v
	}
	for k, v := range last {
		apply(b, 1, set(k, v))
	}
	if a.Hash() != b.Hash() {
		t.Errorf("equal contents have the hashes %s and %s", a.Hash(), b.Hash())
	}
	for k := range last {
		apply(b, 2, del(k))
	}
	if b.Hash() != kv.New().Hash() {
		t.Errorf("emptied, the hash is %s", b.Hash())
	}
}

func TestConfiguration(t *testing.T) {
	s := kv.New()
	if _, at := s.Configuration(); at != 0 {
		t.Errorf("a new store has a configuration of %d", at)
	}
	c := raft.Configuration{Servers: []raft.Server{{ID: "n1", Address: "a"}}}
	s.StoreConfiguration(4, c)
	c.Servers[0].ID = "changed"
	got, at := s.Configuration()
	if at != 4 || s.Applied() != 4 || got.Servers[0].ID != "n1" {
		t.Errorf("the configuration is %v of %d, applied %d", got, at, s.Applied())
	}
}

// sink keeps a snapshot; it can be made to fail.
type sink struct {
	bytes.Buffer
	fail              error
	closed, cancelled bool
}

func (s *sink) Write(p []byte) (int, error) {
	if s.fail != nil {
		return 0, s.fail
	}
	return s.Buffer.Write(p)
}
func (s *sink) ID() string    { return "1" }
func (s *sink) Close() error  { s.closed = true; return nil }
func (s *sink) Cancel() error { s.cancelled = true; return nil }

func snapshot(t *testing.T, s *kv.Store) *sink {
	t.Helper()
	snap, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	apply(s, 99, set("later", "1")) // raft applies on while it persists
	k := &sink{}
	if err := snap.Persist(k); err != nil || !k.closed || k.cancelled {
		t.Fatalf("Persist: %v, %+v", err, k)
	}
	snap.Release()
	return k
}

func TestSnapshotAndRestore(t *testing.T) {
	s := kv.New()
	s.StoreConfiguration(1, raft.Configuration{Servers: []raft.Server{{ID: "n1", Address: "a"}}})
	apply(s, 2, set("x", "1"), set("y\x00\u00e9", "two words"), set("z", ""), del("nothing"))
	hash := s.Hash()
	data := snapshot(t, s)
	again := kv.New()
	apply(again, 7, set("old", "1"))
	if err := again.Restore(io.NopCloser(&data.Buffer)); err != nil {
		t.Fatal(err)
	}
	conf, at := again.Configuration()
	if again.Hash() != hash || again.Applied() != 5 || at != 1 || len(conf.Servers) != 1 {
		t.Errorf("restored: hash %s, want %s; applied %d; configuration %v of %d", again.Hash(), hash, again.Applied(), conf, at)
	}
	if _, there := again.Get("old"); there {
		t.Error("a key outlives the restore")
	}
	apply(again, 6, set("x", "2"), set("x", "1"))
	if again.Hash() != hash {
		t.Error("the hash does not go on from the restored contents")
	}
}

func TestEmptySnapshot(t *testing.T) {
	s := kv.New()
	snap, _ := s.Snapshot()
	k := &sink{}
	if err := snap.Persist(k); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore(io.NopCloser(&k.Buffer)); err != nil {
		t.Fatal(err)
	}
	apply(s, 1, set("x", "1")) // into a map that is there
}

func TestSnapshotFails(t *testing.T) {
	disk := errors.New("disk full")
	snap, _ := kv.New().Snapshot()
	if k := (&sink{fail: disk}); !errors.Is(snap.Persist(k), disk) || k.closed || !k.cancelled {
		t.Errorf("the sink is left %+v", k)
	}
}

type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

// A snapshot that cannot be read changes nothing.
func TestRestoreBadData(t *testing.T) {
	for _, data := range []string{"", "{", "junk", `{"values":3}`, `{"values":{"x":1}}`, "\x00\x01", `{"applied":-1}`, `["x"]`} {
		s := kv.New()
		apply(s, 1, set("x", "1"))
		hash, b := s.Hash(), &body{Reader: strings.NewReader(data)}
		if err := s.Restore(b); err == nil || !b.closed {
			t.Errorf("%q: restored with %v, closed: %v", data, err, b.closed)
		}
		if value, _ := s.Get("x"); value != "1" || s.Hash() != hash || s.Applied() != 1 {
			t.Errorf("%q changes the contents", data)
		}
	}
	s := kv.New()
	if err := s.Restore(io.NopCloser(strings.NewReader("{}"))); err != nil {
		t.Errorf("a snapshot of nothing: %v", err)
	}
	apply(s, 1, set("x", "1"))
}
