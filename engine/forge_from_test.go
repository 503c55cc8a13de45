package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/raft"
	"go.etcd.io/bbolt"

	"raftscope/engine/kv"
)

// alien is a store of another application: commands that are no write sets, and
// servers of other names.
type alien struct {
	servers []string
	terms   []uint64 // of the entries
	first   uint64   // zero is 1
	term    uint64
	config  int // index of the configuration; zero is 1, -1 is none
}

// write makes the store, and returns its path.
func (a alien) write(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "raft.db")
	db, err := openStore(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if a.config == 0 {
		a.config = 1
	}
	a.first = max(a.first, 1)
	var logs []*raft.Log
	for i, term := range a.terms {
		log := &raft.Log{Index: a.first + uint64(i), Term: term, Data: fmt.Appendf(nil, `{"put":"%d","in":%d}`, a.first+uint64(i), term)}
		if log.Index == uint64(a.config) {
			log.Type, log.Data = raft.LogConfiguration, raft.EncodeConfiguration(a.configuration())
		}
		logs = append(logs, log)
	}
	if err := errors.Join(db.StoreLogs(logs), db.SetUint64(keyCurrentTerm, a.term), db.SetUint64(keyLastVoteTerm, a.term),
		db.Set(keyLastVoteCand, []byte(a.servers[0]+":8300")), db.Set([]byte("others"), []byte("own"))); err != nil {
		t.Fatal(err)
	}
	return path
}

func (a alien) configuration() (c raft.Configuration) {
	for _, s := range a.servers {
		c.Servers = append(c.Servers, raft.Server{ID: raft.ServerID(s), Address: raft.ServerAddress(s + ":8300")})
	}
	return c
}

// A cluster begins from the stores of another one. Its commands are passed over,
// its servers are ours.
func TestForgeFrom(t *testing.T) {
	dir := t.TempDir()
	servers := []string{"alpha", "beta", "gamma"}
	a := alien{servers: servers, terms: []uint64{1, 1, 2, 2}, term: 2}.write(t, filepath.Join(dir, "a"))
	b := alien{servers: servers, terms: []uint64{1, 1, 2, 2, 2}, term: 2}.write(t, filepath.Join(dir, "b"))
	before, _ := os.ReadFile(a)
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		w.do(`forge n2 from="`+a+`"`, `forge n3 from=`+b+` servers=alpha,beta,gamma`)
		text := w.timeline.Event(w.timeline.Events() - 1).Text
		if text != "forged n3: entries 1..5, 4 of 4 commands not ours, term 2; n1 stands for alpha, n2 stands for beta, n3 stands for gamma" {
			t.Errorf("told %q", text)
		}
		w.do("start n2 n3", "run until leader", "run until entry n2:2/5 applied", "write leader set x 1 wait")
		w.expect("entry n2:2/5 applied", "applied n2 >= 5", "leader n3", "told exec@1 ok")
		if label := w.last("entry", "n3").Label(); label != "set x=1" {
			t.Errorf("the last entry is %q", label)
		}
		m := w.timeline.ByKind("entry")[1]
		if label := m.Label(); label != "20 B, not ours, "+kv.Sum(`{"put":"2","in":1}`)[:8] && !strings.Contains(label, "not ours, ") {
			t.Errorf("entry 2 is %q", label)
		}
		w.do("crash n2")
		w.fails(ErrRefused, "forge n2 from="+a+" servers=beta,alpha", "beta is n2 already")
	})
	if after, _ := os.ReadFile(a); string(after) != string(before) {
		t.Error("the original was written to")
	}
}

// What is before a log stands in the snapshot beside it.
func TestForgeFromASnapshot(t *testing.T) {
	dir := t.TempDir()
	s := alien{servers: []string{"a", "n1"}, terms: []uint64{3, 3}, first: 10, term: 3, config: -1}
	path := s.write(t, dir)
	inWorld(t, "cluster nodes=2 start=off", func(w *testWorld) {
		w.fails(ErrRefused, "forge n1 from="+path, "its log begins at entry 10, and there is no snapshot beside it")
		if err := writeSnapshot(dir, kv.New(), 4, 2, s.configuration(), 1); err != nil {
			t.Fatal(err)
		}
		w.fails(ErrRefused, "forge n1 from="+path, "the snapshot beside it ends at 4")
		if err := writeSnapshot(dir, kv.New(), 9, 2, s.configuration(), 1); err != nil {
			t.Fatal(err)
		}
		state := filepath.Join(dir, "snapshots")
		all, _ := filepath.Glob(filepath.Join(state, "2-9-*", "state.bin"))
		os.WriteFile(all[0], []byte("of another application"), 0o600)
		w.do("forge n1 n2 from="+path, "start all", "run until leader", "run until applied all >= 11")
		w.expect("count entry n1 COMPACTED = 0", "logs equal")
		text, _ := w.last("node", "n2").Attr("forged")
		if !strings.Contains(text.String(), "a snapshot up to 9 whose contents stay closed") || !strings.Contains(text.String(), "n2 stands for a") {
			t.Errorf("it says %q", text)
		}
	})
}

// A snapshot may end anywhere behind the log, which may be empty then, and stands
// for what its entries do not say. One that ends within a whole log is not needed.
func TestForgeFromASnapshotBehindTheLog(t *testing.T) {
	servers := []string{"n1", "n2", "n3"}
	const far = 5_000_000
	for name, c := range map[string]struct {
		s    alien
		upTo uint64 // the snapshot
		says string
		last uint64
	}{
		"no log":             {alien{servers: servers, term: 7, config: -1}, far, "no entries, a snapshot up to 5000000 whose contents stay closed, term 7", far},
		"a log that ends":    {alien{servers: servers, terms: []uint64{1, 1, 2}, term: 7}, far, "entries 1..3, a snapshot up to 5000000 whose contents stay closed, 2 of 2 commands not ours, term 7", far},
		"a log that goes on": {alien{servers: servers, terms: []uint64{1, 1, 7}, term: 7}, 2, "entries 1..3, 2 of 2 commands not ours, term 7", 3},
	} {
		dir := t.TempDir()
		path := c.s.write(t, dir)
		if err := writeSnapshot(dir, kv.New(), c.upTo, 7, c.s.configuration(), 1); err != nil {
			t.Fatal(err)
		}
		state, _ := filepath.Glob(filepath.Join(dir, "snapshots", "7-*", "state.bin"))
		os.WriteFile(state[0], []byte(`{"of":"another application"}`), 0o600)
		inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
			w.fails(ErrRefused, "forge n1 from="+path+" term=6", "term 6 is below that of the last entry of n1, which is 7")
			w.do("forge n1 n2 n3 from="+path, "start all", "run until leader")
			if text, _ := w.last("node", "n2").Attr("forged"); text.String() != c.says {
				t.Errorf("%s: it says %q", name, text)
			}
			w.do("write leader set x 1 wait")
			w.expect(fmt.Sprintf("last n1 = %d", c.last+2), "told exec@1 ok")
		})
	}
}

// A node that was sent a snapshot may have what it had before still below it, of a
// leader that lost, and a gap behind that.
func TestForgeFromAGap(t *testing.T) {
	dir := t.TempDir()
	a := alien{servers: []string{"n1", "n2", "n3"}, terms: []uint64{1, 5, 5, 3, 3, 3, 3, 3, 6}, term: 7}
	path := a.write(t, dir)
	db, err := openStore(path)
	if err == nil {
		err = errors.Join(db.DeleteRange(4, 6), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
		if err := writeSnapshot(dir, kv.New(), 4, 3, a.configuration(), 1); err != nil {
			t.Fatal(err)
		}
		w.fails(ErrRefused, "forge n1 from="+path, "its log has a gap before entry 7, and the snapshot beside it ends at 4")
		if err := writeSnapshot(dir, kv.New(), 6, 3, a.configuration(), 1); err != nil {
			t.Fatal(err)
		}
		w.do("forge n1 n2 n3 from="+path, "start all", "advance 50ms")
		text, _ := w.last("node", "n2").Attr("forged")
		if says := "6 entries from 1 to 9 with gaps, a snapshot up to 6 whose contents stay closed, 5 of 5 commands not ours, term 7"; text.String() != says {
			t.Errorf("it says %q", text)
		}
		w.expect("last n1 = 9", "count entry n1 = 6")
		w.do("run until leader", "write leader set x 1 wait", "run until applied all >= 11")
		w.expect("logs equal", "told exec@1 ok")
	})
}

// Files that are no stores, or stores that no raft wrote, are refused in one line.
func TestForgeFromBadFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sound := alien{servers: []string{"a", "b", "c"}, terms: []uint64{1, 1, 2}, term: 2}
	store := func(name string, change func(*alien)) string {
		a := sound
		if change != nil {
			change(&a)
		}
		return a.write(t, filepath.Join(dir, name))
	}
	whole, err := os.ReadFile(store("sound", nil))
	if err != nil {
		t.Fatal(err)
	}
	raw := func(name string, change func(logs, conf *bbolt.Bucket) error) string {
		path := store(name, nil)
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte("logs")), tx.Bucket([]byte("conf"))) }); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	other := filepath.Join(dir, "other.db")
	if db, err := bbolt.Open(other, 0o600, nil); err != nil {
		t.Fatal(err)
	} else {
		db.Close()
	}
	locked := store("locked", nil)
	holder, err := bbolt.Open(locked, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	deprecated := &raft.Log{Index: 3, Term: 2, Type: raft.LogAddPeerDeprecated, Data: []byte("x")}
	for path, says := range map[string]string{
		filepath.Join(dir, "none"): "no such file or directory",
		dir:                        "not a raft.db: it is no regular file",
		at("empty.db", ""):         "not a raft.db: it is empty",
		at("small.db", "raft"):     "not a raft.db: it has 4 bytes only",
		at("text.db", strings.Repeat("no database\n", 1e4)): "not a raft.db: it has no valid meta page",
		at("cut.db", string(whole[:2*4096+100])):            "damaged",
		other:                                               "not a raft.db: it has no bucket logs",
		locked:                                              "another process has it open",
		store("no-config", func(a *alien) { a.config = -1 }):                                                      "it holds no configuration, so raft could not know its cluster",
		store("down", func(a *alien) { a.terms = []uint64{1, 3, 2}; a.term = 3 }):                                 "entry 3 has term 2, behind one of term 3",
		store("old-term", func(a *alien) { a.term = 1 }):                                                          "term 1 is below that of the last entry",
		store("many", func(a *alien) { a.servers = []string{"a", "b", "c", "d"} }):                                "the store's cluster has the server d besides 3 others, and there are 3 nodes",
		raw("gap", func(logs, _ *bbolt.Bucket) error { return logs.Delete(key(2)) }):                              "its log has a gap before entry 3, and there is no snapshot beside it",
		raw("short", func(logs, _ *bbolt.Bucket) error { return logs.Put([]byte("x"), []byte("y")) }):             "an entry's key has 1 bytes, expected 8",
		raw("junk", func(logs, _ *bbolt.Bucket) error { return logs.Put(key(3), []byte("junk")) }):                "entry 3",
		raw("zero", func(logs, _ *bbolt.Bucket) error { return logs.Put(key(0), []byte("junk")) }):                "there is an entry of index 0",
		raw("conf", func(_, conf *bbolt.Bucket) error { return conf.Put(keyCurrentTerm, []byte("junk")) }):        "its CurrentTerm has 4 bytes, expected 8",
		raw("nested", func(logs, _ *bbolt.Bucket) error { _, err := logs.CreateBucket([]byte("b")); return err }): "there is a bucket in the bucket logs",
		raw("deprecated", func(logs, _ *bbolt.Bucket) error { return logs.Put(key(3), encoded(t, deprecated)) }):  "of raft's protocol before version 3",
		raw("config", func(logs, _ *bbolt.Bucket) error {
			return logs.Put(key(1), encoded(t, &raft.Log{Index: 1, Term: 1, Type: raft.LogConfiguration, Data: []byte("\xff\xff")}))
		}): "the configuration of entry 1",
		raw("other-index", func(logs, _ *bbolt.Bucket) error { return logs.Put(key(3), encoded(t, &raft.Log{Index: 4, Term: 2})) }): "entry 3 says that it is entry 4",
	} {
		inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
			err := w.Do(commandsOf(t, `forge n1 from="`+path+`"`)[0])
			if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%s: %v, want %q", path, err, says)
			}
			if w.Now() != 0 {
				t.Errorf("%s: it took until %v", path, w.Now())
			}
			if left, _ := os.ReadDir(w.dir); len(left) > 0 {
				t.Errorf("%s: %v is left behind", path, left)
			}
		})
	}
}

// encoded is an entry as raft-boltdb stores it.
func encoded(t *testing.T, log *raft.Log) (data []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raft.db")
	db, err := openStore(path)
	if err == nil {
		index := log.Index
		err = errors.Join(db.StoreLog(log), db.Close())
		raw, openErr := bbolt.Open(path, 0o600, nil)
		if openErr != nil {
			t.Fatal(openErr)
		}
		defer raw.Close()
		raw.View(func(tx *bbolt.Tx) error {
			data = append(data, tx.Bucket([]byte("logs")).Get(binary.BigEndian.AppendUint64(nil, index))...)
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Whatever bytes of a store are wrong: it is refused, or starts.
func TestForgeFromDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	a := alien{servers: []string{"a", "b", "c"}, term: 9}
	for i := range 900 {
		a.terms = append(a.terms, 1+uint64(i/100))
	}
	whole, err := os.ReadFile(a.write(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	refused := 0
	const tries = 150
	for i := range tries {
		bad := append([]byte{}, whole...)
		for range 1 + rnd.IntN(4) {
			at := rnd.IntN(len(bad))
			if rnd.IntN(2) == 0 { // the beginnings of pages decide most
				at = at/4096*4096 + rnd.IntN(64)
			}
			bad[at] ^= byte(1 << rnd.IntN(8))
		}
		if rnd.IntN(8) == 0 {
			bad = bad[:rnd.IntN(len(bad))]
		}
		path := filepath.Join(dir, "bad.db")
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		inWorld(t, "cluster nodes=3 start=off", func(w *testWorld) {
			err := w.Do(commandsOf(t, "forge n1 from="+path)[0])
			switch {
			case errors.Is(err, ErrRefused):
				refused++
			case err != nil:
				t.Errorf("try %d: %v", i, err)
			default:
				w.do("start n1", "advance 20ms")
			}
		})
	}
	if refused == 0 || refused == tries {
		t.Errorf("%d of %d were refused", refused, tries)
	}
}
