package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"raftscope/engine/boltfile"
	"raftscope/engine/grammar"
	"raftscope/engine/kv"
)

// forgeFrom makes a copy of a real store, with its servers renamed to our nodes.
func (w *World) forgeFrom(f *forgery, c grammar.Forge) error {
	path := c.From
	if !filepath.IsAbs(path) {
		path = filepath.Join(w.base, path)
	}
	store, err := boltfile.Read(path)
	if err != nil {
		return refuseStore(path, err)
	}
	names := w.foreign.clone()
	if err := names.name(c.Servers); err != nil {
		return err
	}
	copied := &copying{world: w, forgery: f, names: names, path: path}
	if err := copied.write(store); err != nil {
		return err
	}
	db, err := openStore(filepath.Join(f.dir, DatabaseName))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := copied.check(db, store); err != nil {
		return err
	}
	if err := copied.meta(db, store); err != nil {
		return err
	}
	f.text = copied.text(store)
	if err := f.writeMeta(db, c, false); err != nil {
		return err
	}
	if told := names.text(); told != "" {
		f.text += "; " + told
	}
	w.foreign = names
	return nil
}

// refuseStore says in one line what is wrong with a file.
func refuseStore(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err // the path is said already
	}
	return fmt.Errorf("%w: %s: %w", ErrRefused, path, err)
}

// copying is the copy of one store.
type copying struct {
	world   *World
	forgery *forgery
	names   *foreign
	path    string

	lastTerm   uint64
	configured bool // it holds a configuration
	ours       int  // commands that our state machine understands
	others     int
	snapshot   *foreignSnapshot // what is before the log; nil: nothing is
}

// refuse says what is wrong with the file.
func (c *copying) refuse(format string, args ...any) error {
	return refuseStore(c.path, fmt.Errorf(format, args...))
}

// write writes the entries as they are into a new database.
func (c *copying) write(store *boltfile.Contents) error {
	path := filepath.Join(c.forgery.dir, DatabaseName)
	db, err := openStore(path) // makes the buckets
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return err
	}
	size := 1 << 20
	for _, entry := range store.Entries {
		size += 2 * (len(entry.Data) + os.Getpagesize()) // more than it takes
	}
	// bbolt that has to map more of its file copies all that it is about to write.
	raw, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Millisecond, NoSync: true, InitialMmapSize: size})
	if err != nil {
		return fmt.Errorf("open the copy of %s: %w", c.path, err)
	}
	defer raw.Close()
	return raw.Update(func(tx *bbolt.Tx) error {
		logs := tx.Bucket([]byte("logs"))
		logs.FillPercent = 1 // the keys come in order
		for _, entry := range store.Entries {
			key := binary.BigEndian.AppendUint64(nil, entry.Index)
			if err := logs.Put(key, entry.Data); err != nil {
				return fmt.Errorf("copy entry %d: %w", entry.Index, err)
			}
		}
		return nil
	})
}

// check reads every entry as raft will, refuses what no raft wrote, and renames
// the servers of configurations.
func (c *copying) check(db *raftboltdb.BoltStore, store *boltfile.Contents) error {
	if err := c.before(store); err != nil {
		return err
	}
	for i, entry := range store.Entries {
		index := entry.Index
		if i > 0 && index != store.Entries[i-1].Index+1 {
			c.lastTerm = 0 // what is below a snapshot may be of a leader that lost
		}
		var log raft.Log
		if err := db.GetLog(index, &log); err != nil {
			return c.refuse("entry %d is not one of hashicorp/raft's: %w", index, err)
		}
		switch {
		case log.Index != index:
			return c.refuse("entry %d says that it is entry %d", index, log.Index)
		case log.Term == 0 || log.Term < c.lastTerm || log.Term > grammar.TermMax:
			return c.refuse("entry %d has term %d, behind one of term %d", index, log.Term, c.lastTerm)
		}
		c.lastTerm = log.Term
		if err := c.entry(db, &log); err != nil {
			return err
		}
	}
	if !c.configured {
		return c.refuse("it holds no configuration, so raft could not know its cluster")
	}
	c.forgery.entries = len(store.Entries)
	return nil
}

// entry counts a command and renames a configuration's servers.
func (c *copying) entry(db *raftboltdb.BoltStore, log *raft.Log) error {
	switch log.Type {
	case raft.LogCommand:
		if _, err := kv.Decode(log.Data); err == nil {
			c.ours++
		} else {
			c.others++
		}
	case raft.LogConfiguration:
		conf, err := decodeConfiguration(log.Data)
		if err != nil {
			return c.refuse("the configuration of entry %d: %w", log.Index, err)
		}
		if conf, err = c.names.rename(conf); err != nil {
			return err
		}
		c.configured = true
		log.Data = raft.EncodeConfiguration(conf)
		if err := db.StoreLog(log); err != nil {
			return fmt.Errorf("write the configuration of entry %d: %w", log.Index, err)
		}
	case raft.LogNoop, raft.LogBarrier:
	case raft.LogAddPeerDeprecated, raft.LogRemovePeerDeprecated:
		return c.refuse("entry %d is a configuration of raft's protocol before version 3, expected LogConfiguration", log.Index)
	default:
		return c.refuse("entry %d is of the unknown type %d", log.Index, log.Type)
	}
	return nil
}

// decodeConfiguration is raft's, which panics on what it cannot read.
func decodeConfiguration(data []byte) (c raft.Configuration, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = errors.New("it cannot be read")
		}
	}()
	c = raft.DecodeConfiguration(data)
	if len(c.Servers) == 0 {
		return c, errors.New("it names no server")
	}
	return c, nil
}

// meta copies the term and the vote.
func (c *copying) meta(db *raftboltdb.BoltStore, store *boltfile.Contents) error {
	for _, key := range [][]byte{keyCurrentTerm, keyLastVoteTerm} {
		value, ok := store.Conf[string(key)]
		if !ok {
			continue
		}
		if len(value) != 8 {
			return c.refuse("its %s has %d bytes, expected 8", key, len(value))
		}
		n := binary.BigEndian.Uint64(value)
		if n > grammar.TermMax {
			return c.refuse("its %s is %d", key, n)
		}
		if err := db.SetUint64(key, n); err != nil {
			return fmt.Errorf("write %s: %w", key, err)
		}
	}
	if candidate, ok := store.Conf[string(keyLastVoteCand)]; ok {
		if err := db.Set(keyLastVoteCand, []byte(c.names.candidate(string(candidate)))); err != nil {
			return fmt.Errorf("write the vote: %w", err)
		}
	}
	return nil
}

// text says what the copy holds.
func (c *copying) text(store *boltfile.Contents) string {
	var b strings.Builder
	switch first, last := store.First(), store.Last(); {
	case last == 0:
		b.WriteString("no entries")
	case store.Whole() != first:
		fmt.Fprintf(&b, "%d entries from %d to %d with gaps", len(store.Entries), first, last)
	default:
		fmt.Fprintf(&b, "entries %d..%d", first, last)
	}
	if s := c.snapshot; s != nil {
		fmt.Fprintf(&b, ", a snapshot up to %d", s.meta.Index)
		if s.state == nil {
			b.WriteString(" whose contents stay closed")
		}
	}
	if c.others > 0 {
		fmt.Fprintf(&b, ", %d of %d commands not ours", c.others, c.others+c.ours)
	}
	return b.String()
}
