package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"raftscope/engine/grammar"
	"raftscope/engine/kv"
)

// forge writes what nodes that do not run have on their disks. Either all of
// them are written or, if anything is wrong, none.
func (w *World) forge(c grammar.Forge) error {
	var nodes []*node
	for _, name := range c.Nodes {
		n, err := w.nodeFor(name)
		if err != nil {
			return err
		}
		if l := n.up(); l != nil && !l.stopping.Load() {
			return refuse("%s is running: stop or crash it first", name)
		}
		if err := n.offBench(); err != nil {
			return err
		}
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		if err := w.awaitStop(n, func() bool { return n.up() == nil && isClosed(n.gone) }); err != nil {
			return err
		}
	}
	var done []*forgery
	for _, n := range nodes {
		f, err := w.makeForgery(n, c)
		if err != nil {
			for _, f := range append(done, f) {
				os.RemoveAll(f.dir)
			}
			return err
		}
		done = append(done, f)
		if c.From != "" {
			w.collect() // a store may be large
		}
	}
	for _, f := range done {
		if err := f.install(); err != nil {
			return err
		}
		w.buffer.Note("forged " + f.node.name + ": " + f.text)
	}
	return nil
}

// isClosed says whether a channel that nobody sends on is closed; nil counts as
// closed.
func isClosed(c <-chan struct{}) bool {
	if c == nil {
		return true
	}
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// forgery is what a node is to have on its disk, in a folder of its own until it
// takes the place of the node's.
type forgery struct {
	node *node
	dir  string
	text string // what it is, in words

	kept    bool // the log is the one it had
	entries int  // of a new log
}

// makeForgery makes the folder of one node. The forgery is there also with an
// error, to be cleared away.
func (w *World) makeForgery(n *node, c grammar.Forge) (*forgery, error) {
	f := &forgery{node: n, dir: n.dir + ".forged"}
	os.RemoveAll(f.dir) // of one that was interrupted
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return f, fmt.Errorf("make a folder for what %s is to have: %w", n.name, err)
	}
	if c.Empty {
		f.text = "nothing"
		return f, nil
	}
	switch {
	case len(c.Terms) > 0:
		return f, w.forgeTerms(f, c)
	case c.From != "":
		return f, w.forgeFrom(f, c)
	default:
		return f, w.forgeKept(f, c)
	}
}

// install puts the forged folder in place of the node's.
func (f *forgery) install() error {
	if err := os.RemoveAll(f.node.dir); err != nil {
		return fmt.Errorf("remove the files of %s: %w", f.node.name, err)
	}
	if err := os.Rename(f.dir, f.node.dir); err != nil {
		return fmt.Errorf("put the forged files of %s in place: %w", f.node.name, err)
	}
	n := f.node
	n.booted, n.forged, n.forgedLog, n.forgedEntries = true, f.text, n.forgedLog || !f.kept, f.entries
	return nil
}

// forgeTerms writes a log of our own commands.
func (w *World) forgeTerms(f *forgery, c grammar.Forge) error {
	first := max(c.FirstIndex, 1)
	logs := make([]*raft.Log, len(c.Terms))
	for i, term := range c.Terms {
		logs[i] = w.forgedEntry(uint64(i+1), term)
	}
	db, err := openStore(filepath.Join(f.dir, DatabaseName))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.StoreLogs(logs[first-1:]); err != nil {
		return fmt.Errorf("write the log of %s: %w", f.node.name, err)
	}
	f.entries = len(logs) + 1 - int(first)
	f.text = fmt.Sprintf("entries %d..%d of terms %s", first, len(logs), grammar.TermsText(c.Terms[first-1:]))
	if first > uint64(len(logs)) {
		f.text = "no entries"
	}
	if c.Snapshot > 0 {
		if err := w.forgeSnapshot(f.dir, logs[:c.Snapshot]); err != nil {
			return err
		}
		f.text += fmt.Sprintf(", a snapshot up to %d", c.Snapshot)
	}
	return f.writeMeta(db, c, c.Term == 0)
}

// forgeKept changes the term or the vote of a node that keeps its log.
func (w *World) forgeKept(f *forgery, c grammar.Forge) error {
	if !f.node.booted {
		return refuse("%s has no log yet: say terms=, from= or empty", f.node.name)
	}
	if err := os.CopyFS(f.dir, os.DirFS(f.node.dir)); err != nil {
		return fmt.Errorf("copy the files of %s: %w", f.node.name, err)
	}
	db, err := openStore(filepath.Join(f.dir, DatabaseName))
	if err != nil {
		return err
	}
	defer db.Close()
	f.text, f.kept = "the log it had", true
	f.entries = f.node.forgedEntries
	return f.writeMeta(db, c, false)
}

// forgedEntry is the entry of an index and a term. It is the same on every node
// that has it, and no other is equal to it.
func (w *World) forgedEntry(index, term uint64) *raft.Log {
	if index == 1 {
		return &raft.Log{Index: index, Term: term, Type: raft.LogConfiguration, Data: raft.EncodeConfiguration(w.configuration())}
	}
	set := kv.WriteSet{Op: kv.OpSet, Key: "index" + strconv.FormatUint(index, 10), Value: "term" + strconv.FormatUint(term, 10)}
	return &raft.Log{Index: index, Term: term, Type: raft.LogCommand, Data: set.Encode()}
}

// forgeSnapshot writes a snapshot of the state after the given entries.
func (w *World) forgeSnapshot(dir string, logs []*raft.Log) error {
	state := kv.New()
	for _, log := range logs {
		if log.Type == raft.LogConfiguration {
			state.StoreConfiguration(log.Index, w.configuration())
		} else {
			state.Apply(log)
		}
	}
	last := logs[len(logs)-1]
	return writeSnapshot(dir, state, last.Index, last.Term, w.configuration(), 1)
}

// writeSnapshot writes a state machine's snapshot into raft's own store of them.
func writeSnapshot(dir string, state *kv.Store, index, term uint64, c raft.Configuration, configIndex uint64) error {
	fail := func(err error) error { return fmt.Errorf("write a snapshot up to %d: %w", index, err) }
	snaps, err := raft.NewFileSnapshotStoreWithLogger(dir, snapshotsKept, hclog.NewNullLogger())
	if err != nil {
		return fail(err)
	}
	sink, err := snaps.Create(1, index, term, c, configIndex, peerEncoder{})
	if err != nil {
		return fail(err)
	}
	image, err := state.Snapshot()
	if err == nil {
		err = image.Persist(sink)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// peerEncoder is all that a snapshot store asks of a transport.
type peerEncoder struct{ raft.Transport }

// EncodePeer implements raft.Transport, as package simnet does.
func (peerEncoder) EncodePeer(_ raft.ServerID, addr raft.ServerAddress) []byte { return []byte(addr) }

// The keys under which raft keeps its term and vote (raft.go).
var (
	keyCurrentTerm  = []byte("CurrentTerm")
	keyLastVoteTerm = []byte("LastVoteTerm")
	keyLastVoteCand = []byte("LastVoteCand")
)

// writeMeta writes the term and the vote of a forged node, whose log and snapshot
// are there. The term follows them and the vote if it is not given and the log is
// new.
func (f *forgery) writeMeta(db *raftboltdb.BoltStore, c grammar.Forge, follow bool) error {
	held, err := readUint(db, keyCurrentTerm)
	if err != nil {
		return err
	}
	_, lastTerm, err := endOf(db, f.dir)
	if err != nil {
		return err
	}
	term := held
	switch {
	case c.Term != 0:
		term = c.Term
	case follow:
		term = max(lastTerm, c.VoteTerm)
	}
	if term < lastTerm {
		return refuse("term %d is below that of the last entry of %s, which is %d", term, f.node.name, lastTerm)
	}
	voteTerm := c.VoteTerm
	if voteTerm == 0 {
		voteTerm = term
	}
	if c.Vote != "" && voteTerm > term {
		return refuse("a vote in term %d: the term of %s is %d", voteTerm, f.node.name, term)
	}
	if old, err := readUint(db, keyLastVoteTerm); err == nil && c.Vote == "" && !c.NoVote && old > term {
		return refuse("term %d: %s has voted in term %d", term, f.node.name, old)
	}
	f.text += fmt.Sprintf(", term %d", term)
	if err := db.SetUint64(keyCurrentTerm, term); err != nil {
		return fmt.Errorf("write the term of %s: %w", f.node.name, err)
	}
	switch {
	case c.Vote != "":
		f.text += fmt.Sprintf(", vote for %s in term %d", c.Vote, voteTerm)
		return errors.Join(db.SetUint64(keyLastVoteTerm, voteTerm), db.Set(keyLastVoteCand, []byte(c.Vote)))
	case c.NoVote:
		f.text += ", no vote"
		return errors.Join(db.SetUint64(keyLastVoteTerm, 0), db.Set(keyLastVoteCand, []byte{}))
	}
	return nil
}

// readUint reads a number of a stable store, zero if there is none.
func readUint(db *raftboltdb.BoltStore, key []byte) (uint64, error) {
	n, err := db.GetUint64(key)
	if err != nil && !errors.Is(err, raftboltdb.ErrKeyNotFound) {
		return 0, fmt.Errorf("read %s: %w", key, err)
	}
	return n, nil
}

// endOf returns the index and the term of the last entry that a node's files stand
// for: its log's or, if that ends before its newest snapshot, the snapshot's; zeros
// if there is none.
func endOf(db *raftboltdb.BoltStore, dir string) (index, term uint64, err error) {
	if index, term, err = newestOwnSnapshot(dir); err != nil {
		return 0, 0, err
	}
	last, err := db.LastIndex()
	if err != nil || last < index || last == 0 {
		return index, term, err
	}
	var log raft.Log
	if err := db.GetLog(last, &log); err != nil {
		return 0, 0, fmt.Errorf("read entry %d: %w", last, err)
	}
	return last, log.Term, nil
}

// newestOwnSnapshot returns the last entry that the newest snapshot in a node's
// folder covers, zeros if there is none.
func newestOwnSnapshot(dir string) (index, term uint64, err error) {
	snaps, err := raft.NewFileSnapshotStoreWithLogger(dir, snapshotsKept, hclog.NewNullLogger())
	if err != nil {
		return 0, 0, fmt.Errorf("open the snapshots in %s: %w", dir, err)
	}
	all, err := snaps.List()
	if err != nil || len(all) == 0 {
		return 0, 0, err
	}
	return all[0].Index, all[0].Term, nil
}

// openStore opens a database of ours on the root goroutine, which must not wait
// for its lock: bbolt tries once if the timeout is below its pause.
func openStore(path string) (*raftboltdb.BoltStore, error) {
	db, err := raftboltdb.New(raftboltdb.Options{Path: path, NoSync: true, BoltOptions: &bbolt.Options{Timeout: time.Millisecond, NoSync: true}})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

// start starts nodes that do not run; all of them are to, if none is named.
func (w *World) start(c grammar.Start) error {
	names := c.Nodes
	if len(names) == 0 {
		names = w.names
	}
	var all []*node
	for _, name := range names {
		n, err := w.nodeFor(name)
		if err != nil {
			return err
		}
		if err := n.offBench(); err != nil {
			return err
		}
		if l := n.up(); l == nil || l.stopping.Load() {
			all = append(all, n)
		} else if len(c.Nodes) > 0 {
			return refuse("%s is running", name)
		}
	}
	if len(all) == 0 {
		return refuse("all nodes run")
	}
	for _, n := range all {
		if err := w.awaitStop(n, func() bool { return n.up() == nil }); err != nil {
			return err
		}
		w.launch(n, w.starts.Draw(startTime))
	}
	return nil
}
