package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/raft"

	"raftscope/engine/boltfile"
	"raftscope/engine/grammar"
	"raftscope/engine/kv"
)

// foreignSnapshot is what stands before the log of a real store.
type foreignSnapshot struct {
	meta  raft.SnapshotMeta
	state *kv.Store // its contents, if they are our state machine's; else nil
}

// Limits of what is read of a snapshot.
const (
	metaBytesMax  = 1 << 20
	stateBytesMax = 64 << 20
	snapshotsMax  = 1000 // folders looked at
)

// before takes the newest snapshot beside a store if raft needs it to know what was
// before the log: index, term, configuration. It does if the log does not begin at
// index 1, has a gap, or ends before the snapshot.
func (c *copying) before(store *boltfile.Contents) error {
	from := store.Whole()
	what := fmt.Sprintf("its log begins at entry %d", from)
	switch {
	case from == 0:
		what = "it has no entries"
	case from != store.First():
		what = fmt.Sprintf("its log has a gap before entry %d", from)
	}
	s, err := newestSnapshot(filepath.Join(filepath.Dir(c.path), "snapshots"))
	switch {
	case from == 1 && (err != nil || s == nil || s.meta.Index <= store.Last()):
		return nil
	case err != nil:
		return c.refuse("%s, and the snapshot beside it: %w", what, err)
	case s == nil:
		return c.refuse("%s, and there is no snapshot beside it", what)
	case s.meta.Term == 0 || s.meta.Index == 0 || s.meta.Term > grammar.TermMax || s.meta.Index > boltfile.IndexMax:
		return c.refuse("%s, and the snapshot beside it is of entry %d of term %d", what, s.meta.Index, s.meta.Term)
	case s.meta.Index+1 < from:
		return c.refuse("%s, and the snapshot beside it ends at %d", what, s.meta.Index)
	}
	conf, err := c.names.rename(s.meta.Configuration)
	if err != nil {
		return err
	}
	c.snapshot, c.configured = s, true
	if s.meta.Index < store.First() {
		c.lastTerm = s.meta.Term
	}
	state := s.state
	if state == nil {
		state = kv.New()
	}
	state.StoreConfiguration(s.meta.Index, conf) // it has applied all up to there
	return writeSnapshot(c.forgery.dir, state, s.meta.Index, s.meta.Term, conf, min(s.meta.ConfigurationIndex, s.meta.Index))
}

// newestSnapshot reads the newest of a folder of raft's FileSnapshotStore, nil
// if there is none. It opens nothing but folders and regular files.
func newestSnapshot(dir string) (*foreignSnapshot, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.IsDir(): // a pipe would keep us waiting
		return nil, errors.New("it is no folder of snapshots")
	}
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(snapshotsMax)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("it is no folder of snapshots: %w", err)
	}
	slices.Sort(names) // of equal ones the first
	var newest *foreignSnapshot
	from := ""
	for _, name := range names {
		if filepath.Ext(name) == ".tmp" { // it was never finished
			continue
		}
		data, err := readRegular(filepath.Join(dir, name, "meta.json"), metaBytesMax)
		if err != nil {
			continue
		}
		var s foreignSnapshot
		if err := json.Unmarshal(data, &s.meta); err != nil || len(s.meta.Configuration.Servers) == 0 {
			continue
		}
		if m := s.meta; newest == nil || m.Term > newest.meta.Term || m.Term == newest.meta.Term && m.Index > newest.meta.Index {
			newest, from = &s, filepath.Join(dir, name, "state.bin")
		}
	}
	if newest != nil {
		newest.state = ourState(from)
	}
	return newest, nil
}

// ourState reads a snapshot's contents if our state machine wrote them, else it
// returns nil. Other applications write JSON too; but each of ours has applied an
// entry.
func ourState(path string) *kv.Store {
	file, err := openRegular(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	state := kv.New()
	if state.Restore(io.NopCloser(io.LimitReader(file, stateBytesMax))) != nil || state.Applied() == 0 {
		return nil
	}
	return state
}

func readRegular(path string, limit int64) ([]byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}

// openRegular opens a file if it is a regular one: a pipe would keep us waiting.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	return os.Open(path)
}
