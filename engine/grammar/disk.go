package grammar

import (
	"fmt"
	"strconv"
	"strings"

	"raftscope/replay/cond/words"
)

// DiskState is what befalls a node's disk for as long as nobody heals it.
type DiskState string

// What may befall a disk, and the end of it.
const (
	DiskFull       DiskState = "full"       // whatever it would have to write fails
	DiskUnreadable DiskState = "unreadable" // one entry cannot be read
	DiskHeal       DiskState = "heal"       // it is a good disk again
)

// Disk makes a node's disk a bad one, or a good one again. It may be done to a
// node that is down.
type Disk struct {
	Pos
	Node  string
	State DiskState
	Index uint64 // DiskUnreadable: of the entry
}

// String returns the command as it is written.
func (c Disk) String() string {
	s := "disk " + c.Node + " " + string(c.State)
	if c.State == DiskUnreadable {
		s += " " + strconv.FormatUint(c.Index, 10)
	}
	return s
}

// disk reads NODE full, NODE unreadable INDEX or NODE heal.
func (s *script) disk(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	if err != nil {
		return nil, err
	}
	command := Disk{Pos: at, Node: node}
	known := []string{string(DiskFull), string(DiskUnreadable), string(DiskHeal)}
	w := c.Peek()
	state, err := c.Choose(known)
	if err != nil {
		return nil, c.Unknown(w, "what befalls the disk: "+words.OneOf(known), known)
	}
	command.State = DiskState(state)
	if command.State == DiskUnreadable {
		w := c.Peek()
		var ok bool
		if command.Index, ok = words.ParseUint(w, 1, IndexMax); !ok {
			return nil, c.Fail(w, "the index of the entry that cannot be read, from 1 to "+limit62)
		}
		c.Take()
	}
	return ended(c, command, nil)
}

// QueueOp is what is put into the queue of a disk.
type QueueOp string

// What is put into a queue, and its end.
const (
	QueueAppend   QueueOp = "append"   // a write of entries
	QueueTruncate QueueOp = "truncate" // the removal of the end of the log
	QueueCompact  QueueOp = "compact"  // the removal of its beginning
	QueueClose    QueueOp = "close"    // what has not begun fails, and the file is let go
)

// DiskQueue puts an operation into the queue of the disk of a node that does not
// run, or closes it.
type DiskQueue struct {
	Pos
	Node  string
	Op    QueueOp
	N     int    // QueueAppend: how many entries
	Index uint64 // QueueTruncate: the first to go; QueueCompact: the last
}

// QueueEntriesMax is how many entries one write of a DiskQueue has at most.
const QueueEntriesMax = 1000

const toPrefix = "to="

// String returns the command as it is written.
func (c DiskQueue) String() string {
	s := "disk-queue " + c.Node + " " + string(c.Op)
	switch c.Op {
	case QueueAppend:
		s += " " + strconv.Itoa(c.N)
	case QueueTruncate:
		s += " " + fromPrefix + strconv.FormatUint(c.Index, 10)
	case QueueCompact:
		s += " " + toPrefix + strconv.FormatUint(c.Index, 10)
	}
	return s
}

// diskQueue reads NODE append N, NODE truncate from=INDEX, NODE compact to=INDEX
// or NODE close.
func (s *script) diskQueue(c *words.Cursor, at Pos) (Command, error) {
	node, err := s.scope.ReadNode(c, "")
	if err != nil {
		return nil, err
	}
	command := DiskQueue{Pos: at, Node: node}
	known := []string{string(QueueAppend), string(QueueTruncate), string(QueueCompact), string(QueueClose)}
	w := c.Peek()
	op, err := c.Choose(known)
	if err != nil {
		return nil, c.Unknown(w, "what to queue: "+words.OneOf(known), known)
	}
	command.Op = QueueOp(op)
	switch command.Op {
	case QueueAppend:
		n, ok := words.ParseUint(c.Peek(), 1, QueueEntriesMax)
		if !ok {
			return nil, c.Fail(c.Peek(), fmt.Sprintf("how many entries to write, from 1 to %d", QueueEntriesMax))
		}
		c.Take()
		command.N = int(n)
	case QueueTruncate:
		command.Index, err = readIndex(c, fromPrefix, "the first index that is to go")
	case QueueCompact:
		command.Index, err = readIndex(c, toPrefix, "the last index that is to go")
	}
	return ended(c, command, err)
}

// readIndex reads an index behind a prefix.
func readIndex(c *words.Cursor, prefix, what string) (uint64, error) {
	w := c.Peek()
	text, ok := strings.CutPrefix(w.Text, prefix)
	if !ok || w.Quoted {
		return 0, c.Fail(w, prefix+"INDEX, "+what)
	}
	index := words.Word{Text: text, Column: w.Column + len(prefix), Quoted: text == ""}
	n, ok := words.ParseUint(index, 1, IndexMax)
	if !ok {
		return 0, c.Fail(index, what+", from 1 to "+limit62)
	}
	c.Take()
	return n, nil
}
