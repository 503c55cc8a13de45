package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"
)

// newStore writes a store as raft does, with entries first..last of so many bytes,
// and returns its path.
func newStore(t testing.TB, first, last uint64, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raft.db")
	store, err := raftboltdb.New(raftboltdb.Options{Path: path, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	var logs []*raft.Log
	for i := first; i <= last; i++ {
		logs = append(logs, &raft.Log{Index: i, Term: 3, Data: bytes.Repeat([]byte{byte(i)}, size)})
	}
	if err := errors.Join(store.StoreLogs(logs), store.SetUint64([]byte("CurrentTerm"), 7), store.Set([]byte("LastVoteCand"), []byte("n2")),
		store.Set([]byte("theirs"), []byte("x")), store.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// change changes a database by bbolt's own means.
func change(t testing.TB, path string, f func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(f), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// patch changes a file's bytes.
func patch(t testing.TB, path string, f func(b []byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, f(b), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A good store is read as raft wrote it: whether it is small and has its buckets in
// one page, is a tree of many, or has entries of several pages each.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		first, last uint64
		size        int
	}{{1, 1, 10}, {1, 20, 100}, {5, 4000, 50}, {1000, 1010, 100_000}} {
		got, err := Read(newStore(t, c.first, c.last, c.size))
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if got.First() != c.first || got.Whole() != c.first || got.Last() != c.last || uint64(len(got.Entries)) != c.last-c.first+1 {
			t.Errorf("%+v: %d entries, %d..%d", c, len(got.Entries), got.First(), got.Last())
		}
		if last := got.Entries[len(got.Entries)-1].Data; !bytes.Contains(last, bytes.Repeat([]byte{byte(c.last)}, c.size)) {
			t.Errorf("%+v: the last entry is %.100q", c, last)
		}
		if len(got.Conf) != 2 || binary.BigEndian.Uint64(got.Conf["CurrentTerm"]) != 7 || string(got.Conf["LastVoteCand"]) != "n2" {
			t.Errorf("%+v: raft's own keys are %q", c, got.Conf)
		}
	}
	if got, err := Read(newStore(t, 1, 0, 0)); err != nil || got.First() != 0 || got.Whole() != 0 || got.Last() != 0 || len(got.Entries) != 0 {
		t.Errorf("a store without entries: %+v, %v", got, err)
	}
	// What an installed snapshot leaves behind.
	gap := newStore(t, 1, 20, 100)
	change(t, gap, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("logs")).Delete(binary.BigEndian.AppendUint64(nil, 7))
	})
	if got, err := Read(gap); err != nil || got.First() != 1 || got.Whole() != 8 || got.Last() != 20 || len(got.Entries) != 19 || got.Entries[6].Index != 8 {
		t.Errorf("a gap: %+v, %v", got, err)
	}
	// A crash in the middle of a write leaves one meta page that is none, and the
	// state before it.
	path := newStore(t, 1, 20, 100)
	patch(t, path, func(b []byte) []byte { clear(b[:metaSize+pageHeader]); return b })
	if got, err := Read(path); err != nil || len(got.Conf) > 2 {
		t.Errorf("with one meta page: %+v, %v", got, err)
	}
}

// What is no store, or a damaged one, is refused with what it is, in one line.
func TestReadRefuses(t *testing.T) {
	pageSize := os.Getpagesize()
	for _, c := range []struct {
		name string
		make func(t *testing.T) string
		want error
	}{
		{"nothing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "no.db") }, fs.ErrNotExist},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, ErrNoStore},
		{"empty", func(t *testing.T) string { return written(t, "") }, ErrNoStore},
		{"a few bytes", func(t *testing.T) string { return written(t, "hello") }, ErrNoStore},
		{"a text", func(t *testing.T) string { return written(t, string(bytes.Repeat([]byte("hello "), 10_000))) }, ErrNoStore},
		{"another database", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "other.db")
			change(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("logs")); return err })
			return path
		}, ErrNoStore},
		{"a bucket in the log", changed(func(tx *bbolt.Tx) error {
			_, err := tx.Bucket([]byte("logs")).CreateBucket([]byte("zz"))
			return err
		}), ErrNoStore},
		{"a key that is no index", changed(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("logs")).Put([]byte("z"), nil) }), ErrNoStore},
		{"an entry of index 0", changed(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("logs")).Put(make([]byte, 8), nil) }), ErrDamaged},
		{"a large gap", changed(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("logs")).Put(binary.BigEndian.AppendUint64(nil, 20+GapMax+1), nil)
		}), ErrTooLarge},
		{"cut off within its meta pages", patched(func(b []byte) []byte { return b[:pageSize+100] }), ErrDamaged},
		{"cut off behind them", patched(func(b []byte) []byte { return b[:2*pageSize] }), ErrDamaged},
		{"no meta page", patched(func(b []byte) []byte { clear(b[:2*pageSize]); return b }), ErrNoStore},
		{"pages of zeros", patched(func(b []byte) []byte { clear(b[2*pageSize:]); return b }), ErrDamaged},
		{"pages of ones", patched(func(b []byte) []byte {
			for i := range b[2*pageSize:] {
				b[2*pageSize+i] = 0xff
			}
			return b
		}), ErrDamaged},
		{"a large entry", func(t *testing.T) string { return newStore(t, 1, 1, EntryMax+1) }, ErrTooLarge},
		{"large entries", func(t *testing.T) string { return newStore(t, 1, 9, 7<<20+1<<19) }, ErrTooLarge},
		{"too many entries", func(t *testing.T) string { return newStore(t, 1, EntriesMax+1, 0) }, ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(c.make(t))
			if !errors.Is(err, c.want) {
				t.Errorf("%v, expected %v (%+v)", err, c.want, got)
			}
			if err != nil && bytes.ContainsRune([]byte(err.Error()), '\n') {
				t.Errorf("%q has more than one line", err)
			}
		})
	}
}

func written(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "raft.db")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func changed(f func(*bbolt.Tx) error) func(*testing.T) string {
	return func(t *testing.T) string {
		path := newStore(t, 1, 20, 100)
		change(t, path, f)
		return path
	}
}

func patched(f func([]byte) []byte) func(*testing.T) string {
	return func(t *testing.T) string {
		path := newStore(t, 1, 20, 100)
		patch(t, path, f)
		return path
	}
}

// Whoever has the file open is left alone, and so is a reader.
func TestReadLocked(t *testing.T) {
	path := newStore(t, 1, 20, 100)
	store, err := raftboltdb.NewBoltStore(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); !errors.Is(err, ErrLocked) {
		t.Errorf("%v, expected %v", err, ErrLocked)
	}
	store.Close()
	before, _ := os.ReadFile(path)
	for range 2 { // the first lets go of its lock
		if _, err := Read(path); err != nil {
			t.Error(err)
		}
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("reading has changed the file")
	}
}

// fabricated is a file of pages of 512 bytes that bbolt would never write.
func fabricated(size int, root uint64, pages map[uint64]page) []byte {
	const paging = pageSizeMin
	le := binary.LittleEndian
	b := make([]byte, size*paging)
	for at := range uint64(2) {
		meta := b[at*paging+pageHeader:]
		le.PutUint32(meta, metaMagic)
		le.PutUint32(meta[4:], metaVersion)
		le.PutUint32(meta[8:], paging)
		le.PutUint64(meta[16:], root)
		le.PutUint64(meta[40:], 1<<63)
		le.PutUint64(meta[48:], at+1)
		le.PutUint64(meta[56:], sum(meta[:56]))
	}
	for id, p := range pages {
		at := b[id*paging:]
		le.PutUint64(at, id)
		le.PutUint16(at[8:], flagBranch)
		le.PutUint16(at[10:], uint16(len(p.children)))
		le.PutUint32(at[12:], p.overflow)
		for i, child := range p.children {
			le.PutUint64(at[pageHeader+i*elementSize+8:], child)
		}
	}
	return b
}

type page struct {
	overflow uint32
	children []uint64
}

// A file made to keep a reader busy does not: no page is read twice, neither as
// itself nor as a part of another one.
func TestReadHostile(t *testing.T) {
	for name, c := range map[string]struct {
		b     []byte
		bytes int64 // of it that are read, at most
	}{
		"a page that leads to itself":   {b: fabricated(10, 2, map[uint64]page{2: {0, []uint64{2}}}), bytes: 512},
		"a page with two places":        {b: fabricated(10, 2, map[uint64]page{2: {0, []uint64{3, 3}}, 3: {}}), bytes: 1024},
		"a page within another one":     {b: fabricated(10, 2, map[uint64]page{2: {7, []uint64{3}}, 3: {6, []uint64{4}}, 4: {5, nil}}), bytes: 8 * 512},
		"a root that is a meta page":    {b: fabricated(10, 1, nil)},
		"a root beyond the file":        {b: fabricated(10, 10, nil)},
		"a root beyond all files":       {b: fabricated(10, 1<<63, nil)},
		"a page as large as all memory": {b: fabricated(10, 2, map[uint64]page{2: {1<<32 - 1, nil}})},
	} {
		f, err := open(bytes.NewReader(c.b), int64(len(c.b)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := f.contents(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, expected %v", name, err, ErrDamaged)
		}
		if f.read > c.bytes {
			t.Errorf("%s: %d bytes were read", name, f.read)
		}
	}
}

// Whatever is in a file, reading it ends, and with one of the errors. What is
// changed in a good file are numbers of four bytes: three bytes say where, the rest
// is what stands there then.
func FuzzRead(f *testing.F) {
	bases := [][]byte{fabricated(6, 2, map[uint64]page{2: {1, []uint64{4, 5}}, 4: {}, 5: {}})}
	for _, last := range []uint64{0, 3, 200} {
		b, err := os.ReadFile(newStore(f, 1, last, 30))
		if err != nil {
			f.Fatal(err)
		}
		bases = append(bases, b)
	}
	pageSize := os.Getpagesize()
	edit := func(at int, to uint32) []byte {
		return append([]byte{byte(at), byte(at >> 8), byte(at >> 16)}, binary.LittleEndian.AppendUint32(nil, to)...)
	}
	for base := range bases {
		f.Add(byte(base), []byte{})
		for id := 2; id < 6; id++ {
			f.Add(byte(base), edit(id*pageSize+10, 200))
			f.Add(byte(base), append(edit(id*pageSize+8, flagBranch), edit(id*pageSize+24, 3)...))
			f.Add(byte(base), edit(id*pageSize+20, 1<<31))
		}
		f.Add(byte(base), append(edit(32, 3), edit(pageSize+32, 3)...))
	}
	f.Fuzz(func(t *testing.T, base byte, edits []byte) {
		b := bytes.Clone(bases[int(base)%len(bases)])
		for ; len(edits) >= 7; edits = edits[7:] {
			at := (int(edits[0]) | int(edits[1])<<8 | int(edits[2])<<16) % (len(b) - 4)
			copy(b[at:], edits[3:7])
		}
		for _, meta := range []int{0, pageSizeMin, pageSize} { // else hardly any would have a valid one
			if meta+pageHeader+metaSize > len(b) {
				continue
			}
			m := b[meta+pageHeader : meta+pageHeader+metaSize]
			if binary.LittleEndian.Uint32(m) == metaMagic {
				binary.LittleEndian.PutUint64(m[56:], sum(m[:56]))
			}
		}
		db, err := open(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			_, err = db.contents()
		}
		if err != nil && !errors.Is(err, ErrNoStore) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooLarge) {
			t.Error(err)
		}
		if db != nil && db.read > int64(len(b)) {
			t.Errorf("%d bytes were read of %d", db.read, len(b))
		}
		if text := fmt.Sprint(err); bytes.ContainsRune([]byte(text), '\n') {
			t.Errorf("%q has more than one line", text)
		}
	})
}
