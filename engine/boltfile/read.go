package boltfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Errors of Read.
var (
	// ErrNoStore: the file is not what raft-boltdb keeps.
	ErrNoStore = errors.New("not a raft.db")
	// ErrDamaged: it is, but what is in it cannot be.
	ErrDamaged = errors.New("damaged")
	// ErrLocked: another process has it open.
	ErrLocked = errors.New("another process has it open")
	// ErrTooLarge: it holds more than Limits.
	ErrTooLarge = errors.New("too large")
)

// Limits of what is read. The file itself may be much larger, since bbolt's
// files do not shrink.
const (
	EntriesMax = 100_000
	GapMax     = 100_000  // entries that are missing in between
	BytesMax   = 64 << 20 // of all entries
	EntryMax   = 8 << 20  // bytes of one entry: raft-boltdb takes a time for each that grows with its square
	IndexMax   = 1 << 62  // of an entry: beyond what any log reaches
)

// Contents are what raft keeps in a store.
type Contents struct {
	Entries []Entry           // by index
	Conf    map[string][]byte // raft's own keys: CurrentTerm, LastVoteTerm, LastVoteCand
}

// Entry is an entry of the log.
type Entry struct {
	Index uint64
	Data  []byte // as it is stored
}

// First returns the index of the first entry, zero if there is none.
func (c *Contents) First() uint64 {
	if len(c.Entries) == 0 {
		return 0
	}
	return c.Entries[0].Index
}

// Last returns the index of the last entry, zero if there is none.
func (c *Contents) Last() uint64 {
	if len(c.Entries) == 0 {
		return 0
	}
	return c.Entries[len(c.Entries)-1].Index
}

// Whole returns the index from which on no entry is missing, zero if there is
// none. It is the first one's, unless the log has a gap: a snapshot that was
// installed leaves one between what it left below and what came behind it.
func (c *Contents) Whole() uint64 {
	i := len(c.Entries) - 1
	for ; i > 0 && c.Entries[i-1].Index+1 == c.Entries[i].Index; i-- {
	}
	if i < 0 {
		return 0
	}
	return c.Entries[i].Index
}

// confKeys are the keys of raft (raft.go); an application may keep others.
var confKeys = map[string]bool{"CurrentTerm": true, "LastVoteTerm": true, "LastVoteCand": true}

// The buckets of raft-boltdb.
const (
	bucketLogs = "logs"
	bucketConf = "conf"
)

// Read reads a store. It never waits, neither for a lock nor for a pipe. Its
// errors wrap those above, or are the system's.
func Read(path string) (*Contents, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: it is no regular file", ErrNoStore)
	case info.Size() == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrNoStore)
	case info.Size() < 2*pageSizeMin:
		return nil, fmt.Errorf("%w: it has %d bytes only", ErrNoStore, info.Size())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := open(file, info.Size()); err != nil {
		return nil, err
	}
	unlock, err := lock(path)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if info, err = file.Stat(); err != nil { // it may have been written to until now
		return nil, err
	}
	db, err := open(file, info.Size())
	if err != nil {
		return nil, err
	}
	return db.contents()
}

// lock takes bbolt's shared lock of a file: its tries once with a timeout that
// is shorter than its pause.
func lock(path string) (unlock func(), err error) {
	db, err := bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: time.Millisecond})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrLocked
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return func() { db.Close() }, nil
}

// contents reads the two buckets of raft-boltdb.
func (f *file) contents() (*Contents, error) {
	c := &Contents{Conf: map[string][]byte{}}
	buckets := map[string][]byte{}
	err := f.walk(f.root, 0, func(flags uint32, key, value []byte) error {
		if name := string(key); flags&leafBucket != 0 && (name == bucketLogs || name == bucketConf) {
			buckets[name] = value
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{bucketLogs, bucketConf} {
		if buckets[name] == nil {
			return nil, fmt.Errorf("%w: it has no bucket %s", ErrNoStore, name)
		}
	}
	err = f.bucket(bucketConf, buckets[bucketConf], func(key, value []byte) error {
		if confKeys[string(key)] {
			c.Conf[string(key)] = append([]byte{}, value...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	size := 0
	err = f.bucket(bucketLogs, buckets[bucketLogs], func(key, value []byte) error {
		size += len(value)
		return c.entry(key, value, size)
	})
	return c, err
}

// entry takes the next entry of the log.
func (c *Contents) entry(key, value []byte, size int) error {
	if len(key) != 8 {
		return fmt.Errorf("%w: an entry's key has %d bytes, expected 8", ErrNoStore, len(key))
	}
	index := binary.BigEndian.Uint64(key)
	last := c.Last()
	switch {
	case index == 0 || index > IndexMax:
		return fmt.Errorf("%w: there is an entry of index %d", ErrDamaged, index)
	case index <= last:
		return fmt.Errorf("%w: behind entry %d comes entry %d", ErrDamaged, last, index)
	case last > 0 && index-last > GapMax:
		return fmt.Errorf("%w: behind entry %d comes entry %d, and at most %d may be missing", ErrTooLarge, last, index, GapMax)
	case len(c.Entries) >= EntriesMax:
		return fmt.Errorf("%w: it has more than %d entries", ErrTooLarge, EntriesMax)
	case len(value) > EntryMax:
		return fmt.Errorf("%w: entry %d has more than %d MiB", ErrTooLarge, index, EntryMax>>20)
	case size > BytesMax:
		return fmt.Errorf("%w: its entries have more than %d MiB", ErrTooLarge, BytesMax>>20)
	}
	c.Entries = append(c.Entries, Entry{index, append([]byte{}, value...)})
	return nil
}
